# SPDX-License-Identifier: GPL-3.0-or-later
"""posternd on a private bus: changes that have an end, and what a change risks."""

import os
import pwd
import signal
import time
from typing import Any, Iterator, Mapping

import pytest
from gi.repository import GLib

from gateway.bus import BusError
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, Gateway, variant
from gateway.wait import ended, until
from private_bus import AuthorityAlone, Listener, MockPolkit

ME = pwd.getpwuid(os.geteuid()).pw_name
LONG = 3600


@pytest.fixture
def authority() -> Iterator[AuthorityAlone]:
    with AuthorityAlone() as alone:
        yield alone


def refused(name: str) -> object:
    return pytest.raises(BusError, match=rf"^org\.postern\.Error\.{name}: ")


def packed(changes: Mapping[str, Any]) -> dict:
    return {name: variant(value) for name, value in changes.items()}


def apply_until(authority: AuthorityAlone, changes: Mapping[str, Any], seconds: int) -> int:
    """Returns the change's id."""
    expected = authority.get()[0]
    revision, number = authority.call("ApplyUntil", "(ta{sv}x)", expected, packed(changes), int(time.time()) + seconds)
    assert revision == expected + 1
    return number


def allowed(authority: AuthorityAlone) -> str:
    return authority.get()[1]["smtp.relay.allow"]


def kill(authority: AuthorityAlone) -> None:
    pid = authority.pid()
    os.kill(pid, signal.SIGKILL)
    assert ended(pid, 20)
    until(lambda: not authority.bus.has_owner(AUTHORITY), "the end of the name")


def test_is_taken_back_and_told(authority: AuthorityAlone) -> None:
    listener = Listener(authority)
    apply_until(authority, {"smtp.relay.allow": "all"}, 2)
    assert allowed(authority) == "all"
    listener.wait_for(3)
    assert allowed(authority) == "specified" and authority.call("Temporary") == []
    assert [row[2] for row in authority.call("History")] == ["posternd (taken back)", f"{ME} (temporary)", "posternd"]
    assert f"revision 2 saved by {ME} (temporary): smtp.relay.allow" in authority.log()


def test_list_says_what_and_until_when(authority: AuthorityAlone) -> None:
    authority.apply(1, {"smtp.relay.addresses": ["10.0.0.0/8"]})
    number = apply_until(authority, {"smtp.relay.addresses": ["10.0.0.0/8", "192.0.2.7"], "smtp.relay.allow": "none"}, LONG)
    row, = authority.call("Temporary")
    assert row["id"] == number and row["revision"] == 3 and row["who"] == ME
    assert row["end"] - row["made"] == pytest.approx(LONG, abs=2)
    assert sorted(row["names"]) == ["smtp.relay.addresses", "smtp.relay.allow"]
    assert row["before"] == {"smtp.relay.addresses": ["10.0.0.0/8"], "smtp.relay.allow": "specified"}
    assert row["changes"] == {"smtp.relay.addresses": ["10.0.0.0/8", "192.0.2.7"], "smtp.relay.allow": "none"}
    assert authority.call("EndTemporary", "(t)", number) == 4
    assert authority.get()[1]["smtp.relay.addresses"] == ["10.0.0.0/8"]


def test_is_taken_back_after_kill(authority: AuthorityAlone) -> None:
    """Also when nobody asks for anything: the bus starts the authority, and it looks at the clock first."""
    apply_until(authority, {"smtp.relay.allow": "all"}, 3)
    kill(authority)
    assert "<allow>all</allow>" in authority.config.read_text()
    authority.bus.activate(AUTHORITY)
    until(lambda: "<allow>specified</allow>" in authority.config.read_text(), "the end of the change")
    assert allowed(authority) == "specified"
    kill(authority)
    authority.bus.activate(AUTHORITY)
    assert authority.get()[0] == 3 and authority.call("Temporary") == []


def test_end_comes_while_nobody_is_there(authority: AuthorityAlone) -> None:
    end = int(time.time()) + 2
    authority.call("ApplyUntil", "(ta{sv}x)", 1, packed({"smtp.relay.allow": "all"}), end)
    kill(authority)
    until(lambda: time.time() >= end, "the end")
    assert allowed(authority) == "specified"


def test_is_kept(authority: AuthorityAlone) -> None:
    number = apply_until(authority, {"smtp.relay.allow": "all"}, 3)
    end = time.time() + 3
    authority.call("Keep", "(t)", number)
    assert authority.call("Temporary") == []
    with refused("NoSuchRevision"):
        authority.call("Keep", "(t)", number)
    with refused("NoSuchRevision"):
        authority.call("EndTemporary", "(t)", number)
    kill(authority)
    until(lambda: time.time() > end, "what would have been the end")
    assert allowed(authority) == "all" and authority.get()[0] == 2


