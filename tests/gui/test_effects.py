# SPDX-License-Identifier: GPL-3.0-or-later
"""From the click to the wire: what each tab of the sheets changes is seen by the next client."""

import poplib
import socket
from typing import Any, Callable, Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties, Sheet
from gateway.gateway import DEMO_DOMAIN, Gateway
from gateway.ports import free_port
from gateway.sink import NextHop
from gateway.wait import until

CLIENT = "127.0.0.2"
PORT = free_port()


@pytest.fixture(scope="module")
def hop() -> Iterator[NextHop]:
    with NextHop() as hop:
        yield hop


@pytest.fixture(scope="module")
def gateway(hop: NextHop) -> Iterator[Gateway]:
    with Gateway(mail_router=hop.endpoint) as gateway:
        yield gateway


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
    gateway.apply(initial)


# What a client sees.

def answer(gateway: Gateway, *commands: str, port: int = 0, client: str = CLIENT) -> str:
    """The reply to the last of COMMANDS, with the lines joined by a bar; without any, the greeting."""
    with socket.create_connection(("127.0.0.1", port or gateway.smtp_port), 20, source_address=(client, 0)) as connection:
        stream = connection.makefile("rb")

        def reply() -> str:
            lines = [stream.readline().decode().rstrip()]
            while lines[-1][3:4] == "-":
                lines.append(stream.readline().decode().rstrip())
            return "|".join(lines)
        last = reply()
        for command in commands:
            connection.sendall(f"{command}\r\n".encode())
            last = reply()
        return last


def recipient(gateway: Gateway, address: str, client: str = CLIENT) -> int:
    return gateway.rcpt(client, recipient=address)[0]


def pop_answer(gateway: Gateway, command: str, client: str = CLIENT) -> str:
    session = gateway.pop3(client)
    try:
        return session._shortcmd(command).decode()
    except poplib.error_proto as error:
        return error.args[0].decode()
    finally:
        session.close()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 20).close()
        return True
    except ConnectionRefusedError:
        return False


def send(gateway: Gateway, to: str, subject: str = "hello", client: str = CLIENT) -> None:
    with gateway.smtp(client) as session:
        session.sendmail("sender@elsewhere.example", [to], f"Subject: {subject}\r\n\r\nHello.\r\n")


def subjects(gateway: Gateway, user: str) -> list[str]:
    session = gateway.pop3("127.0.0.9")
    session.user(user)
    session.pass_({"alice": "wonderland", "bob": "builder"}[user])
    found = [line.decode() for number in range(1, session.stat()[0] + 1) for line in session.top(number, 0)[1]
             if line.startswith(b"Subject:")]
    session.quit()
    return found


def second_message(gateway: Gateway) -> int:
    """The reply to the second message's recipient after one log-on."""
    gateway.log_on(CLIENT)
    with gateway.smtp(CLIENT) as session:
        session.sendmail("alice@demo.example", ["one@elsewhere.example"], "Subject: one\r\n\r\nOne.\r\n")
        session.mail("alice@demo.example")
        return session.rcpt("two@elsewhere.example")[0]


def second_session(gateway: Gateway) -> bool:
    """Whether a client may have two sessions with the POP server."""
    first = gateway.pop3("127.0.0.8")
    try:
        gateway.pop3("127.0.0.8").close()
        return True
    except (poplib.error_proto, EOFError):
        return False
    finally:
        first.close()


def add_row(program: ServerProperties, sheet: Sheet, title: str, prompt: str, row: str) -> None:
    sheet.list_button(title, "Add…").click()
    dialog = program.dialog("Add to")
    dialog.fill_in(prompt, row)
    dialog.press("OK")
    dialog.wait_until_gone()


def save(program: ServerProperties, gateway: Gateway, sheet: Sheet, could_shut_out: bool = False) -> None:
    """Presses OK, answers the question that follows where the change COULD_SHUT_OUT people, and returns when it is enforced."""
    revision = gateway.revision()
    sheet.press("OK")
    if could_shut_out:
        program.find("push button", "Save for Good").click()
    until(lambda: gateway.revision() > revision, "a newer revision")
    for name in ("smtp", "pop3", "delivery"):
        until(lambda: gateway.revision_in_force(name) == gateway.revision(), f"the newest revision in force on {name}")
    sheet.wait_until_gone()


