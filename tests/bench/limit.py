# SPDX-License-Identifier: GPL-3.0-or-later
"""What this machine could do at best: a bare server that says the least SMTP, appends, and flushes for all who wait at once; or
one that refuses each connection."""

import shutil
import tempfile
from pathlib import Path

from .contender import Contender, Scene, ids_in, wait_for_greeting
from .tools import Server


class Limit(Contender):
    name = "limit"
    kind = "limit"
    speed = 4

    def __init__(self, scene: Scene):
        super().__init__(scene)
        self._folder = Path(tempfile.mkdtemp(prefix="postern-limit-"))
        self._file = self._folder / "contents"
        self._server = Server("limit-server", scene.environment(), port=self.port, file=self._file,
                              refuse=bool(scene.refused))

    def start(self) -> None:
        self._server.__enter__()
        wait_for_greeting(self.port, b"554" if self.scene.refused else b"220", self.name)

    def stop(self) -> None:
        self._server.__exit__()
        shutil.rmtree(self._folder, ignore_errors=True)

    def pids(self) -> set[int]:
        return {self._server.pid}

    def kept(self, _wanted: set[str]) -> set[str]:
        return ids_in([self._file])
