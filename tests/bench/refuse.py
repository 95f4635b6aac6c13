# SPDX-License-Identifier: GPL-3.0-or-later
"""Saying no: to connections of listed networks, and to recipients of clients that may not relay."""

import ipaddress
from dataclasses import dataclass

from . import tools
from .contender import RECIPIENT, STRANGERS, Contender, Scene
from .tools import Unsound

CLIENTS = 50
# Networks of a list lie apart, so that none can be joined with its neighbour.
FIRST_ADDRESS, STEP = int(ipaddress.IPv4Address("20.0.0.0")), 776


def networks(count: int) -> list[str]:
    """COUNT networks; that of the clients that are refused stands in the middle."""
    rows = [f"{ipaddress.IPv4Address(FIRST_ADDRESS + number * STEP)}/{29 if number % 2 else 32}" for number in range(count - 1)]
    rows.insert(len(rows) // 2, STRANGERS)
    return rows


@dataclass(frozen=True)
class RefuseConnections:
    networks: int
    connections: int

    def scene(self, _scale: float) -> Scene:
        return Scene(refused=networks(self.networks))

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        wanted = max(CLIENTS, round(self.connections * contender.speed * scale))
        cpu_before = contender.cpu_s()
        said = tools.run("smtp-load", port=contender.port, clients=CLIENTS, messages=wanted, connect_only=True, source_from=STRANGERS)
        cpu_s = contender.cpu_s() - cpu_before
        if said["refused"] != wanted:
            raise Unsound(f"{said['refused']} of {wanted} connections were refused, {said['accepted']} taken, {said['failed']} failed")
        return {"rate": wanted / said["seconds"], "cpu_ms": cpu_s * 1000 / wanted}


@dataclass(frozen=True)
class RefuseRecipients:
    recipients: int
    per_connection: int

    def scene(self, _scale: float) -> Scene:
        return Scene(grants=False)

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        connections = max(CLIENTS, round(self.recipients * contender.speed * scale / self.per_connection))
        wanted = connections * self.per_connection
        cpu_before = contender.cpu_s()
        said = tools.run("smtp-load", port=contender.port, clients=CLIENTS, messages=wanted, rcpts=self.per_connection,
                         refused_rcpts=True, to=RECIPIENT)
        cpu_s = contender.cpu_s() - cpu_before
        if said["refused"] != wanted:
            raise Unsound(f"{said['refused']} of {wanted} recipients were refused, {said['accepted']} taken, {said['failed']} failed")
        return {"rate": wanted / said["seconds"], "cpu_ms": cpu_s * 1000 / wanted}
