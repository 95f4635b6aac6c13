# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail users over the bus: what stands in the file, and who can log on by it at once."""

import json
import os
import poplib
import pty
import subprocess
import threading
from pathlib import Path
from typing import Any, Iterator

import pytest
from gi.repository import GLib

from gateway.bus import BusError
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, Gateway
from gateway.wait import until
from private_bus import NOBODY, AuthorityAlone, Guest, call_bus

INTERFACE = "org.postern.MailUsers1"
NO_OPTIONS: dict[str, GLib.Variant] = {}


@pytest.fixture
def authority() -> Iterator[AuthorityAlone]:
    with AuthorityAlone() as alone:
        yield alone


@pytest.fixture
def running() -> Iterator[Gateway]:
    with Gateway() as gateway:
        yield gateway


def call(place: Any, method: str, signature: str = "()", *arguments: Any) -> Any:
    result = place.bus.call(AUTHORITY, AUTHORITY_PATH, f"{INTERFACE}.{method}", GLib.Variant(signature, arguments))
    return result[0] if len(result) == 1 else result


def add(place: Any, name: str, password: str, **options: GLib.Variant) -> None:
    call(place, "Add", "(ssa{sv})", name, password, {key.replace("_", "-"): value for key, value in options.items()})


def users(place: Any) -> dict[str, dict]:
    return {user["name"]: user for user in call(place, "List")}


def refused(what: str) -> Any:
    return pytest.raises(BusError, match=rf"^org\.postern\.Error\.Invalid: {what}: ")


def file_of(authority: AuthorityAlone) -> Path:
    return authority.folder / "users"


def can_log_on(gateway: Gateway, user: str, password: str, *, apop: bool = False) -> bool:
    session = gateway.pop3()
    try:
        if apop:
            session.apop(user, password)
        else:
            session.user(user)
            session.pass_(password)
    except poplib.error_proto:
        session.close()
        return False
    session.quit()
    return True


def test_a_users_life(running: Gateway) -> None:
    assert not can_log_on(running, "carol", "first")
    add(running, "Carol", "first")
    assert can_log_on(running, "carol", "first")
    assert not can_log_on(running, "carol", "first", apop=True)
    call(running, "SetPassword", "(ss)", "carol", "second: with a colon")
    assert not can_log_on(running, "carol", "first")
    assert can_log_on(running, "carol", "second: with a colon")
    call(running, "SetApopSecret", "(ss)", "carol", "third")
    assert can_log_on(running, "carol", "third", apop=True) and can_log_on(running, "carol", "third")
    call(running, "SetApopSecret", "(ss)", "carol", "")
    assert not can_log_on(running, "carol", "third", apop=True)
    assert can_log_on(running, "carol", "third")
    call(running, "Remove", "(s)", "CAROL")
    assert not can_log_on(running, "carol", "third")
    log = running.log("posternd")
    assert "users: Carol was added by " in log and "users: CAROL was removed by " in log
    assert not any(secret in log for secret in ("first", "second", "third"))


def test_who_was_there_before_stays(running: Gateway) -> None:
    before = (running.state / "users").read_text()
    add(running, "carol", "carols", apop=GLib.Variant("b", True))
    assert (running.state / "users").read_text() == before + "carol:{PLAIN}carols\n"
    assert can_log_on(running, "alice", "wonderland")
    assert (running.state / "users").stat().st_mode & 0o777 == 0o600


def test_the_file_of_the_moment(running: Gateway) -> None:
    other = running.state / "others"
    other.write_text("dave:{PLAIN}daves\n")
    running.apply({"general.users-file": "others"})
    assert list(users(running)) == ["dave"]
    add(running, "erin", "erins")
    assert can_log_on(running, "erin", "erins") and not can_log_on(running, "alice", "wonderland")
    assert other.read_text().startswith("dave:{PLAIN}daves\nerin:{CRYPT}$")


def test_list(authority: AuthorityAlone) -> None:
    file_of(authority).write_text("# ours\nJoe:{PLAIN}x::::::nologin userdb_quota_rule=*:storage=500M\nann:{SSHA}y\n"
                                  "max:{PLAIN}z::::::userdb_quota_rule=*:storage=0\nodd\n")
    assert call(authority, "List") == [
        {"name": "joe", "scheme": "PLAIN", "password": True, "apop": True, "log-on": False, "quota-mib": 500},
        {"name": "ann", "scheme": "SSHA", "password": False, "apop": False, "log-on": False},
        {"name": "max", "scheme": "PLAIN", "password": True, "apop": True, "log-on": True, "quota-mib": 0}]


