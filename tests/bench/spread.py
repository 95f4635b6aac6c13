# SPDX-License-Identifier: GPL-3.0-or-later
"""A figure that was measured several times: its median, between the least and the most."""

from dataclasses import dataclass
from statistics import median
from typing import Mapping, Sequence


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


def spreads(rounds: Sequence[Mapping[str, float]]) -> dict[str, Spread]:
    """Of each figure of ROUNDS, which all have the same ones."""
    return {name: Spread.of([figures[name] for figures in rounds]) for name in rounds[0]}
