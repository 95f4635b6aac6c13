# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a queue that nobody serves; see survivors-main.c."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from gateway.gateway import build_folder


@dataclass
class Survivor:
    recipients: list[str]  # for whom something is to be done yet
    content: bytes


def survivors(queue: Path) -> dict[str, Survivor]:
    """By the ids. A queue that can't be opened fails with an AssertionError."""
    done = subprocess.run([str(build_folder() / "tests/crash/survivors"), str(queue)], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    found, rest = {}, done.stdout
    while rest:
        line, rest = rest.split(b"\n", 1)
        _, message, length, *recipients = line.decode().split()
        found[message], rest = Survivor(recipients, rest[:int(length)]), rest[int(length):]
    return found
