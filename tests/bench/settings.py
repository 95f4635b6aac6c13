# SPDX-License-Identifier: GPL-3.0-or-later
"""New settings: how long it takes from their being saved until a server decides by them, in front of sessions that are open."""

import re
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass

from gateway.wait import until

from . import processes, tools
from .contender import CLIENT, PASSWORD, RECIPIENT, STRANGER, USER, Contender, Scene
from .refuse import networks
from .tools import Unsound

OPEN_SESSIONS = 200
REFUSED = re.compile(rb"[45]\d\d ")


def is_refused(port: int) -> bool:
    """Whether STRANGER is turned away, by a reply or without a word."""
    with socket.create_connection((CLIENT, port), 10, source_address=(STRANGER, 0)) as session:
        reply = session.recv(512)
    return not reply or REFUSED.match(reply) is not None


@dataclass(frozen=True)
class Apply:
    """A list of networks is saved; then the next connections are tried until one is refused."""

    networks: int

    def scene(self, _scale: float) -> Scene:
        return Scene(refused=["192.0.2.0/24"])

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        listed = networks(round(self.networks * scale))
        if is_refused(contender.port):
            raise Unsound("the client was refused before it was listed")
        with ExitStack() as stack:
            sessions = [stack.enter_context(socket.create_connection((CLIENT, contender.port), 30)) for _ in range(OPEN_SESSIONS)]
            for session in sessions:
                if not session.recv(512).startswith(b"220"):
                    raise Unsound("a session could not be opened")
            before = processes.memory_bytes(contender.front_pids())
            begin = time.monotonic()
            saved = contender.refuse(listed)
            until(lambda: is_refused(contender.port), "the first connection that is refused")
            enforced = time.monotonic()
            memory = processes.memory_bytes(contender.front_pids()) - before
            dropped = sum(not _lives(session) for session in sessions)
        figures = {"enforced_ms": (enforced - saved) * 1000, "save_ms": (saved - begin) * 1000, "memory_mb": max(0, memory) / 1e6}
        return figures | ({"dropped": dropped} if contender.kind == "postern" else {})  # asked of Postern alone


def _lives(session: socket.socket) -> bool:
    try:
        session.sendall(b"EHLO client.example\r\n")
        return session.recv(512).startswith(b"250")
    except OSError:
        return False


@dataclass(frozen=True)
class PopThenSmtp:
    """A log-on, and in the moment of its +OK a recipient elsewhere, from an address that nobody knew before."""

    count: int

    def scene(self, _scale: float) -> Scene:
        return Scene(grants=False, mailboxes=1)

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        said = tools.run("pop-then-smtp", pop_port=contender.pop_port, smtp_port=contender.port, count=round(self.count * scale),
                         user=f"{USER}0", password=PASSWORD, to=RECIPIENT)
        if said["refused"] or said["count"] != round(self.count * scale):
            raise Unsound(f"{said['refused']} recipients were refused, of {said['count']}")
        return {"p50_ms": said["ms"]["p50"], "p99_ms": said["ms"]["p99"]}
