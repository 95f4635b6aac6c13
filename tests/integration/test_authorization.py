# SPDX-License-Identifier: GPL-3.0-or-later
"""posternd on a private bus: who may call its methods."""

import os
import signal
import subprocess
import threading
from typing import Iterator

import pytest
from gi.repository import Gio, GLib

from gateway.gateway import AUTHORITY, AUTHORITY_PATH
from gateway.wait import ended, until
from private_bus import NOBODY, POLKIT, POLKIT_PATH, AuthorityAlone, MockPolkit, Service, refused

as_another_user = pytest.mark.skipif(os.geteuid() != 0, reason="only root can call as another user")

MOST_QUESTIONS = 32  # GATEKEEPER_MOST_QUESTIONS_OF_A_USER

FAKE_POLKIT = """<node><interface name='org.freedesktop.PolicyKit1.Authority'>
  <method name='CheckAuthorization'>
    <arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/><arg type='a{ss}' direction='in'/>
    <arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/>
  </method>
  <method name='CancelCheckAuthorization'><arg type='s' direction='in'/></method>
</interface></node>"""


@pytest.fixture
def authority() -> Iterator[AuthorityAlone]:
    with AuthorityAlone() as alone:
        yield alone


@as_another_user
def test_without_polkit_only_our_own_user(authority: AuthorityAlone) -> None:
    for arguments in (["get"], ["set", "smtp.relay.allow=none"], ["describe"], ["export"], ["stop", "smtp"]):
        result = authority.run(*arguments, user=NOBODY)
        assert result.returncode == 3 and "Not authorized" in result.stderr, result
    assert authority.run("get").returncode == 0
    assert authority.get()[0] == 1
    assert f"StopServer refused to user {NOBODY}: " in authority.log()
    assert "Get refused" not in authority.log()  # who only looks does not fill the log


@as_another_user
def test_without_polkit_root_may_where_another_user_runs_it(authority: AuthorityAlone) -> None:
    pid = authority.pid()
    os.kill(pid, signal.SIGTERM)
    assert ended(pid, 20)
    state = authority.folder / "theirs"
    state.mkdir()
    os.chown(state, NOBODY, NOBODY)
    program = authority.folder / "posternd"
    program.write_bytes(open(authority.program[0], "rb").read())
    program.chmod(0o755)
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(program), "--config",
               str(state / "c.xml"), "--state-dir", str(state), "--bus", authority.bus.address]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        until(lambda: authority.bus.has_owner(AUTHORITY), "the name")
        assert authority.run("set", "smtp.relay.allow=none").returncode == 0
        assert authority.run("set", "smtp.relay.allow=specified", user=NOBODY).returncode == 0
        assert authority.run("get", user=1).returncode == 3
        process.terminate()


def test_polkit_decides_by_action(authority: AuthorityAlone) -> None:
    polkit = MockPolkit(authority, ["org.postern.view"])
    assert authority.get()[0] == 1
    with refused("NotAuthorized"):
        authority.apply(1, {"smtp.relay.allow": "none"})
    with refused("NotAuthorized"):
        authority.call("Restore", "(tt)", 1, 1)
    with refused("NotAuthorized"):
        authority.call("Import", "(ts)", 1, "<server-properties/>")
    with refused("NotAuthorized"):
        authority.call("StopServer", "(s)", "smtp")
    polkit.close()
    assert authority.apply(1, {"smtp.relay.allow": "none"}) == 2


def test_polkit_allows_change(authority: AuthorityAlone) -> None:
    polkit = MockPolkit(authority, ["org.postern.change"])
    with refused("NotAuthorized"):
        authority.get()
    assert authority.apply(1, {"smtp.relay.allow": "none"}) == 2
    polkit.close()


def test_polkit_is_asked_well(authority: AuthorityAlone) -> None:
    questions = []

    def allow(method, arguments, invocation, _sender) -> None:
        questions.append((method, arguments))
        invocation.return_value(GLib.Variant("((bba{ss}))", ((True, False, {}),)))

    polkit = Service(authority, POLKIT, POLKIT_PATH, FAKE_POLKIT, allow)
    authority.get()
    method, (subject, action, details, flags, cookie) = questions[0]
    assert method == "CheckAuthorization" and action == "org.postern.view" and details == {} and flags == 1 and cookie
    assert subject == ("system-bus-name", {"name": authority.bus.connection.get_unique_name()})


