# SPDX-License-Identifier: GPL-3.0-or-later
"""Who logs on from where, whether they fetch mail, and what a log-on was used for; as posternctl and the bus tell it."""

import base64
import hashlib
import json
import poplib
import re
from typing import Any

import pytest

from gateway.gateway import DEMO_USERS, Gateway
from gateway.wait import until

ALICE = base64.b64encode(b"\0alice\0" + DEMO_USERS["alice"].encode()).decode()


def devices(gateway: Gateway) -> dict[tuple[str, str], dict[str, Any]]:
    rows = json.loads(gateway.posternctl("--json", "devices", "list").stdout)
    return {(row["user"], row["address"]): row for row in rows}


def grants(gateway: Gateway) -> dict[str, tuple[int, int]]:
    """Of each log-on, by its address: messages and recipients, where that log-on is in force."""
    times = {address: time for address, _, time, _ in gateway.log_ons()}
    uses = gateway.ask_server("smtp", "org.postern.GrantUse1.List")[0]
    return {address: (messages, recipients) for address, time, messages, recipients in uses if times.get(address) == time}


def send(gateway: Gateway, client: str, recipients: int = 1) -> None:
    with gateway.smtp(client) as session:
        session.sendmail("alice@postern.example", [f"to{i}@elsewhere.example" for i in range(recipients)],
                         "Subject: test\r\n\r\ntest\r\n")


def put_mail(gateway: Gateway, client: str) -> None:
    local = gateway.settings()["general.local-domains"][0]
    with gateway.smtp(client) as session:
        session.sendmail("sender@elsewhere.example", [f"alice@{local}"], "Subject: fetch me\r\n\r\ntest\r\n")


def fetch_mail(gateway: Gateway, client: str) -> bool:
    session = gateway.pop3(client)
    session.user("alice")
    session.pass_(DEMO_USERS["alice"])
    has_mail = session.stat()[0] > 0
    if has_mail:
        session.retr(1)
    session.quit()
    return has_mail


def test_how_they_log_on(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    device = devices(gateway)["alice", client]
    assert device | {"first": 0, "last": 0} == {"user": "alice", "address": client, "how": "pass", "tls": "", "first": 0, "last": 0,
                                                 "log-ons": 1, "retrieved": 0}
    assert 0 < device["first"] <= device["last"]

    session = gateway.pop3(client)
    session._shortcmd(f"AUTH PLAIN {ALICE}")
    session.quit()
    assert (devices(gateway)["alice", client]["how"], devices(gateway)["alice", client]["log-ons"]) == ("sasl", 2)

    session = gateway.pop3(client)
    stamp = re.search(rb"<[^>]+>", session.welcome)
    session._shortcmd(f"APOP bob {hashlib.md5(stamp[0] + DEMO_USERS['bob'].encode()).hexdigest()}")
    session.quit()
    assert devices(gateway)["bob", client]["how"] == "apop"


def test_who_fetches_mail(gateway: Gateway, client: str) -> None:
    put_mail(gateway, client)
    until(lambda: fetch_mail(gateway, client), "the mail", 30)
    until(lambda: devices(gateway)["alice", client]["retrieved"] == 1, "the device that fetched a mail")
    table = gateway.posternctl("devices").stdout.splitlines()
    row = next(line.split() for line in table if client in line.split())
    assert (row[0], row[2], row[-1]) == ("alice", "pass", "1")


def test_nobody_who_failed(gateway: Gateway, client: str) -> None:
    session = gateway.pop3(client)
    session.user("alice")
    with pytest.raises(poplib.error_proto, match="wrong"):
        session.pass_("wrong")
    assert ("alice", client) not in devices(gateway)


def test_kept_over_a_restart(gateway: Gateway, client: str) -> None:
    """A server that is stopped writes down what it knows; one that is killed has what it had told before."""
    gateway.log_on(client)
    gateway.stop_server("pop3")
    gateway.start_server("pop3")
    assert devices(gateway)["alice", client]["log-ons"] == 1
    gateway.kill("pop3")
    gateway.start_server("pop3")
    gateway.log_on(client)
    assert devices(gateway)["alice", client]["log-ons"] == 2


def test_what_a_log_on_was_used_for(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    assert client not in grants(gateway)
    send(gateway, client, 3)
    assert grants(gateway)[client] == (1, 3)
    send(gateway, client)
    assert grants(gateway)[client] == (2, 4)
    row = next(row for row in json.loads(gateway.posternctl("--json", "log-ons").stdout) if row["address"] == client)
    assert (row["messages"], row["recipients"]) == (2, 4)
    line = next(line for line in gateway.posternctl("log-ons").stdout.splitlines() if line.startswith(f"{client} "))
    assert line.split()[-1] == "2"


def test_log_ons_without_the_smtp_server(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    gateway.stop_server("smtp")
    try:
        row = next(row for row in json.loads(gateway.posternctl("--json", "log-ons").stdout) if row["address"] == client)
        assert "messages" not in row
    finally:
        gateway.start_server("smtp")


def test_revoke_all(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.log_on(client)
    gateway.log_on(other_client)
    assert gateway.rcpt(client)[0] == 250
    in_force = len(gateway.log_ons())
    with gateway.smtp(client) as session:
        session.ehlo()
        session.mail("sender@elsewhere.example")
        assert session.rcpt("someone@elsewhere.example")[0] == 250
        assert json.loads(gateway.posternctl("--json", "log-ons", "revoke", "--all").stdout) == {"revoked": in_force}
        assert session.rcpt("other@elsewhere.example")[0] == 550
    assert gateway.log_ons() == []
    assert f"log-ons-revoked count={in_force} by=" in gateway.log("pop3")
    assert gateway.posternctl("log-ons", "revoke", "--all").stdout == "0 log-ons were revoked.\n"
    assert gateway.posternctl("log-ons", "--all", check=False).returncode == 64
    gateway.log_on(client)
    assert gateway.rcpt(client)[0] == 250
