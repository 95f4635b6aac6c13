# SPDX-License-Identifier: GPL-3.0-or-later
"""Relay, end to end: from the first message's connection until a sink at the other side has taken the last one."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from gateway.ports import free_port

from . import tools
from .accept import SIZE
from .contender import RECIPIENT, Contender, Scene
from .tools import Unsound


@dataclass(frozen=True)
class Relay:
    clients: int
    per_connection: int
    messages: int

    def scene(self, _scale: float) -> Scene:
        return Scene(next_hop=free_port())

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        messages = max(2 * self.clients, round(self.messages * contender.speed * scale))
        with tempfile.NamedTemporaryFile("r") as ids, \
                tools.Server("smtp-sink", port=contender.scene.next_hop, ids_file=ids.name, expect=messages) as sink:
            cpu_before, begin = contender.cpu_s(), time.monotonic()
            said = tools.run("smtp-load", port=contender.port, clients=self.clients, messages=messages,
                             per_connection=self.per_connection, size=SIZE, to=RECIPIENT, tag="relay")
            if said["accepted"] != messages:
                raise Unsound(f"{said['accepted']} of {messages} messages were accepted, {said['failed']} failed")
            sink.answer()
            seconds, cpu_s = time.monotonic() - begin, contender.cpu_s() - cpu_before
            arrived = set(Path(ids.name).read_text().split())
        if len(arrived) != messages:
            raise Unsound(f"{len(arrived)} of {messages} messages arrived, the others never or twice")
        return {"rate": messages / seconds, "cpu_ms": cpu_s * 1000 / messages}
