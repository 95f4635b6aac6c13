# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a condition: the only place in the tests that lets time pass."""

import os
import select
import time
from typing import Callable, TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], what: str, timeout_s: float = 20.0) -> T:
    """Asks CONDITION until its answer is true, and returns it. Raises TimeoutError, naming WHAT was waited for."""
    deadline = time.monotonic() + timeout_s
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:g} s in vain for: {what}")
        time.sleep(0.005)
    return answer


def ended(pid: int, timeout_s: float) -> bool:
    """Waits until the process PID, which need not be our child, has ended; false if it still runs."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], timeout_s)[0])
    finally:
        os.close(descriptor)
