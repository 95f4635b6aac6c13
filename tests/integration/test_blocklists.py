# SPDX-License-Identifier: GPL-3.0-or-later
"""
DNS blocklists, asked by the real SMTP server.

They are not asked about this system itself, so strangers are needed: the scene is played in a network namespace of its own, where
the loopback interface has addresses for documentation, too. This file is also the program that plays it there.
"""

import json
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where this file is the program

from gateway.fake_dns import FakeDns  # noqa: E402
from gateway.gateway import SERVERS, Gateway, build_folder  # noqa: E402
from gateway.namespace import NAMESPACE, need_namespaces, set_address  # noqa: E402
from gateway.ports import is_free  # noqa: E402
from gateway.wait import until  # noqa: E402

SERVER = "192.0.2.1"
CLEAN, LISTED, ON_BOTH, SILENT, EXCEPTED = (f"192.0.2.{number}" for number in range(11, 16))
PORT, SUBMISSION_PORT = 2525, 2587

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<server-properties xmlns="urn:postern:server-properties" version="2">
  <general>
    <host-name>gate.example</host-name>
    <local-domains><domain>home.example</domain></local-domains>
  </general>
  <smtp>
    <listeners><endpoint>{server}:{port}</endpoint></listeners>
    <submission-listeners><endpoint>{server}:{submission_port}</endpoint></submission-listeners>
    <connection>
      <allow>specified</allow>
      <excepted><network>{excepted}</network></excepted>
      <blocklists>{blocklists}</blocklists>
      <blocklist-match>{match}</blocklist-match>
    </connection>
  </smtp>
</server-properties>
"""


def play(match: str, lists: list[str], clients: dict[str, tuple[str, int]]) -> dict[str, Any]:
    """What each of CLIENTS, name: (address, port), hears first; and which names the server asked for."""
    command = [*NAMESPACE, sys.executable, __file__, json.dumps({"match": match, "lists": lists, "clients": clients})]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def namespaces() -> None:
    need_namespaces()


@pytest.mark.usefixtures("namespaces")
def test_any() -> None:
    heard = play("any", ["a.test", "b.test"],
                 {"clean": (CLEAN, PORT), "listed": (LISTED, PORT), "both": (ON_BOTH, PORT), "excepted": (EXCEPTED, PORT),
                  "submission": (LISTED, SUBMISSION_PORT)})
    assert heard["clean"].startswith("220 ")
    assert heard["listed"].startswith("5") and "5.7.1" in heard["listed"]
    assert f"{LISTED} is listed by a.test (see https://a.test/?{LISTED})" in heard["listed"]
    assert heard["both"].startswith("5")
    assert heard["excepted"].startswith("220 ") and heard["submission"].startswith("220 ")
    assert not any(name.startswith("15.2.0.192.") for name in heard["asked"])
    assert "refused" in heard["log"] and "blocklisted" in heard["log"]


@pytest.mark.usefixtures("namespaces")
def test_all() -> None:
    heard = play("all", ["a.test", "b.test"], {"listed": (LISTED, PORT), "both": (ON_BOTH, PORT)})
    assert heard["listed"].startswith("220 ")
    assert heard["both"].startswith("5") and f"{ON_BOTH} is listed by a.test" in heard["both"]


@pytest.mark.usefixtures("namespaces")
def test_silence_stops_nobody() -> None:
    heard = play("any", ["silent.test", "a.test"], {"clean": (SILENT, PORT), "listed": (LISTED, PORT)})
    assert heard["clean"].startswith("220 ")
    assert "is listed by a.test" in heard["listed"]


def test_explain_asks_them(gateway: Gateway) -> None:
    """May this client send this? Not while a blocklist names it."""
    dns = FakeDns()
    dns.add_listing(LISTED, "a.test", "sends spam")
    try:
        server = SERVERS["smtp"]
        gateway.stop_server("smtp")
        gateway.bus.add_service(server.bus_name, "smtp", [*gateway.command(server.program), "--resolver", dns.endpoint])
        gateway.start_server("smtp")
        gateway.apply({"smtp.connection.allow": "specified", "smtp.connection.blocklists": ["a.test"]})
        allowed, rule, setting, reason, reply = gateway.explain(LISTED, "alice@demo.example")
        assert not allowed and rule == "blocklisted" and setting == "smtp.connection.blocklists"
        assert f"{LISTED} is listed by a.test (sends spam)" in reason and reply.startswith("554 5.7.1")
        assert gateway.explain(CLEAN, "alice@demo.example")[0]
    finally:
        dns.stop()


# The scene.

def first_line(client: str, port: int) -> str:
    with socket.create_connection((SERVER, port), timeout=30, source_address=(client, 0)) as connection:
        return connection.makefile("rb").readline().decode().strip()


def run_server(folder: Path, scene: dict[str, Any]) -> dict[str, Any]:
    blocklists = "".join(f"<domain>{name}</domain>" for name in scene["lists"])
    config = folder / "server-properties.xml"
    config.write_text(SETTINGS.format(server=SERVER, port=PORT, submission_port=SUBMISSION_PORT, excepted=EXCEPTED,
                                      blocklists=blocklists, match=scene["match"]))
    (folder / "users").write_text("")
    dns = FakeDns()
    dns.silent = ("silent.test",)
    dns.add_listing(LISTED, "a.test", f"see https://a.test/?{LISTED}")
    for name in ("a.test", "b.test"):
        dns.add_listing(ON_BOTH, name)
    with open(folder / "log", "w") as log:
        server = subprocess.Popen([build_folder() / "servers/smtp/postern-smtpd", "--config", config, "--state-dir", folder,
                                   "--bus", "none", "--resolver", dns.endpoint], stderr=log, stdout=log)
        try:
            until(lambda: not is_free(SUBMISSION_PORT, SERVER) or server.poll() is not None, "the server listens")
            heard: dict[str, Any] = {name: first_line(*client) for name, client in scene["clients"].items()}
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)
    dns.stop()
    return {**heard, "asked": dns.asked, "log": (folder / "log").read_text()}


if __name__ == "__main__":
    set_address("lo", "127.0.0.1")
    set_address("lo:1", SERVER)
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(run_server(Path(name), json.loads(sys.argv[1]))))
