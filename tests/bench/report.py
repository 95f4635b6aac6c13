# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, on the disk: a JSON file for each measure, and a table of them all."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Iterator, Optional

from gateway.gateway import SOURCE

from . import machine, plots
from .measure import Measure, Result, strongest
from .measures import FIGURES, MEASURES
from .reasons import REASONS
from .spread import Spread
from .target import Ratio, Target

RESULTS = SOURCE / "bench-results"
ACCEPTED = SOURCE / "docs" / "performance.md"


def _folder(quick: bool) -> Path:
    folder = RESULTS / ("quick" if quick else "full")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def store(measure: Measure, result: Result, *, quick: bool) -> None:
    commit = subprocess.run(["git", "-c", "safe.directory=*", "rev-parse", "--short", "HEAD"], cwd=SOURCE, text=True,
                            capture_output=True).stdout.strip()
    text = json.dumps({"commit": commit, "rounds": result.rounds, "problems": result.problems}, indent=1)
    (_folder(quick) / f"{measure.name}.json").write_text(text + "\n")


def load(measure: Measure, *, quick: bool) -> Optional[Result]:
    """What was measured last, in this run or in one before."""
    path = _folder(quick) / f"{measure.name}.json"
    if not path.exists():
        return None
    stored = json.loads(path.read_text())
    return Result(stored["rounds"], stored["problems"])


def in_figures(spread: Spread, digits: int) -> str:
    """The median, and in brackets the least and the most."""
    median, least, most = (f"{value:,.{digits}f}" for value in (spread.median, spread.least, spread.most))
    return median if least == most else f"{median} ({least}–{most})"


def _judgement(measure: Measure, target: Target, result: Result) -> str:
    reached = target.reached(strongest(measure, result, target.figure))
    if reached.met:
        return f"{reached.asked}: {reached.text}, **met**"
    reason = REASONS.get((measure.name, target.figure, target.kind if isinstance(target, Ratio) else ""), "")
    return f"{reached.asked}: {reached.text}, not met" + (f" – {reason}" if reason else "")


def _rows(measure: Measure, result: Result) -> Iterator[str]:
    """A row for each figure, Postern first, and what was asked behind it."""
    spreads = result.spreads()
    for figure, (words, digits) in FIGURES.items():
        cells = [f"{name} {in_figures(figures[figure], digits)}" for name, figures in spreads.items() if figure in figures]
        if not cells:
            continue
        own, others = (cells[0].removeprefix("Postern "), cells[1:]) if "Postern" in spreads else ("–", cells)
        asked = [_judgement(measure, target, result) for target in measure.targets if target.figure == figure and own != "–"]
        yield f"| {measure.title} | {words} | {own} | {'<br>'.join(others)} | {'<br>'.join(asked)} |"


def _table(quick: bool) -> Iterator[str]:
    yield "| measure | figure | Postern | others | asked, and reached |"
    yield "|---|---|---|---|---|"
    for measure in MEASURES:
        if result := load(measure, quick=quick):
            yield from _rows(measure, result)
            for name, problem in result.problems.items():
                yield f"| {measure.title} | – | | {name}: {' '.join(problem.split())[:200]} | |"


def write(*, quick: bool) -> tuple[Path, list[Path]]:
    """Writes the table of all that was measured, and draws the plots; returns their paths."""
    folder = _folder(quick)
    path = folder / "table.md"
    results = {measure: result for measure in MEASURES if (result := load(measure, quick=quick))}
    rounds = sorted({len(figures) for result in results.values() for figures in result.rounds.values() if figures})
    path.write_text("\n".join([*machine.words(), "", f"Rounds: {' or '.join(map(str, rounds))}.", "", *_table(quick), ""]))
    return path, plots.draw(folder, results)


def accept(table: Path) -> None:
    ACCEPTED.parent.mkdir(exist_ok=True)
    shutil.copy(table, ACCEPTED)
