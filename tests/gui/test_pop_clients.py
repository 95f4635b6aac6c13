# SPDX-License-Identifier: GPL-3.0-or-later
"""POP Clients and Old Devices: what real clients do is seen there, and what is done there is felt on the wire."""

import poplib
import re
import time
from typing import Callable, Iterator

import pytest
from gi.repository import GLib

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import TIMEOUT_S, Table
from gateway.gateway import DEMO_USERS, Gateway
from gateway.sink import NextHop
from gateway.wait import until


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with NextHop() as hop, Gateway(mail_router=hop.endpoint) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        until(lambda: list(program.states().values()).count("Started") == 3, "all servers started")
        yield program
    assert not program.complaints()


@pytest.fixture
def clients(program: ServerProperties, gateway: Gateway) -> Iterator[Table]:
    gateway.ask_server("pop3", "org.postern.LogOns1.RevokeAll")
    program.tree().select("POP Clients")
    program.choose("May Relay Now")
    yield Table.of(program.find("table", "POP clients"))
    program.fill_in("Filter", "")


def rows(table: Table, column: int = 0) -> list[str]:
    """None while rows go as they are read."""
    try:
        return table.rows(column)
    except GLib.Error:
        return []


def wait_for(table: Table, *addresses: str) -> None:
    until(lambda: sorted(rows(table)) == sorted(addresses), f"{table.name}: {addresses}", TIMEOUT_S)


def row_of(table: Table, first: str, columns: int = 6) -> list[str]:
    return [table.cell(table.rows().index(first), column) for column in range(columns)]


def sort_by(table: Table, column: int) -> None:
    table.widget_at(table.call("Table", "GetColumnHeader", "(i)", column)[0]).click()


def send(gateway: Gateway, client: str, *recipients: str) -> None:
    with gateway.smtp(client) as session:
        session.sendmail("alice@postern.example", recipients, "Subject: test\r\n\r\ntest\r\n")


def test_empty(program: ServerProperties, clients: Table) -> None:
    wait_for(clients)
    program.wait_for_label("Nobody has logged on within the set time.")
    assert not program.find("push button", "Revoke All…").sensitive


def test_seen(clients: Table, gateway: Gateway) -> None:
    gateway.log_on("127.0.0.11")
    wait_for(clients, "127.0.0.11")
    address, user, since, left, sent, recipients = row_of(clients, "127.0.0.11")
    assert (address, user, since, sent, recipients) == ("127.0.0.11", "alice", "just now", "0", "0")
    minutes = gateway.settings()["smtp.relay.pop-client-minutes"]
    hours, rest = map(int, re.match(r"(?:(\d+):)?(\d+):\d\d$", left).groups(default="0"))
    assert minutes - 2 <= hours * 60 + rest <= minutes


def test_mails_sent(clients: Table, gateway: Gateway) -> None:
    gateway.log_on("127.0.0.12")
    send(gateway, "127.0.0.12", "one@elsewhere.example", "two@elsewhere.example")
    wait_for(clients, "127.0.0.12")
    until(lambda: row_of(clients, "127.0.0.12")[4:] == ["1", "2"], "one mail to two recipients", TIMEOUT_S)
    gateway.apply({"pop3.log-ons.messages": 50})
    until(lambda: row_of(clients, "127.0.0.12")[4:] == ["1 of 50", "2"], "the limit", TIMEOUT_S)
    gateway.apply({"pop3.log-ons.messages": 0})


def test_revoke_is_felt_on_the_wire(program: ServerProperties, clients: Table, gateway: Gateway) -> None:
    gateway.log_on("127.0.0.13")
    gateway.log_on("127.0.0.14")
    assert gateway.rcpt("127.0.0.13")[0] == 250
    wait_for(clients, "127.0.0.13", "127.0.0.14")
    clients.select("127.0.0.13")
    program.press("Revoke")
    wait_for(clients, "127.0.0.14")
    program.wait_for_status("1 log-on was revoked.")
    assert gateway.rcpt("127.0.0.13")[0] == 550
    assert gateway.rcpt("127.0.0.14")[0] == 250


def test_extend(program: ServerProperties, clients: Table, gateway: Gateway) -> None:
    gateway.log_on("127.0.0.15")
    second = int(time.time())
    send(gateway, "127.0.0.15", "one@elsewhere.example")
    wait_for(clients, "127.0.0.15")
    until(lambda: row_of(clients, "127.0.0.15")[4] == "1", "one mail", TIMEOUT_S)
    # Two log-ons of one address are told apart by their seconds.
    until(lambda: int(time.time()) > second, "the next second")
    clients.select("127.0.0.15")
    program.press("Extend")
    program.wait_for_status("1 log-on counts as made now.")
    assert "log-on-extended client=127.0.0.15 user=alice by=" in gateway.log("pop3")
    until(lambda: row_of(clients, "127.0.0.15")[4] == "0", "a log-on that begins anew", TIMEOUT_S)


