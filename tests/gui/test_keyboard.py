# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything can be done with the keyboard alone. Real keys, on a screen with a window manager."""

from typing import Callable, Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import FOCUSED
from gateway.gateway import Gateway
from gateway.wait import until

Keys = Callable[..., None]


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        yield program
    assert not program.complaints()


@pytest.fixture(autouse=True)
def tree_has_the_focus(program: ServerProperties) -> Iterator[None]:
    program.tree().select("SMTP")
    until(lambda: program.tree().has(FOCUSED) or program.tree().cell_at(4).has(FOCUSED), "the focus in the tree")
    until(lambda: set(program.states().values()) == {"", "Started"}, "all servers started")
    yield
    program.close_sheets()


@pytest.mark.parametrize("keys_to_press", [("alt+Return",), ("Return",), ("shift+F10", "p"), ("Menu", "p")])
def test_opens_properties(program: ServerProperties, keys: Keys, keys_to_press: tuple[str, ...]) -> None:
    for key in keys_to_press:
        keys(key)
        if key in ("shift+F10", "Menu"):
            program.find("menu item", "Properties")
    assert program.sheet("smtp").showing


def test_stops_from_the_context_menu(program: ServerProperties, keys: Keys, gateway: Gateway) -> None:
    program.tree().select("POP")
    keys("shift+F10")
    assert not program.find("menu item", "Start").sensitive
    keys("t")
    until(lambda: program.states()["POP"] == "Stopped", "POP to be shown as stopped")
    keys("shift+F10")
    program.find("menu item", "Start")
    keys("s")
    until(lambda: program.states()["POP"] == "Started", "POP to be shown as started")


def test_mnemonics_reach_tabs_and_fields(program: ServerProperties, keys: Keys, gateway: Gateway) -> None:
    keys("alt+Return")
    sheet = program.sheet("smtp")
    keys("alt+r")
    none = sheet.find("radio button", "None")
    keys("alt+e")
    none.wait(lambda button: button.ticked, "chosen")
    keys("alt+s")
    sheet.find("radio button", "Specified:").wait(lambda button: button.ticked, "chosen")
    keys("Escape")
    sheet.wait_until_gone()
    assert gateway.settings()["smtp.relay.allow"] == "specified"


def test_list_by_keys(program: ServerProperties, keys: Keys) -> None:
    keys("alt+Return")
    sheet = program.sheet("smtp")
    sheet.choose_tab("General")
    table = sheet.list("Local domains")
    table.select("demo.example")
    keys("Insert")
    dialog = program.dialog("Add to")
    dialog.fill_in("Domain:", "second.example")
    keys("Return")
    dialog.wait_until_gone()
    table.wait_for_rows("demo.example", "second.example")
    keys("Return")
    dialog = program.dialog("Change in")
    dialog.fill_in("Domain:", "third.example")
    keys("Return")
    dialog.wait_until_gone()
    table.wait_for_rows("demo.example", "third.example")
    keys("Delete")
    table.wait_for_rows("demo.example")


def test_enter_is_ok(program: ServerProperties, keys: Keys, gateway: Gateway) -> None:
    keys("alt+Return")
    sheet = program.sheet("smtp")
    keys("alt+r")
    before = gateway.settings()["smtp.relay.pop-client-minutes"]
    spin = sheet.find("spin button", "From the POP client")
    spin.focus()
    spin.wait(lambda widget: widget.has(FOCUSED), "focused")
    keys("ctrl+a", "3", "1", "Return")
    sheet.wait_until_gone()
    assert gateway.settings()["smtp.relay.pop-client-minutes"] == 31
    gateway.send_changes({"smtp.relay.pop-client-minutes": before})


def test_menu(program: ServerProperties, keys: Keys) -> None:
    keys("F10")
    program.find("push button", "About Server Properties")
    keys("Escape")
    until(lambda: not program.look("push button", "About"), "the end of the menu")


def test_help_for_the_page(program: ServerProperties, keys: Keys) -> None:
    keys("alt+Return")
    program.sheet("smtp")
    keys("F1")
    program.wait_for_label("What the servers call themselves to others")


def test_typed_number_stays_wrong(program: ServerProperties, keys: Keys) -> None:
    """Typing 14 and going on with Tab must not turn it into 15."""
    keys("alt+Return")
    sheet = program.sheet("smtp")
    keys("alt+r")
    spin = sheet.find("spin button", "From the POP client")
    spin.focus()
    spin.wait(lambda widget: widget.has(FOCUSED), "focused")
    keys("ctrl+a", "1", "4", "Tab")
    spin.wait(lambda widget: not widget.has(FOCUSED), "left")
    sheet.wait_for_label("14 is outside the range 15 to 65535")
    assert spin.text == "14"
    spin.focus()
    spin.wait(lambda widget: widget.has(FOCUSED), "focused")
    keys("Up")
    spin.wait(lambda widget: widget.text == "16", "one more than it was")


def test_refresh_and_help(program: ServerProperties, keys: Keys) -> None:
    keys("F5")
    program.wait_for_status("Settings: revision")
    keys("F1")
    program.wait_for_label("The window shows the mail servers")
    keys("Escape")
    until(lambda: not any("The window shows" in label for label in program.labels()), "the end of the help window")
