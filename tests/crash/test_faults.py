# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that fails at each call, for once or for a while: what was answered with 250 is kept, all else is refused for now, and what
comes when the disk is well again is taken."""

import itertools
import random
import time
from collections import Counter
from contextlib import suppress
from typing import Iterator

import pytest

from crash.faults import HALF
from crash.faulty import ERRORS, Faulty, FaultyGateway
from crash.finders import TallyHop, read_mailboxes
from crash.ledger import Ledger, make_message
from crash.senders import Gone, Talk
from gateway.bus import BusError
from gateway.figures import is_thorough, record, tries
from gateway.gateway import Gateway
from gateway.wait import until

PROMISE = "250 is a promise"
CLIENT = "127.0.0.1"
MAY_RELAY = {"smtp.relay.address-list": True, "smtp.relay.addresses": ["127.0.0.1"]}
SMALL, LARGE = 1500, 90000


class Round:
    """Messages of one client; what it is answered, the ledger knows."""

    def __init__(self, gateway: Gateway, ledger: Ledger, rng: random.Random):
        self._port = gateway.smtp_port
        self._ledger = ledger
        self._rng = rng
        self._count = 0
        self.refused = 0

    def send(self, size: int, *recipients: str) -> str:
        """Returns the last reply, "" where the connection was lost. Nothing but 250 and a no for now is right."""
        self._count += 1
        name = f"f{self._count}"
        message = make_message(name, size, self._rng)
        try:
            talk = Talk(self._port, CLIENT)
        except Gone:
            return ""
        try:
            for command in ("EHLO client.example", "MAIL FROM:<bob@demo.example>", *(f"RCPT TO:<{to}>" for to in recipients), "DATA"):
                reply = talk.say(command)
                if reply[:1] not in "23":
                    break
            else:
                talk.send(message.replace(b"\r\n.", b"\r\n..") + b".\r\n")
                reply = talk.reply()
                if reply.startswith("250"):
                    self._ledger.promise(name, recipients)
        except Gone:
            reply = ""
        finally:
            talk.close()
        if reply.startswith("5"):
            self._ledger.complain(f"{command}: {reply}")
        self.refused += not reply.startswith("250")
        return reply


def faults(count: int, rng: random.Random) -> Iterator[tuple[int, bool]]:
    """For each call COUNT ways to fail."""
    ways = [*itertools.product((*ERRORS, HALF), (False, True))]
    return iter(rng.sample(ways, min(count, len(ways))))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def drain(gateway: Gateway, ledger: Ledger) -> list[str]:
    """Lets all that waits arrive. Returns what is wrong then."""
    def is_empty() -> bool:
        gateway.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [])
        return not gateway.queue()
    until(is_empty, "an empty queue", 90)
    read_mailboxes(gateway.state, ledger)
    return ledger.troubles()


def test_accept(ledger: Ledger) -> None:
    """Small messages go through the journal, large ones through a file."""
    seed = time.time_ns()
    print(f"seed {seed}")
    rng = random.Random(seed)
    ways = tries(daily=1, thorough=12)
    met: Counter = Counter()
    with TallyHop(ledger) as hop, FaultyGateway(mail_router=hop.endpoint) as gateway:
        faulty, talk = Faulty(gateway, "smtp"), Round(gateway, ledger, rng)
        at, before = 1, -1
        while met.total() > before:
            before = met.total()
            for fault, lasting in faults(ways, rng):
                faulty.arm(at, fault, lasting)
                for size in (SMALL, LARGE):
                    talk.send(size, "alice@demo.example")
                gateway.queue()  # it waits until what is in the journal is in the tables
                if (call := faulty.disarm().call):
                    met[call] += 1
                faulty.revive()
                until(lambda: talk.send(SMALL, "alice@demo.example").startswith("250"), "a message that is taken afterwards")
            at += rng.randint(1, tries(daily=4, thorough=1))
        lost = drain(gateway, ledger)
    record(PROMISE, "each call of the SMTP server that changes storage fails", met.total(), len(lost),
           f"once, or from then on, with one of {len(ERRORS)} errors or half way; {len(ledger.promised):,} messages were promised, "
           f"{talk.refused:,} refused for now; the server ended itself {faulty.ends:,} times; failed: "
           + ", ".join(f"{call} {count:,}" for call, count in met.most_common()))
    assert not lost


def test_journal_flush(ledger: Ledger) -> None:
    """A flush of the journal fails, and the server is killed a moment later. Neither is what was promised before lost, nor what comes
    behind it; what was refused may come, too: nobody knows what of it the disk has."""
    seed = time.time_ns()
    print(f"seed {seed}")
    rng = random.Random(seed)
    count, met = tries(daily=4, thorough=300), 0
    with TallyHop(ledger) as hop, FaultyGateway(mail_router=hop.endpoint) as gateway:
        faulty, talk = Faulty(gateway, "smtp"), Round(gateway, ledger, rng)
        for _ in range(count):
            faulty.arm(rng.randint(1, 4), rng.choice(ERRORS), call=rng.choice(("fdatasync", "pwritev")), path="queue/journal-")
            replies = [talk.send(SMALL, "alice@demo.example") for _ in range(6)]
            failed = faulty.disarm().call != ""
            met += failed
            assert len([reply for reply in replies if not reply.startswith("250")]) == failed, replies
            if rng.random() < 0.5:
                gateway.kill("smtp")
                gateway.start_server("smtp")
        lost = drain(gateway, ledger)
    record(PROMISE, "a write or a flush of the journal fails, and then the SMTP server is killed, or not", met, len(lost),
           f"{len(ledger.promised):,} messages were promised, {talk.refused:,} refused for now")
    assert not lost
    assert met


def attempt(gateway: Gateway, faulty: Faulty, talk: Round, name: str) -> None:
    """Returns once a fault was met, or none will be."""
    replies = [talk.send(size, "alice@demo.example", f"someone-{name}@next.example", f"refused-{name}@next.example")
               for size in (SMALL, LARGE)]

    def is_over() -> bool:
        with suppress(BusError):  # it may have ended
            return bool(faulty.met().call) or not any(row["id"] in " ".join(replies) for row in gateway.queue())
        return bool(faulty.met().call)
    until(is_over, "a fault, or all that was sent away")


def test_delivery(ledger: Ledger) -> None:
    """Local mail, mail sent on, and a bounce; what fails stays in the queue."""
    seed = time.time_ns()
    print(f"seed {seed}")
    rng = random.Random(seed)
    met: Counter = Counter()
    with TallyHop(ledger) as hop, FaultyGateway(mail_router=hop.endpoint, settings=MAY_RELAY) as gateway:
        faulty, talk = Faulty(gateway, "delivery"), Round(gateway, ledger, rng)
        for place in ("queue/data.mdb", "queue/bodies", "mailboxes/"):
            at, before = 1, None
            while met != before:
                before = Counter(met)
                for fault, lasting in faults(tries(daily=1, thorough=6), rng):
                    faulty.arm(at, fault, lasting, path=place)
                    attempt(gateway, faulty, talk, f"{at}-{lasting}")
                    if (call := faulty.disarm().call):
                        met[call] += 1
                    faulty.revive()
                at += rng.randint(1, tries(daily=8, thorough=1))
        if not is_thorough():  # else it takes up by itself what had to rest
            gateway.kill("delivery")
            gateway.start_server("delivery")
        lost = drain(gateway, ledger)
    record(PROMISE, "each call of the delivery that changes storage fails", met.total(), len(lost),
           f"once, or from then on, with one of {len(ERRORS)} errors or half way; {len(ledger.promised):,} recipients were promised, "
           f"{ledger.doubles():,} mails arrived twice; the delivery ended itself {faulty.ends:,} times; failed: "
           + ", ".join(f"{call} {count:,}" for call, count in met.most_common()))
    assert not lost
