# SPDX-License-Identifier: GPL-3.0-or-later
"""Daemons that are killed at any instant, and started again at once."""

import random
import subprocess
import threading
import time
from collections import Counter
from typing import Optional, Sequence

from gateway.bus import BusError
from gateway.gateway import AUTHORITY, AUTHORITY_PROGRAM, SERVERS, Gateway
from gateway.wait import until

# How often all daemons are killed at the same instant, and how often the authority alone.
SHARE_OF_ALL = 0.08
SHARE_OF_AUTHORITY = 0.04

# So many kills may fall into the time that it takes to start all of them.
KILLS_A_START = 4


class Keeper:
    """One daemon of the gateway. As a service manager would, it starts it again whenever it ends, until it is told to let it be."""

    def __init__(self, gateway: Gateway, name: str):
        self.gateway = gateway
        self.name = name
        self.starts = 0
        self.bus_name = AUTHORITY if name == "posternd" else SERVERS[name].bus_name
        self._command = gateway.command(AUTHORITY_PROGRAM if name == "posternd" else SERVERS[name].program)
        self._is_kept = True
        self._process: Optional[subprocess.Popen] = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self.gateway.kill(self.name)
        self._thread.start()

    def _keep(self) -> None:
        with open(self.gateway.log_folder / f"{self.name}.log", "ab") as log:
            while self._is_kept:
                self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                self.starts += 1
                self._process.wait()
                while self._is_kept and self.gateway.bus.has_owner(self.bus_name):
                    pass  # the bus has not seen the end yet

    def kill(self) -> bool:
        """kill -9, whatever it does; False if it is not there just now."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        process.wait()
        return True

    def serves(self) -> bool:
        """Whether the daemon that was started last is the one on the bus: then it has taken up what a dead one left."""
        process = self._process
        try:
            return process is not None and process.poll() is None and self.gateway.bus.pid_of(self.bus_name) == process.pid
        except BusError:
            return False  # the name has no owner

    def let_be(self) -> None:
        """From now on an end is an end."""
        self._is_kept = False


class Herd:
    """All daemons of a gateway that runs, kept. To be used as a context: it leaves them running, for the gateway to end."""

    def __init__(self, gateway: Gateway, rng: random.Random):
        self.gateway = gateway
        self.kills: Counter = Counter()
        self._rng = rng
        self._keepers = {name: Keeper(gateway, name) for name in ("posternd", *SERVERS)}
        self._pause = threading.Event()
        self._start_s = 0.0

    def __enter__(self) -> "Herd":
        begin = time.monotonic()
        for keeper in self._keepers.values():
            keeper.start()
        self.wait()
        self._start_s = time.monotonic() - begin
        return self

    def __exit__(self, *_exception) -> None:
        for keeper in self._keepers.values():
            keeper.let_be()

    def wait(self) -> None:
        """Until all of them serve, once nobody kills them any more."""
        for keeper in self._keepers.values():
            until(keeper.serves, f"{keeper.name} on the bus", 60)

    def _victims(self) -> Sequence[str]:
        lot = self._rng.random()
        if lot < SHARE_OF_ALL:
            return tuple(self._keepers)
        if lot < SHARE_OF_ALL + SHARE_OF_AUTHORITY:
            return ("posternd",)
        return (self._rng.choice(tuple(SERVERS)),)

    def kill(self, count: int, a_second: float) -> None:
        """COUNT kills more, at instants that have nothing to do with what the daemons do: A_SECOND, or fewer where that would leave no
        time between a start and the next kill."""
        a_second = min(a_second, KILLS_A_START / self._start_s)
        end = self.kills.total() + count
        while self.kills.total() < end:
            self._pause.wait(min(self._rng.expovariate(a_second), 5 / a_second))
            for name in self._victims():
                self.kills[name] += self._keepers[name].kill()
