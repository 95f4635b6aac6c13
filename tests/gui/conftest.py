# SPDX-License-Identifier: GPL-3.0-or-later
"""One screen for all tests; a gateway whose authority is real for each file, or an authority that does as a test says."""

import subprocess
from pathlib import Path
from typing import Callable, Iterator

import pytest

from gateway.accessibility import PROGRAM, Desktop, ServerProperties, Sheet
from gateway.bus import PrivateBus
from gateway.gateway import Gateway, build_folder

from fake_authority import FakeAuthority


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with Desktop(tmp_path_factory.mktemp("desktop"), window_manager=True) as desktop:
        yield desktop


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway() as gateway:
        yield gateway


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[PrivateBus]:
    (tmp_path / "services").mkdir()
    bus = PrivateBus(tmp_path, tmp_path)
    bus.choose_address()
    bus.start()
    yield bus
    bus.stop()


@pytest.fixture
def authority(bus: PrivateBus) -> Iterator[FakeAuthority]:
    with FakeAuthority(bus.address) as authority:
        yield authority


@pytest.fixture
def relay_sheet(desktop: Desktop, bus: PrivateBus, authority: FakeAuthority) -> Iterator[tuple[ServerProperties, Sheet]]:
    """Server Properties on the authority that does as told, with the SMTP sheet open at Relay Restrictions."""
    with desktop.open_on(bus.address, build_folder() / PROGRAM, "--properties", "smtp") as program:
        sheet = program.sheet("smtp")
        sheet.choose_tab("Relay Restrictions")
        yield program, sheet
    assert not program.complaints()


@pytest.fixture
def keys(desktop: Desktop) -> Callable[..., None]:
    """Presses keys, as xdotool names them, where the focus is."""
    def press(*names: str) -> None:
        subprocess.run(["xdotool", "key", "--clearmodifiers", *names], env=desktop.environment, check=True, timeout=20)
    return press
