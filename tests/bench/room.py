# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's mail servers: each runs in a room of its own, as if its Debian package were installed."""

import subprocess
from pathlib import Path
from typing import Iterable

from peers.room import NAMESPACES, Room

from . import processes
from .contender import Contender, Scene, ids_in, wait_for_greeting


def are_possible() -> bool:
    """Whether this process may make rooms: it needs root, and namespaces of its own."""
    return subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode == 0


class Peer(Contender):
    """
    What all peers are told is what their own manuals recommend for speed, as far as a message that was taken is still on the
    disk, and nothing is written to a log file: they tell syslog, where nobody listens in the room, which costs them the least.
    """

    packages: tuple[str, ...]
    users: tuple[str, ...]

    def __init__(self, scene: Scene):
        super().__init__(scene)
        self.room = Room(list(self.packages), list(self.users))
        # The room's /var is in memory; what a peer promises to keep must be on the disk, as Postern's is.
        self.spool = self.room.folder / "spool"
        self.spool.mkdir(mode=0o755)
        self.refused = self.room.folder / "refused"

    def configure(self) -> list[str]:
        """Writes the files, and returns the commands that run the server."""
        raise NotImplementedError

    def list_refused(self, row: str) -> None:
        """Writes the list of refused networks, each by the format ROW."""
        self.refused.write_text("".join(row.format(network) + "\n" for network in self.scene.refused))

    def start(self) -> None:
        commands = self.configure()
        if self.scene.slow_flush:
            # Programs that clean their environment, or change their user, take this from nowhere else.
            self.room.write("etc/ld.so.preload", self.scene.environment()["LD_PRELOAD"] + "\n")
        self.room.start(commands)
        try:
            self.wait()
        except TimeoutError as error:
            raise RuntimeError(f"{error}; it said: {self.room.said()[-2000:]}") from None

    def wait(self) -> None:
        """Returns when it takes connections."""
        wait_for_greeting(self.port, b"220", self.name)

    def stop(self) -> None:
        self.room.stop()

    def pids(self) -> set[int]:
        return processes.family(self.room.pid)

    def queue_files(self) -> Iterable[Path]:
        return self.spool.rglob("*")

    def kept(self, _wanted: set[str]) -> set[str]:
        return ids_in(self.queue_files())
