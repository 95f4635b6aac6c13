# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory and descriptors over the time, drawn by gnuplot."""

import shutil
import subprocess
from pathlib import Path
from typing import Sequence

from .watch import Sample

SCRIPT = """set terminal pngcairo size 1000,800 font "DejaVu Sans,11"
set output "{output}"
set multiplot layout 2,1
set grid
set key outside right
set xlabel "minutes"
set yrange [0:*]
set title "memory of its own, MB"
plot for [i=0:{last}] $data index i using 1:($2/1024) with lines title columnheader(1)
set title "descriptors"
plot for [i=0:{last}] $data index i using 1:3 with lines title columnheader(1)
unset multiplot
"""


def draw(samples: Sequence[Sample], output: Path) -> bool:
    """False where there is no gnuplot."""
    if shutil.which("gnuplot") is None:
        return False
    daemons = list(dict.fromkeys(sample.daemon for sample in samples))
    blocks = ["\n".join([daemon, *(f"{each.minutes}\t{each.own_kb}\t{each.descriptors}" for each in samples if each.daemon == daemon)])
              for daemon in daemons]
    data = "$data << end\n" + "\n\n\n".join(blocks) + "\nend\n"
    subprocess.run(["gnuplot"], input=data + SCRIPT.format(output=output, last=len(daemons) - 1), text=True, check=True, timeout=60)
    return True
