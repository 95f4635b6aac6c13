# SPDX-License-Identifier: GPL-3.0-or-later
"""Gateways of which all is recorded that their programs do to storage, and what a power cut would have left of them."""

import os
import random
import shutil
from pathlib import Path
from typing import Callable, Iterator, Sequence

from crash.power import HEAD, VARIANTS, Disk, Record, read_log
from gateway.gateway import Gateway

# Kinds of records that tell that somebody was told something.
_SAID = "SM"


class Recording(Gateway):
    """What PROGRAMS do below STATE is in LOG."""

    def __init__(self, state: Path, log: Path, programs: Sequence[str], **options):
        state.mkdir()
        super().__init__(state, **options)
        self._programs, self._log = programs, log
        self._recording = [f"LD_PRELOAD={self.build / 'tests/crash/storage-recorder.so'}", f"RECORDER_FOLDER={self.state}",
                           f"RECORDER_LOG={log}", f"ASAN_OPTIONS=verify_asan_link_order=0:{os.environ.get('ASAN_OPTIONS', '')}"]
        self._make_folder()
        self.disk = Disk(str(self.state))
        self.disk.know(self.state)

    def command(self, program: str) -> list[str]:
        command = super().command(program)
        return ["env", *self._recording, *command] if program in self._programs else command

    def mark(self, words: str) -> None:
        """A record of the test's own, behind all that has happened by now."""
        octets = words.encode()
        with open(self._log, "ab", buffering=0) as log:
            log.write(HEAD.pack(ord("M"), 0, 0, 0, 0, len(octets)) + octets)

    def records(self) -> list[Record]:
        return list(read_log(self._log))


def cuts(records: list[Record], count: int, rng: random.Random) -> set[int]:
    """Behind each flush and whatever was said, or COUNT of them, and behind as many other records. From the first that was said on: a
    store whose very first pages were torn can't be opened, but nothing was promised by then."""
    points = [number for number, what in enumerate(records, 1) if what.kind in "F" + _SAID]
    begin = next(number for number, what in enumerate(records, 1) if what.kind in _SAID)
    points = [number for number in points if number >= begin]
    chosen = set(points if len(points) <= count else rng.sample(points, count))
    others = range(begin, len(records))
    return chosen | set(rng.sample(others, min(len(chosen), len(others))))


def states(disk: Disk, records: list[Record], at: set[int], folder: Path, rng: random.Random,
           note: Callable[[Record], None]) -> Iterator[str]:
    """After each cut FOLDER is what it may have left, in each variant; NOTE is told of each record before. Yields where that is."""
    for number, what in enumerate(records, 1):
        disk.feed(what)
        note(what)
        for variant in VARIANTS if number in at else ():
            disk.lay_out(folder, variant, rng)
            yield f"record {number}, {variant}"
            shutil.rmtree(folder)
