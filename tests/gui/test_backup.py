# SPDX-License-Identifier: GPL-3.0-or-later
"""A settings file opened directly: the same sheets, and an authority of its own."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.gateway import Gateway
from gateway.wait import until

BACKUP = """<?xml version="1.0" encoding="UTF-8"?>
<!-- of last spring -->
<server-properties xmlns="urn:postern:server-properties" version="2" revision="7">
  <smtp>
    <relay>
      <allow>none</allow>
    </relay>
  </smtp>
</server-properties>
"""
ALLOW = ".//{urn:postern:server-properties}relay/{urn:postern:server-properties}allow"


@pytest.fixture
def environment(tmp_path: Path, gateway: Gateway) -> dict[str, str]:
    (tmp_path / "folder").mkdir()
    return {"POSTERN_AUTHORITY": str(gateway.build / "core/authority/posternd"), "TMPDIR": str(tmp_path / "folder")}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    file = tmp_path / "backup.xml"
    file.write_text(BACKUP)
    return file


@pytest.fixture
def program(desktop: Desktop, gateway: Gateway, backup: Path, environment: dict[str, str]) -> Iterator[ServerProperties]:
    with desktop.open(gateway, "--open", str(backup), environment=environment) as program:
        program.wait_for_status("Settings: revision")
        yield program
    assert not program.complaints()


def open_sheet_of_backup(program: ServerProperties):
    tree = program.tree()
    tree.cell_at(tree.rows().index("backup.xml") + 4).focus()
    program.press("Properties")
    return program.sheet("smtp")


def test_is_edited_in_the_same_sheets(program: ServerProperties, backup: Path, gateway: Gateway) -> None:
    before = gateway.revision()
    program.wait_for_label(f"The settings file {backup}")
    sheet = open_sheet_of_backup(program)
    sheet.choose_tab("Relay Restrictions")
    assert sheet.find("radio button", "None").ticked
    sheet.choose_allow("specified")
    sheet.press_ok()
    sheet.wait_until_gone()
    program.wait_for_status("Saved as revision")
    until(lambda: ElementTree.parse(backup).findtext(ALLOW) == "specified", "the file to be written")
    assert "of last spring" in backup.read_text()
    assert gateway.revision() == before


def test_has_no_servers(program: ServerProperties) -> None:
    tree = program.tree()
    first = tree.rows().index("backup.xml")
    assert tree.rows()[first:] == ["backup.xml", "Network", "Servers", "TCP/IP", "SMTP", "POP"]
    assert set(tree.rows(1)[first:]) == {""}
    tree.cell_at(first + 4).focus()
    program.wait_for_label("A settings file has no servers")
    assert program.look("push button", "Start SMTP") is None


def test_asks_before_edits_are_lost(program: ServerProperties, backup: Path) -> None:
    sheet = open_sheet_of_backup(program)
    sheet.choose_allow("all")
    program.find("frame").press("Close")
    question = program.find("alert")
    question.press("Keep Editing")
    assert sheet.showing and ElementTree.parse(backup).findtext(ALLOW) == "none"
    program.find("frame").press("Close")
    program.find("alert").press("Discard")
    sheet.wait_until_gone()
    program.find("frame").press("Close")
    assert program.process.wait(20) == 0


def test_leaves_nothing_behind(desktop: Desktop, gateway: Gateway, backup: Path, environment: dict[str, str]) -> None:
    with desktop.open(gateway, "--open", str(backup), environment=environment) as program:
        program.wait_for_status("Settings: revision")
        assert list(Path(environment["TMPDIR"]).iterdir())
        program.find("frame").press("Close")
        assert program.process.wait(20) == 0
    assert not list(Path(environment["TMPDIR"]).iterdir())


@pytest.mark.parametrize("content, words", [
    ("<html/>", "this is no settings file"),
    (BACKUP.replace("<allow>none", "<allow>maybe"), "maybe"),
    ("no XML at all", "line 1"),
    (None, "There is no file"),
])
def test_wrong_files(desktop: Desktop, gateway: Gateway, backup: Path, environment: dict[str, str], content: str, words: str) -> None:
    if content is None:
        backup.unlink()
    else:
        backup.write_text(content)
    with desktop.open(gateway, "--open", str(backup), environment=environment) as program:
        program.wait_for_status(words)
        assert program.states()["backup.xml"] == "Not open"
    assert not program.complaints()
    assert content is None or backup.read_text() == content
