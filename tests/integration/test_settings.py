# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings on their way: refused when wrong, whoever brings them; in force at once when right; kept when something breaks."""

import os
import re
import signal
import smtplib
import socket
import subprocess
from pathlib import Path

import pytest
from gi.repository import GLib

from gateway.bus import BusError
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, DEMO, SERVERS, Gateway, try_recipient
from gateway.ports import free_port
from gateway.wait import ended, until

MINUTES = "smtp.relay.pop-client-minutes"


def names_value_and_range(message: str, value: object) -> bool:
    return MINUTES in message and str(value) in message and "15" in message and "65535" in message


@pytest.mark.parametrize("value", [0, 14, 65536, 655535, 4294967295])
def test_wrong_minutes_on_the_bus(gateway: Gateway, value: int) -> None:
    revision = gateway.revision()
    problems, _warnings = gateway.check({MINUTES: value})
    assert len(problems) == 1 and problems[0][1] == MINUTES
    assert names_value_and_range(f"{problems[0][1]}: {problems[0][2]}", value), problems
    with pytest.raises(BusError) as caught:
        gateway.send_changes({MINUTES: value})
    assert caught.value.name == "org.postern.Error.Invalid"
    assert names_value_and_range(caught.value.message, value), caught.value.message
    assert gateway.revision() == revision and gateway.settings()[MINUTES] == 15


@pytest.mark.parametrize("value", [15, 65535])
def test_ends_of_the_range_are_taken(gateway: Gateway, value: int) -> None:
    gateway.apply({MINUTES: value})
    assert gateway.settings()[MINUTES] == value


@pytest.mark.parametrize("name, value", [
    ("smtp.relay.no-such-setting", True), ("smtp.relay.allow", "sometimes"), ("smtp.relay.allow", True),
    ("smtp.relay.addresses", ["300.1.1.1"]), ("smtp.relay.addresses", ["192.0.2.0/255.0.255.0"]),
    ("smtp.relay.addresses", ["192.0.2.0/33"]), ("smtp.listeners", ["127.0.0.1:0"]), ("smtp.listeners", ["127.0.0.1:65536"]),
    ("general.host-name", "not a name"), ("general.near-domains", ["bad domain"]), (MINUTES, "15"), (MINUTES, True),
])
def test_wrong_value_is_refused_by_name(gateway: Gateway, name: str, value: object) -> None:
    revision = gateway.revision()
    problems, _warnings = gateway.check({name: value})
    assert [problem[1] for problem in problems] == [name], problems
    with pytest.raises(BusError, match=re.escape(name)):
        gateway.send_changes({name: value})
    assert gateway.revision() == revision


def test_all_problems_are_told_at_once_and_nothing_is_taken(gateway: Gateway) -> None:
    changes = {MINUTES: 14, "pop3.inactivity-seconds": 9, "smtp.relay.addresses": ["x.y"], "smtp.relay.allow": "all"}
    problems, _warnings = gateway.check(changes)
    assert sorted({problem[1] for problem in problems}) == sorted(set(changes) - {"smtp.relay.allow"})
    with pytest.raises(BusError):
        gateway.send_changes(changes)
    assert gateway.settings()["smtp.relay.allow"] == "specified"


def test_two_administrators(gateway: Gateway) -> None:
    revision = gateway.revision()
    gateway.apply({MINUTES: 20}, revision)
    with pytest.raises(BusError) as caught:
        gateway.send_changes({MINUTES: 25}, revision)
    assert caught.value.name == "org.postern.Error.Stale"
    assert gateway.settings()[MINUTES] == 20


def test_comments_and_order_survive(gateway: Gateway) -> None:
    before = gateway.config.read_text()
    gateway.apply({MINUTES: 33})
    after = gateway.config.read_text()
    for comment in re.findall(r"<!--.*?-->", before, re.DOTALL):
        assert comment in after
    assert "<pop-client-minutes>33</pop-client-minutes>" in after


def test_history_diff_restore(gateway: Gateway) -> None:
    first = gateway.apply({MINUTES: 41})
    second = gateway.apply({MINUTES: 42, "smtp.relay.near-domains": True})
    history = gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.History")[0]
    assert [row[0] for row in history[:2]] == [second, first]
    assert set(history[0][3]) == {MINUTES, "smtp.relay.near-domains"}
    differences = gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.Diff", GLib.Variant("(tt)", (first, second)))[0]
    assert (MINUTES, 41, 42) in differences
    restored, = gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.Restore", GLib.Variant("(tt)", (second, first)))
    assert restored > second and gateway.settings()[MINUTES] == 41
    until(lambda: gateway.revision_in_force("smtp") == restored, "the restored revision in force")


