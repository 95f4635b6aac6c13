# SPDX-License-Identifier: GPL-3.0-or-later
"""Where promised messages end up: a next hop that counts, mailboxes as files, and a client of POP that takes them away."""

import email
import random
import re
import threading
from collections import Counter
from pathlib import Path
from typing import Iterator

from aiosmtpd.smtp import SMTP, Envelope, Session

from crash.ledger import Ledger
from crash.senders import RETRY_S, Gone, Talk, is_for_now
from gateway.gateway import DEMO_USERS
from gateway.sink import NextHop

_TO = re.compile(rb"^Delivered-To: (\S+)", re.MULTILINE)
_FAILED = re.compile(rb"^Final-Recipient: rfc822; *(\S+)", re.MULTILINE)


class TallyHop(NextHop):
    """Writes down what it gets, when it has it; knows nobody whose name begins with "refused"."""

    def __init__(self, ledger: Ledger):
        super().__init__()
        self._ledger = ledger

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self._ledger.find(envelope.original_content or b"", envelope.rcpt_tos)
        return "250 2.0.0 kept"


def note_mail(ledger: Ledger, content: bytes) -> None:
    """A mail in a mailbox is a message, or a report of what was not delivered."""
    match = _TO.search(content)
    if content.startswith(b"Return-Path: <>"):
        ledger.find_bounce(content, [address.decode() for address in _FAILED.findall(content)])
    elif match:
        ledger.find(content, [match[1].decode()])
    else:
        ledger.torn.add(f"not a mail: {content[:60]!r}")


def mails_in(state: Path, user: str) -> Iterator[Path]:
    for part in ("new", "cur"):
        yield from (state / "mailboxes" / user / part).glob("*")


def read_mailboxes(state: Path, ledger: Ledger) -> None:
    for user in ("alice", "bob", "postmaster"):
        for path in mails_in(state, user):
            note_mail(ledger, path.read_bytes())


class Collector(threading.Thread):
    """Takes mails away from a mailbox, as a client does that keeps none on the server, until it is stopped."""

    def __init__(self, user: str, port: int, ledger: Ledger, rng: random.Random, at_most: int = 40):
        super().__init__(daemon=True)
        self.gone: Counter = Counter()  # unique ids of mails that an answered QUIT has deleted
        self.came_back = 0
        self._user = user
        self._port = port
        self._ledger = ledger
        self._rng = rng
        self._at_most = at_most
        self._taken: set[str] = set()  # that were read, and may be there still
        self._ending = threading.Event()

    def stop(self) -> None:
        self._ending.set()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                self._visit()
            except Gone:
                pass
            self._ending.wait(self._rng.uniform(0, 20 * RETRY_S))

    def _visit(self) -> None:
        talk = Talk(self._port, "127.0.0.3")
        try:
            self._ask(talk, f"USER {self._user}")
            self._ask(talk, f"PASS {DEMO_USERS[self._user]}")
            self._ask(talk, "UIDL")
            ids = [line.split()[1].decode() for line in self._lines(talk)][:self._at_most]
            for number, unique_id in enumerate(ids, 1):
                self._take(talk, number, unique_id)
            self._ask(talk, "QUIT")
            self.gone.update(ids)
            self._taken -= set(ids)
        finally:
            talk.close()

    def _take(self, talk: Talk, number: int, unique_id: str) -> None:
        self._ask(talk, f"RETR {number}")
        content = b"".join(line[line.startswith(b"."):] for line in self._lines(talk))
        if unique_id not in self._taken:
            note_mail(self._ledger, content)
            self._taken.add(unique_id)
        self.came_back += unique_id in self.gone
        self._ask(talk, f"DELE {number}")

    def _ask(self, talk: Talk, command: str) -> None:
        talk.send(command.encode() + b"\r\n")
        answer = talk.line()
        if answer.startswith(b"+OK"):
            return
        if not is_for_now(answer):
            self._ledger.complain(f"{self._user}: {command}: {answer!r}")
        raise Gone

    def _lines(self, talk: Talk) -> Iterator[bytes]:
        while (line := talk.line()) != b".\r\n":
            yield line
