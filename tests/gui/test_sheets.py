# SPDX-License-Identifier: GPL-3.0-or-later
"""The property sheets, used as a person would use them, on the real authority."""

from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties, Sheet
from gateway.atspi import Table
from gateway.gateway import Gateway
from gateway.wait import until

LIST = "Address relay list"


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    """One program for all tests here; none may make it complain."""
    with desktop.open(gateway) as program:
        yield program
    assert not program.complaints()


@pytest.fixture(autouse=True)
def same_start(program: ServerProperties, gateway: Gateway) -> Iterator[None]:
    """Each test begins with the same settings, and with no sheet open."""
    initial = gateway.settings()
    yield
    program.close_sheets()
    changed = {name: value for name, value in initial.items() if gateway.settings()[name] != value}
    if changed:
        gateway.send_changes(changed)


@pytest.fixture
def sheet(program: ServerProperties) -> Sheet:
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    return sheet


def test_window_shows_the_tree(program: ServerProperties) -> None:
    until(lambda: set(program.states().values()) == {"", "Started"}, "all servers started")
    names = list(program.states())
    assert names[0].startswith("This system (") and names[1:7] == ["Network", "Servers", "TCP/IP", "SMTP", "POP", "Delivery"]


def test_start_and_stop(program: ServerProperties, gateway: Gateway) -> None:
    program.tree().select("POP")
    program.press("Stop POP")
    until(lambda: program.states()["POP"] == "Stopped", "POP to be shown as stopped")
    assert not gateway.is_running("pop3")
    program.press("Start POP")
    until(lambda: program.states()["POP"] == "Started", "POP to be shown as started")
    assert gateway.is_running("pop3")


def test_sheet_has_its_tabs(sheet: Sheet) -> None:
    assert sheet.tabs() == ["General", "Relay Restrictions", "Connection Restrictions", "Filters", "Outbound Retries",
                            "Domains and Bindings", "Delivery", "Security", "Limits", "Journal", "Local Mail"]


