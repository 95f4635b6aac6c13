# SPDX-License-Identifier: GPL-3.0-or-later
"""POP3: log-ons a second, each with a connection of its own, and contents that are fetched."""

from dataclasses import dataclass

from . import tools
from .contender import PASSWORD, USER, Contender, Scene
from .tools import Unsound

CLIENTS = 20  # each with a mailbox of its own: a mailbox has one session at a time


@dataclass(frozen=True)
class Pop3:
    mode: str  # "logon" or "retr"
    count: int
    mails: int

    def scene(self, _scale: float) -> Scene:
        return Scene(mailboxes=CLIENTS, mails=self.mails)

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        count = max(2 * CLIENTS, round(self.count * contender.speed * scale))
        cpu_before = contender.cpu_s()
        said = tools.run("pop3-load", port=contender.pop_port, clients=CLIENTS, count=count, user=f"{USER}#", password=PASSWORD,
                         mode=self.mode)
        cpu_s = contender.cpu_s() - cpu_before
        if said["count"] != count or said["failed"]:
            raise Unsound(f"{said['count']} of {count} were done, {said['failed']} failed")
        return {"rate": count / said["seconds"], "cpu_ms": cpu_s * 1000 / count, "p99_ms": said["latency_ms"]["p99"]}
