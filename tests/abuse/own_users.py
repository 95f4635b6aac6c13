# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway as it is installed: each daemon as its own user, folders as tmpfiles.d makes them, the policy of the system's bus."""

import os
import pwd
import re
import shutil
import tempfile
from pathlib import Path
from typing import Mapping, Optional
from unittest import mock

from gateway import bus as gateway_bus
from gateway.gateway import AUTHORITY_PROGRAM, DEMO, SERVERS, SOURCE, Gateway, build_folder
from gateway.ports import free_port
from gateway.wait import until

# Users that each Debian system has, and nobody uses, stand for those of the package: a bus takes no strangers.
USERS = {ours: pwd.getpwnam(theirs).pw_uid
         for ours, theirs in (("postern", "news"), ("postern-smtp", "uucp"), ("postern-pop3", "list"), ("postern-delivery", "irc"))}
GROUP = pwd.getpwnam("news").pw_gid
NOBODY = 65534

PROGRAM_USERS = {AUTHORITY_PROGRAM: "postern", SERVERS["smtp"].program: "postern-smtp", SERVERS["pop3"].program: "postern-pop3",
                 SERVERS["delivery"].program: "postern-delivery"}

# What the system's bus has in its system.conf, and the gateway's own policy.
POLICY = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{listen}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
  <include>POSTERN</include>
</busconfig>
"""


def as_user(user: int) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={GROUP if user in USERS.values() else user}", "--clear-groups"]


class SystemBus(gateway_bus.PrivateBus):
    """A bus of our own, with the policy that the system's has."""

    def start(self, environment: Optional[Mapping[str, str]] = None) -> None:
        policy = (SOURCE / "data/dbus/org.postern.conf").read_text()
        for name, number in USERS.items():
            policy = policy.replace(f'user="{name}"', f'user="{number}"')
        own = self.folder / "org.postern.conf"
        own.write_text(policy)
        with mock.patch.object(gateway_bus, "CONFIGURATION", POLICY.replace("POSTERN", str(own))):
            super().start(environment)


class GatewayOfUsers(Gateway):
    """Needs root, who alone can start what belongs to others."""

    def __init__(self, **more):
        self.folder = Path(tempfile.mkdtemp(prefix="postern-users-"))
        self.folder.chmod(0o755)
        (self.folder / "state").mkdir()
        super().__init__(self.folder / "state", config=self.folder / "config" / "server-properties.xml",
                         smtp_port=free_port(), pop_port=free_port(), **more)
        self.log_folder = self.folder / "log"
        self.bus = SystemBus(self.folder / "bus", self.log_folder)

    def _make_folder(self) -> None:
        self.log_folder.mkdir()
        self.bus.folder.mkdir()
        for folder, mode in self.folders():
            folder.mkdir(exist_ok=True)
            os.chown(folder, USERS["postern"], GROUP)
            folder.chmod(mode)
        for name, mode in (("server-properties.xml", 0o644), ("users", 0o640)):
            shutil.copy(DEMO / name, self.config.parent / name)
            os.chown(self.config.parent / name, USERS["postern"], GROUP)
            (self.config.parent / name).chmod(mode)
        for program in PROGRAM_USERS:  # where they were built may be in somebody's home
            shutil.copy(build_folder() / program, self.folder)

    def folders(self) -> list[tuple[Path, int]]:
        """The folders of tmpfiles.d, with their modes."""
        text = (SOURCE / "data/systemd/postern.tmpfiles.in").read_text()
        text = text.replace("@STATE@", str(self.state)).replace("@CONFIG@", str(self.config.parent))
        return [(Path(path), int(mode, 8)) for path, mode in re.findall(r"^d (\S+) (\d+) postern postern -$", text, re.MULTILINE)]

    def command(self, program: str) -> list[str]:
        return [*as_user(USERS[PROGRAM_USERS[program]]), "--", str(self.folder / Path(program).name), *super().command(program)[1:]]

    def stop_server(self, name: str) -> None:
        """As root: without polkit, the authority's user may not stop what is another's."""
        self.ask_server(name, "org.postern.Server1.Stop")
        until(lambda: not self.is_running(name), f"the end of {name}")

    def stop(self) -> list[str]:
        alarms = super().stop()
        shutil.rmtree(self.folder)
        return alarms
