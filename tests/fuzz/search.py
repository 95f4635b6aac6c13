# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev fuzz MINUTES: each target searches for so long, as many at once as there are processors. What is found does not stop
the others; the table at the end tells, and the exit status is 1 then."""
from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# GLib's own allocator would hide leaks, and reads beyond the end.
ENVIRONMENT = {"UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1", "G_DEBUG": "fatal-criticals", "G_SLICE": "always-malloc"}


# json-glib loses memory where an array is broken.
LOSES_MEMORY_OF_OTHERS = ("oauth-answer",)


@dataclass
class Result:
    target: str
    executions: int
    cpu_seconds: float
    coverage: str
    status: int
    found: list[str]


def last(pattern: str, text: str, otherwise: str) -> str:
    return (re.findall(pattern, text, re.MULTILINE) or [otherwise])[-1]


def command(program: Path, folder: Path, seconds: int) -> list[str]:
    target = program.name.removeprefix("fuzz-")
    dictionary = HERE / f"{target}.dict"
    corpora = [folder / "corpus" / target, HERE / "corpus" / target]
    corpora[0].mkdir(parents=True, exist_ok=True)
    return [str(program), f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=2048", "-print_final_stats=1",
            f"-artifact_prefix={folder}/found/{target}-", *([f"-dict={dictionary}"] if dictionary.exists() else []),
            *(["-detect_leaks=0"] if target in LOSES_MEMORY_OF_OTHERS else []), *map(str, corpora)]


def search(program: Path, folder: Path, seconds: int) -> Result:
    target = program.name.removeprefix("fuzz-")
    log = folder / "log" / target
    with log.open("wb") as output:
        process = subprocess.Popen(command(program, folder, seconds), stdout=output, stderr=subprocess.STDOUT,
                                   env={**os.environ, **ENVIRONMENT})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(errors="replace")
    executions = last(r"number_of_executed_units: (\d+)", text, last(r"^#(\d+)\s", text, "0"))
    result = Result(target, int(executions), usage.ru_utime + usage.ru_stime, last(r" cov: (\d+)", text, "?"), process.returncode,
                    re.findall(r"Test unit written to (\S+)", text))
    print(f"{target}: {'FOUND ' + ' '.join(result.found) if process.returncode else 'nothing found'}", flush=True)
    return result


def table(results: list[Result], log: Path) -> None:
    print(f"\n{'target':<20} {'executions':>14} {'CPU s':>8} {'coverage':>9}  found")
    for result in results:
        found = " ".join(result.found) or (f"it failed: {log / result.target}" if result.status else "nothing")
        print(f"{result.target:<20} {result.executions:>14,} {result.cpu_seconds:>8.0f} {result.coverage:>9}  {found}")
    print(f"{'in all':<20} {sum(r.executions for r in results):>14,} {sum(r.cpu_seconds for r in results):>8.0f}")


def main() -> int:
    folder, minutes = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    for name in ("found", "log"):
        (folder / name).mkdir(exist_ok=True)
    programs = sorted(path for path in (folder / "tests" / "fuzz").glob("fuzz-*") if path.is_file())
    workers = len(os.sched_getaffinity(0))
    rounds = -(-len(programs) // workers)
    print(f"{len(programs)} targets, {workers} at a time: done at about "
          f"{time.strftime('%H:%M', time.localtime(time.time() + rounds * minutes * 60))}", flush=True)
    with ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(lambda program: search(program, folder, minutes * 60), programs))
    table(results, folder / "log")
    return 1 if any(result.status for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
