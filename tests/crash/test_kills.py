# SPDX-License-Identifier: GPL-3.0-or-later
"""250 is a promise, and so is +OK of a log-on: whichever daemon is killed, and whenever."""

import random
import time
from collections import Counter
from pathlib import Path

from finders import Collector, TallyHop, mails_in, note_mail
from gateway.certificate import CertificateAuthority
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.wait import until
from keeper import Herd
from ledger import Ledger
from senders import Sender

PROMISE = "250 is a promise"
SENDERS = 4
PAUSE_S = 0.03  # between two messages of a sender, on average
KILLS_A_SECOND = 14
KILLS_A_ROUND = 500  # then all that was promised is looked for


class Load:
    """Senders and a collector at work on a gateway."""

    def __init__(self, gateway: Gateway, ledger: Ledger, rng: random.Random):
        ports = (gateway.smtp_port, gateway.pop_port)
        self.senders = [Sender(number, ports, ledger, random.Random(rng.random()), PAUSE_S) for number in range(SENDERS)]
        self.collector = Collector("alice", gateway.pop_port, ledger, random.Random(rng.random()))

    def __enter__(self) -> "Load":
        for thread in (*self.senders, self.collector):
            thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        for thread in (*self.senders, self.collector):
            thread.stop()
        for thread in (*self.senders, self.collector):
            thread.join(60)


def read_mailboxes(gateway: Gateway, ledger: Ledger) -> None:
    for user in ("alice", "bob", "postmaster"):
        for path in mails_in(gateway.state, user):
            note_mail(ledger, path.read_bytes())


def run_round(kills: int, settings: dict, sums: Counter) -> list[str]:
    """Adds to SUMS what was done; returns what was lost, torn or wrong."""
    rng = random.Random(time.time_ns())
    ledger = Ledger()
    with TallyHop(ledger) as hop, Gateway(mail_router=hop.endpoint, settings=settings) as gateway:
        load = Load(gateway, ledger, rng)
        with Herd(gateway, rng) as herd:
            with load:
                herd.kill(kills, KILLS_A_SECOND)
            until(lambda: gateway.is_running("delivery") and not gateway.queue(), "an empty queue", 120)
        read_mailboxes(gateway, ledger)
    sums.update(herd.kills)
    sums.update(messages=ledger.messages, recipients=len(ledger.promised), doubles=ledger.doubles(),
                log_ons=sum(sender.log_ons for sender in load.senders), deleted=load.collector.gone.total())
    return [*map(str, ledger.missing()), *ledger.torn, *ledger.wrong]


def test_random_kills(tmp_path: Path) -> None:
    """Log-ons, too: who was answered +OK may relay ever after, or it counts as lost."""
    count = tries(daily=60, thorough=10000)
    certificate = CertificateAuthority(tmp_path).certificate
    settings = {"smtp.delivery.ca-file": str(certificate)}  # the system's takes longer to read than all the rest of a start
    sums: Counter = Counter()
    lost: list[str] = []
    for begin in range(0, count, KILLS_A_ROUND):
        lost += run_round(min(KILLS_A_ROUND, count - begin), settings, sums)
        daemons = ("smtp", "pop3", "delivery", "posternd")
        record(PROMISE, "kill -9 under load", sum(sums[name] for name in daemons), len(lost),
               f"{sums['messages']:,} messages with {sums['recipients']:,} recipients were promised, {sums['log_ons']:,} log-ons; "
               f"double: {sums['doubles']:,}, since the delivery was killed between a deed and its note; killed: "
               + ", ".join(f"{name} {sums[name]:,}" for name in daemons))
    assert sums["messages"] > count / 4 and sums["log_ons"] > 0
    assert not lost
