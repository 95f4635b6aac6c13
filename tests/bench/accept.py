# SPDX-License-Identifier: GPL-3.0-or-later
"""Durable accept: from a client's connection to the 250 that says that its message is on the disk. Deliveries rest meanwhile."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import tools
from .contender import RECIPIENT, Contender, Scene
from .tools import Unsound

SIZE = 10240


@dataclass(frozen=True)
class Accept:
    clients: int
    per_connection: int
    messages: int  # for a peer; a faster contender gets more
    slow_flush: bool = False

    def scene(self, _scale: float) -> Scene:
        return Scene(slow_flush=self.slow_flush)

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        messages = max(2 * self.clients, round(self.messages * contender.speed * scale))
        with tempfile.NamedTemporaryFile("r") as accepted:
            before = contender.cpu_s()
            said = tools.run("smtp-load", port=contender.port, clients=self.clients, messages=messages,
                             per_connection=self.per_connection, size=SIZE, to=RECIPIENT, tag="accept", accepted_file=accepted.name)
            cpu_s = contender.cpu_s() - before
            expect_kept(contender, said, messages, Path(accepted.name))
        return {"rate": messages / said["seconds"], "cpu_ms": cpu_s * 1000 / messages, "p99_ms": said["latency_ms"]["p99"]}


def expect_kept(contender: Contender, said: dict, messages: int, accepted: Path) -> None:
    """Each message got 250, and each is really there."""
    ids = set(accepted.read_text().replace("<", "").replace(">", "").split())
    if said["accepted"] != messages or len(ids) != messages:
        raise Unsound(f"{said['accepted']} of {messages} messages were accepted, {said['refused']} refused, {said['failed']} failed")
    lost = ids - contender.kept(ids)
    if lost:
        raise Unsound(f"{len(lost)} of {messages} accepted messages are not there, such as {min(lost)}")
