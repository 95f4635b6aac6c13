# SPDX-License-Identifier: GPL-3.0-or-later
"""What the mail servers of the tests have in common, however differently they are told of it."""

import smtplib
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from gateway.certificate import Certificate
from gateway.gateway import DEMO_USERS, Gateway
from gateway.ports import free_port
from gateway.wait import until

from .room import Room

BOXES = ("ann", "ben", "jürgen")
USER, PASSWORD = "gate", "keeper of the gate"  # who may log on to a peer

# How a peer hands a message to the gateway: "someone@NAME.example" goes by the way called NAME.
WAYS = ("stranger", "pop", "plain", "login", "tls")


@dataclass(frozen=True)
class Doors:
    """Where a gateway can be reached by the peers, and what they need to know of it."""

    smtp: int
    submission: int
    submission_tls: int
    authority: Path
    user: str = "alice"
    password: str = DEMO_USERS["alice"]

    def port(self, way: str) -> int:
        return {"plain": self.submission, "login": self.submission, "tls": self.submission_tls}.get(way, self.smtp)


class Peer:
    """A mail server with mailboxes at its domain, that hands everything else to a gateway. Starts with `with`."""

    name: str
    speaks_utf8 = True
    serves_tls = True
    chooses_method = True  # PLAIN or LOGIN, as its way says
    number: int  # of its own addresses in the loopback network

    def __init__(self, room: Room, certificate: Certificate, doors: Doors):
        self.room, self.doors = room, doors
        self.domain = f"{self.name}.example"
        self.port, self.submission = free_port(), free_port()  # with TLS for who wants it; with TLS and a log-on for all
        self.mail = room.box("mail")
        self.certificate = room.folder / "certificate.pem"
        self.key = room.folder / "key.pem"
        self.certificate.write_bytes(certificate.certificate.read_bytes())
        self.key.write_bytes(certificate.key.read_bytes())
        self.authority = room.folder / "authority.pem"
        self.authority.write_bytes(doors.authority.read_bytes())

    def address(self, way: str) -> str:
        """From where it connects to the gateway."""
        return f"127.8.{self.number}.{WAYS.index(way) + 1}"

    def configure(self) -> list[str]:
        """Writes the files, and returns the commands that run the server."""
        raise NotImplementedError

    def __enter__(self) -> "Peer":
        for box in BOXES:
            for folder in ("cur", "new", "tmp"):
                self.room.box(f"mail/{box}/{folder}")
        self.room.start(self.configure())
        try:
            until(self._answers, f"{self.name} at port {self.port}")
        except TimeoutError as error:
            said = self.room.said()
            self.room.stop()
            raise RuntimeError(f"{error}; it said: {said}") from None
        return self

    def __exit__(self, *_exception) -> None:
        self.room.stop()

    def _answers(self) -> bool:
        assert self.room.is_running, self.room.said()
        try:
            with self.smtp() as session:
                return session.noop()[0] == 250
        except OSError:
            return False

    def smtp(self) -> smtplib.SMTP:
        """A session with the peer, from the local host, whose mail it relays."""
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=30)

    def messages(self, box: str) -> Iterator[bytes]:
        for path in (self.mail / box / "new").iterdir():
            yield path.read_bytes()

    def wait_for(self, box: str, words: bytes, count: int = 1) -> list[bytes]:
        """The messages with WORDS in BOX, when COUNT of them are there; with LF, as they are on the disk."""
        def found() -> list[bytes]:
            messages = [message for message in self.messages(box) if words in message]
            return messages if len(messages) >= count else []
        try:
            return until(found, f"{count} message(s) with {words!r} in the mailbox {box} of {self.name}", 30)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the peer said: {self.room.said()[-4000:]}") from None


def doors_of(gateway: Gateway, authority: Path) -> Doors:
    settings = gateway.settings()
    ports = [int(settings[f"smtp.{name}"][0].rsplit(":", 1)[1])
             for name in ("listeners", "submission-listeners", "submission-tls-listeners")]
    return Doors(*ports, authority)