Edit = Callable[[ServerProperties, Sheet], None]
EFFECTS: dict[tuple[str, str], tuple[Edit, Callable[[Gateway], Any], Any, Any]] = {
    ("smtp", "General"): (
        lambda _program, sheet: sheet.fill_in("Host name:", "relay.example.org"),
        lambda gateway: answer(gateway).split()[1], "mail.demo.example", "relay.example.org"),
    ("smtp", "Relay Restrictions"): (
        lambda _program, sheet: sheet.tick("To near domains"),
        lambda gateway: recipient(gateway, "x@near.example"), 550, 250),
    ("smtp", "Filters"): (
        lambda program, sheet: add_row(program, sheet, "Messages that are not delivered", "Filter:", "discard subject *offer*"),
        lambda gateway: (send(gateway, f"bob@{DEMO_DOMAIN}", "an offer"), send(gateway, f"bob@{DEMO_DOMAIN}", "the last"),
                         until(lambda: "Subject: the last" in subjects(gateway, "bob"), "the last message"),
                         subjects(gateway, "bob").count("Subject: an offer"))[-1], 1, 1),
    ("smtp", "Domains and Bindings"): (
        lambda program, sheet: add_row(program, sheet, "Addresses for submission", "Address and port:", f"127.0.0.1:{PORT}"),
        lambda _gateway: listens(PORT), False, True),
    ("smtp", "Security"): (
        lambda _program, sheet: sheet.choose_item("Authentication", "Without TLS, too (unsafe)"),
        lambda gateway: "AUTH" in answer(gateway, "EHLO client.example"), False, True),
    ("smtp", "Limits"): (
        lambda _program, sheet: sheet.set_number("Message size", 1024),
        lambda gateway: f"SIZE {1024 * 1024}" in answer(gateway, "EHLO client.example"), False, True),
    ("smtp", "Journal"): (
        lambda _program, sheet: sheet.tick("Refusals", False),
        lambda gateway: (recipient(gateway, f"r{gateway.revision()}@elsewhere.example"),
                         f"r{gateway.revision()}@elsewhere.example" in gateway.log("smtp"))[-1], True, False),
    ("smtp", "Local Mail"): (
        lambda program, sheet: add_row(program, sheet, "Aliases", "Alias:", "sales: alice"),
        lambda gateway: recipient(gateway, f"sales@{DEMO_DOMAIN}"), 550, 250),
    ("pop", "General"): (
        lambda program, sheet: add_row(program, sheet, "Addresses to listen on", "Address and port:", f"127.0.0.1:{PORT}"),
        lambda _gateway: listens(PORT), False, True),
    ("pop", "Log-ons"): (
        lambda _program, sheet: sheet.set_number("Messages for one log-on", 1), second_message, 250, 450),
    ("pop", "Limits"): (
        lambda _program, sheet: sheet.set_number("Sessions of one address", 1), second_session, True, False),
}


@pytest.mark.parametrize("server, page", EFFECTS, ids=[" ".join(place) for place in EFFECTS])
def test_change_is_seen_on_the_wire(program: ServerProperties, gateway: Gateway, server: str, page: str) -> None:
    change, look, before, after = EFFECTS[server, page]
    assert look(gateway) == before
    sheet = program.open_properties(server)
    sheet.choose_tab(page)
    change(program, sheet)
    save(program, gateway, sheet, could_shut_out=(server, page) == ("pop", "Limits"))
    assert look(gateway) == after


def test_connection_restrictions(program: ServerProperties, gateway: Gateway) -> None:
    assert answer(gateway, client="127.0.0.7").startswith("220")
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Connection Restrictions")
    sheet.choose("Specified:")
    add_row(program, sheet, "Refuse these addresses", "Address or network:", "127.0.0.7")
    save(program, gateway, sheet, could_shut_out=True)
    assert answer(gateway, client="127.0.0.7").startswith("554")
    assert answer(gateway).startswith("220")


def test_delivery(program: ServerProperties, gateway: Gateway, hop: NextHop) -> None:
    with NextHop() as other:
        sheet = program.open_properties("smtp")
        sheet.choose_tab("Delivery")
        add_row(program, sheet, "Routes by domain", "Domain and host:", f"elsewhere.example {other.endpoint}")
        save(program, gateway, sheet)
        gateway.log_on(CLIENT)
        send(gateway, "routed@elsewhere.example")
        other.wait_for("routed@elsewhere.example")
        assert not hop.messages_to("routed@elsewhere.example")


def test_outbound_retries(program: ServerProperties, gateway: Gateway, hop: NextHop) -> None:
    """With no tries after the first, a recipient who can't be served for now comes back at once."""
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Outbound Retries")
    for label in ("First tries", "Then tries", "Last tries"):
        sheet.set_number(label, 0)
    save(program, gateway, sheet)
    hop.replies_to_rcpt["later@elsewhere.example"] = "451 4.2.0 Later"
    gateway.log_on(CLIENT)
    with gateway.smtp(CLIENT) as session:
        session.sendmail(f"alice@{DEMO_DOMAIN}", ["later@elsewhere.example"], "Subject: now\r\n\r\nNow.\r\n")
    until(lambda: any("not delivered" in subject.lower() or "undeliver" in subject.lower() for subject in subjects(gateway, "alice")),
          "the bounce")


def test_pop_security(program: ServerProperties, gateway: Gateway) -> None:
    """TLS required without a certificate is refused in words; so the tab's effect is that sentence."""
    assert pop_answer(gateway, "USER alice").startswith("+OK")
    sheet = program.open_properties("pop")
    sheet.choose_tab("Security")
    sheet.choose_item("TLS (STLS):", "Required")
    sheet.wait_for_label("without one there is no TLS")
    assert not sheet.find("push button", "OK").sensitive


def test_open_sessions_take_the_change(program: ServerProperties, gateway: Gateway) -> None:
    """No session is dropped: the very next RCPT of one that was open all along is decided anew."""
    with gateway.smtp("127.0.0.6") as session:
        session.ehlo()
        session.mail("sender@elsewhere.example")
        assert session.rcpt("x@near.example")[0] == 550
        sheet = program.open_properties("smtp")
        sheet.choose_tab("Relay Restrictions")
        sheet.tick("To near domains")
        save(program, gateway, sheet)
        assert session.rcpt("x@near.example")[0] == 250
