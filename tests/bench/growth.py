# SPDX-License-Identifier: GPL-3.0-or-later
"""Time and memory against how much there is: networks, grants, messages in the queue, sessions."""

import math
import tempfile
from dataclasses import dataclass

from . import tools
from .contender import Contender, Scene

# Time is compared with what there is at BASE; below it a single step of a look-up weighs too much.
BASE = 1000
SESSIONS = (10, 100, 1000, 10_000)


class Libraries(Contender):
    """Postern's own libraries, in the process of a tool."""

    name = "Postern"
    kind = "postern"

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


def steepness(times: dict[int, float]) -> float:
    """By how much more than a logarithm does the time of an operation grow? 1: by as much. Linear from 1,000 to a million: 500."""
    last = max(times)
    return times[last] / times[BASE] / (math.log(last) / math.log(BASE))


@dataclass(frozen=True)
class Growth:
    """Of what the tool `growth` measures: WHAT. Figures are called OPERATION@COUNT."""

    what: str

    def scene(self, _scale: float) -> Scene:
        return Scene()

    def run(self, _contender: Contender, scale: float) -> dict[str, float]:
        most = 1_000_000 if scale == 1 else 10_000
        rows = tools.run("growth", what=self.what, most=most, folder=tempfile.gettempdir())["rows"]
        figures = {f"{name}@{row['n']}": float(value) for row in rows for name, value in row.items() if name != "n"}
        operations = [name for name in rows[0] if name.endswith("_ns")]
        figures["steepness"] = max(steepness({row["n"]: row[name] for row in rows}) for name in operations)
        figures["memory_mb"] = rows[-1]["bytes"] / 1e6
        if "look_up_ns" in rows[-1]:
            figures["look_up_ns"] = rows[-1]["look_up_ns"]
        return figures


@dataclass(frozen=True)
class SessionGrowth:
    """Idle sessions, and how long a newcomer waits for its greeting beside them."""

    def scene(self, _scale: float) -> Scene:
        return Scene()

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        figures, waits = {}, {}
        for count in (count for count in SESSIONS if count <= max(BASE, 10_000 * scale)):
            said = tools.run("smtp-idle", port=contender.port, sessions=count, pids=",".join(map(str, contender.front_pids())))
            waits[count] = said["banner_ms"]["p50"] * 1e6
            figures[f"greeting_ns@{count}"] = waits[count]
            figures[f"bytes@{count}"] = max(0.0, said["kb_each"]) * 1000 * count
        figures["steepness"] = steepness(waits)
        return figures
