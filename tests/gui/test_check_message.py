# SPDX-License-Identifier: GPL-3.0-or-later
"""May this client send this? The page says what the wire says, and leads to the setting."""

from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import Table
from gateway.gateway import DEMO_DOMAIN, Gateway
from gateway.wait import until

CLIENT = "127.0.0.5"


@pytest.fixture
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway, "--page", "check-message") as program:
        until(lambda: program.states().get("SMTP") == "Started", "SMTP to be shown as started")
        yield program
    assert not program.complaints()


def ask(program: ServerProperties, client: str, recipient: str, sender: str = "joe@elsewhere.example") -> None:
    program.fill_in("Client's address", client)
    program.fill_in("Sender", sender)
    program.fill_in("Recipient", recipient)
    program.press("Ask")


def test_refused_then_changed_then_taken(program: ServerProperties, gateway: Gateway) -> None:
    ask(program, CLIENT, "someone@far.example")
    program.wait_for_label("No, it would be refused.")
    program.wait_for_label("No rule lets this client relay.")
    assert gateway.rcpt(CLIENT, "someone@far.example", "joe@elsewhere.example")[0] == 550
    program.press("Show the Setting")
    sheet = program.sheet("smtp")
    assert sheet.find("check box", "From the POP client").showing
    sheet.press("Cancel")
    sheet.wait_until_gone()

    gateway.log_on(CLIENT)
    program.press("Ask")
    program.wait_for_label("Yes, it would be taken.")
    program.wait_for_label("has logged on to the POP server")
    assert gateway.rcpt(CLIENT, "someone@far.example", "joe@elsewhere.example")[0] == 250
    former = Table.of(program.find("table", "Asked before"))
    assert [row.split()[-1] for row in former.rows(0)] == ["Yes", "No"]


def test_each_question_has_its_own_answer(program: ServerProperties) -> None:
    ask(program, "192.0.2.7", f"bob@{DEMO_DOMAIN}")
    program.wait_for_label("this is delivery, not relay")
    program.fill_in("Recipient", "x")
    until(lambda: "Yes, it would be taken." not in program.labels(), "the end of an answer to another question")
    program.press("Ask")
    program.wait_for_label("One of the addresses is no mail address.")
    ask(program, "192.0.2.7", f"nobody@{DEMO_DOMAIN}")
    program.wait_for_label("There is no such user or alias here.")


def test_what_is_no_address(program: ServerProperties) -> None:
    assert not program.find("push button", "Ask").sensitive
    ask(program, "not an address", f"bob@{DEMO_DOMAIN}")
    program.wait_for_label("A value was refused")


def test_server_that_does_not_run(program: ServerProperties, gateway: Gateway) -> None:
    gateway.stop_server("smtp")
    try:
        ask(program, CLIENT, f"bob@{DEMO_DOMAIN}")
        program.wait_for_label("The SMTP server does not run")
    finally:
        gateway.start_server("smtp")
