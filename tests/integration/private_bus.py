# SPDX-License-Identifier: GPL-3.0-or-later
"""The authority alone on a private bus that every user may connect to, with a polkit of the test's choice, or none."""

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional
from unittest import mock

import pytest
from gi.repository import Gio, GLib

from gateway import bus as gateway_bus
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, AUTHORITY_PROGRAM, build_folder, variant
from gateway.wait import ended, until

NOBODY = 65534
POLKIT = "org.freedesktop.PolicyKit1"
POLKIT_PATH = "/org/freedesktop/PolicyKit1/Authority"


class OpenBus(gateway_bus.PrivateBus):
    """A private bus that other users may connect to, too, as they may to the system's."""

    def start(self, environment: Optional[Mapping[str, str]] = None) -> None:
        policy = gateway_bus.CONFIGURATION.replace('<policy context="default">',
                                                   '<policy context="default"><allow user="*"/>')
        with mock.patch.object(gateway_bus, "CONFIGURATION", policy):
            super().start(environment)


class AuthorityAlone:
    """posternd on a bus of its own. Settings file and state are below .folder, which goes with it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="postern-authority-"))
        self.folder.chmod(0o755)  # other users have to reach the bus's socket and the program
        self.config = self.folder / "server-properties.xml"
        self.bus = OpenBus(self.folder, self.folder)
        self.program = [str(build_folder() / AUTHORITY_PROGRAM), "--config", str(self.config),
                        "--state-dir", str(self.folder / "state"), "--exit-with-bus", "--bus"]
        self.guests: list = []  # connections of the test's own, closed when it ends
        self.ctl = self.folder / "posternctl"
        shutil.copy(build_folder() / "core/ctl/posternctl", self.ctl)

    def __enter__(self) -> "AuthorityAlone":
        address = self.bus.choose_address()
        self.bus.add_service(AUTHORITY, "posternd", [*self.program, address])
        self.bus.add_service("org.postern.Pop3Server1", "pop3", ["false"])
        self.bus.start()
        self.bus.activate(AUTHORITY)
        return self

    def __exit__(self, *_exception) -> None:
        for guest in self.guests:
            guest.close()
        pid = self.pid() if self.bus.has_owner(AUTHORITY) else None
        self.bus.stop()
        assert pid is None or ended(pid, 20), "posternd did not end with its bus"
        log = self.log()
        shutil.rmtree(self.folder)
        for alarm in ("CRITICAL", "] error: ", "AddressSanitizer", "LeakSanitizer", "runtime error"):
            assert alarm not in log, log

    def pid(self) -> int:
        return self.bus.pid_of(AUTHORITY)

    def log(self) -> str:
        path = self.folder / "posternd.log"
        return path.read_text() if path.exists() else ""

    def call(self, method: str, signature: Optional[str] = None, *arguments: Any) -> Any:
        """Calls a method of the authority. Returns what it returns; a single value as it is."""
        packed = GLib.Variant(signature, arguments) if signature else None
        result = self.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.{method}", packed)
        return result[0] if len(result) == 1 else result

    def get(self) -> tuple[int, dict]:
        return self.call("Get")

    def apply(self, expected: int, changes: Mapping[str, Any]) -> int:
        return self.call("Apply", "(ta{sv})", expected, {name: variant(value) for name, value in changes.items()})

    def check(self, changes: Mapping[str, Any]) -> tuple[list, list]:
        return self.call("Check", "(a{sv})", {name: variant(value) for name, value in changes.items()})

    def run(self, *arguments: str, text: str = "", user: Optional[int] = None) -> subprocess.CompletedProcess:
        """Runs posternctl, as another user where USER is given."""
        prefix = [] if user is None else ["setpriv", f"--reuid={user}", "--clear-groups"]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "POSTERN_BUS": self.bus.address}
        return subprocess.run([*prefix, str(self.ctl), *arguments], input=text, env=environment, text=True,
                              capture_output=True, timeout=60, check=False)


def call_bus(connection: Gio.DBusConnection, method: str, arguments: Optional[GLib.Variant] = None) -> None:
    connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, arguments, None,
                         Gio.DBusCallFlags.NONE, -1, None)


class Guest:
    """A connection of the test's own to the authority's bus, with a thread that serves it. Ends with the authority at the latest."""

    def __init__(self, authority: AuthorityAlone):
        self.connection = authority.bus.connect()
        self._context = GLib.MainContext()
        self._loop = GLib.MainLoop.new(self._context, False)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        authority.guests.append(self)

    def _run(self, ready: threading.Event) -> None:
        self._context.push_thread_default()
        self.take_place()
        ready.set()
        self._loop.run()
        self._context.pop_thread_default()

    def take_place(self) -> None:
        """In the thread, before the constructor returns."""

    def close(self) -> None:
        """Leaves the bus, whatever is unanswered."""
        end = GLib.idle_source_new()  # a loop that does not run yet would not hear quit()
        end.set_callback(lambda *_: self._loop.quit())
        end.attach(self._context)
        self._thread.join()
        if not self.connection.is_closed():
            self.connection.close_sync(None)


class Listener(Guest):
    """A client that notes each Changed signal."""

    def __init__(self, authority: AuthorityAlone):
        self.changes: list[tuple[int, list[str]]] = []
        super().__init__(authority)

    def take_place(self) -> None:
        self.connection.signal_subscribe(AUTHORITY, AUTHORITY, "Changed", AUTHORITY_PATH, None,
                                         Gio.DBusSignalFlags.NONE, self._on_changed)
        call_bus(self.connection, "GetId")  # once this is answered, the bus knows what is subscribed

    def _on_changed(self, _connection, _sender, _path, _interface, _signal, parameters) -> None:
        self.changes.append(parameters.unpack())

    def wait_for(self, revision: int) -> list[str]:
        """The names that changed with REVISION."""
        until(lambda: any(change[0] == revision for change in self.changes), f"Changed for revision {revision}")
        return next(names for number, names in self.changes if number == revision)


class Service(Guest):
    """An object of the test's own, under a name. ANSWER gets each call, and answers it, now or later."""

    def __init__(self, authority: AuthorityAlone, name: str, path: str, interface: str, answer):
        self._name, self._path, self._answer = name, path, answer
        self._interface = Gio.DBusNodeInfo.new_for_xml(interface).interfaces[0]
        super().__init__(authority)

    def take_place(self) -> None:
        self.connection.register_object(self._path, self._interface, self._on_call, None, None)
        call_bus(self.connection, "RequestName", GLib.Variant("(su)", (self._name, 4)))

    def _on_call(self, _connection, sender, _path, _interface, method, parameters, invocation) -> None:
        self._answer(method, parameters.unpack(), invocation, sender)

    def release(self) -> None:
        """Gives the name back, as a program does that ends."""
        call_bus(self.connection, "ReleaseName", GLib.Variant("(s)", (self._name,)))


class MockPolkit:
    """python-dbusmock's polkitd on the private bus."""

    def __init__(self, authority: AuthorityAlone, allowed: Iterable[str]):
        self._bus = authority.bus
        authority.guests.append(self)
        environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=authority.bus.address)
        self._process = subprocess.Popen(["/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "polkitd"],
                                         env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self._bus.has_owner(POLKIT), "dbusmock's polkit")
        # The name is there before the template's methods are.
        until(self._is_ready, "the methods of dbusmock's polkit")
        self._bus.call(POLKIT, POLKIT_PATH, "org.freedesktop.DBus.Mock.SetAllowed", GLib.Variant("(as)", (list(allowed),)))

    def _is_ready(self) -> bool:
        try:
            self._bus.call(POLKIT, POLKIT_PATH, "org.freedesktop.DBus.Mock.AllowUnknown", GLib.Variant("(b)", (False,)))
        except gateway_bus.BusError:
            return False
        return True

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        until(lambda: not self._bus.has_owner(POLKIT), "the end of dbusmock's polkit")


def refused(name: str) -> object:
    return pytest.raises(gateway_bus.BusError, match=rf"^org\.postern\.Error\.{name}: ")
