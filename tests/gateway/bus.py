# SPDX-License-Identifier: GPL-3.0-or-later
"""A private message bus, with our programs as its activatable services."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence
from xml.sax.saxutils import escape

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

from .wait import ended

# A socket's path may have 107 bytes (unix(7)).
SOCKET_PATH_MAX = 107

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{listen}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class BusError(Exception):
    """A call was answered with an error. NAME is its D-Bus name, such as org.postern.Error.Stale."""

    def __init__(self, error: GLib.Error):
        self.name = Gio.DBusError.get_remote_error(error) or ""
        self.message = error.message.removeprefix(f"GDBus.Error:{self.name}: ")
        super().__init__(f"{self.name}: {self.message}")


class PrivateBus:
    """A dbus-daemon of our own. Services that it starts log into LOG_FOLDER/NAME.log and end with the bus."""

    def __init__(self, folder: Path, log_folder: Path):
        self.folder = folder
        self.log_folder = log_folder
        self.address = ""
        self.connection: Optional[Gio.DBusConnection] = None
        self._daemon: Optional[subprocess.Popen] = None
        self._short_folder: Optional[str] = None

    def add_service(self, bus_name: str, short_name: str, command: Sequence[str]) -> None:
        """Makes COMMAND the program that is started for BUS_NAME. To be called before start()."""
        services = self.folder / "services"
        services.mkdir(parents=True, exist_ok=True)
        log = self.log_folder / f"{short_name}.log"
        launcher = services / short_name
        launcher.write_text(f"#!/bin/sh\nexec {shlex.join(command)} >>{shlex.quote(str(log))} 2>&1\n")
        launcher.chmod(0o700)
        (services / f"{bus_name}.service").write_text(
            f"[D-BUS Service]\nName={bus_name}\nExec={shlex.quote(str(launcher))}\n")

    def choose_address(self) -> str:
        """Where the bus will listen: in its folder, or, where that path is too long for a socket, in a folder below /tmp."""
        path = self.folder / "bus"
        if len(os.fsencode(path)) > SOCKET_PATH_MAX:
            self._short_folder = tempfile.mkdtemp(prefix="postern-bus-")
            path = Path(self._short_folder) / "bus"
        path.unlink(missing_ok=True)
        self.address = f"unix:path={Gio.dbus_address_escape_value(str(path))}"
        return self.address

    def start(self, environment: Optional[Mapping[str, str]] = None) -> None:
        """Starts the bus, which ends when this process does, and connects to it."""
        configuration = self.folder / "bus.conf"
        configuration.write_text(CONFIGURATION.format(
            listen=escape(self.address), services=escape(str(self.folder / "services"))))
        with open(self.log_folder / "bus.log", "ab") as log:
            self._daemon = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "dbus-daemon", f"--config-file={configuration}", "--nofork",
                 "--nopidfile", "--print-address"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True)
        if not self._daemon.stdout.readline():
            self._daemon.wait()
            raise RuntimeError(f"the private bus did not start; see {self.log_folder / 'bus.log'}")
        self.connection = self.connect()

    def connect(self) -> Gio.DBusConnection:
        """A further connection to the bus, as another client."""
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        return Gio.DBusConnection.new_for_address_sync(self.address, flags, None, None)

    def stop(self) -> None:
        """Ends the bus, and with it each service that it has started."""
        if self.connection is not None:
            self.connection.close_sync(None)
            self.connection = None
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGTERM)
            self._daemon.wait()
            self._daemon.stdout.close()
            self._daemon = None
        if self._short_folder is not None:
            shutil.rmtree(self._short_folder, ignore_errors=True)
            self._short_folder = None

    def call(self, bus_name: str, object_path: str, method: str, arguments: Optional[GLib.Variant] = None,
             timeout_s: float = 30.0) -> tuple:
        """Calls METHOD, with its interface ("org.postern.Queue1.List"), and returns what it returns."""
        interface, member = method.rsplit(".", 1)
        try:
            answer = self.connection.call_sync(bus_name, object_path, interface, member, arguments, None,
                                               Gio.DBusCallFlags.NONE, int(timeout_s * 1000), None)
        except GLib.Error as error:
            raise BusError(error) from None
        return answer.unpack()

    def get_property(self, bus_name: str, object_path: str, name: str) -> Any:
        """The property NAME, with its interface ("org.postern.Server1.RevisionInForce")."""
        interface, member = name.rsplit(".", 1)
        arguments = GLib.Variant("(ss)", (interface, member))
        return self.call(bus_name, object_path, "org.freedesktop.DBus.Properties.Get", arguments)[0]

    def _ask_bus(self, method: str, bus_name: str) -> Any:
        return self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", f"org.freedesktop.DBus.{method}",
                         GLib.Variant("(s)", (bus_name,)))[0]

    def has_owner(self, bus_name: str) -> bool:
        return self._ask_bus("NameHasOwner", bus_name)

    def pid_of(self, bus_name: str) -> int:
        return self._ask_bus("GetConnectionUnixProcessID", bus_name)

    def activate(self, bus_name: str) -> None:
        """Starts the service of BUS_NAME and waits until it owns its name."""
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.StartServiceByName",
                  GLib.Variant("(su)", (bus_name, 0)))

    def end_service(self, pid: int, timeout_s: float) -> None:
        """Makes sure that the service with PID, which has been asked to end, is gone."""
        if not ended(pid, timeout_s):
            os.kill(pid, signal.SIGKILL)
            ended(pid, timeout_s)
