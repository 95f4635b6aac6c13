# SPDX-License-Identifier: GPL-3.0-or-later
"""A large mailbox: from PASS to the answer to STAT, the first time and when the server knows it."""

import socket
import time
from dataclasses import dataclass

from gateway.wait import until

from .contender import CLIENT, PASSWORD, USER, Contender, Scene
from .tools import Unsound


# What has changed less than two seconds ago may be changing: Postern keeps nothing of it in memory.
SETTLED_S = 2.5


@dataclass(frozen=True)
class LargeMailbox:
    mails: int

    def scene(self, scale: float) -> Scene:
        return Scene(mailboxes=1, mails=round(self.mails * scale), mail_bytes=512)

    def run(self, contender: Contender, _scale: float) -> dict[str, float]:
        mails, filled = contender.scene.mails, time.monotonic()
        until(lambda: time.monotonic() > filled + SETTLED_S, "a mailbox that nobody has just changed", 2 * SETTLED_S)
        return {"cold_ms": stat_ms(contender, mails), "warm_ms": stat_ms(contender, mails)}


def stat_ms(contender: Contender, mails: int) -> float:
    with socket.create_connection((CLIENT, contender.pop_port), 60) as session, session.makefile("rb") as replies:
        def say(line: str) -> bytes:
            session.sendall(line.encode() + b"\r\n")
            return replies.readline()

        replies.readline()
        say(f"USER {USER}0")
        begin = time.monotonic()
        say(f"PASS {PASSWORD}")
        counted = say("STAT")
        seconds = time.monotonic() - begin
        say("QUIT")
    if not counted.startswith(b"+OK %d " % mails):
        raise Unsound(f"STAT said {counted!r} of a mailbox with {mails} mails")
    return seconds * 1000