def test_revoke_all_asks(program: ServerProperties, clients: Table, gateway: Gateway) -> None:
    gateway.log_on("127.0.0.16")
    gateway.log_on("127.0.0.17")
    wait_for(clients, "127.0.0.16", "127.0.0.17")
    program.press("Revoke All…")
    alert = program.find("alert")
    alert.wait_for_label("2 addresses may not relay any more")
    alert.press("Cancel")
    alert.wait_until_gone()
    assert len(gateway.log_ons()) == 2
    program.press("Revoke All…")
    program.find("alert").press("Revoke All")
    wait_for(clients)
    program.wait_for_status("2 log-ons were revoked.")
    assert gateway.rcpt("127.0.0.16")[0] == 550


def test_filter_and_order(program: ServerProperties, clients: Table, gateway: Gateway) -> None:
    for client, user in (("127.0.0.9", "alice"), ("127.0.0.100", "bob"), ("127.0.0.20", "alice")):
        gateway.log_on(client, user)
    wait_for(clients, "127.0.0.9", "127.0.0.20", "127.0.0.100")
    sort_by(clients, 0)
    until(lambda: rows(clients) == ["127.0.0.9", "127.0.0.20", "127.0.0.100"], "the order of addresses", TIMEOUT_S)
    program.fill_in("Filter", "BOB")
    wait_for(clients, "127.0.0.100")
    program.fill_in("Filter", "nobody at all")
    program.wait_for_label("No address or user has that in it.")
    program.fill_in("Filter", "")
    sort_by(clients, 0)
    until(lambda: rows(clients) == ["127.0.0.100", "127.0.0.20", "127.0.0.9"], "the other way round", TIMEOUT_S)


def test_selection_stays_when_others_come_and_go(program: ServerProperties, clients: Table, gateway: Gateway) -> None:
    gateway.log_on("127.0.0.21")
    wait_for(clients, "127.0.0.21")
    clients.select("127.0.0.21")
    for number in range(300, 320):
        gateway.log_on(f"127.0.1.{number - 299}")
    until(lambda: len(rows(clients)) == 21, "all rows", TIMEOUT_S)
    program.press("Revoke")
    until(lambda: len(rows(clients)) == 20, "one row less", TIMEOUT_S)
    assert "127.0.0.21" not in clients.rows()


def test_bans(program: ServerProperties, clients: Table, gateway: Gateway) -> None:
    gateway.apply({"security.failed-log-ons": 1})
    session = gateway.pop3("127.0.0.31")
    session.user("alice")
    with pytest.raises(poplib.error_proto):
        session.pass_("wrong")
    program.choose("Banned Addresses")
    bans = Table.of(program.find("table", "Banned addresses"))
    wait_for(bans, "127.0.0.31")
    assert row_of(bans, "127.0.0.31", 5)[1] == "alice"
    bans.select("127.0.0.31")
    program.press("Lift")
    wait_for(bans)
    program.wait_for_label("No address is banned.")
    gateway.log_on("127.0.0.31")


def test_context_menu(program: ServerProperties, clients: Table, gateway: Gateway, keys: Callable[..., None]) -> None:
    gateway.log_on("127.0.0.41")
    wait_for(clients, "127.0.0.41")
    clients.select("127.0.0.41")
    keys("shift+F10")
    program.find("menu item", "Extend")
    program.find("menu item", "Revoke").click()
    wait_for(clients)


def test_server_that_stops(program: ServerProperties, clients: Table, gateway: Gateway) -> None:
    gateway.log_on("127.0.0.51")
    wait_for(clients, "127.0.0.51")
    gateway.stop_server("pop3")
    problem = program.find("info bar") if program.look("info bar") else program
    until(lambda: any("POP" in label and "run" in label or "answer" in label for label in problem.labels()), "the problem", TIMEOUT_S)
    assert clients.rows() == ["127.0.0.51"]
    gateway.start_server("pop3")
    gateway.log_on("127.0.0.52")
    wait_for(clients, "127.0.0.51", "127.0.0.52")


def test_old_devices(program: ServerProperties, gateway: Gateway, desktop: Desktop) -> None:
    def addresses() -> list[str]:
        return rows(devices, 1)
    gateway.log_on("127.0.0.61")
    program.tree().select("Old Devices")
    devices = Table.of(program.find("table", "Devices"))
    until(lambda: "127.0.0.61" in addresses(), "the device", TIMEOUT_S)
    row = [devices.cell(addresses().index("127.0.0.61"), column) for column in range(6)]
    assert row == ["alice", "127.0.0.61", "Password in clear", "just now", "1", "0"]

    program.press("Copy")
    program.wait_for_status("copied.")

    send_local = gateway.settings()["general.local-domains"][0]
    send(gateway, "127.0.0.61", f"alice@{send_local}")

    def fetches() -> bool:
        session = gateway.pop3("127.0.0.61")
        session.user("alice")
        session.pass_(DEMO_USERS["alice"])
        count = session.stat()[0]
        if count:
            session.retr(1)
        session.quit()
        return count > 0
    until(fetches, "a mail", 30)
    until(lambda: (shown := addresses()) and "127.0.0.61" not in shown, "a device that fetches mail", TIMEOUT_S)
    program.tick("Only those that never fetch mail", False)
    until(lambda: "127.0.0.61" in addresses(), "all devices", TIMEOUT_S)
    assert devices.cell(addresses().index("127.0.0.61"), 5) == "1"
    program.tick("Only those that never fetch mail")