@pytest.mark.parametrize("answer", [
    lambda invocation: invocation.return_dbus_error("org.freedesktop.PolicyKit1.Error.Failed", "broken"),
    # Not even polkit itself can make it look as if there were none.
    lambda invocation: invocation.return_dbus_error("org.freedesktop.DBus.Error.ServiceUnknown", "there is no polkit"),
    lambda invocation: invocation.return_value(GLib.Variant("((bba{ss}))", ((False, True, {}),))),
])
def test_polkit_without_a_yes_is_a_no(authority: AuthorityAlone, answer) -> None:
    polkit = Service(authority, POLKIT, POLKIT_PATH, FAKE_POLKIT, lambda _m, _a, invocation, _s: answer(invocation))
    with refused("NotAuthorized"):
        authority.get()


def test_polkit_that_vanishes_means_no(authority: AuthorityAlone) -> None:
    asked = threading.Event()
    polkit = Service(authority, POLKIT, POLKIT_PATH, FAKE_POLKIT, lambda *_arguments: asked.set())

    def vanish() -> None:
        asked.wait(20)
        polkit.close()

    thread = threading.Thread(target=vanish)
    thread.start()
    with refused("NotAuthorized"):
        authority.apply(1, {"smtp.relay.allow": "none"})
    thread.join()
    assert authority.get()[0] == 1


def test_polkit_that_can_not_be_started_means_no(authority: AuthorityAlone) -> None:
    authority.bus.add_service(POLKIT, "polkit", ["false"])
    authority.bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.ReloadConfig")
    with refused("NotAuthorized"):
        authority.get()


def test_caller_that_leaves_takes_its_question_along(authority: AuthorityAlone) -> None:
    held, cancelled, asked = [], [], threading.Event()

    def hold(method, arguments, invocation, _sender) -> None:
        if method == "CheckAuthorization":
            held.append((arguments[4], invocation))
            asked.set()
            return
        cancelled.append(arguments[0])
        invocation.return_value(None)

    polkit = Service(authority, POLKIT, POLKIT_PATH, FAKE_POLKIT, hold)
    caller = authority.bus.connect()
    changes = {"smtp.relay.allow": GLib.Variant("s", "none")}
    caller.call(AUTHORITY, AUTHORITY_PATH, AUTHORITY, "Apply", GLib.Variant("(ta{sv})", (1, changes)), None,
                Gio.DBusCallFlags.NONE, -1, None, None)
    caller.flush_sync(None)
    assert asked.wait(20)
    caller.close_sync(None)
    until(lambda: cancelled, "the question to be taken back")
    assert cancelled == [held[0][0]]
    # An answer that comes too late changes nothing.
    held[0][1].return_value(GLib.Variant("((bba{ss}))", ((True, False, {}),)))
    polkit.close()
    assert authority.get()[0] == 1


def test_questions_of_one_user_have_a_limit(authority: AuthorityAlone) -> None:
    held, cancelled, refusals = [], [], []

    def hold(method, arguments, invocation, _sender) -> None:
        if method == "CheckAuthorization":
            held.append(invocation)
            return
        cancelled.append(arguments[0])
        invocation.return_value(None)

    def answer(invocation: Gio.DBusMethodInvocation) -> None:
        invocation.return_value(GLib.Variant("((bba{ss}))", ((False, False, {}),)))

    def note(connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        try:
            connection.call_finish(result)
        except GLib.Error as error:
            refusals.append(error.message)

    def heard() -> int:
        while GLib.MainContext.default().iteration(False):
            pass
        return len(refusals)

    polkit = Service(authority, POLKIT, POLKIT_PATH, FAKE_POLKIT, hold)
    caller = authority.bus.connect()
    for _ in range(MOST_QUESTIONS + 68):
        caller.call(AUTHORITY, AUTHORITY_PATH, AUTHORITY, "Get", None, None, Gio.DBusCallFlags.NONE, -1, None, note)
    until(lambda: heard() == 68 and len(held) == MOST_QUESTIONS, "a refusal for each that is too many")
    assert all("too many answers" in refusal for refusal in refusals)

    # The places of who leaves are free again, once polkit has taken the questions back.
    caller.close_sync(None)
    until(lambda: len(cancelled) == MOST_QUESTIONS, "the questions to be taken back")
    for invocation in held:
        answer(invocation)
    other = authority.bus.connect()

    def is_asked() -> bool:
        other.call(AUTHORITY, AUTHORITY_PATH, AUTHORITY, "Get", None, None, Gio.DBusCallFlags.NONE, -1, None, None)
        return len(held) > MOST_QUESTIONS
    until(is_asked, "the next question")
    polkit.close()
    assert authority.get()[0] == 1
