# SPDX-License-Identifier: GPL-3.0-or-later
"""An authority that dies, or whose disk fails, at a call of the test's choice; a server follows its settings all the time."""

import re
import subprocess
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Optional

from gi.repository import GLib

from crash.faults import Faults
from gateway.bus import BusError
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, AUTHORITY_PROGRAM, SOURCE, Gateway, variant
from gateway.wait import until

USERS = "org.postern.MailUsers1"

# org.freedesktop.DBus.Error: the authority is gone, and has not answered.
GONE = ("org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.DBus.Error.Spawn.ChildSignaled", "org.freedesktop.DBus.Error.Spawn.ChildExited")


@dataclass
class State:
    """The settings as the authority tells them, and the users' file."""

    revision: int
    settings: dict[str, Any]
    users: bytes

    def with_changes(self, changes: Mapping[str, Any]) -> "State":
        return State(self.revision + 1, {**self.settings, **changes}, self.users)


class Mortal:
    """The authority of a gateway whose SMTP server runs."""

    def __init__(self, gateway: Gateway):
        self.gateway = gateway
        self.control = Faults(gateway, "posternd")
        self.number = 0
        gateway.bus.add_service(AUTHORITY, "posternd", ["env", *self.control.environment, *gateway.command(AUTHORITY_PROGRAM)])
        gateway.kill("posternd")
        self.start()

    def start(self) -> None:
        """Returns when the authority is there, which may be another one that the bus has begun to start."""
        def is_there() -> bool:
            try:
                self.gateway.bus.activate(AUTHORITY)
            except BusError as error:
                assert error.name in GONE, error
            return self.gateway.bus.has_owner(AUTHORITY)
        until(is_there, "the authority")

    def call(self, method: str, signature: str = "()", *arguments: Any) -> Any:
        interface = USERS if method in ("Add", "SetPassword", "SetApopSecret", "SetQuota", "Remove") else AUTHORITY
        packed = GLib.Variant(signature, arguments)
        return self.gateway.bus.call(AUTHORITY, AUTHORITY_PATH, f"{interface}.{method}", packed)

    def apply(self, expected: int, changes: Mapping[str, Any]) -> int:
        return self.call("Apply", "(ta{sv})", expected, {name: variant(value) for name, value in changes.items()})[0]

    def state(self) -> State:
        revision, settings = self.call("Get")
        return State(revision, settings, (self.gateway.state / "users").read_bytes())

    def fresh(self) -> dict[str, Any]:
        """Changes that were never made before."""
        self.number += 1
        return {"general.near-domains": [f"n{self.number}.example"]}

    def attempt(self, deed: Callable[[], Any]) -> Optional[BusError]:
        """Does it. Returns how it failed; None where it was answered well."""
        try:
            deed()
        except BusError as error:
            return error
        return None

    def file_revision(self) -> int:
        """The file is valid: which revision does it hold?"""
        checked = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", str(SOURCE / "schemas/server-properties.xsd"),
                                  str(self.gateway.config)], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr + self.gateway.config.read_text(errors="replace")
        found = re.search(r'<server-properties [^>]*revision="(\d+)"', self.gateway.config.read_text())
        return int(found.group(1)) if found else 0

    def assert_whole(self, expected: list[State], has_failed: bool = False) -> State:
        """
        Everything agrees, on one of the states that are EXPECTED, and another program finds the file valid. Where the disk HAS_FAILED,
        the history may lack a revision.
        """
        state = self.assert_agreed(expected, has_failed)
        assert self.file_revision() == state.revision
        return state

    def assert_agreed(self, expected: list[State], has_failed: bool = False) -> State:
        """What assert_whole() says, by the authority's word, which has just read the file."""
        state = self.state()
        assert state in expected, (state.revision, [each.revision for each in expected], self.log_end())
        assert self.call("Check", "(a{sv})", {})[0] == [], self.log_end()
        history = [row[0] for row in self.call("History")[0]]
        assert has_failed or history == list(range(state.revision, state.revision - len(history), -1)), history
        if len(history) > 1:
            self.call("Diff", "(tt)", history[-1], history[0])
        assert has_failed or not (self.gateway.state / "revisions/prepared").exists()
        until(lambda: self.gateway.revision_in_force("smtp") == state.revision, f"revision {state.revision} on smtp")
        near = state.settings["general.near-domains"][0]
        assert self.gateway.explain("192.0.2.1", f"someone@{near}")[:2] == (True, "near-domain")
        return state

    def log_end(self) -> str:
        return self.gateway.log("posternd")[-2000:]
