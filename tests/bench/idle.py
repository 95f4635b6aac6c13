# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions that say nothing: the memory that each costs, and how long a newcomer waits for its greeting meanwhile."""

from dataclasses import dataclass

from . import tools
from .contender import Contender, Scene
from .tools import Unsound


@dataclass(frozen=True)
class Idle:
    sessions: int
    tls: bool = False

    def scene(self, _scale: float) -> Scene:
        return Scene(tls=self.tls)

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        sessions = round(self.sessions * scale)
        said = tools.run("smtp-idle", port=contender.port, sessions=sessions, tls=self.tls,
                         pids=",".join(map(str, contender.front_pids())))
        if said["sessions"] != sessions:
            raise Unsound(f"{said['sessions']} of {sessions} sessions stood")
        return {"kb_each": said["kb_each"], "banner_p99_ms": said["banner_ms"]["p99"]}
