# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine in words, and the versions of what was measured."""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator

from gateway.packages import UNPACK

from . import tools
from .accept import SIZE

PEERS = {"Postfix": "postfix", "Exim": "exim4-daemon-light", "OpenSMTPD": "opensmtpd", "Dovecot": "dovecot-pop3d"}


def words() -> Iterator[str]:
    """A heading and paragraphs of Markdown."""
    yield "# How fast Postern is\n"
    yield ("`./dev bench` writes this. Servers take turns, each begins with an empty state folder, and each figure is the median of the "
           "rounds, with the least and the most in brackets. A message counts when it got 250 and was found in the queue, or arrived. "
           "Peers are tuned as their own manuals recommend, write no log file, and flush to the same disk; *limit* is a bare server that "
           "does nothing but append and flush.\n")
    flushes = tools.run("flush-rate", folder=tempfile.gettempdir(), size=SIZE, seconds=1)["flushes_per_second"]
    yield (f"The machine: {os.cpu_count()} virtual cores of an {_processor()}, {_file_system()} on a disk that does {flushes:,.0f} flushes of "
           f"10 KB a second; clients on the same cores. {_versions()}")


def _processor() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return model[1] if model else "unknown processor"


def _file_system() -> str:
    """Of the folder where the servers keep their state."""
    return subprocess.check_output(["findmnt", "--noheadings", "--output=FSTYPE", f"--target={tempfile.gettempdir()}"], text=True).strip()


def _versions() -> str:
    """Of the peers, as Debian counts them: those that are unpacked here."""
    found = []
    root = Path(os.environ.get("POSTERN_PEERS", UNPACK.parents[2] / "build-peers"))
    for name, package in PEERS.items():
        if (root / package).exists():
            told = subprocess.run(["apt-cache", "show", "--no-all-versions", package], text=True, capture_output=True)
            version = re.search(r"^Version: (.*)$", told.stdout, re.MULTILINE)
            found.append(f"{name} {version[1] if version else ''}".strip())
    return f"Peers are Debian's: {', '.join(found)}." if found else "No peers."