def test_servers_report_the_revision_in_force(gateway: Gateway) -> None:
    revision = gateway.apply({MINUTES: 44})
    for server in SERVERS:
        assert gateway.revision_in_force(server) == revision
        assert gateway.server_property(server, "RevisionProblem") == ""


def test_server_that_was_away_finds_the_newest_revision(gateway: Gateway) -> None:
    gateway.stop_server("smtp")
    revision = gateway.apply({"smtp.relay.allow": "all"})
    gateway.start_server("smtp")
    assert gateway.revision_in_force("smtp") == revision
    assert gateway.rcpt("127.7.7.7")[0] == 250


def test_authority_that_was_killed(gateway: Gateway, client: str) -> None:
    revision = gateway.apply({MINUTES: 51})
    with gateway.smtp(client) as session:
        session.ehlo()
        gateway.kill("posternd")
        assert try_recipient(session)[0] == 550
        assert gateway.revision() == revision  # the bus starts it again
        gateway.apply({"smtp.relay.allow": "all"})
        assert try_recipient(session)[0] == 250


def test_long_list_is_in_force_at_once_and_in_open_sessions(gateway: Gateway, client: str) -> None:
    networks = [f"10.{n >> 8}.{n & 255}.0/24" for n in range(20000)]
    with gateway.smtp(client) as session:
        session.ehlo()
        assert try_recipient(session)[0] == 550
        gateway.apply({"smtp.relay.address-list": True, "smtp.relay.addresses": [*networks, client]})
        assert try_recipient(session)[0] == 250
        gateway.apply({"smtp.relay.addresses": networks})
        assert try_recipient(session)[0] == 550
    assert gateway.settings()["smtp.relay.addresses"] == networks


def test_file_counts_and_not_what_was_made_ready_of_it(gateway: Gateway, client: str) -> None:
    """Whatever lies in image/, a server decides by the settings file: edited while the authority is away, or with a damaged image."""
    gateway.apply({"smtp.relay.address-list": True, "smtp.relay.addresses": [client]})
    image = gateway.state / "image" / "settings"
    assert gateway.rcpt(client)[0] == 250 and image.stat().st_mode & 0o777 == 0o640

    image.write_bytes(image.read_bytes().replace(b"smtp.relay.allow", b"smtp.relay.ALLOW"))
    gateway.kill("smtp")
    gateway.start_server("smtp")
    with gateway.smtp(client) as session:
        session.ehlo()
        assert try_recipient(session)[0] == 250
        gateway.kill("posternd")
        gateway.config.write_text(gateway.config.read_text().replace(f"<network>{client}</network>", ""))
        os.kill(gateway.pid("smtp"), signal.SIGHUP)
        until(lambda: try_recipient(session)[0] == 550, "the edit in force")


def test_answer_that_the_bus_would_not_carry(gateway: Gateway) -> None:
    """The bus ends a connection that sends too much; the authority says so in place of that."""
    text = gateway.config.read_text()
    filler = "x" * (9 * 1024 * 1024)
    gateway.config.write_text(text.replace("</server-properties>", f"<!--{filler}-->\n" * 3 + "</server-properties>"))
    before = gateway.revision()
    with pytest.raises(BusError, match="larger than the message bus carries"):
        gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.Export")
    assert gateway.apply({MINUTES: 33}) > before and gateway.config.stat().st_size > 3 * len(filler)


def test_port_that_is_taken_leaves_the_former_settings_in_force(gateway: Gateway) -> None:
    revision = gateway.revision()
    listeners = gateway.settings()["smtp.listeners"]
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        gateway.send_changes({"smtp.listeners": [*listeners, taken]})
        problem = until(lambda: gateway.server_property("smtp", "RevisionProblem"), "the problem")
        assert taken in problem, problem
        assert gateway.revision_in_force("smtp") == revision
        assert gateway.rcpt("127.7.7.8")[0] == 550
    gateway.apply({"smtp.listeners": listeners})
    assert gateway.server_property("smtp", "RevisionProblem") == ""


def test_listener_is_added_and_removed_without_a_dropped_session(gateway: Gateway, client: str) -> None:
    listeners = gateway.settings()["smtp.listeners"]
    port = free_port()
    with gateway.smtp(client) as session:
        session.ehlo()
        gateway.apply({"smtp.listeners": [*listeners, f"127.0.0.1:{port}"]})
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as other:
            assert other.noop()[0] == 250
        assert sorted(gateway.server_property("smtp", "Endpoints")) == sorted([*listeners, f"127.0.0.1:{port}"])
        gateway.apply({"smtp.listeners": listeners})
        with pytest.raises(OSError):
            smtplib.SMTP("127.0.0.1", port, timeout=30)
        assert session.noop()[0] == 250


