# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings with an end: saved from a sheet, listed, kept, ended; and taken back by the authority on the wire."""

import time
from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties, Sheet
from gateway.atspi import Table, Widget
from gateway.gateway import Gateway, variant
from gateway.wait import until

CLIENT = "127.0.0.4"
NAME = "smtp.relay.pop-client-minutes"


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        yield program
    assert not program.complaints()


def temporary(gateway: Gateway) -> list[dict]:
    return gateway._authority("Temporary")[0]


def apply_until(gateway: Gateway, changes: dict, seconds: int) -> None:
    gateway._authority("ApplyUntil", "(ta{sv}x)", gateway.revision(), {name: variant(value) for name, value in changes.items()},
                       int(time.time()) + seconds)


def save_temporarily(program: ServerProperties) -> Sheet:
    """240 minutes, for an hour."""
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    sheet.set_pop_minutes(240)
    sheet.press("Save Temporarily")
    program.dialog("Save Temporarily").press("Save")
    sheet.wait_for_label("Saved as revision")
    return sheet


def open_window(program: ServerProperties) -> Widget:
    program.choose_from_menu("Temporary Settings")
    return program.find("frame", "Temporary Settings")


def test_saved_listed_and_ended(program: ServerProperties, gateway: Gateway) -> None:
    sheet = save_temporarily(program)
    assert gateway.settings()[NAME] == 240
    end = temporary(gateway)[0]["end"]
    assert abs(end - time.time() - 3600) < 120
    sheet.wait_for_label(time.strftime("Temporary, until %H:%M", time.localtime(end)) if
                         time.localtime(end).tm_yday == time.localtime().tm_yday else "Temporary, until")
    sheet.press("Cancel")
    window = open_window(program)
    table = Table.of(window.find("table", "Temporary settings"))
    assert "From the POP client" in table.cell(0) and table.cell(0).endswith(": 15 → 240")
    assert "minutes" in table.cell(0, 2)
    window.press("End Now")
    until(lambda: gateway.settings()[NAME] == 15, "the former value")
    window.wait_for_label("No setting is temporary.")
    window.press("Close")
    window.wait_until_gone()


def test_kept(program: ServerProperties, gateway: Gateway) -> None:
    save_temporarily(program).press("Cancel")
    window = open_window(program)
    window.press("Keep")
    window.wait_for_label("No setting is temporary.")
    assert temporary(gateway) == [] and gateway.settings()[NAME] == 240
    window.press("Close")
    window.wait_until_gone()
    gateway.apply({NAME: 15})


def test_what_is_over_is_over_on_the_wire(program: ServerProperties, gateway: Gateway) -> None:
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    gateway.log_on(CLIENT)
    apply_until(gateway, {"smtp.relay.allow": "none"}, 3)
    sheet.find("radio button", "None").wait(lambda radio: radio.ticked, "chosen")
    until(lambda: gateway.rcpt(CLIENT)[0] == 550, "a refusal")
    sheet.find("radio button", "Specified").wait(lambda radio: radio.ticked, "chosen again")
    until(lambda: gateway.rcpt(CLIENT)[0] == 250, "the relay to work again")
    sheet.press("Cancel")


def test_an_end_that_is_over_cannot_be_chosen(program: ServerProperties) -> None:
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    sheet.set_pop_minutes(300)
    sheet.press("Save Temporarily")
    dialog = program.dialog("Save Temporarily")
    dialog.choose("Until midnight")
    assert dialog.find("push button", "Save").sensitive
    dialog.choose("For:")
    dialog.set_number("How many", 5)
    dialog.press("Cancel")
    dialog.wait_until_gone()
    assert sheet.find("spin button", "From the POP client").text == "300", "the edit is lost"
    program.close_sheets()
