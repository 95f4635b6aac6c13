# SPDX-License-Identifier: GPL-3.0-or-later
"""
The power fails while mail is delivered, sent on, returned, and deleted by a client of POP: each recipient that was promised is in the
queue, or has got the message, or the sender a report; and what an answered QUIT has deleted is gone.
"""

import random
import time
from pathlib import Path
from typing import Iterator

from aiosmtpd.smtp import SMTP, Envelope, Session

from crash.finders import TallyHop, mails_in
from crash.ledger import Ledger, is_whole, make_message, name_of
from crash.power import VARIANTS, Record
from crash.recording import Recording, cuts, states
from crash.senders import Talk
from crash.survivors import survivors
from gateway.figures import record, tries
from gateway.gateway import DEMO_USERS, SERVERS
from gateway.ports import free_port
from gateway.wait import until

PROMISE = "250 is a promise"
LOCAL, AWAY, REFUSED = "alice@demo.example", "someone@next.example", "refused@next.example"
MAY_RELAY = {"smtp.relay.address-list": True, "smtp.relay.addresses": ["127.0.0.1"]}
# Marks: what was told, and of which message.
PROMISED, TAKEN, DELETING, DELETED = "promised", "taken", "deleting", "deleted"


class MarkingHop(TallyHop):
    """What it has taken is marked before it says so."""

    gateway: Recording

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.gateway.mark(f"{TAKEN} {name_of(envelope.original_content)}")
        return await super().handle_DATA(server, session, envelope)


def send(gateway: Recording, name: str, size: int, rng: random.Random) -> None:
    talk = Talk(gateway.smtp_port, "127.0.0.1")
    for command in ("EHLO client.example", "MAIL FROM:<bob@demo.example>", *(f"RCPT TO:<{to}>" for to in (LOCAL, AWAY, REFUSED)), "DATA"):
        assert talk.say(command)[0] in "23", command
    talk.send(make_message(name, size, rng).replace(b"\r\n.", b"\r\n..") + b".\r\n")
    assert talk.reply().startswith("250")
    gateway.mark(f"{PROMISED} {name}")
    talk.close()


def delete_some(gateway: Recording, rng: random.Random) -> None:
    """Alice reads what there is, and deletes the first, and about half of the rest."""
    session = gateway.pop3()
    session.user("alice")
    session.pass_(DEMO_USERS["alice"])
    names = []
    for number in range(1, session.stat()[0] + 1):
        if number == 1 or rng.random() < 0.5:
            names.append(name_of(b"\r\n".join(session.retr(number)[1])))
            session.dele(number)
    for name in names:
        gateway.mark(f"{DELETING} {name}")
    session.quit()
    for name in names:
        gateway.mark(f"{DELETED} {name}")


def load(gateway: Recording, rounds: int, rng: random.Random) -> int:
    """Returns how many messages were promised."""
    count = 0
    for number in range(rounds):
        for size in (300, 3000, 90000):
            count += 1
            send(gateway, f"d{count}", size, rng)
        until(lambda: not gateway.queue(), "an empty queue", 60)
        delete_some(gateway, rng)
        (gateway.kill if number % 2 == 0 else gateway.stop_server)("delivery")
        gateway.start_server("delivery")
    return count


class Told:
    """Who was told what, up to a cut."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {word: set() for word in (PROMISED, TAKEN, DELETING, DELETED)}

    def note(self, what: Record) -> None:
        if what.kind == "M":
            word, name = what.second.decode().split()
            self.names[word].add(name)

    def troubles(self, state: Path) -> Iterator[str]:
        """What is not as it was told."""
        try:
            waiting = survivors(state / "queue").values()
        except AssertionError as error:
            yield str(error)
            return
        mails = {user: [path.read_bytes() for path in mails_in(state, user)] for user in ("alice", "bob")}
        there = {name_of(mail) for mail in mails["alice"]}
        returned = {name_of(mail) for mail in (*mails["bob"], *(each.content for each in waiting)) if b"\nFinal-Recipient:" in mail}
        owed = {to: {name_of(each.content) for each in waiting if to in each.recipients} for to in (LOCAL, AWAY, REFUSED)}
        for what, kept in ((LOCAL, there | self.names[DELETING]), (AWAY, self.names[TAKEN]), (REFUSED, returned)):
            for name in self.names[PROMISED] - kept - owed[what]:
                yield f"{name} for {what} is lost"
        for name in self.names[DELETED] & there:
            yield f"{name} was deleted, and is there"
        for mail in (*mails["alice"], *(each.content for each in waiting if LOCAL in each.recipients)):
            if not is_whole(mail):
                yield f"{name_of(mail) or mail[:40]!r} is damaged"


def test_delivery(folder: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    rng, told, tried, lost = random.Random(seed), Told(), 0, []
    with MarkingHop(Ledger()) as hop:
        gateway = hop.gateway = Recording(folder / "state", folder / "log", [server.program for server in SERVERS.values()],
                                          smtp_port=free_port(), pop_port=free_port(), mail_router=hop.endpoint, settings=MAY_RELAY)
        with gateway:
            promised = load(gateway, tries(daily=1, thorough=3), rng)
    records = gateway.records()
    at = cuts(records, tries(daily=2, thorough=100000), rng)
    for where in states(gateway.disk, records, at, folder / "cut", rng, told.note):
        lost += [f"{where}: {trouble}" for trouble in told.troubles(folder / "cut")]
        tried += 1
    assert len(told.names[PROMISED]) == promised and told.names[TAKEN] == told.names[PROMISED] and told.names[DELETED]
    record(PROMISE, "power lost while mail is delivered, sent on, returned, and deleted over POP", tried, len(lost),
           f"{len(at):,} instants, of what was not flushed {', '.join(VARIANTS)}; {promised:,} messages with three recipients each, "
           f"{len(told.names[DELETED]):,} deleted")
    assert not lost, "\n".join(lost[:20])
