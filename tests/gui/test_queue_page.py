# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue in the window: why a message waits, and what is done to it happens for real."""

from typing import Callable, Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import Table
from gateway.gateway import DEMO_DOMAIN, Gateway
from gateway.sink import NextHop
from gateway.wait import until

LATER = "later@far.example"
SENDER = f"alice@{DEMO_DOMAIN}"


@pytest.fixture
def hop() -> Iterator[NextHop]:
    with NextHop() as hop:
        yield hop


@pytest.fixture
def gateway(hop: NextHop) -> Iterator[Gateway]:
    with Gateway(mail_router=hop.endpoint) as gateway:
        gateway.log_on()
        yield gateway


@pytest.fixture
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway, "--page", "queue") as program:
        yield program
    assert not program.complaints()


def send_later(gateway: Gateway, hop: NextHop, *recipients: str) -> None:
    """Messages that the next hop does not take yet; returns when they wait."""
    for recipient in recipients:
        hop.replies_to_rcpt[recipient] = "451 4.2.1 Mailbox busy"
        with gateway.smtp() as session:
            session.sendmail(SENDER, [recipient], "Subject: later\r\n\r\nLater.\r\n")
    until(lambda: sum("Mailbox busy" in message["reason"] for message in gateway.queue()) == len(recipients), "messages that wait")


def table(program: ServerProperties) -> Table:
    return Table.of(program.find("table", "Queued messages"))


def state(gateway: Gateway) -> str:
    return gateway.queue()[0]["state"]


def test_empty_queue(program: ServerProperties) -> None:
    program.wait_for_label("The queue is empty.")


def test_why_it_waits(program: ServerProperties, gateway: Gateway, hop: NextHop) -> None:
    send_later(gateway, hop, LATER)
    until(lambda: [row for row in table(program).rows(0) if "Mailbox busy" in row], "the reason")
    assert table(program).rows(1) == [SENDER] and table(program).rows(2) == [LATER] and table(program).rows(3) == ["Waiting"]
    table(program).select(table(program).rows(0)[0])
    details = Table.of(program.find("table", "Recipients of the message"))
    until(lambda: details.rows(0) == [LATER] and "Mailbox busy" in details.rows(2)[0], "the recipient's own reason")


def test_hold_release_and_retry(program: ServerProperties, gateway: Gateway, hop: NextHop) -> None:
    send_later(gateway, hop, LATER)
    until(lambda: table(program).row_count() == 1, "the message in the list")
    table(program).select(table(program).rows(0)[0])
    program.press("Hold")
    program.wait_for_status("1 message is held.")
    assert state(gateway) == "held"
    until(lambda: table(program).rows(3) == ["Held"], "the state in the list")
    program.press("Release")
    program.wait_for_status("1 message was released.")
    until(lambda: state(gateway) != "held", "the end of the hold")
    del hop.replies_to_rcpt[LATER]
    program.press("Retry")
    hop.wait_for(LATER)
    program.wait_for_label("The queue is empty.")


def test_remove_asks(program: ServerProperties, gateway: Gateway, hop: NextHop) -> None:
    send_later(gateway, hop, LATER)
    until(lambda: table(program).row_count() == 1, "the message in the list")
    table(program).select(table(program).rows(0)[0])
    program.press("Remove…")
    question = program.find("alert")
    question.press("Cancel")
    question.wait_until_gone()
    assert len(gateway.queue()) == 1
    program.press("Remove…")
    program.find("alert").press("Remove")
    program.wait_for_status("1 message was removed.")
    assert gateway.queue() == [] and not hop.messages_to(LATER)
    program.wait_for_label("The queue is empty.")


def test_many_at_once(program: ServerProperties, gateway: Gateway, hop: NextHop, keys: Callable[..., None]) -> None:
    send_later(gateway, hop, *(f"later{number}@far.example" for number in range(12)))
    until(lambda: table(program).row_count() == 12, "the messages in the list")
    program.fill_in("Filter", "later1@")
    until(lambda: table(program).row_count() == 1, "those that fit")
    program.fill_in("Filter", "")
    until(lambda: table(program).row_count() == 12, "all of them")
    table(program).select(table(program).rows(0)[0])
    keys("ctrl+a")
    program.press("Hold")
    program.wait_for_status("12 messages are held.")
    assert {message["state"] for message in gateway.queue()} == {"held"}


def test_source(program: ServerProperties, gateway: Gateway, hop: NextHop) -> None:
    send_later(gateway, hop, LATER)
    until(lambda: table(program).row_count() == 1, "the message in the list")
    table(program).select(table(program).rows(0)[0])
    program.press("View Source")
    text = program.find("text", "Source of the message")
    until(lambda: "Subject: later" in text.text and "Received: from" in text.text, "the message as it is")


def test_server_that_does_not_run(program: ServerProperties, gateway: Gateway) -> None:
    program.wait_for_label("The queue is empty.")
    gateway.stop_server("delivery")
    program.wait_for_label("The delivery server does not run.")
    gateway.start_server("delivery")
    until(lambda: not any("does not run" in label for label in program.labels()), "the end of the problem")
