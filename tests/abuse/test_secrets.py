# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets stay secret: words that stand for passwords, given in every way, right and wrong, are then looked for in all that is written."""

import base64
import os
import poplib
import smtplib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Iterator

import pytest

from abuse.stranger import Stranger
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


def log_on_by_apop(gateway: Gateway, client: str, password: str) -> None:
    """Nothing but the digest is sent."""
    session = gateway.pop3(client)
    try:
        session.apop("gina", password)
    except poplib.error_proto:
        pass
    session.close()


def say_out_of_place(port: int, client: str, hello: bytes, password: str) -> None:
    """As a command, to the wrong command, behind a mechanism that is none, and where a log-on has just failed."""
    alone, plain = forms(password)[1:]
    lines = [hello, password.encode(), alone, plain, b"AUTH PLAIN  " + plain, b"AUTH CRAM-MD5 " + plain, b"AUTH PLAIN " + plain + b"!",
             b"AUTH LOGIN", b"Y2Fyb2w=", alone, alone, b"XAUTH " + plain, b"PASS" + password.encode(), b"PASS\t" + password.encode(),
             b"NOOP " + alone, b"PASS " + password.encode() + b" \xff", b"HELP " + password.encode()]
    with Stranger(port, client) as stranger:
        stranger.send(b"".join(line + b"\r\n" for line in lines))
        stranger.end_sending()
        stranger.rest()


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
    with (chatty.state / "users").open("a") as users:
        users.write(f"gina:{{PLAIN}}{RIGHT}::::::\n")
    deeds = [deed for number, password in enumerate((RIGHT, WRONG)) for deed in (
        partial(log_on_by_pop, chatty, f"127.9.210.{number + 1}", password, False),
        partial(log_on_by_pop, chatty, f"127.9.210.{number + 3}", password, True),
        partial(log_on_by_smtp, chatty, f"127.9.210.{number + 11}", password),
        partial(log_on_by_apop, chatty, f"127.9.210.{number + 21}", password),
        partial(say_out_of_place, chatty.smtp_port, f"127.9.210.{number + 31}", b"EHLO client.example", password),
        partial(say_out_of_place, chatty.pop_port, f"127.9.210.{number + 33}", b"CAPA", password))]
    with ThreadPoolExecutor(len(deeds)) as pool:  # who fails waits for the answer
        for done in [pool.submit(deed) for deed in deeds]:
            done.result()
    assert {"carol", "gina"} <= {user for _address, user, *_rest in chatty.log_ons()}
    assert "carol" in chatty.log("pop3") and "log-on-failed" in chatty.log("pop3")
    assert chatty.counters("smtp")["log-ons"] >= 1
    users_file = chatty.state / "users"  # gina's is in there
    assert not any(RIGHT in line for line in users_file.read_text().splitlines() if not line.startswith("gina:"))
    places = [(place, text) for place, text in written(chatty) if place != str(users_file)]
    found = [(place, form) for place, text in places for form in [*forms(RIGHT), *forms(WRONG)] if form in text]
    record(PROMISE, "logs, files, answers and command lines with a password in them", len(places), len(found))
    assert len(places) > 20 and found == []
