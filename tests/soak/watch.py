# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory and how many descriptors each daemon has, again and again."""

import csv
import os
import statistics
import threading
import time
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Callable, Mapping, Sequence

INTERVAL_S = 5.0


@dataclass(frozen=True)
class Sample:
    minutes: float
    daemon: str
    own_kb: int  # memory that is no file's (Pss_Anon)
    descriptors: int
    threads: int


def read_sample(minutes: float, daemon: str, pid: int) -> Sample:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    own = next(int(line.split()[1]) for line in rollup if line.startswith("Pss_Anon:"))
    return Sample(minutes, daemon, own, len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")))


class Watch(threading.Thread):
    """Looks every few seconds, and writes each look into FILE at once. PIDS tells where the daemons are now."""

    def __init__(self, pids: Callable[[], Mapping[str, int]], file: Path):
        super().__init__(daemon=True)
        self.samples: list[Sample] = []
        self._pids = pids
        self._file = file
        self._ending = threading.Event()

    def stop(self) -> None:
        self._ending.set()

    def run(self) -> None:
        begin = time.monotonic()
        with open(self._file, "w", newline="") as output:
            writer = csv.writer(output, delimiter="\t")
            writer.writerow(field.name for field in fields(Sample))
            while not self._ending.wait(INTERVAL_S):
                for daemon, pid in self._pids().items():
                    self.samples.append(read_sample(round((time.monotonic() - begin) / 60, 3), daemon, pid))
                    writer.writerow(astuple(self.samples[-1]))
                output.flush()


@dataclass(frozen=True)
class Trend:
    """What a daemon needed in the second quarter of the time, and in the last (medians): the first is for getting warm."""

    daemon: str
    own_kb: tuple[float, float]
    descriptors: tuple[float, float]

    def is_flat(self) -> bool:
        """No more than a twentieth, or the noise of an allocator, is added."""
        return (self.own_kb[1] <= self.own_kb[0] * 1.05 + 1024) and (self.descriptors[1] <= self.descriptors[0] * 1.05 + 8)


def trends(samples: Sequence[Sample]) -> list[Trend]:
    end = samples[-1].minutes
    found = []
    for daemon in dict.fromkeys(sample.daemon for sample in samples):
        second = [each for each in samples if each.daemon == daemon and end / 4 <= each.minutes < end / 2]
        last = [each for each in samples if each.daemon == daemon and end * 3 / 4 <= each.minutes]
        found.append(Trend(daemon, (statistics.median(each.own_kb for each in second), statistics.median(each.own_kb for each in last)),
                           (statistics.median(each.descriptors for each in second), statistics.median(each.descriptors for each in last))))
    return found
