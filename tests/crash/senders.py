# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that go on sending, whatever becomes of the server, and write down what it has promised."""

import random
import socket
import threading
from contextlib import suppress

from crash.ledger import Ledger, make_message
from gateway.gateway import DEMO_USERS

# The user whose password is cheap to check.
USER = "bob"
SENDER = f"{USER}@demo.example"
LOCAL = ("alice@demo.example", "bob@demo.example", "postmaster@demo.example")
PER_CONNECTION = 8
PER_LOG_ON = 10
RETRY_S = 0.01
PIECE = 1400


class Gone(Exception):
    """The connection is lost."""


def is_for_now(answer: bytes) -> bool:
    """Whether a POP server says no for the moment alone (RFC 2449, section 8; RFC 3206)."""
    return answer.startswith((b"-ERR [IN-USE]", b"-ERR [SYS/TEMP]"))


class Talk:
    """A connection to a server of mail, from CLIENT."""

    def __init__(self, port: int, client: str):
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), 20, source_address=(client, 0))
            self._input = self._socket.makefile("rb")
        except OSError as error:
            raise Gone from error
        self.reply()

    def close(self) -> None:
        with suppress(OSError):
            self._input.close()
            self._socket.close()

    def send(self, octets: bytes) -> None:
        try:
            self._socket.sendall(octets)
        except OSError as error:
            raise Gone from error

    def line(self) -> bytes:
        try:
            line = self._input.readline()
        except OSError as error:
            raise Gone from error
        if not line.endswith(b"\n"):
            raise Gone
        return line

    def reply(self) -> str:
        while (line := self.line())[3:4] == b"-":
            pass
        return line.decode().rstrip()

    def say(self, line: str) -> str:
        self.send(line.encode() + b"\r\n")
        return self.reply()


class Sender(threading.Thread):
    """Sends messages of all kinds until it is stopped: local and relayed ones, with DATA and BDAT, to some who are refused."""

    def __init__(self, number: int, ports: tuple[int, int], ledger: Ledger, rng: random.Random, pause_s: float):
        super().__init__(daemon=True)
        self.log_ons = 0
        self._number = number
        self._smtp_port, self._pop_port = ports
        self._ledger = ledger
        self._rng = rng
        self._pause_s = pause_s
        self._ending = threading.Event()
        self._count = 0
        self._client = ""

    def stop(self) -> None:
        self._ending.set()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                self._visit()
            except Gone:
                self._ending.wait(RETRY_S)

    def _log_on(self) -> None:
        """From a new address. Only an answered log-on counts: without, the next try has another address."""
        number = self._number * 50000 + self._count + self.log_ons
        client = f"127.{20 + number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
        talk = Talk(self._pop_port, client)
        try:
            for line in (f"USER {USER}", f"PASS {DEMO_USERS[USER]}"):
                talk.send(line.encode() + b"\r\n")
                if not (answer := talk.line()).startswith(b"+OK"):
                    if not is_for_now(answer):
                        self._ledger.complain(f"{line}: {answer!r}")
                    raise Gone
        finally:
            talk.close()
        self.log_ons += 1
        self._client = client

    def _visit(self) -> None:
        if not self._client or self._count % PER_LOG_ON == 0:
            self._client = ""
            self._log_on()
        talk = Talk(self._smtp_port, self._client)
        try:
            talk.say("EHLO client.example")
            for _ in range(PER_CONNECTION):
                if self._ending.is_set():
                    break
                self._send(talk)
                self._ending.wait(self._rng.uniform(0, 2 * self._pause_s))
            talk.say("QUIT")
        finally:
            talk.close()

    def _recipients(self) -> list[str]:
        number = f"{self._number}-{self._count}"
        kinds = {
            "local": self._rng.sample(LOCAL, self._rng.randint(1, 3)),
            "remote": [f"r{i}-{number}@next.example" for i in range(self._rng.choice((1, 1, 3)))],
            "refused": [f"refused-{number}@next.example"],
        }
        chosen = self._rng.choice((("local",), ("local",), ("remote",), ("remote",), ("refused",), ("local", "remote"),
                                   ("local", "remote", "refused")))
        return [recipient for kind in chosen for recipient in kinds[kind]]

    def _size(self) -> int:
        return self._rng.choice((self._rng.randint(10, 3000),) * 8 + (self._rng.randint(20000, 33000),
                                                                      self._rng.randint(33000, 120000)))

    def _is_taken(self, command: str, reply: str) -> bool:
        """Refusals for good are wrong here: whoever sends may, and all recipients may be sent to."""
        if reply.startswith("5"):
            self._ledger.complain(f"{self._client}: {command}: {reply}")
        return reply[:1] in "23"

    def _send(self, talk: Talk) -> None:
        self._count += 1
        name = f"m{self._number}-{self._count}"
        message = make_message(name, self._size(), self._rng)
        if not self._is_taken("MAIL", talk.say(f"MAIL FROM:<{SENDER}>")):
            return
        taken = [recipient for recipient in self._recipients()
                 if self._is_taken(recipient, talk.say(f"RCPT TO:<{recipient}>"))]
        if not taken:
            talk.say("RSET")
            return
        reply = self._send_chunks(talk, message) if self._rng.random() < 0.3 else self._send_data(talk, message)
        if self._is_taken("content", reply):
            self._ledger.promise(name, taken)

    def _send_data(self, talk: Talk, message: bytes) -> str:
        reply = talk.say("DATA")
        if not reply.startswith("354"):
            return reply
        lines = message.split(b"\r\n")
        octets = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n"
        for at in range(0, len(octets), PIECE):
            talk.send(octets[at:at + PIECE])
        return talk.reply()

    def _send_chunks(self, talk: Talk, message: bytes) -> str:
        cut = self._rng.randint(0, len(message))
        talk.send(b"BDAT %d\r\n" % cut + message[:cut])
        reply = talk.reply()
        if not reply.startswith("250"):
            return reply
        talk.send(b"BDAT %d LAST\r\n" % (len(message) - cut) + message[cut:])
        return talk.reply()
