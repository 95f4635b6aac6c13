# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev test: builds, runs the suites, and counts the single test cases. The last line is "N passed, N failed, N skipped"."""

import argparse
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
PYTHON = "/usr/bin/python3"
MESON = [PYTHON, "/usr/bin/meson"]
SUITES = ("lint", "unit", "fuzz", "integration", "abuse", "crash", "bench", "gui", "peers")
LONG_SUITES = ("peers",)  # run with CI=true, or by name
# Suites whose tests wait more than they work; each file stays with one of the workers, which have screens and buses of their own.
WORKERS = {"gui": 3, "integration": 2, "abuse": 2, "crash": 2}
SANITIZED_SUITES = ("unit", "fuzz", "integration")
SANITIZE = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dgui=disabled"]


def is_thorough() -> bool:
    return os.environ.get("POSTERN_THOROUGH") == "1"


def run(command: list[str], **environment: str) -> int:
    return subprocess.run(command, cwd=SOURCE, env=dict(os.environ, **environment)).returncode


def build(folder: str, options: list[str]) -> bool:
    """Builds into FOLDER; with CI=true a warning is an error."""
    strict = "true" if os.environ.get("CI") == "true" else "false"
    verb = ["configure"] if (SOURCE / folder / "build.ninja").exists() else ["setup"]
    configured = subprocess.run([*MESON, *verb, folder, f"-Dwerror={strict}", *options], cwd=SOURCE,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if configured.returncode != 0:
        print(configured.stdout)
        return False
    return run(["ninja", "-C", folder, "--quiet"]) == 0


def count_cases(report: Path, exit_status: int) -> Counter:
    """Counts the test cases of a JUnit report; a run that failed without a failed case counts as one."""
    count: Counter = Counter()
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                count["failed"] += 1
            elif case.find("skipped") is not None:
                count["skipped"] += 1
            else:
                count["passed"] += 1
    if exit_status != 0 and count["failed"] == 0:
        count["failed"] = 1
    return count


def tell_skipped(report: Path) -> None:
    """Meson does not say why a case was skipped; its report does."""
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("skipped") is not None:
                print(f"SKIPPED {case.get('classname')} {case.get('name')}: {case.findtext('system-out') or 'no reason given'}")


def suite_of(test: dict) -> str:
    """The suite of a test that Meson knows: where its program lies decides."""
    command = " ".join(test["cmd"])
    return next((suite for suite in ("fuzz", "gui") if f"/tests/{suite}/" in command), "unit")


def run_meson(folder: str, suite: str) -> Counter:
    tests = json.loads(subprocess.check_output([*MESON, "introspect", "--tests", folder], cwd=SOURCE))
    names = [test["name"] for test in tests if suite_of(test) == suite]
    if not names:
        return Counter()
    report = SOURCE / folder / "meson-logs" / "testlog.junit.xml"
    report.unlink(missing_ok=True)
    status = run([*MESON, "test", "-C", folder, "--no-rebuild", "--print-errorlogs", "--quiet", "--timeout-multiplier", "5",
                  *names], G_DEBUG="fatal-criticals", UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
    tell_skipped(report)
    return count_cases(report, status)


def run_pytest(folder: str, suite: str) -> Counter:
    tests = SOURCE / "tests" / suite
    if not list(tests.glob("test_*.py")):
        return Counter()
    report = SOURCE / folder / f"{suite}.junit.xml"
    report.unlink(missing_ok=True)
    status = run([PYTHON, "-m", "pytest", "-q", "-rs", "--tb=short", "-p", "no:cacheprovider", "--timeout=7200" if is_thorough() else "--timeout=180",
                  *(["-n", str(WORKERS[suite]), "--dist", "loadfile"] if suite in WORKERS and not is_thorough() else []), f"--junitxml={report}", str(tests)], POSTERN_BUILD=str(SOURCE / folder))
    return count_cases(report, status)


def run_suite(folder: str, suite: str) -> Counter:
    print(f"\n== {suite}" + (" with sanitizers" if folder != "build" else ""), flush=True)
    begin = time.monotonic()
    count = Counter()
    if suite in ("unit", "fuzz", "gui"):
        count += run_meson(folder, suite)
    if suite not in ("unit", "fuzz"):
        count += run_pytest(folder, suite)
    print(f"== {suite}: {sentence(count)} in {time.monotonic() - begin:.0f} s", flush=True)
    return count


def sentence(count: Counter) -> str:
    text = f"{count['passed']} passed, {count['failed']} failed"
    return text + f", {count['skipped']} skipped" if count["skipped"] else text


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev test")
    parser.add_argument("--suite", action="append", choices=SUITES, help="only this suite; may be repeated")
    parser.add_argument("--thorough", action="store_true", help="the tests of the promises try as often as docs/reliability.md says: hours")
    arguments = parser.parse_args()
    if arguments.thorough:
        os.environ["POSTERN_THOROUGH"] = "1"
    is_ci = os.environ.get("CI") == "true"
    suites = arguments.suite or [suite for suite in SUITES if is_ci or suite not in LONG_SUITES]

    runs = [("build", [], [suite for suite in SUITES if suite in suites])]
    if is_ci:
        runs.append(("build-asan", SANITIZE, [suite for suite in SANITIZED_SUITES if suite in suites]))

    total: Counter = Counter()
    for folder, options, chosen in runs:
        if not chosen:
            continue
        if not build(folder, options):
            print(f"{folder} could not be built")
            total["failed"] += 1
            continue
        for suite in chosen:
            total += run_suite(folder, suite)
    print(f"\n{sentence(total)}")
    return 0 if total["failed"] == 0 and total["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
