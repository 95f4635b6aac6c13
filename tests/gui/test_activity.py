# SPDX-License-Identifier: GPL-3.0-or-later
"""The page Activity: what happens on the wire is seen there, and what is done there is felt on the wire."""

import re
from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import SELECTED, TIMEOUT_S, Table, Widget
from gateway.gateway import Gateway
from gateway.wait import until

CLIENT, MAIL, REASON = 2, 0, 3


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway, "--page", "activity") as program:
        yield program
    assert not program.complaints()


@pytest.fixture(autouse=True)
def same_start(program: ServerProperties, gateway: Gateway) -> Iterator[None]:
    initial = gateway.settings()
    program.tree().select("Activity")
    yield
    program.close_sheets()
    changed = {name: value for name, value in initial.items() if gateway.settings()[name] != value}
    if changed:
        gateway.apply(changed)


def refusals(program: ServerProperties) -> Table:
    return Table.of(program.find("table", "Last refusals"))


def select_refusal(program: ServerProperties, client: str) -> None:
    """The newest one of that client."""
    table = refusals(program)
    until(lambda: client in table.rows(CLIENT), f"a refusal of {client} in the list", TIMEOUT_S)
    cell = table.cell_at(table.rows(CLIENT).index(client))
    cell.focus()
    cell.wait(lambda widget: widget.has(SELECTED), "selected")
    program.find("push button", "Allow This Address…").wait(lambda button: button.sensitive, "ready")


def plot(program: ServerProperties) -> Widget:
    return program.find("chart")


def number(words: str, name: str) -> int:
    """The total of a series, as the description of the plot tells it."""
    found = re.search(rf"{name}: (\d+), at most", words)
    return int(found[1]) if found else 0


def test_refusal_is_listed(program: ServerProperties, gateway: Gateway) -> None:
    assert gateway.rcpt("127.0.0.31", "a@elsewhere.example", "b@elsewhere.example")[0] == 550
    select_refusal(program, "127.0.0.31")
    table = refusals(program)
    row = table.rows(CLIENT).index("127.0.0.31")
    assert table.cell(row, MAIL) == "b@elsewhere.example → a@elsewhere.example"
    assert table.cell(row, REASON) == "No rule lets this client relay."


def test_plot_tells_the_numbers(program: ServerProperties, gateway: Gateway) -> None:
    before = number(plot(program).description, "Refused")
    for _ in range(3):
        gateway.rcpt("127.0.0.32")
    until(lambda: number(plot(program).description, "Refused") == before + 3, "three more refusals in the plot", TIMEOUT_S)
    assert plot(program).name == "Mail, Last Hour"


def test_views_and_times(program: ServerProperties, gateway: Gateway) -> None:
    gateway.rcpt("127.0.0.33")
    gateway.log_on("127.0.0.33")
    program.choose_item("Show", "Refusals by Reason")
    program.choose_item("Time", "Last Week")
    until(lambda: number(plot(program).description, "Relaying denied") >= 1, "refusals by reason", TIMEOUT_S)
    assert plot(program).name == "Refusals by Reason, Last Week"
    program.choose_item("Show", "Log-ons")
    until(lambda: number(plot(program).description, "Log-ons") >= 1, "log-ons", TIMEOUT_S)
    program.choose_item("Show", "Mail")
    program.choose_item("Time", "Last Hour")


def test_legend_hides(program: ServerProperties, gateway: Gateway) -> None:
    gateway.rcpt("127.0.0.34")
    button = until(lambda: next((widget for widget in program.shown_below() if widget.role == "check box"
                                 and re.fullmatch(r"Refused [\d,]+", widget.name)), None), "the legend", TIMEOUT_S)
    button.click()
    until(lambda: "Refused" not in plot(program).description, "Refused to be hidden", TIMEOUT_S)
    button.click()
    until(lambda: "Refused" in plot(program).description, "Refused to be shown", TIMEOUT_S)


def test_allow_relaying(program: ServerProperties, gateway: Gateway) -> None:
    gateway.apply({"smtp.relay.address-list": False})
    assert gateway.rcpt("127.0.0.35")[0] == 550
    select_refusal(program, "127.0.0.35")
    program.press("Allow This Address…")
    dialog = program.dialog("Allow Address")
    dialog.wait_for_label("Allow 127.0.0.35?")
    dialog.press("Allow")
    program.wait_for_status("127.0.0.35 is allowed")
    assert gateway.settings()["smtp.relay.addresses"].count("127.0.0.35") == 1
    assert gateway.settings()["smtp.relay.address-list"] is True
    until(lambda: gateway.rcpt("127.0.0.35")[0] == 250, "the client to be let through")
    assert gateway.rcpt("127.0.0.36")[0] == 550


def test_allow_for_a_day(program: ServerProperties, gateway: Gateway) -> None:
    assert gateway.rcpt("127.0.0.37")[0] == 550
    select_refusal(program, "127.0.0.37")
    program.press("Allow This Address…")
    dialog = program.dialog("Allow Address")
    dialog.choose_item("How long", "For a day")
    dialog.press("Allow")
    program.wait_for_status("127.0.0.37 is allowed")
    until(lambda: gateway.rcpt("127.0.0.37")[0] == 250, "the client to be let through")
    temporary, = [change for change in gateway._authority("Temporary")[0] if "smtp.relay.addresses" in change["names"]]
    gateway._authority("EndTemporary", "(t)", temporary["id"])
    until(lambda: gateway.rcpt("127.0.0.37")[0] == 550, "the end of it")


def test_allow_connection(program: ServerProperties, gateway: Gateway) -> None:
    gateway.apply({"smtp.connection.allow": "specified", "smtp.connection.refused": ["127.0.0.38"]})
    with pytest.raises(Exception, match="554"):
        gateway.smtp("127.0.0.38")
    select_refusal(program, "127.0.0.38")
    program.press("Allow This Address…")
    program.dialog("Allow Address").press("Allow")
    program.wait_for_status("127.0.0.38 is allowed")
    assert gateway.settings()["smtp.connection.excepted"] == ["127.0.0.38"]
    until(lambda: gateway.rcpt("127.0.0.38")[0] == 550, "the client to be greeted")


def test_no_address_helps(program: ServerProperties, gateway: Gateway) -> None:
    gateway.rcpt("127.0.0.39", "nobody@demo.example")
    select_refusal(program, "127.0.0.39")
    program.press("Allow This Address…")
    dialog = program.dialog("Allow Address")
    dialog.wait_for_label("127.0.0.39 can’t be allowed by its address")
    assert dialog.look("push button", "Allow") is None
    dialog.press("Cancel")
    dialog.wait_until_gone()


def test_why(program: ServerProperties, gateway: Gateway) -> None:
    gateway.rcpt("127.0.0.40", "a@elsewhere.example", "b@elsewhere.example")
    select_refusal(program, "127.0.0.40")
    program.press("Why?")
    until(lambda: any(widget.text == "127.0.0.40" for widget in program.shown_below() if widget.role == "text"),
          "the page May this client send this?", TIMEOUT_S)
    program.tree().select("Activity")


def test_server_that_does_not_run(program: ServerProperties, gateway: Gateway) -> None:
    gateway.stop_server("pop3")
    program.wait_for_label("Not in the plot: POP. ")
    gateway.start_server("pop3")
    until(lambda: not any(label.startswith("Not in the plot") for label in program.labels()), "no problem any more", TIMEOUT_S)
