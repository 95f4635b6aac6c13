# SPDX-License-Identifier: GPL-3.0-or-later
"""A service manager listens first, and starts a server when a client comes: systemd's own tool plays its part."""

import shutil
import socket
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from gateway.gateway import DEMO, SERVERS, build_folder
from gateway.ports import free_port
from gateway.wait import until

TOOL = shutil.which("systemd-socket-activate")

pytestmark = pytest.mark.skipif(TOOL is None, reason="systemd-socket-activate is not installed")


class Activated:
    """A server that is started by the first client at PORT, which stands in its settings."""

    def __init__(self, name: str, folder: Path):
        self.port = free_port()
        self.log = folder / "log"
        port = {"smtp": "2525", "pop3": "2110"}[name]
        other = {"smtp": "2110", "pop3": "2525"}[name]
        settings = (DEMO / "server-properties.xml").read_text()
        config = folder / "server-properties.xml"
        config.write_text(settings.replace(f":{port}<", f":{self.port}<").replace(f":{other}<", f":{free_port()}<"))
        shutil.copy(DEMO / "users", folder / "users")
        (folder / "users").chmod(0o600)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [str(TOOL), "--listen", f"127.0.0.1:{self.port}", str(build_folder() / SERVERS[name].program),
                 "--config", str(config), "--state-dir", str(folder), "--bus", "none"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(lambda: "Listening on" in self.log.read_text(), "the service manager's part")

    def end(self) -> None:
        self.process.terminate()
        assert self.process.wait(20) == 0, self.log.read_text()

    def greeting(self) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), 30) as client:
            return client.makefile("rb").readline()


@pytest.fixture(params=["smtp", "pop3"])
def activated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Activated]:
    server = Activated(request.param, tmp_path)
    yield server
    server.end()


def test_the_client_that_starts_it_is_served(activated: Activated) -> None:
    greeting = activated.greeting()
    assert greeting.startswith((b"220 ", b"+OK ")), greeting
    # And those after it: the server accepts at the very socket that it was handed.
    assert activated.greeting()[:3] == greeting[:3]
    assert "cannot listen" not in activated.log.read_text()
