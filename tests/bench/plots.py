# SPDX-License-Identifier: GPL-3.0-or-later
"""Plots of what was measured, drawn by gnuplot: rates side by side, and growth."""

import shutil
import subprocess
from pathlib import Path
from typing import Iterator, Mapping

from .measure import Measure, Result
from .spread import Spread

HEAD = """set terminal pngcairo size 1000,600 font "DejaVu Sans,11"
set output "{output}"
set grid
"""


def draw(folder: Path, results: Mapping[Measure, Result]) -> list[Path]:
    """Draws all of RESULTS into FOLDER, and returns the files. None where there is no gnuplot."""
    if shutil.which("gnuplot") is None:
        return []
    scripts = dict(_rates(results))
    for measure, result in results.items():
        scripts |= dict(_growth(measure, result))
    return [_run(folder / f"{name}.png", script) for name, script in scripts.items()]


def _run(output: Path, script: str) -> Path:
    subprocess.run(["gnuplot"], input=HEAD.format(output=output) + script, text=True, check=True, timeout=60)
    return output


def _data(name: str, rows: list[list[str]]) -> str:
    return f"${name} << end\n" + "".join("\t".join(row) + "\n" for row in rows) + "end\n"


def _rates(results: Mapping[Measure, Result]) -> Iterator[tuple[str, str]]:
    """Bars with their spread, as parts of Postern's rate in the same measure."""
    rated = {measure: spreads for measure, result in results.items()
             if "rate" in (spreads := result.spreads()).get("Postern", {})}
    names = list(dict.fromkeys(name for spreads in rated.values() for name in spreads))
    if not rated:
        return
    rows = [["measure", *(f'"{name}"' for name in names)]]
    for measure, spreads in rated.items():
        own = spreads["Postern"]["rate"].median
        rows.append([measure.name, *(f"{spreads[name]['rate'].median / own:.4f}" if name in spreads else "?" for name in names)])
    yield "rates", (_data("rates", rows) + """set title "Rates; Postern's is 1"
set style data histogram
set style fill solid
set datafile missing "?"
set xtics rotate by -25
""" + f"plot for [i=2:{len(names) + 1}] $rates using i:xtic(1) title columnheader(i)\n")


def _series(spreads: Mapping[str, Spread]) -> dict[str, list[list[str]]]:
    """Figures that are called OPERATION@COUNT, by operation."""
    series: dict[str, list[list[str]]] = {}
    for name, spread in spreads.items():
        operation, found, count = name.partition("@")
        if found and int(count) > 0:
            series.setdefault(operation, []).append([count, *(f"{value:g}" for value in (spread.median, spread.least, spread.most))])
    return series


def _growth(measure: Measure, result: Result) -> Iterator[tuple[str, str]]:
    series = _series(result.spreads().get("Postern", {}))
    if not series:
        return
    script = "".join(_data(name, rows) for name, rows in series.items())
    script += f'set title "Growth: {measure.title}"\nset logscale xy\nset xlabel "how many"\nset ylabel "ns an operation, ms in all"\n'
    script += 'set y2label "bytes"\nset logscale y2\nset y2tics\nset key outside\n'
    lines = [f"${name} using 1:2:3:4 with yerrorlines title \"{name.replace('_', ' ')}\""
             + (" axes x1y2 dashtype 2" if name == "bytes" else "") for name in series]
    yield measure.name, script + "plot " + ", ".join(lines) + "\n"