def test_the_first_user_makes_the_file(authority: AuthorityAlone) -> None:
    assert call(authority, "List") == []
    add(authority, "joe", "tanstaaf", quota_mib=GLib.Variant("u", 7))
    text = file_of(authority).read_text()
    assert text.startswith("joe:{CRYPT}$") and text.endswith("::::::userdb_quota_rule=*:storage=7M\n")
    assert file_of(authority).stat().st_mode & 0o777 == 0o640


def test_what_is_not_asked_for_stays(authority: AuthorityAlone) -> None:
    text = "# ours\r\n\nJoe:{PLAIN}x:1:2:Joe::/bin/sh:allow_nets=192.0.2.0/24 own=field\nbroken\nann:{SSHA}y"
    file_of(authority).write_bytes(text.encode())
    file_of(authority).chmod(0o604)
    call(authority, "SetQuota", "(si)", "joe", 5)
    call(authority, "SetApopSecret", "(ss)", "joe", "new")
    wanted = text.replace("{PLAIN}x", "{PLAIN}new").replace("own=field", "own=field userdb_quota_rule=*:storage=5M")
    assert file_of(authority).read_bytes() == wanted.encode()
    call(authority, "SetQuota", "(si)", "joe", -1)
    assert file_of(authority).read_bytes() == text.replace("{PLAIN}x", "{PLAIN}new").encode()
    assert file_of(authority).stat().st_mode & 0o777 == 0o604
    call(authority, "Remove", "(s)", "joe")
    assert file_of(authority).read_bytes() == b"# ours\r\n\nbroken\nann:{SSHA}y"


@pytest.mark.parametrize("name", ["", ".joe", "../joe", "a b", "joe:x", "#joe", "joe\n", "x" * 65, "@", "a@b@c"])
def test_names_that_are_refused(authority: AuthorityAlone, name: str) -> None:
    with refused("name"):
        add(authority, name, "tanstaaf")
    assert not file_of(authority).exists()


@pytest.mark.parametrize("password", ["", "a\nb", "a\tb", "x" * 201])
def test_passwords_that_are_refused(authority: AuthorityAlone, password: str) -> None:
    add(authority, "joe", "right", apop=GLib.Variant("b", True))
    before = file_of(authority).read_bytes()
    with refused("password"):
        add(authority, "ann", password)
    with refused("password"):
        call(authority, "SetPassword", "(ss)", "joe", password)
    if password:
        with refused("secret"):
            call(authority, "SetApopSecret", "(ss)", "joe", password)
    assert file_of(authority).read_bytes() == before


def test_more_that_is_refused(authority: AuthorityAlone) -> None:
    add(authority, "joe", "right")
    before = file_of(authority).read_bytes()
    with refused("name"):
        add(authority, "JOE", "other")
    with refused("secret"):
        call(authority, "SetApopSecret", "(ss)", "joe", "a:b")
    with refused("mib"):
        call(authority, "SetQuota", "(si)", "joe", 1048577)
    with refused("mib"):
        call(authority, "SetQuota", "(si)", "joe", -2)
    with refused("options"):
        add(authority, "ann", "x", uid=GLib.Variant("u", 0))
    with refused("options"):
        add(authority, "ann", "x", apop=GLib.Variant("s", "yes"))
    for method, signature, rest in (("SetPassword", "(ss)", ["x"]), ("SetApopSecret", "(ss)", ["x"]), ("SetApopSecret", "(ss)", [""]),
                                    ("SetQuota", "(si)", [1]), ("Remove", "(s)", [])):
        with refused("name"):
            call(authority, method, signature, "nobody", *rest)
    assert file_of(authority).read_bytes() == before


def test_links_and_pipes(authority: AuthorityAlone) -> None:
    real = authority.folder / "real"
    real.write_text("joe:{PLAIN}x\n")
    file_of(authority).symlink_to(real)
    call(authority, "Remove", "(s)", "joe")
    assert file_of(authority).is_symlink() and real.read_text() == ""
    file_of(authority).unlink()
    os.mkfifo(file_of(authority))
    for method, signature, arguments in (("List", "()", []), ("Remove", "(s)", ["joe"])):
        with pytest.raises(BusError, match="Failed.*is not a regular file"):
            call(authority, method, signature, *arguments)
    file_of(authority).unlink()
    file_of(authority).symlink_to(authority.folder / "nowhere")
    with pytest.raises(BusError, match="Failed"):
        add(authority, "joe", "x")
    assert not (authority.folder / "nowhere").exists()


