# SPDX-License-Identifier: GPL-3.0-or-later
"""Server Properties: from its start until its window can be read on the screen."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from gateway.accessibility import PROGRAM, Desktop

from .contender import Contender, Scene
from .tools import Unsound


@dataclass(frozen=True)
class Window:
    def scene(self, _scale: float) -> Scene:
        return Scene()

    def run(self, contender: Contender, _scale: float) -> dict[str, float]:
        if not (contender.gateway.build / PROGRAM).exists():
            raise Unsound("Server Properties is not built")
        with tempfile.TemporaryDirectory() as logs, Desktop(Path(logs), window_manager=True) as desktop:
            with desktop.open(contender.gateway):
                pass  # its libraries are in memory now, as on a system that has been used
            begin = time.monotonic()
            with desktop.open(contender.gateway):
                return {"window_ms": (time.monotonic() - begin) * 1000}
