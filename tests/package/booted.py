# SPDX-License-Identifier: GPL-3.0-or-later
"""A Debian system in a folder: with a shell in it, and, where this machine allows that, started with systemd as its first process."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator, Optional, Sequence

from gateway.wait import until

# What a mail gateway's machine has without us, and what the tests run in there.
PACKAGES = ["systemd", "systemd-sysv", "dbus", "polkitd", "libpam-systemd", "ca-certificates", "curl", "swaks", "iproute2"]
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
BOOT_TIMEOUT_S = 120


def make_base(folder: Path) -> None:
    """Debian's own packages alone, in FOLDER; once."""
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run(["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", partial],
                       check=True, stdout=subprocess.DEVNULL)
        partial.rename(folder)


class System:
    """A copy of BASE in FOLDER. With a network of its own, in which any user may have any port."""

    def __init__(self, base: Path, folder: Path):
        self.folder = folder
        subprocess.run(["cp", "-a", base, folder], check=True)
        shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
        self._booted: Optional[subprocess.Popen] = None

    def shell(self, script: str, network: bool = False) -> subprocess.CompletedProcess:
        """Runs SCRIPT by sh -e, in a process space that ends with it; in the booted system, if it is."""
        command = ["/usr/bin/env", "-i", f"PATH={PATH}", "DEBIAN_FRONTEND=noninteractive", "sh", "-ec", script]
        if self._booted is not None:
            inside = ["nsenter", "--target", str(self._leader()), "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"]
        else:
            inside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *([] if network else ["--net"]),
                      "sh", "-ec", 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"', str(self.folder)]
        return subprocess.run([*inside, *command], text=True, capture_output=True)

    def run(self, script: str, network: bool = False) -> str:
        """The same, and returns what it prints; it has to succeed."""
        done = self.shell(script, network)
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, packages: Sequence[Path]) -> str:
        """Installs package files, with what they depend on from Debian. Returns what was said."""
        for package in packages:
            shutil.copy(package, self.folder / "root")
        names = " ".join(f"/root/{package.name}" for package in packages)
        return self.run(f"apt-get update -qq && apt-get install -y --no-install-recommends {names} 2>&1", network=True)

    def boot(self) -> bool:
        """Starts systemd in there; false where it does not come up, with the reason in .trouble."""
        console = open(self.folder.with_suffix(".console"), "w+")
        self._booted = subprocess.Popen(
            ["systemd-nspawn", "-D", self.folder, "--boot", "--register=no", "--keep-unit", "--private-network", "--console=pipe"],
            env=dict(os.environ, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1"), stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        try:
            until(lambda: self._booted.poll() is not None or self._is_up(), "the start of systemd", BOOT_TIMEOUT_S)
        except TimeoutError:
            self.end()
        if self._booted is not None and self._booted.poll() is None:
            return True
        console.seek(0)
        self.trouble = console.read().strip() or "systemd did not come up"
        self._booted = None
        return False

    def _leader(self) -> int:
        return next(self._children(self._booted.pid))

    @staticmethod
    def _children(pid: int) -> Iterator[int]:
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def _is_up(self) -> bool:
        if not any(self._children(self._booted.pid)):
            return False
        return self.shell("systemctl is-system-running").stdout.strip() in ("running", "degraded")

    def end(self) -> None:
        if self._booted is not None:
            self.shell("systemctl poweroff")
            try:
                self._booted.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self._booted.kill()
                self._booted.wait()
            self._booted = None

    def remove(self) -> None:
        self.end()
        shutil.rmtree(self.folder)
