# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets stay secret: words that stand for passwords, given in every way, right and wrong, are then looked for in all that is written."""

import base64
import os
import poplib
import smtplib
from pathlib import Path
from typing import Iterator

import pytest

from gateway.figures import record
from gateway.gateway import SERVERS, Gateway

PROMISE = "Least privilege"
RIGHT = "canary-right-Quoosh7e"
WRONG = "canary-wrong-ieB3aiph"


@pytest.fixture(name="chatty")
def gateway_that_tells_all(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    monkeypatch.setenv("G_MESSAGES_DEBUG", "all")
    with Gateway() as gateway:
        gateway.apply({"smtp.relay.authenticated": True, "smtp.authentication": "always"})
        yield gateway


def log_on_by_pop(gateway: Gateway, client: str, password: str, by_auth: bool) -> None:
    session = gateway.pop3(client)
    try:
        if by_auth:
            token = base64.b64encode(f"\0carol\0{password}".encode()).decode()
            session._shortcmd(f"AUTH PLAIN {token}")
        else:
            session.user("carol")
            session.pass_(password)
    except poplib.error_proto:
        pass
    session.close()


def log_on_by_smtp(gateway: Gateway, client: str, password: str) -> None:
    with gateway.smtp(client) as session:
        session.user, session.password = "carol", password
        session.ehlo()
        for method in (session.auth_plain, session.auth_login):
            try:
                session.auth("PLAIN" if method == session.auth_plain else "LOGIN", method)
            except smtplib.SMTPException:
                pass


def written(gateway: Gateway) -> Iterator[tuple[str, bytes]]:
    """Logs, tables, revisions, the file of users; what is told on the bus and by posternctl; what the processes were started with."""
    for path in gateway.state.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
    yield "settings", repr(gateway.settings()).encode()
    yield "log-ons", repr(gateway.log_ons()).encode()
    for words in (["users", "list"], ["bans"], ["log-ons"], ["get"], ["history"], ["export"]):
        done = gateway.posternctl(*words, check=False)
        yield " ".join(words), (done.stdout + done.stderr).encode()
    for name in ("posternd", *SERVERS):
        folder = Path(f"/proc/{gateway.pid(name)}")
        yield f"{name}'s command line", (folder / "cmdline").read_bytes()
        if os.geteuid() == 0:
            yield f"{name}'s environment", (folder / "environ").read_bytes()


def forms(secret: str) -> list[bytes]:
    """As it is, and as it stands in AUTH LOGIN and PLAIN."""
    return [secret.encode(), base64.b64encode(secret.encode()), base64.b64encode(f"\0carol\0{secret}".encode())]


def test_passwords_are_written_nowhere(chatty: Gateway) -> None:
    chatty.posternctl("users", "add", "carol", text=f"{RIGHT}\n")
    for number, password in enumerate((RIGHT, WRONG)):
        for by_auth in (False, True):
            log_on_by_pop(chatty, f"127.9.210.{number + 1}", password, by_auth)
        log_on_by_smtp(chatty, f"127.9.210.{number + 11}", password)
    assert any(user == "carol" for _address, user, *_rest in chatty.log_ons())
    assert "carol" in chatty.log("pop3") and "log-on-failed" in chatty.log("pop3")
    assert chatty.counters("smtp")["log-ons"] >= 1
    places = list(written(chatty))
    found = [(place, form) for place, text in places for form in [*forms(RIGHT), *forms(WRONG)] if form in text]
    record(PROMISE, "logs, files, answers and command lines with a password in them", len(places), len(found))
    assert len(places) > 20 and found == []
