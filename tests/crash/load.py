# SPDX-License-Identifier: GPL-3.0-or-later
"""Senders and a collector at work on a gateway, to be used as a context."""

import random

from crash.finders import Collector
from crash.ledger import Ledger
from crash.senders import Sender
from gateway.gateway import Gateway

SENDERS = 4
PAUSE_S = 0.03  # between two messages of a sender, on average


class Load:
    """To be made while the authority runs, which tells the ports."""

    def __init__(self, gateway: Gateway, ledger: Ledger, rng: random.Random):
        ports = (gateway.smtp_port, gateway.pop_port)
        self._senders = [Sender(number, ports, ledger, random.Random(rng.random()), PAUSE_S) for number in range(SENDERS)]
        self._collector = Collector("alice", gateway.pop_port, ledger, random.Random(rng.random()))

    def __enter__(self) -> "Load":
        for thread in (*self._senders, self._collector):
            thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        for thread in (*self._senders, self._collector):
            thread.stop()
        for thread in (*self._senders, self._collector):
            thread.join(60)

    def log_ons(self) -> int:
        return sum(sender.log_ons for sender in self._senders)
