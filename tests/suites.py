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
SUITES = ("lint", "unit", "fuzz", "integration", "abuse", "crash", "bench", "gui", "peers", "threads")
LONG_SUITES = ("peers",)  # run with CI=true, or by name
NAMED_SUITES = ("threads",)  # run by name alone
# Suites whose tests wait more than they work; each file stays with one of the workers, which have screens and buses of their own.
WORKERS = {"gui": 3, "integration": 2, "abuse": 2, "crash": 2}
SANITIZED_SUITES = ("unit", "fuzz", "integration")
# What of the others runs with ThreadSanitizer in the suite threads: where threads meet. Tests that fork and go on in the child can't.
THREADED_UNITS = ("activity-history", "ban-table", "blocklist", "connection", "connection-open", "connection-tls", "credentials", "delivery",
                  "delivery-remote", "device-table", "dns", "feeder", "listener", "logon-table", "policy", "poller", "queue", "queue-hold",
                  "queue-journal", "reception", "smtp-greeting", "tls-context", "tls-holder", "turnstile", "worker")
THREADED_FILES = ("integration/test_busy.py", "integration/test_queue.py", "integration/test_limits.py", "integration/test_tls.py")
SANITIZE = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dgui=disabled"]
THREADS = ["-Db_sanitize=thread", "-Db_lundef=false", "-Dgui=disabled",
           f"-Dc_link_args=-Wl,--no-as-needed,{SOURCE}/build-tsan/glib-locks.so,--as-needed"]
# GLib's own allocator would hide from a sanitizer who has which memory.
SANITIZER_ENVIRONMENT = {"G_SLICE": "always-malloc", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
                         "TSAN_OPTIONS": f"history_size=7:suppressions={SOURCE}/tests/threads/suppressions"}


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


def make_visible_locks(folder: str) -> bool:
    """The library that makes GLib's locks visible to ThreadSanitizer; what is built in FOLDER is linked with it."""
    (SOURCE / folder).mkdir(exist_ok=True)
    flags = subprocess.check_output(["pkg-config", "--cflags", "glib-2.0"], text=True).split()
    return run(["gcc", "-shared", "-fPIC", "-O1", "-g", "-Wall", "-Wextra", "-fsanitize=thread", *flags,
                "tests/threads/glib-locks.c", "-o", f"{folder}/glib-locks.so"]) == 0


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


def meson_names(folder: str, suite: str) -> list[str]:
    tests = json.loads(subprocess.check_output([*MESON, "introspect", "--tests", folder], cwd=SOURCE))
    if suite == "threads":
        return [test["name"] for test in tests if test["name"] in THREADED_UNITS]
    return [test["name"] for test in tests if suite_of(test) == suite]


def run_meson(folder: str, suite: str) -> Counter:
    names = meson_names(folder, suite)
    if not names:
        return Counter()
    report = SOURCE / folder / "meson-logs" / "testlog.junit.xml"
    report.unlink(missing_ok=True)
    status = run([*MESON, "test", "-C", folder, "--no-rebuild", "--print-errorlogs", "--quiet", "--timeout-multiplier", "5",
                  *names], G_DEBUG="fatal-criticals")
    tell_skipped(report)
    return count_cases(report, status)


def run_pytest(folder: str, suite: str) -> Counter:
    tests = [SOURCE / "tests" / name for name in (THREADED_FILES if suite == "threads" else (suite,))]
    report = SOURCE / folder / f"{suite}.junit.xml"
    report.unlink(missing_ok=True)
    timeout_s, workers = (7200, 0) if is_thorough() else (180, WORKERS.get(suite, 0))
    status = run([PYTHON, "-m", "pytest", "-q", "-rs", "--tb=short", "-p", "no:cacheprovider", f"--timeout={timeout_s}",
                  *(["-n", str(workers), "--dist", "loadfile"] if workers else []), f"--junitxml={report}", *map(str, tests)],
                 POSTERN_BUILD=str(SOURCE / folder))
    return count_cases(report, status)


def run_suite(folder: str, suite: str) -> Counter:
    print(f"\n== {suite}" + (" with sanitizers" if folder != "build" else ""), flush=True)
    begin = time.monotonic()
    count = Counter()
    if suite in ("unit", "fuzz", "gui", "threads"):
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
    suites = arguments.suite or [suite for suite in SUITES
                                 if suite not in NAMED_SUITES and (is_ci or suite not in LONG_SUITES)]

    runs = [("build", [], [suite for suite in suites if suite not in NAMED_SUITES])]
    if is_ci:
        runs.append(("build-asan", SANITIZE, [suite for suite in SANITIZED_SUITES if suite in suites]))
    runs.append(("build-tsan", THREADS, [suite for suite in suites if suite == "threads"]))

    total: Counter = Counter()
    for folder, options, chosen in runs:
        if not chosen:
            continue
        if folder != "build":
            os.environ.update(SANITIZER_ENVIRONMENT)
        if folder == "build-tsan" and not make_visible_locks(folder) or not build(folder, options):
            print(f"{folder} could not be built")
            total["failed"] += 1
            continue
        for suite in chosen:
            total += run_suite(folder, suite)
    print(f"\n{sentence(total)}")
    return 0 if total["failed"] == 0 and total["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
