# SPDX-License-Identifier: GPL-3.0-or-later
"""
The power fails while an administrator changes settings and users: the authority that starts next finds what was answered last, or what
was asked for then; whole, with its history.
"""

import random
import time
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

from crash.mortal import USERS
from crash.power import VARIANTS, Record
from crash.recording import Recording, cuts, states
from gateway.bus import BusError
from gateway.figures import record, tries
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, AUTHORITY_PROGRAM, Gateway, variant
from gi.repository import GLib

PROMISE = "Settings never break"
LONG_S = 3600


def call(gateway: Gateway, interface: str, method: str, signature: str, *arguments: Any) -> None:
    gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{interface}.{method}", GLib.Variant(signature, arguments))


def near(number: int) -> dict[str, Any]:
    return {"general.near-domains": [f"n{number}.example"]}


def secret(number: int) -> str:
    return f"secret{number}"


def change(gateway: Gateway, number: int) -> None:
    call(gateway, AUTHORITY, "Apply", "(ta{sv})", gateway.revision(), {name: variant(value) for name, value in near(number).items()})


def change_for_a_while(gateway: Gateway, number: int) -> None:
    packed = {name: variant(value) for name, value in near(number).items()}
    call(gateway, AUTHORITY, "ApplyUntil", "(ta{sv}x)", gateway.revision(), packed, int(time.time()) + LONG_S)


def change_secret(gateway: Gateway, number: int) -> None:
    call(gateway, USERS, "SetApopSecret", "(ss)", "bob", secret(number))


DEEDS: tuple[Callable[[Gateway, int], None], ...] = (change, change_secret, change_for_a_while)


def load(gateway: Recording, rounds: int) -> int:
    """Returns how many changes were answered. The number of each is what it sets."""
    count = 0
    for _ in range(rounds):
        for deed in DEEDS:
            count += 1
            kind = "users" if deed is change_secret else "settings"
            gateway.mark(f"asked {kind} {count}")
            deed(gateway, count)
            gateway.mark(f"answered {kind} {count}")
    return count


class Told:
    """What was asked and answered, up to a cut: the numbers of the changes."""

    def __init__(self) -> None:
        self.asked = {"settings": 0, "users": 0}
        self.answered = {"settings": 0, "users": 0}

    def note(self, what: Record) -> None:
        if what.kind == "M":
            word, kind, number = what.second.decode().split()
            (self.asked if word == "asked" else self.answered)[kind] = int(number)

    def troubles(self, state: Path) -> Iterator[str]:
        """What another authority finds wrong."""
        if not (state / "server-properties.xml").exists() or not (state / "users").exists():
            yield "a file is missing"
            return
        text = (state / "server-properties.xml").read_text(errors="replace")
        gateway = Gateway(state)
        try:
            gateway.start(())
            if f'revision="{gateway.revision()}"' not in text:
                yield f"the file is not what is in force: {text[:200]}"
            found = number_in(gateway.settings()["general.near-domains"])
            may_be = {"settings": (self.answered["settings"], self.asked["settings"]), "users": (self.answered["users"], self.asked["users"])}
            if found not in may_be["settings"]:
                yield f"change {found} is in force, of {may_be['settings']}"
            if not any((f"{{PLAIN}}{secret(number)}" if number else "bob:") in (state / "users").read_text() for number in may_be["users"]):
                yield f"the users are of none of {may_be['users']}"
            history = [row[0] for row in gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.History", None)[0]]
            if history != list(range(gateway.revision(), gateway.revision() - len(history), -1)):
                yield f"history: {history}"
            gateway.apply(near(0))
        except BusError as error:
            yield f"the authority: {error}"
        finally:
            yield from gateway.stop()


def number_in(domains: list[str]) -> Optional[int]:
    """Of the change that has set them; 0 for what was there at first."""
    first = domains[0] if domains else ""
    return int(first[1:-len(".example")]) if first[1:-len(".example")].isdigit() else 0


def test_settings(folder: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    rng, told, tried, lost = random.Random(seed), Told(), 0, []
    gateway = Recording(folder / "state", folder / "log", [AUTHORITY_PROGRAM])
    try:
        gateway.start(())
        answered = load(gateway, tries(daily=1, thorough=3))
    finally:
        gateway.stop()
    records = gateway.records()
    at = cuts(records, tries(daily=2, thorough=100000), rng)
    for where in states(gateway.disk, records, at, folder / "cut", rng, told.note):
        lost += [f"{where}: {trouble}" for trouble in told.troubles(folder / "cut")]
        tried += 1
    assert max(told.answered.values()) == answered
    record(PROMISE, "power lost while settings and users change", tried, len(lost),
           f"{len(at):,} instants, of what was not flushed {', '.join(VARIANTS)}; {answered:,} changes")
    assert not lost, "\n".join(lost[:20])