def test_ok_saves_and_closes(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    sheet.choose("None")
    program.save(sheet)
    assert gateway.settings()["smtp.relay.allow"] == "none"
    program.wait_for_status(f"Saved as revision {gateway.revision()}; in force on SMTP and POP.")


def test_apply_saves_and_stays(sheet: Sheet, gateway: Gateway) -> None:
    assert not sheet.find("push button", "Apply").sensitive
    revision = gateway.revision() + 1
    sheet.set_pop_minutes(240)
    sheet.press("Apply")
    sheet.wait_for_label(f"Saved as revision {revision}; in force on SMTP and POP.")
    assert gateway.settings()["smtp.relay.pop-client-minutes"] == 240
    assert sheet.showing and not sheet.find("push button", "Apply").sensitive


def test_specified_rules_are_only_for_specified(sheet: Sheet) -> None:
    sheet.choose("All")
    assert not sheet.find("check box", "To near domains").sensitive
    assert not sheet.find("spin button", "From the POP client").sensitive
    sheet.choose("Specified:")
    assert sheet.find("check box", "To near domains").sensitive
    sheet.tick("From the POP client", False)
    assert not sheet.find("spin button", "From the POP client").sensitive


@pytest.mark.parametrize("minutes", ["14", "65536", "655535", "99999999999", "", "a quarter of an hour", "-15", "15.5"])
def test_wrong_number_is_kept_and_judged(sheet: Sheet, gateway: Gateway, minutes: str) -> None:
    before = gateway.settings()
    sheet.set_pop_minutes(minutes)
    message = sheet.wait_for_label("15 to 65535")
    ok = sheet.find("push button", "OK").wait(lambda button: not button.sensitive, "not available")
    assert message in ok.description
    sheet.find("check box", "To near domains").focus()  # leaving the field must not put its text right
    spin = sheet.find("spin button", "From the POP client")
    assert spin.text == minutes and spin.description == message
    assert gateway.settings() == before
    sheet.set_pop_minutes("15")
    ok.wait(lambda button: button.sensitive, "available again")
    until(lambda: not any("15 to 65535" in label for label in sheet.labels()), "the end of the message")


def test_range_comes_from_the_schema(sheet: Sheet) -> None:
    assert sheet.find("spin button", "From the POP client").name.endswith("(15 - 65535):")


def test_wrong_text_is_named(sheet: Sheet) -> None:
    sheet.choose_tab("General")
    sheet.fill_in("Host name:", "two words")
    sheet.wait_for_label("two words")
    sheet.find("push button", "OK").wait(lambda button: not button.sensitive, "not available")


def fill_in_row(program: ServerProperties, title: str, text: str) -> None:
    dialog = program.dialog(title)
    dialog.fill_in("Address or network:", text)
    dialog.press("OK")
    dialog.wait_until_gone()


def test_list(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    rows = sheet.list(LIST)
    for text in ("192.0.2.0/24", "2001:db8::/32"):
        sheet.list_button(LIST, "Add…").click()
        fill_in_row(program, "Add to", text)
    rows.wait_for_rows("192.0.2.0/24", "2001:db8::/32")
    rows.select("192.0.2.0/24")
    sheet.list_button(LIST, "Change…").click()
    fill_in_row(program, "Change in", "198.51.100.7")
    rows.wait_for_rows("198.51.100.7", "2001:db8::/32")
    rows.select("2001:db8::/32")
    sheet.list_button(LIST, "Remove").click()
    rows.wait_for_rows("198.51.100.7")
    sheet.press("OK")
    sheet.wait_until_gone()
    assert gateway.settings()["smtp.relay.addresses"] == ["198.51.100.7"]


def test_list_shows_what_the_authority_makes_of_it(program: ServerProperties, sheet: Sheet) -> None:
    """What was saved is no edit any more, although it reads differently now."""
    sheet.list_button(LIST, "Add…").click()
    fill_in_row(program, "Add to", "198.51.100.7/255.255.255.0")
    sheet.press("Apply")
    sheet.list(LIST).wait_for_rows("198.51.100.0/24")
    assert not sheet.find("push button", "Apply").sensitive
    sheet.press("Cancel")
    sheet.wait_until_gone()


def test_long_text_does_not_widen_the_sheet(program: ServerProperties, sheet: Sheet) -> None:
    width = sheet.size()[0]
    sheet.choose_tab("General")
    sheet.list_button("Local domains", "Add…").click()
    dialog = program.dialog("Add to")
    dialog.fill_in("Domain:", "x" * 300)
    dialog.wait_for_label("xxxx")
    assert sheet.size()[0] == width and dialog.size()[0] < width


def test_says_when_settings_of_two_sheets_clash(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    """The authority names the setting of the other sheet then."""
    sheet.choose_tab("Domains and Bindings")
    sheet.list_button("Addresses to listen on", "Add…").click()
    dialog = program.dialog("Add to")
    dialog.fill_in("Address and port:", gateway.settings()["pop3.listeners"][0])
    dialog.press("OK")
    dialog.wait_until_gone()
    sheet.wait_for_label("This does not go with the other settings: pop3.listeners")
    assert not sheet.find("push button", "OK").sensitive
    sheet.list_button("Addresses to listen on", "Remove").click()
    until(lambda: not any("does not go with" in label for label in sheet.labels()), "the end of the message")
    assert sheet.find("push button", "OK").sensitive


def test_two_wrong_rows_can_be_mended_one_by_one(program: ServerProperties, sheet: Sheet) -> None:
    """Who is quick gets wrong rows into the list."""
    for text in ("300.1.1.1", "301.1.1.1"):
        sheet.list_button(LIST, "Add…").click()
        dialog = program.dialog("Add to")
        dialog.fill_in("Address or network:", text)
        dialog.press("OK")
        dialog.wait_until_gone()
    sheet.wait_for_label("300.1.1.1")
    for row, text in (("300.1.1.1", "192.0.2.1"), ("301.1.1.1", "192.0.2.2")):
        sheet.list(LIST).select(row)
        sheet.list_button(LIST, "Change…").click()
        fill_in_row(program, "Change in", text)
    sheet.find("push button", "OK").wait(lambda button: button.sensitive, "available")


def test_many_rows(program: ServerProperties, gateway: Gateway) -> None:
    gateway.send_changes({"smtp.relay.addresses": [f"10.{i // 250}.{i % 250}.1" for i in range(2000)]})
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    sheet.list_button(LIST, "Add…").click()
    fill_in_row(program, "Add to", "192.0.2.1")
    sheet.press("OK")
    sheet.wait_until_gone()
    assert gateway.settings()["smtp.relay.addresses"][-1] == "192.0.2.1"


def test_wrong_row_is_refused_while_it_is_typed(program: ServerProperties, sheet: Sheet) -> None:
    sheet.list_button(LIST, "Add…").click()
    dialog = program.dialog("Add to")
    assert not dialog.find("push button", "OK").sensitive
    dialog.fill_in("Address or network:", "300.1.1.1")
    dialog.wait_for_label("300.1.1.1")
    dialog.find("push button", "OK").wait(lambda button: not button.sensitive, "not available")
    dialog.press("Cancel")
    dialog.wait_until_gone()
    until(lambda: not any("300.1.1.1" in label for label in sheet.labels()), "the end of the message")
    sheet.press("Cancel")
    sheet.wait_until_gone()


def test_cancel_asks_before_edits_go(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    revision = gateway.revision()
    sheet.set_pop_minutes(240)
    sheet.press("Cancel")
    question = program.find("alert")
    question.press("Keep Editing")
    question.wait_until_gone()
    assert sheet.find("spin button", "From the POP client").text == "240"
    sheet.press("Cancel")
    program.find("alert").press("Discard")
    sheet.wait_until_gone()
    assert gateway.revision() == revision
    again = program.open_properties("smtp")
    again.choose_tab("Relay Restrictions")
    assert again.find("spin button", "From the POP client").text == "15"


def test_closing_the_window_asks_too(program: ServerProperties, sheet: Sheet) -> None:
    sheet.set_pop_minutes(240)
    program.find("frame").press("Close")
    question = program.find("alert")
    question.press("Keep Editing")
    question.wait_until_gone()
    assert program.find("frame").showing and sheet.find("spin button", "From the POP client").text == "240"


def test_connection_restrictions(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    sheet.choose_tab("Connection Restrictions")
    sheet.choose("Specified:")
    sheet.list_button("Refuse these addresses", "Add…").click()
    fill_in_row(program, "Add to", "203.0.113.0/24")
    sheet.tick("A refused address")
    program.save(sheet)
    settings = gateway.settings()
    assert settings["smtp.connection.allow"] == "specified" and settings["smtp.connection.refused"] == ["203.0.113.0/24"]
    assert settings["smtp.connection.pop-overrides-address"] and not settings["smtp.connection.pop-overrides-blocklist"]


def test_pop_sheet_has_its_tabs(program: ServerProperties) -> None:
    assert program.open_properties("pop").tabs() == ["General", "Security", "Log-ons", "Limits"]


def test_help(program: ServerProperties, sheet: Sheet) -> None:
    sheet.press("Help")
    program.wait_for_label("To relay is to pass on mail")
    assert "not longer ago than the duration" in program.wait_for_label("The client has logged on to the POP server")


def test_opens_with_a_sheet(desktop: Desktop, gateway: Gateway) -> None:
    with desktop.open(gateway, "--properties", "pop") as program:
        assert program.sheet("pop").tabs()[0] == "General"
    assert not program.complaints()


def test_tooltips_come_from_the_schema(sheet: Sheet) -> None:
    assert sheet.find("check box", "To near domains").description == "Relay messages whose recipient is in a near domain."


def test_tree_is_a_table(program: ServerProperties) -> None:
    assert isinstance(program.tree(), Table) and program.tree().name == "Systems"
