# SPDX-License-Identifier: GPL-3.0-or-later
"""posternd on a private bus: what its methods promise, and to whom."""

import os
import pwd
import re
import signal
import subprocess
import threading
from typing import Iterator

import pytest
from gi.repository import Gio, GLib

from gateway.gateway import AUTHORITY, AUTHORITY_PATH
from gateway.wait import ended, until
from private_bus import AuthorityAlone, Listener, Service, refused

OPENING = '<server-properties xmlns="urn:postern:server-properties" version="2"'
BY_HAND = f"{OPENING}>\n  <!-- ours -->\n  <smtp><relay><allow>none</allow></relay></smtp>\n</server-properties>\n"
WRONG = f"{OPENING}>\n<smtp><relay>\n<pop-client-minutes>655535</pop-client-minutes></relay></smtp></server-properties>\n"
WRONG_LINE = "line 3: smtp.relay.pop-client-minutes: "


@pytest.fixture
def authority() -> Iterator[AuthorityAlone]:
    with AuthorityAlone() as alone:
        yield alone


@pytest.fixture
def listener(authority: AuthorityAlone) -> Listener:
    return Listener(authority)


def test_first_start_writes_the_file(authority: AuthorityAlone) -> None:
    revision, settings = authority.get()
    assert revision == 1 and settings["smtp.relay.allow"] == "specified" and settings["general.users-file"] == "users"
    assert "<!--" in authority.config.read_text()
    assert "a new one is written" in authority.log()
    assert authority.bus.get_property(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.Revision") == 1


def test_describe(authority: AuthorityAlone) -> None:
    described = authority.call("Describe")
    assert described.keys() == authority.get()[1].keys()
    minutes = described["smtp.relay.pop-client-minutes"]
    assert (minutes["type"], minutes["default"], minutes["minimum"], minutes["maximum"]) == ("integer", 15, 15, 65535)
    assert described["smtp.relay.allow"]["words"] == ["all", "none", "specified"]
    assert described["general.local-domains"]["type"] == "list"
    assert all(entry["documentation"] for entry in described.values())


def test_apply_is_told_to_everybody(authority: AuthorityAlone, listener: Listener) -> None:
    assert authority.apply(1, {"smtp.relay.allow": "none", "general.near-domains": ["a.example"]}) == 2
    assert sorted(listener.wait_for(2)) == ["general.near-domains", "smtp.relay.allow"]
    revision, settings = authority.get()
    assert revision == 2 and settings["general.near-domains"] == ["a.example"]
    assert 'revision="2"' in authority.config.read_text()
    assert authority.bus.get_property(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.Revision") == 2


def test_log_says_who_changed_what(authority: AuthorityAlone) -> None:
    user = pwd.getpwuid(os.geteuid()).pw_name
    authority.apply(1, {"smtp.relay.allow": "none", "general.near-domains": ["a.example"]})
    with refused("Stale"):
        authority.apply(1, {"smtp.relay.allow": "all"})
    with refused("Invalid"):
        authority.apply(2, {"smtp.relay.pop-client-minutes": 14})
    authority.config.write_text(authority.config.read_text().replace("none", "all"))
    assert authority.get()[0] == 3
    with refused("NoSuchRevision"):
        authority.call("Restore", "(tt)", 3, 99)
    with refused("Failed"):
        authority.call("StartServer", "(s)", "pop3")
    lines = [re.sub(r"^[-0-9]+T[:.0-9]+Z posternd\[[0-9]+\] ", "", line) for line in authority.log().splitlines()]
    assert f"settings: revision 2 saved by {user}: general.near-domains smtp.relay.allow" in lines
    assert f"settings: Apply by {user} refused: revision 2 was saved meanwhile" in "\n".join(lines)
    assert (f"settings: Apply by {user} refused: smtp.relay.pop-client-minutes: 14 is outside the range 15 to 65535") in lines
    assert "settings: revision 3 saved by hand: smtp.relay.allow" in lines
    assert f"settings: Restore by {user} refused: revision 99 is not kept" in lines
    assert f"pop3: {user} wants it started" in lines


def test_apply_without_a_difference(authority: AuthorityAlone, listener: Listener) -> None:
    assert authority.apply(1, {"smtp.relay.allow": "specified"}) == 1
    assert authority.apply(1, {}) == 1
    authority.apply(1, {"smtp.relay.allow": "none"})
    listener.wait_for(2)
    assert [revision for revision, _names in listener.changes] == [2]


def test_stale_says_who_was_first(authority: AuthorityAlone) -> None:
    authority.apply(1, {"smtp.relay.allow": "none"})
    with refused("Stale") as caught:
        authority.apply(1, {"smtp.relay.allow": "all"})
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    assert user in str(caught.value) and "revision 2" in str(caught.value)
    assert authority.get()[1]["smtp.relay.allow"] == "none"


def test_only_one_of_many_is_first(authority: AuthorityAlone) -> None:
    outcomes: list[str] = []

    def try_apply(number: int) -> None:
        connection = authority.bus.connect()
        try:
            changes = {"general.near-domains": GLib.Variant("as", [f"d{number}.example"])}
            connection.call_sync(AUTHORITY, AUTHORITY_PATH, AUTHORITY, "Apply", GLib.Variant("(ta{sv})", (1, changes)),
                                 None, Gio.DBusCallFlags.NONE, 30000, None)
            outcomes.append("applied")
        except GLib.Error as error:
            outcomes.append(Gio.DBusError.get_remote_error(error))
        finally:
            connection.close_sync(None)

    threads = [threading.Thread(target=try_apply, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied"] + ["org.postern.Error.Stale"] * 11
    assert authority.get()[0] == 2


@pytest.mark.parametrize("minutes", [0, 14, 65536, 655535, 4294967295])
def test_wrong_minutes_by_every_way_in(authority: AuthorityAlone, minutes: int) -> None:
    name = "smtp.relay.pop-client-minutes"
    words = (name, str(minutes), "15", "65535")
    with refused("Invalid") as applied:
        authority.apply(1, {name: minutes})
    problems, _warnings = authority.check({name: minutes})
    document = WRONG.replace("655535", str(minutes))
    with refused("Invalid") as imported:
        authority.call("Import", "(ts)", 1, document)
    authority.config.write_text(document)
    with refused("Invalid") as by_hand:
        authority.apply(1, {"smtp.relay.allow": "none"})
    for message in (str(applied.value), " ".join(problems[0][1:]), str(imported.value), str(by_hand.value)):
        assert all(word in message for word in words), message
    assert "line 3" in str(imported.value) and "line 3" in str(by_hand.value)
    assert authority.get()[0] == 1 and authority.config.read_text() == document


def test_all_problems_come_at_once(authority: AuthorityAlone) -> None:
    wrong = {"smtp.relay.allow": "some", "no.such.setting": True, "pop3.inactivity-seconds": 5, "smtp.listeners": "25",
             "smtp.relay.addresses": ["300.1.1.1", "10.0.0.0/8"]}
    problems, _warnings = authority.check(wrong)
    assert {problem[1] for problem in problems} == set(wrong)
    with refused("Invalid") as caught:
        authority.apply(1, wrong)
    assert all(f"{name}: " in str(caught.value) for name in wrong)


def test_check_warns_and_changes_nothing(authority: AuthorityAlone, listener: Listener) -> None:
    problems, warnings = authority.check({"smtp.relay.allow": "all"})
    assert problems == [] and warnings[0][1] == "smtp.relay.allow"
    assert authority.get()[0] == 1 and listener.changes == []


def test_history_diff_and_restore(authority: AuthorityAlone, listener: Listener) -> None:
    authority.apply(1, {"smtp.relay.allow": "none"})
    authority.apply(2, {"general.host-name": "mail.example"})
    history = authority.call("History")
    assert [row[0] for row in history] == [3, 2, 1]
    assert history[0][3] == ["general.host-name"] and history[1][3] == ["smtp.relay.allow"]
    assert authority.call("Diff", "(tt)", 1, 3) == [("general.host-name", "localhost", "mail.example"),
                                                  ("smtp.relay.allow", "specified", "none")]
    assert authority.call("Restore", "(tt)", 3, 1) == 4
    assert sorted(listener.wait_for(4)) == ["general.host-name", "smtp.relay.allow"]
    assert authority.call("Diff", "(tt)", 1, 4) == []
    with refused("NoSuchRevision"):
        authority.call("Restore", "(tt)", 4, 99)
    with refused("NoSuchRevision"):
        authority.call("Diff", "(tt)", 4, 0)
    with refused("Stale"):
        authority.call("Restore", "(tt)", 3, 1)


def test_twenty_revisions_are_kept(authority: AuthorityAlone) -> None:
    for number in range(1, 25):
        authority.apply(number, {"general.host-name": f"m{number}.example"})
    assert [row[0] for row in authority.call("History")] == list(range(25, 5, -1))
    with refused("NoSuchRevision"):
        authority.call("Restore", "(tt)", 25, 5)
    assert authority.call("Restore", "(tt)", 25, 6) == 26


def test_export_and_import(authority: AuthorityAlone, listener: Listener) -> None:
    assert authority.call("Import", "(ts)", 1, BY_HAND) == 2
    assert listener.wait_for(2) == ["smtp.relay.allow"]
    document = authority.call("Export")
    assert document == authority.config.read_text() and "<!-- ours -->" in document
    assert authority.call("Import", "(ts)", 2, document) == 2
    with refused("Invalid"):
        authority.call("Import", "(ts)", 2, "<!DOCTYPE x [<!ENTITY y 'z'>]>" + document)
    with refused("Invalid"):
        authority.call("Import", "(ts)", 2, document.replace('version="2"', 'version="3"'))
    with refused("Stale"):
        authority.call("Import", "(ts)", 1, document)
    assert authority.config.read_text() == document


def test_edit_by_hand_is_noticed(authority: AuthorityAlone, listener: Listener) -> None:
    authority.config.write_text(BY_HAND)
    assert listener.wait_for(2) == ["smtp.relay.allow"]
    assert authority.call("History")[0][2] == "by hand"
    with refused("Stale"):
        authority.apply(1, {"smtp.relay.allow": "all"})
    authority.apply(2, {"general.host-name": "mail.example"})
    text = authority.config.read_text()
    assert "<!-- ours -->" in text and "<allow>none</allow>" in text and "mail.example" in text


def test_edit_by_renaming_and_hangup(authority: AuthorityAlone, listener: Listener) -> None:
    beside = authority.config.with_suffix(".new")
    beside.write_text(BY_HAND)
    beside.rename(authority.config)
    os.kill(authority.pid(), signal.SIGHUP)
    assert listener.wait_for(2) == ["smtp.relay.allow"]


def test_wrong_edit_stays_until_it_is_corrected(authority: AuthorityAlone, listener: Listener) -> None:
    good = authority.config.read_text()
    authority.config.write_text(WRONG)
    until(lambda: WRONG_LINE in authority.log(), "the problem in the log")
    with refused("Invalid") as caught:
        authority.apply(1, {"smtp.relay.allow": "none"})
    assert WRONG_LINE in str(caught.value)
    assert authority.config.read_text() == WRONG
    assert authority.check({})[0][0][:2] == (3, "smtp.relay.pop-client-minutes")
    authority.config.write_text(good.replace("<server-properties", "<!-- corrected --><server-properties"))
    listener.wait_for(2)
    assert authority.apply(2, {"smtp.relay.allow": "none"}) == 3
    assert "corrected" in authority.config.read_text()


def test_restore_puts_a_wrong_edit_aside(authority: AuthorityAlone) -> None:
    authority.config.write_text(WRONG)
    assert authority.call("Restore", "(tt)", 1, 1) == 2
    aside = list(authority.folder.glob("server-properties.xml.refused-*"))
    assert len(aside) == 1 and aside[0].read_text() == WRONG
    assert authority.apply(2, {"smtp.relay.allow": "none"}) == 3


def test_kept_over_a_kill(authority: AuthorityAlone) -> None:
    authority.apply(1, {"smtp.relay.allow": "none"})
    pid = authority.pid()
    os.kill(pid, signal.SIGKILL)
    assert ended(pid, 20)
    until(lambda: not authority.bus.has_owner(AUTHORITY), "the name's end")
    authority.bus.activate(AUTHORITY)
    revision, settings = authority.get()
    assert revision == 2 and settings["smtp.relay.allow"] == "none"
    assert [row[0] for row in authority.call("History")] == [2, 1]


def test_term_ends_in_order(authority: AuthorityAlone) -> None:
    command = [*authority.program, authority.bus.address]
    pid = authority.pid()
    os.kill(pid, signal.SIGTERM)
    assert ended(pid, 20)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        until(lambda: authority.bus.has_owner(AUTHORITY), "the name")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_name_that_is_taken(authority: AuthorityAlone) -> None:
    other = authority.folder / "other"
    result = subprocess.run([authority.program[0], "--config", str(other / "c.xml"), "--state-dir", str(other), "--bus",
                             authority.bus.address], capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 1
    other.mkdir(exist_ok=True)
    result = subprocess.run([authority.program[0], "--config", str(other / "c.xml"), "--state-dir", str(other), "--bus",
                             authority.bus.address], capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 1 and "belongs to another process" in result.stderr
    result = subprocess.run([*authority.program, authority.bus.address], capture_output=True, text=True, timeout=30,
                            check=False)
    assert result.returncode == 1 and "in use by another process" in result.stderr


@pytest.mark.parametrize("options, status", [
    (["--nonsense"], 64), (["file"], 64), (["--version"], 0), (["--bus", "unix:path=/nonexistent"], 1)])
def test_command_line(authority: AuthorityAlone, options: list[str], status: int) -> None:
    folder = authority.folder / "options"
    folder.mkdir()
    command = [authority.program[0], "--config", str(folder / "c.xml"), "--state-dir", str(folder)]
    result = subprocess.run([*command, *options], capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == status
    assert status == 0 or result.stderr


def test_damaged_file_without_revisions(authority: AuthorityAlone) -> None:
    folder = authority.folder / "damaged"
    folder.mkdir()
    (folder / "c.xml").write_text(WRONG)
    result = subprocess.run([authority.program[0], "--config", str(folder / "c.xml"), "--state-dir", str(folder), "--bus",
                             authority.bus.address], capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 78 and WRONG_LINE in result.stderr
    assert (folder / "c.xml").read_text() == WRONG


# Servers.

STOPPABLE = "<node><interface name='org.postern.Server1'><method name='Stop'/></interface></node>"


def test_stop_returns_when_the_name_is_gone(authority: AuthorityAlone) -> None:
    asked = threading.Event()

    def answer(_method, _arguments, invocation, _sender) -> None:
        invocation.return_value(None)
        asked.set()

    server = Service(authority, "org.postern.SmtpServer1", "/org/postern/SmtpServer1", STOPPABLE, answer)
    stopped = threading.Event()

    def stop() -> None:
        authority.call("StopServer", "(s)", "smtp")
        stopped.set()

    authority.call("StartServer", "(s)", "smtp")
    thread = threading.Thread(target=stop)
    thread.start()
    assert asked.wait(20) and not stopped.is_set()
    server.release()
    assert stopped.wait(20)
    thread.join()


def test_servers_that_do_not(authority: AuthorityAlone) -> None:
    authority.call("StopServer", "(s)", "smtp")
    with refused("NoSuchServer"):
        authority.call("StartServer", "(s)", "imap")
    with refused("NoSuchServer"):
        authority.call("StopServer", "(s)", "")
    with refused("Failed"):
        authority.call("StartServer", "(s)", "pop3")

    def refuse(_method, _arguments, invocation, _sender) -> None:
        invocation.return_dbus_error("org.postern.Error.NotAuthorized", "not for you")

    server = Service(authority, "org.postern.Delivery1", "/org/postern/Delivery1", STOPPABLE, refuse)
    with refused("Failed") as caught:
        authority.call("StopServer", "(s)", "delivery")
    assert "not for you" in str(caught.value)
