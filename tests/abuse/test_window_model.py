# SPDX-License-Identifier: GPL-3.0-or-later
"""The window is exact: the table of log-ons and the policy against a model that knows the true time."""

import subprocess
import tempfile
from pathlib import Path

from gateway.figures import record, tries
from gateway.gateway import build_folder

SEED = 20261123


def test_model() -> None:
    """Log-ons, time, clocks that are set, restarts, reboots, revocations, extensions and settings, in a random order."""
    steps = tries(10_000, 1_000_000)
    shared_memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as folder:
        result = subprocess.run([str(build_folder() / "tests/abuse/window-model"), f"{folder}/log-ons", str(steps), str(SEED)],
                                text=True, capture_output=True, timeout=1800, check=False)
    assert result.stdout, result.stderr
    done, wrong, let_through = map(int, result.stdout.splitlines()[-1].split())
    record("The window is exact", "random steps of log-ons, clocks, restarts, reboots and settings, against a model", done, wrong,
           f"Each step is followed by the verdicts on nine clients, of which {let_through:,} let the client through.")
    assert wrong == 0, result.stdout[-2000:]
    assert done == steps and let_through > steps // 10
