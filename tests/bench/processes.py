# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes have used of the processor, by /proc: their own time, and that of their children who have ended."""

import os
from pathlib import Path
from typing import Iterable

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PARENT, FIRST_TIME, LAST_TIME = 1, 11, 15  # among the fields after the name: proc(5) counts from the first, at 1


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat that follow the name; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def family(*ancestors: int) -> set[int]:
    """ANCESTORS, and all that run below them."""
    parents = {int(name): int(fields[PARENT]) for name in os.listdir("/proc") if name.isdigit() and (fields := _fields(int(name)))}
    members = {pid for pid in ancestors if pid in parents}
    while more := {pid for pid, parent in parents.items() if parent in members and pid not in members}:
        members |= more
    return members


def cpu_s(pids: Iterable[int]) -> float:
    """Seconds of user and system time of PIDS, and of their children that were waited for."""
    return sum(sum(map(int, _fields(pid)[FIRST_TIME:LAST_TIME])) for pid in pids) / TICKS_A_SECOND


def memory_bytes(pids: Iterable[int]) -> int:
    """Their memory, where a page that several share counts in parts (PSS)."""
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total
