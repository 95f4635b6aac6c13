# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of Postern in a measure, and whether it got there."""

from dataclasses import dataclass
from typing import Mapping, Optional

from .spread import Spread

Medians = Mapping[str, Mapping[str, Spread]]  # kind of contender, or the strongest of that kind -> figure -> spread


@dataclass(frozen=True)
class Reached:
    asked: str
    value: Optional[float]  # None: there is nothing to compare with
    text: str
    met: bool


@dataclass(frozen=True)
class Bound:
    """The figure itself is at most so much."""

    figure: str
    at_most: float

    def reached(self, medians: Medians) -> Reached:
        value = medians["postern"][self.figure].median
        return Reached(f"≤ {self.at_most:g}", value, f"{value:.3g}", value <= self.at_most)


@dataclass(frozen=True)
class Ratio:
    """The figure is at least so many times that of the strongest of a kind: "peer", "limit", or "own" under other conditions."""

    figure: str
    kind: str
    at_least: float

    def reached(self, medians: Medians) -> Reached:
        words = {"peer": "× the strongest peer", "limit": " of the limit", "own": " of its own rate with one network"}[self.kind]
        asked = f"≥ {self._text(self.at_least)}{words}"
        if self.kind not in medians:
            return Reached(asked, None, "not compared", False)
        value = medians["postern"][self.figure].median / medians[self.kind][self.figure].median
        return Reached(asked, value, self._text(value), value >= self.at_least)

    def _text(self, value: float) -> str:
        return f"{value:.3g}" if self.kind == "peer" else f"{100 * value:.0f} %"


Target = Bound | Ratio
