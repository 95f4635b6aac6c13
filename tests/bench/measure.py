# SPDX-License-Identifier: GPL-3.0-or-later
"""A measure: some work, those who are given it in turns, and what is asked of Postern."""

from dataclasses import dataclass
from typing import Callable, Mapping, Protocol, Sequence

from .contender import Contender, Scene
from .spread import Spread, spreads
from .target import Target
from .tools import Unsound


class Work(Protocol):
    def scene(self, scale: float) -> Scene:
        """What each contender is asked to do, for work times SCALE."""

    def run(self, contender: Contender, scale: float) -> dict[str, float]:
        """Gives CONTENDER the work, times SCALE, and returns the figures. Raises Unsound when they mean nothing."""


@dataclass(frozen=True)
class Measure:
    name: str
    title: str
    work: Work
    contenders: Sequence[type[Contender]]
    targets: Sequence[Target]


@dataclass
class Result:
    """What a measure has brought: rounds by contender, and why a contender has none."""

    rounds: dict[str, list[dict[str, float]]]
    problems: dict[str, str]

    def spreads(self) -> dict[str, dict[str, Spread]]:
        return {name: spreads(rounds) for name, rounds in self.rounds.items() if rounds and name not in self.problems}


def run(measure: Measure, contenders: Sequence[type[Contender]], rounds: int, scale: float, tell: Callable[[str], None]) -> Result:
    """CONTENDERS, some of the measure's, take turns: ABC, ABC, ABC. Who fails once is not asked again."""
    result = Result({contender.name: [] for contender in contenders}, {})
    for number in range(1, rounds + 1):
        for kind in contenders:
            if kind.name in result.problems:
                continue
            try:
                with kind(measure.work.scene(scale)) as contender:
                    figures = measure.work.run(contender, scale)
            except (Unsound, TimeoutError, RuntimeError, OSError) as problem:
                result.problems[kind.name] = f"{problem}"
                tell(f"{measure.name}  {kind.name}: {problem}")
                continue
            result.rounds[kind.name].append(figures)
            tell(f"{measure.name}  round {number}  {kind.name}: {in_words(figures)}")
    return result


def in_words(figures: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in figures.items())


def strongest(measure: Measure, result: Result, figure: str) -> dict[str, dict[str, Spread]]:
    """Of each kind of contender, the spreads of the one with the highest median of FIGURE."""
    found = result.spreads()
    best: dict[str, dict[str, Spread]] = {}
    for contender in measure.contenders:
        figures = found.get(contender.name, {})
        if figure in figures and (contender.kind not in best or figures[figure].median > best[contender.kind][figure].median):
            best[contender.kind] = figures
    return best
