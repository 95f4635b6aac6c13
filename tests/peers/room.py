# SPDX-License-Identifier: GPL-3.0-or-later
"""A room in which programs run as if their Debian packages were installed: one cannot install two mail servers side by side."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Mapping, Optional, Sequence

import pytest

from gateway.packages import unpacked

LAY = Path(__file__).with_name("lay")
# The first process of the namespaces is ended when unshare is, and that one when the tests are, however they end. A server that
# becomes another user forgets such an order; so the first process is a shell, which stays as it is.
NAMESPACES = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"]
FIRST_ID = 5000  # of the users and groups that only a room has


def need_rooms() -> None:
    """Skips the test where this process may not make a room."""
    made = subprocess.run([*NAMESPACES, "true"], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"other mail servers need root and namespaces of their own: {made.stderr.strip()}")


class Room:
    """
    A folder below /tmp, the same inside and outside; PACKAGES are seen at their places from inside only. What is started in the
    room ends with it. Users of the room's own: NAMES, and "boxes", to whom mailboxes belong.
    """

    def __init__(self, packages: Sequence[str], names: Sequence[str] = ()):
        self.folder = Path(tempfile.mkdtemp(prefix="postern-room-"))
        self.folder.chmod(0o755)  # its servers run as several users
        self.log = self.folder / "log"
        self._packages = [unpacked(package) for package in packages]
        self._process: Optional[subprocess.Popen] = None
        for name in ("own", "files/etc", "files/usr", "files/var"):
            (self.folder / name).mkdir(parents=True)
        self._make_users(["boxes", *names])

    def _make_users(self, names: Sequence[str]) -> None:
        users, groups = Path("/etc/passwd").read_text(), Path("/etc/group").read_text()
        for number, name in enumerate(names, FIRST_ID):
            users += f"{name}:x:{number}:{number}::{self.folder}:/usr/sbin/nologin\n"
            groups += f"{name}:x:{number}:\n"
        self.write("etc/passwd", users)
        self.write("etc/group", groups)

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        """A file as it is in the room; before the start."""
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def box(self, name: str) -> Path:
        """A new folder for the user "boxes"."""
        path = self.folder / name
        path.mkdir(parents=True)
        while path != self.folder:
            os.chown(path, FIRST_ID, FIRST_ID)
            path = path.parent
        return self.folder / name

    def _command(self, command: Sequence[str]) -> list[str]:
        return [*NAMESPACES, str(LAY), str(self.folder), *map(str, self._packages), "--", *command]

    def run(self, *command: str, text: Optional[str] = None) -> subprocess.CompletedProcess:
        """Runs COMMAND to its end, in a copy of the room that goes with it."""
        return subprocess.run(self._command(command), input=text, text=True, capture_output=True, timeout=60, env=_environment())

    def start(self, commands: Sequence[str]) -> None:
        """Runs COMMANDS, of the shell, until stop() or the end of one in the background; what they say is in `log`."""
        script = "\n".join([*commands, "wait -n"])
        with open(self.log, "w") as log:
            self._process = subprocess.Popen(self._command(["bash", "-euc", script]), stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=subprocess.STDOUT, env=_environment())

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process whose children are all that runs in the room."""
        return self._process.pid

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()  # and with it goes the whole namespace
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _environment() -> Mapping[str, str]:
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
