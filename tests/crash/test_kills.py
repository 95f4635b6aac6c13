# SPDX-License-Identifier: GPL-3.0-or-later
"""250 is a promise, and so is +OK of a log-on: whichever daemon is killed, and whenever."""

import random
import time
from collections import Counter
from pathlib import Path

from crash.finders import TallyHop, read_mailboxes
from crash.keeper import Herd
from crash.ledger import Ledger
from crash.load import Load
from gateway.certificate import CertificateAuthority
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.wait import until

PROMISE = "250 is a promise"
KILLS_A_SECOND = 14
KILLS_A_ROUND = 500  # then all that was promised is looked for
KILLS_A_STEP = 10  # then messages must have been taken again, however slow the machine


def run_round(kills: int, settings: dict, sums: Counter) -> list[str]:
    """Adds to SUMS what was done; returns what was lost, torn or wrong."""
    rng = random.Random(time.time_ns())
    ledger = Ledger()
    with TallyHop(ledger) as hop, Gateway(mail_router=hop.endpoint, settings=settings) as gateway:
        load = Load(gateway, ledger, rng)
        with Herd(gateway, rng) as herd:
            with load:
                for done in range(0, kills, KILLS_A_STEP):
                    before = ledger.messages
                    herd.kill(min(KILLS_A_STEP, kills - done), KILLS_A_SECOND)
                    until(lambda: ledger.messages >= before + KILLS_A_STEP / 2, "messages that are taken", 60)
            # What a killed smtpd had in its journal is in the queue for others to see once the next one serves, not before.
            herd.wait()
            until(lambda: not gateway.queue(), "an empty queue", 120)
        read_mailboxes(gateway.state, ledger)
    sums.update(herd.kills)
    sums.update(messages=ledger.messages, recipients=len(ledger.promised), doubles=ledger.doubles(), log_ons=load.log_ons())
    return ledger.troubles()


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
               + ", ".join(f"{name} {sums[name]:,}" for name in daemons) + "".join(f"; LOST {line}" for line in lost[:10]))
    assert sums["messages"] > count / 4 and sums["log_ons"] > 0
    assert not lost
