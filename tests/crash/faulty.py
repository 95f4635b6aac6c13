# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose disk fails at a call of the test's choice; see storage-faults.c."""

import errno
import mmap
import os
import struct
from typing import Iterator, NamedTuple

from gateway.gateway import Gateway

LASTING = True
HALF = -1  # instead of an errno: a write writes half of its bytes, and says so

# What a disk, a quota and a process that has no more of something tell.
ERRORS = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE)


# What a server says whose store's root could not be written.
LAST_WORDS = "this process ends"


class FaultyGateway(Gateway):
    """A gateway whose servers may end themselves, when they say so."""

    def alarms(self) -> Iterator[str]:
        return (line for line in super().alarms() if LAST_WORDS not in line)


class Met(NamedTuple):
    count: int  # calls that were meant
    call: str  # the one that failed last; "" for none
    path: str  # below the state folder


class Faulty:
    """The server NAME of GATEWAY, started anew with a disk that can fail."""

    LAYOUT = struct.Struct("IIiII24s64s24s128s")

    def __init__(self, gateway: Gateway, name: str):
        self.gateway = gateway
        self.name = name
        self.ends = 0  # how often the server ended, as it says, and was started again
        path = gateway.state / f"faults-{name}"
        path.write_bytes(bytes(self.LAYOUT.size))
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        gateway.restart_with(name, f"LD_PRELOAD={gateway.build / 'tests/crash/storage-faults.so'}", f"FAULTS_FOLDER={gateway.state}",
                             f"FAULTS_CONTROL={path}",
                             f"ASAN_OPTIONS=verify_asan_link_order=0:{os.environ.get('ASAN_OPTIONS', '')}")

    def arm(self, at: int, fault: int, lasting: bool = False, call: str = "", path: str = "") -> None:
        """The call that is meant fails: AT-th, counted among those whose name contains CALL, where the file's path contains PATH."""
        rest = (errno.EIO if fault == HALF else fault, lasting, fault == HALF, call.encode(), path.encode(), b"", b"")
        self.LAYOUT.pack_into(self._map, 0, 0, 0, *rest)
        self.LAYOUT.pack_into(self._map, 0, at, 0, *rest)

    def met(self) -> Met:
        _, count, *_, call, path = self.LAYOUT.unpack_from(self._map)
        return Met(count, call.rstrip(b"\0").decode(), path.rstrip(b"\0").decode())

    def disarm(self) -> Met:
        met = self.met()
        self.LAYOUT.pack_into(self._map, 0, *[0] * 5, *[b""] * 4)
        return met

    def revive(self) -> None:
        """Where the server has ended, it has said why; it is started again, as a service manager would."""
        if self.gateway.is_running(self.name):
            return
        assert LAST_WORDS in self.gateway.log(self.name), self.gateway.log(self.name)[-2000:]
        self.ends += 1
        self.gateway.start_server(self.name)
