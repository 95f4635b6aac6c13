# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings never break: rivals, of whom one is first; and a server that has heard nothing finds the newest revision by itself."""

import os
import signal
import threading
from typing import Iterator

import pytest
from gateway import figures
from gateway.bus import BusError
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, Gateway, variant
from gateway.wait import ended, until
from gi.repository import Gio, GLib
from crash.faults import KILL
from crash.mortal import Mortal

PROMISE = "Settings never break"
STALE = "org.postern.Error.Stale"
MIB_5 = 5 * 1024 * 1024


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortal]:
    with Gateway(settings={"smtp.relay.near-domains": True}) as gateway:
        for name in ("pop3", "delivery"):
            gateway.stop_server(name)
        yield Mortal(gateway)


def race(mortal: Mortal, rivals: list[Gio.DBusConnection], expected: int, number: int) -> list[str]:
    """Each applies something of its own, all at the same moment. Returns the answers: "" for a yes."""
    answers: list[str] = [""] * len(rivals)
    start = threading.Barrier(len(rivals))

    def apply(index: int) -> None:
        changes = {"general.near-domains": variant([f"r{number}-{index}.example"])}
        start.wait()
        try:
            rivals[index].call_sync(AUTHORITY, AUTHORITY_PATH, AUTHORITY, "Apply", GLib.Variant("(ta{sv})", (expected, changes)), None,
                                    Gio.DBusCallFlags.NONE, 30_000, None)
        except GLib.Error as error:
            answers[index] = BusError(error).name
    threads = [threading.Thread(target=apply, args=(index,)) for index in range(len(rivals))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_exactly_one_wins(mortal: Mortal) -> None:
    rivals = [mortal.gateway.bus.connect() for _ in range(4)]
    races = figures.tries(40, 2000)
    for number in range(races):
        before = mortal.state()
        answers = race(mortal, rivals, before.revision, number)
        winners = [index for index, answer in enumerate(answers) if answer == ""]
        lost = len(winners) != 1 or set(answers) != {"", STALE}
        now = mortal.state()
        figures.record(PROMISE, "races of four administrators", number + 1, int(lost))
        assert not lost, answers
        assert now == before.with_changes({"general.near-domains": [f"r{number}-{winners[0]}.example"]})
    for rival in rivals:
        rival.close_sync(None)


def wait_for_server(mortal: Mortal, revision: int) -> None:
    until(lambda: mortal.gateway.revision_in_force("smtp") == revision, f"revision {revision} on smtp")


def test_saved_and_not_told(mortal: Mortal) -> None:
    """The authority dies at each call of a save; nobody starts it again, and the server has what the file has."""
    number = 1
    while True:
        expected = mortal.state().revision
        pid = mortal.gateway.pid("posternd")
        mortal.control.arm(number, KILL)
        error = mortal.attempt(lambda: mortal.apply(expected, mortal.fresh()))
        assert error is None or ended(pid, 20)
        met = mortal.control.disarm().call
        wait_for_server(mortal, mortal.file_revision())
        mortal.start()
        if not met:
            break
        number += 1 if figures.is_thorough() else 3
    figures.record(PROMISE, "saved, and died before it was told", number, 0)
    assert number > 5


def test_stopped_meanwhile(mortal: Mortal) -> None:
    tried = figures.tries(5, 100)
    for _ in range(tried):
        pid = mortal.gateway.pid("smtp")
        os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(3):
                revision = mortal.apply(mortal.state().revision, mortal.fresh())
            mortal.gateway.kill("posternd")
        finally:
            os.kill(pid, signal.SIGCONT)
        wait_for_server(mortal, revision)
        mortal.start()
    figures.record(PROMISE, "server suspended while three revisions were saved and the authority died", tried, 0)


def test_killed_meanwhile(mortal: Mortal) -> None:
    tried = figures.tries(3, 50)
    for _ in range(tried):
        mortal.gateway.kill("smtp")
        revision = mortal.apply(mortal.state().revision, mortal.fresh())
        mortal.gateway.kill("posternd")
        mortal.gateway.bus.activate("org.postern.SmtpServer1")
        wait_for_server(mortal, revision)
        mortal.start()
    figures.record(PROMISE, "server started while the authority is away", tried, 0)


# What XML can't hold, what would end an element or a comment, and too much of everything.
NASTY = ["a\x01b", "\x1f", "]]>", "<!-- -->", "</near-domains>", "&e;", "a\nb", "\u2028", "\ufffe", "\uffff", "x" * 1_000_000, " ", ""]


@pytest.mark.parametrize("name", ["general.near-domains", "smtp.mail-router", "general.users-file", "smtp.banner", "no.such\x01setting"])
def test_nasty_words_on_the_bus(mortal: Mortal, name: str) -> None:
    """A clear no, or a yes and a file that holds; the authority goes on."""
    for word in NASTY:
        before = mortal.state()
        value = variant([word] if name == "general.near-domains" else word)
        error = mortal.attempt(lambda: mortal.call("Apply", "(ta{sv})", before.revision, {name: value}))
        assert error is None or error.name == "org.postern.Error.Invalid" and error.message, error
        assert mortal.file_revision() == mortal.state().revision
        assert error is None or mortal.state() == before
    figures.record(PROMISE, f"nasty words for {name!r} on the bus", len(NASTY), 0)


def test_too_much_on_the_bus(mortal: Mortal) -> None:
    before = mortal.state()
    nested = GLib.Variant("v", GLib.Variant("s", "x"))
    for _ in range(20):
        nested = GLib.Variant("v", nested)
    wrong = [GLib.Variant("d", 1.5), GLib.Variant("a{sv}", {"a": nested}), GLib.Variant("ay", b"x" * 1000), nested, GLib.Variant("as", ["x" * MIB_5])]
    changes = [{"general.near-domains": value} for value in wrong] + [{f"no.such.setting{i}": GLib.Variant("b", True) for i in range(20_000)}]
    for each in changes:
        error = mortal.attempt(lambda: mortal.call("Apply", "(ta{sv})", before.revision, each))
        assert error is not None and error.name == "org.postern.Error.Invalid", error
        assert mortal.state() == before
    figures.record(PROMISE, "wrong types, and too much, on the bus", len(changes), 0)
