# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev bench"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Sequence

from gateway.packages import unpacked

from . import measure, report, room
from .contender import Contender
from .measures import MEASURES

# Folders that the rooms of peers have in memory: what lies there is flushed to nowhere.
ROOM_MEMORY = ("/etc", "/usr", "/var", "/run")
QUICK_SCALE = 0.05


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures Postern beside other mail servers and the limit of this "
                                     "machine. Tables and plots come into bench-results/.")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how many times each is measured, in turns (default: 3)")
    parser.add_argument("--only", nargs="+", choices=[each.name for each in MEASURES], metavar="NAME", default=[],
                        help="measure these only: %(choices)s")
    parser.add_argument("--quick", action="store_true", help="one round with little work, without peers: do all measures work?")
    parser.add_argument("--no-peers", action="store_true", help="without other people's mail servers")
    parser.add_argument("--accept", action="store_true", help="copy the table to docs/performance.md")
    parser.add_argument("--folder", type=Path, default=Path("/tmp"), metavar="DIR",
                        help="where the servers keep their state: on the disk that is to be measured (default: /tmp)")
    return parser.parse_args()


def problem_of_folder(folder: Path) -> str:
    """Why FOLDER can't be used; empty if it can."""
    path = folder.resolve()
    kind = subprocess.check_output(["stat", "--file-system", "--format=%T", path], text=True).strip()
    if kind in ("tmpfs", "ramfs"):
        return f"{path} is in memory, where a flush costs nothing: choose a folder on a disk with --folder"
    if str(path).startswith(ROOM_MEMORY):
        return f"{path} can't be used: choose a folder that is not in {', '.join(ROOM_MEMORY)}"
    return ""


def missing_contenders(wanted: Sequence[type[Contender]]) -> dict[type[Contender], str]:
    """Those among WANTED that can't be had here, and why."""
    peers = [each for each in wanted if issubclass(each, room.Peer)]
    if peers and not room.are_possible():
        return {peer: "needs root and namespaces of its own" for peer in peers}
    missing = {}
    for peer in peers:
        try:
            for package in peer.packages:
                unpacked(package)
        except subprocess.CalledProcessError:
            missing[peer] = "its Debian package could not be fetched"
    return missing


def main() -> int:
    options = parse_arguments()
    if problem := problem_of_folder(options.folder):
        print(f"./dev bench: {problem}", file=sys.stderr)
        return 64
    tempfile.tempdir = str(options.folder.resolve())
    chosen = [each for each in MEASURES if not options.only or each.name in options.only]
    wanted = {kind for each in chosen for kind in each.contenders
              if kind.kind != "peer" or not (options.no_peers or options.quick)}
    missing = missing_contenders(sorted(wanted, key=lambda kind: kind.name))
    for kind, reason in missing.items():
        print(f"{kind.name} is left out: it {reason}")
    begin, sound = time.monotonic(), True
    for each in chosen:
        contenders = [kind for kind in each.contenders if kind in wanted and kind not in missing]
        result = measure.run(each, contenders, 1 if options.quick else options.rounds, QUICK_SCALE if options.quick else 1,
                             lambda words: print(words, flush=True))
        sound = sound and not result.problems
        report.store(each, result, quick=options.quick)
    table, plots = report.write(quick=options.quick)
    print(f"\n{table.read_text()}\nAll that in {time.monotonic() - begin:.0f} s; the table is {table}")
    for plot in plots:
        print(f"A plot: {plot}")
    if options.accept:
        report.accept(table)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
