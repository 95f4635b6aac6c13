# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in a long day, one after the other: each fault comes, lasts a while, and goes."""

import os
import poplib
import random
import signal
import socket
import struct
import threading
from contextlib import ExitStack, suppress
from typing import Callable, Iterator

from gateway.bus import BusError
from gateway.gateway import SERVERS, Gateway
from gateway.sink import NextHop

SHORT_S = 2.0  # how long a fault lasts
STRANGERS = 200
# SO_LINGER: the connection is torn down, not closed.
ABRUPTLY = struct.pack("ii", 1, 0)

RUBBISH = (b"", b"\r\n" * 50, b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"EHLO x\r\nSTARTTLS\r\nMAIL",
           b"A" * 5000, b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n", b"AUTH PLAIN\r\nAGEAYg==\r\n",
           b"USER alice\r\n", b"USER alice\r\nPASS", b"QUIT\r\n", bytes(range(256)) * 4)


class Faults:
    """Makes each of them in turn, until it is told to end."""

    def __init__(self, gateway: Gateway, hop: NextHop, rng: random.Random):
        self.count = 0
        self._gateway = gateway
        self._hop = hop
        self._rng = rng
        self._ending = threading.Event()
        self._kinds: tuple[Callable[[], None], ...] = (
            self._next_hop_is_away, self._next_hop_is_full, self._server_is_suspended, self._strangers_come, self._passwords_are_guessed,
            self._settings_change, self._change_is_refused, self._authority_is_killed, self._server_reads_settings_anew)

    def run(self, seconds: float) -> None:
        """Returns when the time is over, and nothing is wrong any more."""
        timer = threading.Timer(seconds, self._ending.set)
        timer.start()
        try:
            for kind in self._forever():
                kind()
                self.count += 1
                if self._ending.wait(SHORT_S):
                    break
        finally:
            timer.cancel()

    def _forever(self) -> Iterator[Callable[[], None]]:
        while True:
            yield from self._rng.sample(self._kinds, len(self._kinds))

    def _last(self) -> None:
        self._ending.wait(SHORT_S)

    def _next_hop_is_away(self) -> None:
        self._hop.stop()
        self._last()
        self._hop.start()

    def _next_hop_is_full(self) -> None:
        self._hop.reply_to_data = "452 4.3.1 Insufficient system storage"
        self._last()
        self._hop.reply_to_data = ""

    def _server_is_suspended(self) -> None:
        pid = self._gateway.pid(self._rng.choice(tuple(SERVERS)))
        os.kill(pid, signal.SIGSTOP)
        self._last()
        os.kill(pid, signal.SIGCONT)

    def _stranger(self) -> str:
        return f"127.{self._rng.randint(200, 220)}.{self._rng.randint(0, 255)}.{self._rng.randint(1, 254)}"

    def _strangers_come(self) -> None:
        ports = (self._gateway.smtp_port, self._gateway.pop_port)
        with ExitStack() as stack:
            for _ in range(STRANGERS):
                with suppress(OSError):
                    stranger = socket.create_connection(("127.0.0.1", self._rng.choice(ports)), 5, source_address=(self._stranger(), 0))
                    stack.enter_context(stranger)
                    stranger.sendall(self._rng.choice(RUBBISH))
                    if self._rng.random() < 0.5:
                        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPTLY)
            self._last()

    def _passwords_are_guessed(self) -> None:
        for _ in range(3):
            with suppress(OSError, poplib.error_proto):
                session = self._gateway.pop3(self._stranger())
                session.user("alice")
                session.pass_("guess")

    def _settings_change(self) -> None:
        """Some values, and a long list every now and then."""
        number = self._rng.randint(1, 1000)
        self._gateway.send_changes({"general.near-domains": [f"near{number}.example"]})
        self._gateway.send_changes({"smtp.relay.addresses": [f"10.{i // 256}.{i % 256}.0/24" for i in range(number * 10)]})

    def _change_is_refused(self) -> None:
        with suppress(BusError):
            self._gateway.send_changes({"smtp.relay.pop-client-minutes": 3})

    def _authority_is_killed(self) -> None:
        self._gateway.kill("posternd")
        self._last()
        self._gateway.settings()  # the bus starts it

    def _server_reads_settings_anew(self) -> None:
        for name in SERVERS:
            os.kill(self._gateway.pid(name), signal.SIGHUP)
