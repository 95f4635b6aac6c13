# SPDX-License-Identifier: GPL-3.0-or-later
"""
What a power cut leaves of a folder, by a record of all that was done to it (storage-recorder.c). What was flushed is there; of the rest
each write is there, or not, or some of its sectors; of new names and lost ones those are there whose folder was flushed, and any first few
of the others. (A strict file system: one like ext4, which brings names to the disk with the flush of any file, is the case where all are.)
"""

import os
import random
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

HEAD = struct.Struct("IIQQII")
SECTOR = 512
BLOCK = 4096

# How much of what was not flushed a power cut leaves.
NOTHING, ALL, SOME, TORN = "nothing", "all", "some", "torn"
VARIANTS = (NOTHING, ALL, SOME, TORN)


class Record(NamedTuple):
    kind: str  # see storage-recorder.c
    process: int
    file: int
    offset: int
    first: bytes
    second: bytes


def read_log(path: Path) -> Iterator[Record]:
    with open(path, "rb") as file:
        while len(head := file.read(HEAD.size)) == HEAD.size:
            kind, process, inode, offset, first, second = HEAD.unpack(head)
            yield Record(chr(kind), process, inode, offset, file.read(first), file.read(second))


class Change(NamedTuple):
    """Of a file: bytes at an offset, or, where there are none, a new size."""

    offset: int
    content: Optional[bytes]

    def apply(self, to: bytearray) -> None:
        if self.content is None:
            del to[self.offset:]
        end = self.offset + len(self.content or b"")
        to.extend(bytes(max(end - len(to), 0)))
        if self.content:
            to[self.offset:end] = self.content


@dataclass
class File:
    content: bytearray = field(default_factory=bytearray)  # on the disk
    pending: list[Change] = field(default_factory=list)


@dataclass
class Naming:
    """One step: names of the folder that are set (to a file) or gone (None)."""

    folder: str
    names: dict[str, Optional[int]]


class Disk:
    """To be fed with records. ROOT is the folder, and stays."""

    def __init__(self, root: str):
        self.root = root
        self._files: dict[int, File] = {}
        self._folders: dict[int, str] = {}
        self._names: dict[str, Optional[int]] = {}  # on the disk: path -> file; 0 for a folder
        self._now: dict[str, int] = {}  # what processes see
        self._namings: list[Naming] = []
        self._flushes: dict[tuple[int, int], tuple[int, int]] = {}  # under way: how much was pending when it began

    def _file(self, number: int) -> File:
        return self._files.setdefault(number, File())

    def _step(self, names: dict[str, Optional[int]]) -> None:
        self._namings.append(Naming(os.path.dirname(next(iter(names))), names))
        for path, number in names.items():
            if number is None:
                self._now.pop(path, None)
            else:
                self._now[path] = number

    def feed(self, record: Record) -> None:
        first, second = record.first.decode(), record.second
        file = self._file(record.file)
        if record.kind == "C":
            if self._now.get(first) != record.file:
                self._files[record.file] = File()  # the number may be that of a file that is gone
                self._step({first: record.file})
            elif record.offset:
                file.pending.append(Change(0, None))
        elif record.kind == "D":
            self._folders[record.file] = first
            self._step({first: 0})
        elif record.kind == "W":
            file.pending.append(Change(record.offset, second))
        elif record.kind == "T":
            file.pending.append(Change(record.offset, None))
        elif record.kind == "R":
            self._rename(first, second.decode())
        elif record.kind == "X":
            self._step({first: self._now[second.decode()], second.decode(): self._now[first]})
        elif record.kind == "L":
            self._step({second.decode(): self._now[first]})
        elif record.kind == "U":
            self._step({first: None})
        elif record.kind == "B":
            self._flushes[record.process, record.file] = (len(file.pending), len(self._namings))
        elif record.kind == "F":
            self._flushed(record, file)

    def _rename(self, former: str, name: str) -> None:
        """Within a folder at once, else in two steps: each folder has its own flush."""
        number = self._now[former]
        if os.path.dirname(former) == os.path.dirname(name):
            self._step({former: None, name: number})
        else:
            self._step({name: number})
            self._step({former: None})
        for folder, path in self._folders.items():
            if number == 0 and path == former:
                self._folders[folder] = name

    def _flushed(self, record: Record, file: File) -> None:
        if record.offset:  # a write that is a flush of itself
            file.pending.pop().apply(file.content)
            return
        count, named = self._flushes.pop((record.process, record.file))
        for change in file.pending[:count]:
            change.apply(file.content)
        del file.pending[:count]
        if (folder := self._folders.get(record.file)) is not None:
            for naming in self._namings[:named]:
                if naming.folder == folder:
                    self._names.update(naming.names)
            self._namings[:named] = [naming for naming in self._namings[:named] if naming.folder != folder]
            # What is under way counted those that are done now.
            self._flushes = {key: (count, min(n, len(self._namings))) for key, (count, n) in self._flushes.items()}

    def know(self, path: Path) -> None:
        """A file or a folder, with all below it, that was there before, and is on the disk."""
        number = path.stat().st_ino
        if path.is_dir():
            self._folders[number] = str(path)
            for each in path.iterdir():
                self.know(each)
        else:
            self._files[number] = File(bytearray(path.read_bytes()))
        if str(path) != self.root:
            self._names[str(path)] = self._now[str(path)] = 0 if path.is_dir() else number

    def _names_left(self, variant: str, rng: random.Random) -> dict[str, int]:
        count = {NOTHING: 0, ALL: len(self._namings)}.get(variant, rng.randint(0, len(self._namings)))
        names = dict(self._names)
        for naming in self._namings[:count]:
            names.update(naming.names)
        return {path: number for path, number in names.items() if number is not None}

    @staticmethod
    def _content_left(file: File, variant: str, rng: random.Random) -> bytearray:
        content = bytearray(file.content)
        for change in file.pending:
            if variant == ALL or (variant == SOME and rng.random() < 0.5) or (variant == TORN and change.content is None):
                change.apply(content)
            elif variant == TORN:
                for at in range(0, len(change.content or b""), SECTOR):
                    if rng.random() < 0.5:
                        Change(change.offset + at, change.content[at:at + SECTOR]).apply(content)
        return content

    def lay_out(self, folder: Path, variant: str, rng: random.Random) -> None:
        """Makes FOLDER, which is not there, what root may be after a power cut now."""
        folder.mkdir(mode=0o700)
        names = self._names_left(variant, rng)
        contents: dict[int, Path] = {}
        for path, number in sorted(names.items()):
            place = folder / os.path.relpath(path, self.root)
            if not place.parent.is_dir() or path.endswith("/lock.mdb"):
                continue  # its folder's name was lost; who is locked out of what is not on any disk
            if number == 0:
                place.mkdir(mode=0o700)
            elif number in contents:
                os.link(contents[number], place)
            else:
                write_sparse(place, self._content_left(self._file(number), variant, rng))
                place.chmod(0o600)
                contents[number] = place


def write_sparse(path: Path, content: bytearray) -> None:
    zeros = bytes(BLOCK)
    view = memoryview(content)
    with open(path, "wb") as file:
        for at in range(0, len(content), BLOCK):
            block = view[at:at + BLOCK]
            if block != zeros[:len(block)]:
                file.seek(at)
                file.write(block)
        file.truncate(len(content))
