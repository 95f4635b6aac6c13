# SPDX-License-Identifier: GPL-3.0-or-later
"""Postern as it is installed: it logs each session and each message, and its own limits for one client are out of the way."""

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Optional, Sequence

from gateway.certificate import CertificateAuthority
from gateway.gateway import SERVERS, Gateway
from gateway.ports import free_port

from . import maildir
from .contender import CLIENT, PASSWORD, STRANGERS, USER, Contender, Scene
from .tools import Server

# What one client address may do at most is small by default, and all clients of the bench have one address. The other
# contenders' settings of this kind are out of the way, too.
SETTINGS: dict[str, Any] = {
    "smtp.limits.sessions": 20000,
    "smtp.limits.client-sessions": 0,
    "smtp.limits.errors": 1000,
    "smtp.delivery.connections-per-destination": 20,
    "pop3.limits.sessions": 20000,
    "pop3.limits.client-sessions": 0,
}


class Postern(Contender):
    name = "Postern"
    kind = "postern"
    speed = 4

    def __init__(self, scene: Scene):
        super().__init__(scene)
        self._router = scene.next_hop or free_port()
        settings = dict(SETTINGS)
        if scene.grants:
            settings.update({"smtp.relay.address-list": True, "smtp.relay.addresses": [CLIENT]})
        if scene.refused:
            settings.update({"smtp.connection.allow": "specified", "smtp.connection.refused": list(scene.refused)})
        self._certificates: Optional[TemporaryDirectory] = None
        if scene.tls:
            self._certificates = TemporaryDirectory()
            certificate = CertificateAuthority(Path(self._certificates.name)).issue("localhost")
            settings["security.certificates"] = [certificate.row]
        self.gateway = Gateway(smtp_port=self.port, pop_port=self.pop_port, mail_router=f"127.0.0.1:{self._router}", settings=settings)

    def start(self) -> None:
        self.gateway.start(())
        with open(self.gateway.state / "users", "a") as users:
            users.writelines(f"{USER}{number}:{{PLAIN}}{PASSWORD}::::::\n" for number in range(self.scene.mailboxes))
        for number in range(self.scene.mailboxes):
            maildir.fill(self.gateway.state / "mailboxes" / f"{USER}{number}", self.scene.mails, self.scene.mail_bytes)
        variables = [f"{name}={value}" for name, value in self.scene.environment().items()]
        for name, server in SERVERS.items():
            self.gateway.bus.add_service(server.bus_name, name, ["env", *variables, *self.gateway.command(server.program)])
        for name in ("smtp", "pop3", *(["delivery"] if self.scene.next_hop else [])):
            self.gateway.start_server(name)

    def stop(self) -> None:
        alarms = self.gateway.stop()
        if self._certificates is not None:
            self._certificates.cleanup()
        assert not alarms, "\n".join(alarms)

    def pids(self) -> set[int]:
        return {self.gateway.pid(name) for name in SERVERS if self.gateway.is_running(name)}

    def front_pids(self) -> set[int]:
        return {self.gateway.pid("smtp")}

    def refuse(self, networks: Sequence[str]) -> float:
        self.gateway.send_changes({"smtp.connection.refused": networks})
        return time.monotonic()

    def kept(self, wanted: set[str]) -> set[str]:
        """The server is killed, as a power cut would; then what it has kept is delivered to a sink, which counts."""
        self.gateway.kill("smtp")
        ids = self.gateway.state / "ids"
        with Server("smtp-sink", port=self._router, ids_file=ids, expect=len(wanted)) as sink:
            self.gateway.start_server("delivery")
            sink.answer(timeout_s=60)
        return set(ids.read_text().replace("<", "").replace(">", "").split())


class OneNetwork(Postern):
    """Where others have a list of networks, it has one alone."""

    name = "Postern, one network"
    kind = "own"

    def __init__(self, scene: Scene):
        super().__init__(replace(scene, refused=[STRANGERS]))
