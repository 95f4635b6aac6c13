# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that change while many are sending, and a system that has no descriptor left."""

import os
import socket
import threading
from typing import Iterator

import pytest

from gateway.gateway import Gateway
from gateway.wait import until

SESSIONS = 12
APPLIES = 30
DESCRIPTORS = 64

# One transaction, and how each reply may begin, whatever the settings are at that moment.
DIALOGUE = [
    (b"EHLO client.example\r\n", ("250",)),
    (b"MAIL FROM:<sender@elsewhere.example>\r\n", ("250 2.1.0",)),
    (b"RCPT TO:<someone@elsewhere.example>\r\n", ("250 2.1.5", "550 5.7.1")),
    (b"RCPT TO:<alice@demo.example>\r\n", ("250 2.1.5",)),
    (b"DATA\r\n", ("354",)),
    (b"Subject: busy\r\n\r\ntext\r\n.\r\n", ("250 2.0.0",)),
]


class Sender:
    """One session, in a thread, that sends mail after mail until it is told to leave."""

    def __init__(self, gateway: Gateway, client: str, leaves: threading.Event):
        self.problem = ""
        self.sent = 0
        self._leaves = leaves
        self._socket = socket.create_connection(("127.0.0.1", gateway.smtp_port), 30, source_address=(client, 0))
        self._input = self._socket.makefile("rb")
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _reply(self) -> str:
        while (line := self._input.readline())[3:4] == b"-":
            pass
        assert line.endswith(b"\r\n"), line
        return line.decode("ascii")

    def _run(self) -> None:
        try:
            assert self._reply().startswith("220 ")
            while not self._leaves.is_set():
                for line, expected in DIALOGUE:
                    self._socket.sendall(line)
                    reply = self._reply()
                    assert reply.startswith(expected), (line, reply)
                self.sent += 1
            self._socket.sendall(b"QUIT\r\n")
            assert self._reply().startswith("221 ")
        except (AssertionError, OSError) as problem:
            self.problem = repr(problem)

    def join(self) -> None:
        self._thread.join()
        self._input.close()
        self._socket.close()


def storm(number: int) -> dict:
    """A change to one setting after the other."""
    return [{"smtp.relay.allow": ("all", "none", "specified")[number // 4 % 3]},
            {"smtp.limits.recipients": 100 + number},
            {"smtp.relay.addresses": [f"10.{number}.0.0/16"]},
            {"general.host-name": f"mail{number}.demo.example"}][number % 4]


def test_settings_storm_drops_no_session_and_tears_no_reply(gateway: Gateway) -> None:
    leaves = threading.Event()
    senders = [Sender(gateway, f"127.70.0.{number + 1}", leaves) for number in range(SESSIONS)]
    try:
        for number in range(APPLIES):
            gateway.send_changes(storm(number))
        revision = gateway.revision()
        until(lambda: gateway.revision_in_force("smtp") >= revision, "the last revision in force")
    finally:
        leaves.set()
        for sender in senders:
            sender.join()
    assert [sender.problem for sender in senders if sender.problem] == []
    assert all(sender.sent > 0 for sender in senders)


@pytest.fixture
def short_of_descriptors(gateway: Gateway) -> Iterator[Gateway]:
    gateway.restart_with("smtp", "prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}")
    yield gateway
    gateway.restart_with("smtp")


def greeted(sockets: list[socket.socket]) -> Iterator[socket.socket]:
    """Those among SOCKETS that the server has taken."""
    for each in sockets:
        each.setblocking(False)
        try:
            if each.recv(512).startswith(b"220 "):
                each.settimeout(30)
                yield each
        except BlockingIOError:
            pass


def transact(client: socket.socket, content: bytes) -> bytes:
    """Sends CONTENT to alice; returns the reply to its end."""
    with client.makefile("rb") as replies:
        client.sendall(b"HELO x\r\nMAIL FROM:<a@elsewhere.example>\r\nRCPT TO:<alice@demo.example>\r\nDATA\r\n")
        assert [replies.readline()[:3] for _ in range(4)] == [b"250", b"250", b"250", b"354"]
        client.sendall(content + b".\r\n")
        return replies.readline()


def test_no_descriptor_is_left(short_of_descriptors: Gateway) -> None:
    """Nobody who is in is thrown out, small mail needs no descriptor, large mail is put off, and later all is well."""
    gateway = short_of_descriptors
    folder = f"/proc/{gateway.pid('smtp')}/fd"
    clients = [socket.create_connection(("127.0.0.1", gateway.smtp_port), 30) for _ in range(2 * DESCRIPTORS)]
    try:
        until(lambda: len(os.listdir(folder)) >= DESCRIPTORS, "the last descriptor in use")
        client = until(lambda: next(greeted(clients), None), "a client that was taken")
        assert transact(client, b"Subject: small\r\n\r\ntext\r\n").startswith(b"250 2.0.0")
        assert transact(client, b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 10000).startswith(b"451 4.3.0")
        assert transact(client, b"Subject: small\r\n\r\ntext\r\n").startswith(b"250 2.0.0")
    finally:
        for each in clients:
            each.close()
    until(lambda: gateway.counters("smtp")["sessions-total"] >= len(clients) and not gateway.counters("smtp")["sessions"],
          "the end of all sessions")
    with gateway.smtp() as session:
        session.ehlo()
        session.sendmail("a@elsewhere.example", "alice@demo.example", b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 10000)
