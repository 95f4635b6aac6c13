# SPDX-License-Identifier: GPL-3.0-or-later
"""Change with confidence: what will change in words, risks asked about, settings on trial that go back by themselves."""

from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties, Sheet
from gateway.atspi import Widget
from gateway.gateway import Gateway
from gateway.wait import until

CLIENT = "127.0.0.3"
TRIAL = {"POSTERN_TRIAL_SECONDS": "3"}


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        yield program
    assert not program.complaints()


@pytest.fixture(autouse=True)
def same_start(program: ServerProperties, gateway: Gateway) -> Iterator[None]:
    initial = gateway.settings()
    yield
    program.close_sheets()
    if changed := {name: value for name, value in initial.items() if gateway.settings()[name] != value}:
        gateway.send_changes(changed)


@pytest.fixture
def sheet(program: ServerProperties) -> Sheet:
    return relay_restrictions(program)


def relay_restrictions(program: ServerProperties) -> Sheet:
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    return sheet


def changes(program: ServerProperties, sheet: Sheet) -> Widget:
    sheet.press("What Exactly Changes")
    return program.dialog("What Changes")


def wait_for_allow(gateway: Gateway, word: str) -> None:
    until(lambda: gateway.settings()["smtp.relay.allow"] == word, f"relay: {word}")
    until(lambda: gateway.revision_in_force("smtp") == gateway.revision(), "the SMTP server to take it")


def test_what_changes_in_words(program: ServerProperties, sheet: Sheet) -> None:
    sheet.set_pop_minutes(240)
    sheet.tick("To near domains")
    sheet.choose_allow("none")
    sheet.find("push button", "What Exactly Changes (3)")
    dialog = changes(program, sheet)
    labels = dialog.labels()
    dialog.press("Close")
    dialog.wait_until_gone()
    assert "SMTP Properties › Relay Restrictions" in labels
    assert "Allow relay messages: Specified → None" in labels
    assert "To near domains: off → on" in labels
    assert any(label.startswith("From the POP client") and label.endswith(": 15 → 240") for label in labels)


def test_rows_that_come_and_go_are_named_and_counted(program: ServerProperties, gateway: Gateway) -> None:
    gateway.apply({"smtp.relay.addresses": ["192.0.2.1"], "smtp.relay.address-list": True})
    gateway.apply({"smtp.relay.addresses": [f"198.51.100.{number}" for number in range(1, 8)]})
    program.choose_from_menu("History")
    history = program.find("frame", "History of the Settings")
    line = history.wait_for_label("Address relay list: added")
    assert line == ("Address relay list: added 198.51.100.1, 198.51.100.2, 198.51.100.3 and 4 more; removed 192.0.2.1")
    history.press("Close")
    history.wait_until_gone()


def test_undo_of_one_change(program: ServerProperties, sheet: Sheet) -> None:
    sheet.set_pop_minutes(240)
    sheet.tick("To near domains")
    dialog = changes(program, sheet)
    dialog.press("Undo this change: From the POP client")
    until(lambda: not any("240" in label for label in dialog.labels()), "the line to go")
    assert sheet.find("spin button", "From the POP client").text == "15"
    dialog.press("Undo this change: To near domains")
    dialog.wait_for_label("Nothing is different.")
    dialog.press("Close")
    dialog.wait_until_gone()
    assert not sheet.find("check box", "To near domains").ticked
    assert not sheet.find("push button", "Apply").sensitive