def test_two_administrators_and_an_editor_lose_nothing(authority: AuthorityAlone) -> None:
    file_of(authority).write_text("# begin\n")
    clear = {"apop": GLib.Variant("b", True)}

    def over_the_bus(first: str) -> None:
        connection = authority.bus.connect()
        for number in range(40):
            connection.call_sync(AUTHORITY, AUTHORITY_PATH, INTERFACE, "Add", GLib.Variant("(ssa{sv})", (f"{first}{number}", "x", clear)),
                                 None, 0, 30000, None)
        connection.close_sync(None)

    threads = [threading.Thread(target=over_the_bus, args=(first,)) for first in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(users(authority)) == sorted(f"{first}{number}" for first in "ab" for number in range(40))
    with open(file_of(authority), "a", encoding="utf-8") as stream:
        stream.write("by-hand:{PLAIN}x\n")
    add(authority, "last", "x")
    assert {"by-hand", "last", "a0", "b39"} <= set(users(authority))
    assert file_of(authority).read_text().startswith("# begin\n")
    assert [path.name for path in authority.folder.glob(".users*")] == []


def test_changes_are_told(authority: AuthorityAlone) -> None:
    told: list[str] = []

    class Ear(Guest):
        def take_place(self) -> None:
            self.connection.signal_subscribe(AUTHORITY, INTERFACE, None, AUTHORITY_PATH, None, 0,
                                             lambda *arguments: told.append(arguments[4]))
            call_bus(self.connection, "GetId")

    Ear(authority)
    add(authority, "joe", "x")
    until(lambda: told == ["UsersChanged"], "the signal")
    with refused("name"):
        add(authority, "joe", "x")
    call(authority, "List")
    call(authority, "Remove", "(s)", "joe")
    until(lambda: told == ["UsersChanged"] * 2, "the second signal")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can call as another user")
def test_strangers_may_do_nothing(authority: AuthorityAlone) -> None:
    add(authority, "joe", "x")
    for arguments in (["list"], ["remove", "joe"], ["add", "ann"], ["apop", "joe", "--none"], ["quota", "joe", "1"]):
        result = authority.run("users", *arguments, text="secret\n", user=NOBODY)
        assert result.returncode == 3, result
    assert list(users(authority)) == ["joe"]


def test_posternctl(authority: AuthorityAlone) -> None:
    def run(status: int, *arguments: str, text: str = "") -> str:
        result = authority.run("users", *arguments, text=text)
        assert result.returncode == status, result
        return result.stdout + result.stderr
    run(0, "add", "joe", text="one two\n")
    run(0, "add", "ann", "--apop", text="secret\r\n")
    assert file_of(authority).read_text().endswith("ann:{PLAIN}secret\n")
    run(0, "quota", "joe", "20")
    run(0, "quota", "ann", "none")
    lines = run(0, "list").splitlines()
    assert [line.split() for line in lines[1:]] == [["joe", "yes", "CRYPT", "no", "20"], ["ann", "yes", "PLAIN", "yes", "no", "limit"]]
    assert [user["name"] for user in json.loads(run(0, "--json"))] == ["joe", "ann"]
    run(0, "apop", "ann", "--none")
    assert "ann:{CRYPT}" in file_of(authority).read_text()
    run(0, "apop", "joe", text="clear\n")
    assert "joe:{PLAIN}clear" in file_of(authority).read_text()
    run(0, "password", "joe", text="hashed")
    assert "joe:{CRYPT}" in file_of(authority).read_text()
    run(0, "quota", "joe", "default")
    assert "the mailbox stays" in run(0, "remove", "joe", "ann")
    assert "there is no such user" in run(65, "remove", "joe")
    assert "no password was given" in run(65, "add", "joe")
    assert "can't be empty" in run(65, "apop", "joe", text="\n")
    assert "no size" in run(64, "quota", "joe", "1x")
    assert "usage" in run(64, "add", "joe", "password")
    assert file_of(authority).read_text() == ""


def at_the_terminal(authority: AuthorityAlone, *typed: bytes) -> tuple[int, str]:
    """Runs `posternctl users add joe` at a terminal of its own."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([str(authority.ctl), "users", "add", "joe"], stdin=follower, stdout=follower, stderr=follower,
                               env={"POSTERN_BUS": authority.bus.address, "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
                               start_new_session=True)
    os.close(follower)
    shown = b""
    for text in typed:
        while not shown.endswith(b": "):
            shown += os.read(leader, 1024)
        shown += b"|"
        os.write(leader, text)
    while True:
        try:
            part = os.read(leader, 1024)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(leader)
    return process.wait(30), shown.decode()


def test_the_terminal_shows_no_password(authority: AuthorityAlone) -> None:
    status, shown = at_the_terminal(authority, b"tanstaaf\n", b"tanstaaf\n")
    assert status == 0 and "tanstaaf" not in shown and list(users(authority)) == ["joe"]
    status, shown = at_the_terminal(authority, b"one\n", b"other\n")
    assert status == 65 and "the two passwords differ" in shown
    status, shown = at_the_terminal(authority, b"\x03")
    assert status == 65 and "no password was given" in shown