def test_edit_by_hand_meanwhile(authority: AuthorityAlone) -> None:
    listener = Listener(authority)
    apply_until(authority, {"smtp.relay.allow": "all"}, 3)
    authority.config.write_text(authority.config.read_text().replace("<smtp>", "<!-- ours --><smtp>"))
    listener.wait_for(3)
    listener.wait_for(4)
    assert allowed(authority) == "specified" and "<!-- ours -->" in authority.config.read_text()


def test_wrong_ends_and_changes(authority: AuthorityAlone) -> None:
    for end, changes in ((int(time.time()), {"smtp.relay.allow": "all"}), (-1, {"smtp.relay.allow": "all"}),
                         (1 << 62, {"smtp.relay.allow": "all"}), (int(time.time()) + LONG, {"smtp.relay.allow": "specified"}),
                         (int(time.time()) + LONG, {"smtp.relay.pop-client-minutes": 14})):
        with refused("Invalid"):
            authority.call("ApplyUntil", "(ta{sv}x)", 1, packed(changes), end)
    with refused("Stale"):
        authority.call("ApplyUntil", "(ta{sv}x)", 7, packed({"smtp.relay.allow": "all"}), int(time.time()) + LONG)
    assert authority.get()[0] == 1 and authority.call("Temporary") == []


def test_maker_is_not_asked_again(authority: AuthorityAlone) -> None:
    """polkit has let this connection make the change: keeping it is no new question. For others it is."""
    polkit = MockPolkit(authority, ["org.postern.view", "org.postern.change"])
    first = apply_until(authority, {"smtp.relay.allow": "all"}, LONG)
    second = apply_until(authority, {"general.host-name": "a.example"}, LONG)
    authority.bus.call("org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
                       "org.freedesktop.DBus.Mock.SetAllowed", GLib.Variant("(as)", (["org.postern.view"],)))
    stranger = authority.bus.connect()
    for method in ("Keep", "EndTemporary"):
        with pytest.raises(GLib.Error, match="NotAuthorized"):
            stranger.call_sync(AUTHORITY, AUTHORITY_PATH, AUTHORITY, method, GLib.Variant("(t)", (first,)), None, 0, 30000, None)
    stranger.close_sync(None)
    with refused("NotAuthorized"):
        authority.apply(3, {"smtp.relay.allow": "none"})
    authority.call("Keep", "(t)", first)
    assert authority.call("EndTemporary", "(t)", second) == 4
    with refused("NotAuthorized"):
        authority.call("Keep", "(t)", 99)
    polkit.close()


def test_assess(authority: AuthorityAlone) -> None:
    def kinds(changes: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(kind, setting) for kind, setting, _sentence in authority.call("Assess", "(a{sv})", packed(changes))]

    assert kinds({"general.host-name": "a.example"}) == []
    assert kinds({"smtp.relay.allow": "all", "smtp.connection.allow": "none"}) == [("open-relay", "smtp.relay.allow"),
                                                                                 ("shut-out", "smtp.connection.allow")]
    with refused("Invalid"):
        kinds({"smtp.relay.allow": "some"})
    authority.apply(1, {"smtp.relay.allow": "all"})
    assert kinds({"smtp.relay.allow": "all"}) == [] and authority.get()[0] == 2


def test_diff_of_a_document(authority: AuthorityAlone) -> None:
    authority.apply(1, {"smtp.relay.allow": "none", "general.host-name": "a.example"})
    document = authority.call("Export")
    assert authority.call("DiffDocument", "(s)", document) == []
    authority.apply(2, {"smtp.relay.allow": "all"})
    assert authority.call("DiffDocument", "(s)", document) == [("smtp.relay.allow", "all", "none")]
    with refused("Invalid"):
        authority.call("DiffDocument", "(s)", "<nonsense")
    assert authority.get()[0] == 3


def test_restart_of_a_server() -> None:
    with Gateway() as gateway:
        def restart(server: str) -> None:
            gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.RestartServer", GLib.Variant("(s)", (server,)))

        first = gateway.bus.pid_of("org.postern.Pop3Server1")
        restart("pop3")
        second = gateway.bus.pid_of("org.postern.Pop3Server1")
        assert second != first
        gateway.stop_server("pop3")
        restart("pop3")
        assert gateway.bus.pid_of("org.postern.Pop3Server1") not in (first, second)
        with refused("NoSuchServer"):
            restart("imap")