def test_an_open_relay_is_asked_about(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    sheet.choose_allow("all")
    sheet.press("OK")
    question = program.find("alert")
    question.wait_for_label("Any stranger on the Internet")
    assert any("Allow relay messages" in label for label in question.labels())
    question.press("Cancel")
    question.wait_until_gone()
    assert gateway.settings()["smtp.relay.allow"] == "specified"
    assert sheet.find("radio button", "All").ticked, "the edit is lost"
    sheet.press("OK")
    program.find("alert").press("Become an Open Relay")
    sheet.wait_until_gone()
    wait_for_allow(gateway, "all")
    assert gateway.rcpt(CLIENT)[0] == 250


def test_cancel_is_what_enter_says_to_an_open_relay(program: ServerProperties, sheet: Sheet, gateway: Gateway, keys) -> None:
    sheet.choose_allow("all")
    sheet.press("OK")
    question = program.find("alert")
    question.find("push button", "Cancel").wait(lambda button: button.has(12), "focused")
    keys("Return")
    question.wait_until_gone()
    assert gateway.settings()["smtp.relay.allow"] == "specified"


def open_trial(program: ServerProperties, sheet: Sheet) -> Widget:
    sheet.choose_allow("none")
    sheet.press("OK")
    program.find("alert", "").find("push button", "Try for").click()
    window = program.dialog("Settings on Trial")
    window.wait_for_label("The former settings come back in")
    return window


def test_save_for_good(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    sheet.choose_allow("none")
    sheet.press("OK")
    program.find("alert").press("Save for Good")
    sheet.wait_until_gone()
    wait_for_allow(gateway, "none")


def test_a_trial_that_is_kept(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    gateway.log_on(CLIENT)
    assert gateway.rcpt(CLIENT)[0] == 250
    window = open_trial(program, sheet)
    assert "Allow relay messages: Specified → None" in window.labels()
    wait_for_allow(gateway, "none")
    assert gateway.rcpt(CLIENT)[0] == 550
    window.press("Keep")
    window.wait_until_gone()
    assert gateway.settings()["smtp.relay.allow"] == "none"
    assert gateway._authority("Temporary")[0] == []


def test_a_trial_that_is_taken_back(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    window = open_trial(program, sheet)
    wait_for_allow(gateway, "none")
    window.press("Take Back Now")
    window.wait_until_gone()
    wait_for_allow(gateway, "specified")
    gateway.log_on(CLIENT)
    assert gateway.rcpt(CLIENT)[0] == 250


def test_a_trial_that_nobody_keeps(desktop: Desktop, gateway: Gateway) -> None:
    """The window counts down and says what became of it; on the wire the relay works again."""
    gateway.log_on(CLIENT)
    with desktop.open(gateway, environment=TRIAL) as program:
        window = open_trial(program, relay_restrictions(program))
        window.wait_for_label("The settings were taken back")
        wait_for_allow(gateway, "specified")
        assert gateway.rcpt(CLIENT)[0] == 250
        window.press("Close")
        window.wait_until_gone()
    assert not program.complaints()


def test_a_trial_outlives_the_program(desktop: Desktop, gateway: Gateway) -> None:
    gateway.log_on(CLIENT)
    with desktop.open(gateway, environment=TRIAL) as program:
        open_trial(program, relay_restrictions(program))
        wait_for_allow(gateway, "none")
        program.process.kill()
        program.process.wait()
        wait_for_allow(gateway, "specified")
        assert gateway.rcpt(CLIENT)[0] == 250


def test_the_authority_dies_while_a_trial_runs(desktop: Desktop, gateway: Gateway) -> None:
    """The window says so; the authority that comes after it takes the settings back."""
    with desktop.open(gateway, environment={"POSTERN_TRIAL_SECONDS": "6"}) as program:
        window = open_trial(program, relay_restrictions(program))
        gateway.kill("posternd")
        window.wait_for_label("The settings service does not answer. Without your word")
        assert not window.find("push button", "Keep").sensitive
        wait_for_allow(gateway, "specified")
        window.wait_for_label("The settings were taken back")
    assert not program.complaints()


def test_edits_on_several_tabs_survive_apply_and_ok(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    sheet.set_pop_minutes(240)
    sheet.choose_tab("Limits")
    sheet.choose_tab("Relay Restrictions")
    assert sheet.find("spin button", "From the POP client").text == "240"
    sheet.press("Apply")
    sheet.wait_for_label("Saved as revision")
    sheet.set_pop_minutes(300)
    sheet.press("OK")
    sheet.wait_until_gone()
    assert gateway.settings()["smtp.relay.pop-client-minutes"] == 300


def test_edits_survive_an_authority_that_starts_anew(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    sheet.set_pop_minutes(240)
    gateway.kill("posternd")
    assert sheet.find("spin button", "From the POP client").text == "240"
    sheet.press("OK")
    sheet.wait_until_gone()
    assert gateway.settings()["smtp.relay.pop-client-minutes"] == 240
