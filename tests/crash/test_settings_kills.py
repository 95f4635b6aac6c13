# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings never break: the authority is killed, or its disk fails, at every call of every way to change something, and at random."""

import errno
import os
import random
import re
import signal
import threading
import time
from typing import Any, Callable, Iterator

import pytest
from gateway import figures
from gateway.gateway import Gateway, variant
from gateway.wait import ended
from crash.faults import KILL, KILL_HALF_WAY
from crash.mortal import GONE, Mortal, State

PROMISE = "Settings never break"
LONG_S = 3600
FAULTS = (errno.ENOSPC, errno.EIO)


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortal]:
    with Gateway(settings={"smtp.relay.near-domains": True}) as gateway:
        for name in ("pop3", "delivery"):
            gateway.stop_server(name)
        yield Mortal(gateway)


# What an administrator can do. Each prepares what it needs, and returns the deed, and what it makes of the state before it.

Deed = tuple[Callable[[], Any], Callable[[State], State]]


def apply(mortal: Mortal) -> Deed:
    expected, changes = mortal.state().revision, mortal.fresh()
    return lambda: mortal.apply(expected, changes), lambda before: before.with_changes(changes)


def apply_for_a_while(mortal: Mortal) -> Deed:
    expected, changes = mortal.state().revision, mortal.fresh()
    packed = {name: variant(value) for name, value in changes.items()}
    return (lambda: mortal.call("ApplyUntil", "(ta{sv}x)", expected, packed, int(time.time()) + LONG_S),
            lambda before: before.with_changes(changes))


def end_temporary(mortal: Mortal) -> Deed:
    before = mortal.state()
    apply_for_a_while(mortal)[0]()
    identity = mortal.call("Temporary")[0][-1]["id"]
    return (lambda: mortal.call("EndTemporary", "(t)", identity),
            lambda now: State(now.revision + 1, before.settings, now.users))


def restore(mortal: Mortal) -> Deed:
    before = mortal.state()
    mortal.apply(before.revision, mortal.fresh())
    return (lambda: mortal.call("Restore", "(tt)", before.revision + 1, before.revision),
            lambda now: State(now.revision + 1, before.settings, now.users))


def import_all(mortal: Mortal) -> Deed:
    before = mortal.state()
    near = mortal.fresh()["general.near-domains"]
    former = before.settings["general.near-domains"][0]
    text = mortal.gateway.config.read_text().replace(f">{former}<", f">{near[0]}<")
    return (lambda: mortal.call("Import", "(ts)", before.revision, text),
            lambda now: now.with_changes({"general.near-domains": near}))


def give_secret(mortal: Mortal) -> Deed:
    mortal.number += 1
    secret = f"secret{mortal.number}".encode()

    def after(before: State) -> State:
        return State(before.revision, before.settings, re.sub(rb"(?m)^bob:[^:]*", b"bob:{PLAIN}" + secret, before.users))
    return lambda: mortal.call("SetApopSecret", "(ss)", "bob", secret.decode()), after


DEEDS = (apply, apply_for_a_while, end_temporary, restore, import_all, give_secret)


DEED_NAMES = [make.__name__.replace("_", " ") for make in DEEDS]


def deeds(test: Callable) -> Callable:
    return pytest.mark.parametrize("make", DEEDS, ids=DEED_NAMES)(test)


def step(make: Callable[[Mortal], Deed]) -> int:
    """The calls of a save are met one after the other; from day to day, only some of the changes that save in the same way."""
    return 1 if figures.is_thorough() or make is apply else 5


def kill_at(mortal: Mortal, make: Callable[[Mortal], Deed], number: int, fault: int) -> bool:
    """Whether there was such a call. Then the authority has died at it."""
    deed, after = make(mortal)
    before = mortal.state()
    pid = mortal.gateway.pid("posternd")
    mortal.control.arm(number, fault)
    error = mortal.attempt(deed)
    assert error is None or error.name in GONE, error
    assert error is None or ended(pid, 20)
    met = mortal.control.disarm().call
    mortal.start()
    mortal.assert_whole([after(before)] if error is None else [before, after(before)])
    return bool(met)


@pytest.mark.parametrize("fault", (KILL, KILL_HALF_WAY), ids=("", "half way"))
@deeds
def test_killed_at_each_call(mortal: Mortal, make: Callable[[Mortal], Deed], fault: int) -> None:
    number = 1
    while kill_at(mortal, make, number, fault):
        number += step(make)
    how = ", writes half way" if fault == KILL_HALF_WAY else ""
    figures.record(PROMISE, f"killed at each call: {make.__name__.replace('_', ' ')}{how}", number // step(make), 0)
    assert number > 5


def fail_at(mortal: Mortal, make: Callable[[Mortal], Deed], number: int, fault: int) -> bool:
    """Whether there was such a call. Then it has failed."""
    deed, after = make(mortal)
    before = mortal.state()
    mortal.control.arm(number, fault)
    error = mortal.attempt(deed)
    met = mortal.control.disarm().call
    if error is not None:
        assert error.name == "org.postern.Error.Failed" and len(error.message) > 20, error
    now = mortal.assert_whole([after(before) if error is None else before], has_failed=True)
    mortal.apply(now.revision, mortal.fresh())
    mortal.assert_whole([State(now.revision + 1, mortal.state().settings, now.users)], has_failed=True)
    return bool(met)


@deeds
def test_failing_at_each_call(mortal: Mortal, make: Callable[[Mortal], Deed]) -> None:
    number = 1
    while fail_at(mortal, make, number, FAULTS[number % 2]):
        number += step(make)
    figures.record(PROMISE, f"ENOSPC or EIO at each call: {make.__name__.replace('_', ' ')}", number // step(make), 0)
    assert number > 5


def duration_s(deed: Callable[[], Any]) -> float:
    began = time.monotonic()
    deed()
    return time.monotonic() - began


def kill_after(mortal: Mortal, make: Callable[[Mortal], Deed], delay_s: float, look: Callable[[list[State]], Any]) -> bool:
    """Whether the change was under way, or not yet answered, when the authority died."""
    deed, after = make(mortal)
    before = mortal.state()
    pid = mortal.gateway.pid("posternd")
    killer = threading.Timer(delay_s, os.kill, (pid, signal.SIGKILL))
    killer.start()
    error = mortal.attempt(deed)
    killer.join()
    assert ended(pid, 20)
    assert error is None or error.name in GONE, error
    mortal.start()
    look([after(before)] if error is None else [before, after(before)])
    return error is not None


def test_killed_at_random(mortal: Mortal) -> None:
    # A disk that failed may have kept a revision that was to be dropped; the first saves after a start drop it.
    mortal.gateway.kill("posternd")
    mortal.start()
    usual_s = {make: min(duration_s(make(mortal)[0]) for _ in range(5)) for make in DEEDS}
    chance = random.Random(4)
    kills = figures.tries(60, 10_000)
    began, under_way, lost = time.monotonic(), 0, 1
    for done in range(1, kills + 1):
        make = chance.choice((*DEEDS, apply, apply))
        try:
            under_way += kill_after(mortal, make, chance.uniform(0, 1.5 * usual_s[make]),
                                    mortal.assert_whole if done % 10 == 0 else mortal.assert_agreed)
            lost = 0
        finally:
            rate = done / (time.monotonic() - began)
            figures.record(PROMISE, "killed at random", done, lost, f"{under_way} of them before the answer; {rate:.0f} kills a second")
        lost = 1
    assert under_way > kills / 10
