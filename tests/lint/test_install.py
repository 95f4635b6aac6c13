# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` would put where: the files that name each other agree."""

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("POSTERN_BUILD", SOURCE / "build"))


@pytest.fixture(scope="module", name="installed")
def read_plan() -> dict[str, Path]:
    """Where a file goes -> where it is now."""
    plan = subprocess.check_output(["/usr/bin/python3", "/usr/bin/meson", "introspect", "--installed", str(BUILD)], text=True)
    return {target: Path(source) for source, target in json.loads(plan).items()}


def test_the_bus_starts_programs_that_are_there(installed: dict[str, Path]) -> None:
    services = {target: source.read_text() for target, source in installed.items() if target.endswith(".service")}
    assert len(services) == 4
    for target, text in services.items():
        name, program = (re.search(rf"^{key}=(\S+)", text, re.MULTILINE)[1] for key in ("Name", "Exec"))
        assert Path(target).name == f"{name}.service"
        assert program in installed, f"{target} starts {program}, which is not installed"


def test_each_program_has_its_page(installed: dict[str, Path]) -> None:
    pages = {Path(target).stem for target in installed if "/man/man" in target}
    programs = {Path(target).name for target in installed if re.search(r"/s?bin/", target)} - {"server-properties"}
    assert programs <= pages and "postern-settings" in pages


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff (package groff-base) is not installed")
def test_pages_are_well_formed(installed: dict[str, Path]) -> None:
    for target, source in installed.items():
        if "/man/man" in target:
            done = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-z", source], capture_output=True, text=True, check=True)
            assert done.stderr == "", target


def test_pages_name_each_option(installed: dict[str, Path]) -> None:
    pages = {Path(target).stem: source.read_text().replace("\\-", "-") for target, source in installed.items() if "/man/man" in target}
    programs = {Path(target).name: source for target, source in installed.items() if re.search(r"/s?bin/postern", target)}
    assert len(programs) == 5
    for name, program in programs.items():
        told = subprocess.check_output([program, "--help"], text=True, env={"LC_ALL": "C.UTF-8"})
        for option in set(re.findall(r"--[a-z][-a-z]+", told)) - {"--help", "--help-all"}:
            assert option in pages[name], f"{name}: {option} is not in its page"


def test_files_for_bus_and_polkit(installed: dict[str, Path]) -> None:
    policy = ElementTree.parse(next(source for target, source in installed.items() if target.endswith("org.postern.policy")))
    actions = {action.get("id") for action in policy.iter("action")}
    assert actions == set(re.findall(r'"(org\.postern\.[a-z]+)"', (SOURCE / "core/bus/gatekeeper.h").read_text()))
    configuration = ElementTree.parse(next(source for target, source in installed.items() if target.endswith("org.postern.conf")))
    names = {Path(target).stem for target in installed if target.endswith(".service")}
    assert {allow.get("own") for allow in configuration.iter("allow")} - {None} == names
    assert {allow.get("send_destination") for allow in configuration.iter("allow")} - {None} == names
