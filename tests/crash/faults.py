# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage that fails, or a process that dies, at a call of the test's choice; see storage-faults.c."""

import mmap
import os
import struct
from typing import NamedTuple

from gateway.gateway import Gateway

# Instead of an errno.
KILL = 0
KILL_HALF_WAY = -1  # after half of the bytes of a write
HALF = -2  # a write writes half of its bytes, and says so


class Met(NamedTuple):
    count: int  # calls that were meant
    call: str  # the one that was met last; "" for none
    path: str  # below the state folder


class Faults:
    """For the program NAME of GATEWAY, which has to be started with the variables of .environment."""

    LAYOUT = struct.Struct("IIiI24s64s24s128s")

    def __init__(self, gateway: Gateway, name: str):
        control = gateway.state / f"faults-{name}"
        control.write_bytes(bytes(self.LAYOUT.size))
        with open(control, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self.environment = [f"LD_PRELOAD={gateway.build / 'tests/crash/storage-faults.so'}", f"FAULTS_FOLDER={gateway.state}",
                            f"FAULTS_CONTROL={control}", f"ASAN_OPTIONS=verify_asan_link_order=0:{os.environ.get('ASAN_OPTIONS', '')}"]

    def arm(self, at: int, fault: int, lasting: bool = False, call: str = "", path: str = "") -> None:
        """The call that is meant fails: AT-th, counted among those whose name contains CALL, where the file's path contains PATH."""
        rest = (fault, lasting, call.encode(), path.encode(), b"", b"")
        self.LAYOUT.pack_into(self._map, 0, 0, 0, *rest)
        self.LAYOUT.pack_into(self._map, 0, at, 0, *rest)

    def met(self) -> Met:
        _, count, *_, call, path = self.LAYOUT.unpack_from(self._map)
        return Met(count, call.rstrip(b"\0").decode(), path.rstrip(b"\0").decode())

    def disarm(self) -> Met:
        met = self.met()
        self.LAYOUT.pack_into(self._map, 0, *[0] * 4, *[b""] * 4)
        return met