class Lone:
    """A server without a bus: it reads the file at its start and at SIGHUP."""

    def __init__(self, gateway: Gateway, folder: Path, name: str, minutes: object = 15):
        self.port, self.other_port = free_port(), free_port()
        self.config = folder / "server-properties.xml"
        (folder / "users").write_text((DEMO / "users").read_text())
        self.write(minutes=minutes)
        program = gateway.build / SERVERS[name].program
        self.process = subprocess.Popen(
            [str(program), "--config", str(self.config), "--state-dir", str(folder), "--bus", "none"],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def write(self, allow: str = "specified", minutes: object = 15) -> None:
        text = (DEMO / "server-properties.xml").read_text()
        text = text.replace(":2525<", f":{self.port}<").replace(":2110<", f":{self.other_port}<")
        text = text.replace("<allow>specified<", f"<allow>{allow}<").replace(">15<", f">{minutes}<")
        self.config.write_text(text)

    def end(self) -> str:
        self.process.terminate()
        out, err = self.process.communicate(timeout=30)
        return out + err


def test_hangup_without_a_bus(gateway: Gateway, tmp_path: Path) -> None:
    def connect() -> smtplib.SMTP | None:
        try:
            return smtplib.SMTP("127.0.0.1", lone.port, timeout=30)
        except ConnectionRefusedError:
            return None

    lone = Lone(gateway, tmp_path, "smtp")
    try:
        with until(connect, "the server without a bus") as session:
            session.ehlo()
            assert try_recipient(session)[0] == 550
            lone.write(allow="all")
            os.kill(lone.process.pid, signal.SIGHUP)
            until(lambda: try_recipient(session)[0] == 250, "the new settings in force")
            lone.write(allow="none", minutes=14)
            os.kill(lone.process.pid, signal.SIGHUP)
            line = next(line for line in lone.process.stderr if MINUTES in line)
            assert names_value_and_range(line, 14), line
            assert try_recipient(session)[0] == 250
    finally:
        lone.end()
    assert lone.process.returncode == 0


@pytest.mark.parametrize("name", list(SERVERS))
@pytest.mark.parametrize("value", [14, 65536, 655535, "many"])
def test_wrong_file_ends_a_server_at_its_start(gateway: Gateway, tmp_path: Path, name: str, value: object) -> None:
    lone = Lone(gateway, tmp_path, name, value)
    _out, problems = lone.process.communicate(timeout=30)
    assert lone.process.returncode == 78
    line = next(number for number, text in enumerate(lone.config.read_text().splitlines(), 1) if "pop-client-minutes" in text)
    assert names_value_and_range(problems, value) and re.search(rf"line {line}\b", problems), problems


def test_wrong_file_ends_the_authority_at_its_start(gateway: Gateway, tmp_path: Path) -> None:
    config = tmp_path / "server-properties.xml"
    config.write_text((DEMO / "server-properties.xml").read_text().replace(">15<", ">655535<"))
    before = config.read_text()
    result = subprocess.run([str(gateway.build / "core/authority/posternd"), "--config", str(config), "--state-dir", str(tmp_path),
                             "--bus", gateway.bus.address], capture_output=True, text=True, timeout=30)
    assert result.returncode == 78 and names_value_and_range(result.stderr, 655535), result.stderr
    assert config.read_text() == before


@pytest.mark.parametrize("text, word", [
    ("", "XML"), ("<server-properties", "line 1"), ('<?xml version="1.0"?><!DOCTYPE a><a/>', "DOCTYPE"),
    ('<server-properties xmlns="urn:postern:server-properties" version="99"/>', "99"),
    ('<other xmlns="urn:postern:server-properties" version="2"/>', "server-properties"),
])
def test_file_that_is_no_settings_file(gateway: Gateway, tmp_path: Path, text: str, word: str) -> None:
    config = tmp_path / "server-properties.xml"
    config.write_text(text)
    result = subprocess.run([str(gateway.build / SERVERS["smtp"].program), "--config", str(config), "--state-dir", str(tmp_path),
                             "--bus", "none"], capture_output=True, text=True, timeout=30)
    assert result.returncode == 78 and word in result.stderr, result.stderr
    assert config.read_text() == text


def test_servers_end_with_the_bus() -> None:
    gateway = Gateway()
    try:
        gateway.start()
        pids = [gateway.pid(name) for name in ("posternd", *SERVERS)]
    finally:
        gateway.bus.stop()
    survivors = [pid for pid in pids if not ended(pid, 10)]
    gateway.stop()
    assert not survivors
