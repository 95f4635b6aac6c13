# SPDX-License-Identifier: GPL-3.0-or-later
"""History: who saved what, compared and restored; and backups, whose changes are shown before they come back."""

from pathlib import Path
from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import Table, Widget
from gateway.gateway import Gateway
from gateway.wait import until

# GTK's file chooser gets a key's release where its press has changed what is there.
OF_THE_CHOOSER = "WIDGET_REALIZED_FOR_EVENT"
NAME = "smtp.relay.pop-client-minutes"


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        yield program
    assert not [line for line in program.complaints() if OF_THE_CHOOSER not in line]


@pytest.fixture
def history(program: ServerProperties, gateway: Gateway) -> Iterator[tuple[Widget, Table]]:
    for minutes in (60, 30):
        gateway.apply({NAME: minutes})
    program.choose_from_menu("History")
    window = program.find("frame", "History of the Settings")
    table = Table.of(window.find("table", "Revisions"))
    until(lambda: table.rows() and table.cell(0) == str(gateway.revision()), "the newest revision")
    yield window, table
    window.press("Close")
    window.wait_until_gone()


def test_what_a_revision_changed(history: tuple[Widget, Table]) -> None:
    window, table = history
    assert table.cell(0, 3).startswith("From the POP client")
    assert window.wait_for_label("→").endswith(": 60 → 30")


def test_refreshed_when_settings_change(history: tuple[Widget, Table], gateway: Gateway) -> None:
    _window, table = history
    gateway.apply({NAME: 20})
    until(lambda: table.cell(0) == str(gateway.revision()), "the newest revision")


def test_restore_shows_what_changes_and_asks(program: ServerProperties, history: tuple[Widget, Table], gateway: Gateway) -> None:
    window, table = history
    kept = table.cell(1)
    table.select(kept)
    window.press("Restore")
    question = program.dialog(f"Restore Revision {kept}")
    assert question.wait_for_label("→").endswith(": 30 → 60")
    question.press("Cancel")
    question.wait_until_gone()
    assert gateway.settings()[NAME] == 30
    window.press("Restore")
    program.dialog(f"Restore Revision {kept}").press("Restore")
    window.wait_for_label(f"Revision {kept} is in force again")
    assert gateway.settings()[NAME] == 60


def test_back_up_and_restore(program: ServerProperties, gateway: Gateway, tmp_path: Path, keys) -> None:
    file = tmp_path / "backup.xml"
    gateway.apply({NAME: 45})
    program.choose_from_menu("Back Up")
    chooser = program.find("file chooser", "Back Up the Settings")
    chooser.fill_in("", str(file))
    chooser.press("Save")
    program.wait_for_status("The settings are backed up in")
    assert "<pop-client-minutes>45</pop-client-minutes>" in file.read_text()
    gateway.apply({NAME: 40})
    program.choose_from_menu("Restore from Backup")
    chooser = program.find("file chooser", "Restore from Backup")
    chooser.find("push button", "Open")
    keys("slash")
    until(lambda: (entry := chooser.look("text")) and entry.text == "/", "the entry for the place")
    chooser.find("text").set_text(str(file))
    chooser.press("Open")
    question = program.dialog("Restore from Backup")
    assert question.wait_for_label("→").endswith(": 40 → 45")
    question.press("Restore")
    program.wait_for_status("The settings of the backup are in force")
    assert gateway.settings()[NAME] == 45
