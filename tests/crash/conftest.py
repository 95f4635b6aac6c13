# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway of these tests, and a folder for power cuts."""

import os
import tempfile
from pathlib import Path
from typing import Iterator

import pytest

from gateway.fixtures import client, gateway, next_hop, other_client, shared_gateway

__all__ = ["client", "gateway", "next_hop", "other_client", "shared_gateway"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where that can be: what is tried there has no need of a disk."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="postern-power-", dir=memory) as path:
        yield Path(path)
