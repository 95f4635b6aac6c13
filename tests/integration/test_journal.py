# SPDX-License-Identifier: GPL-3.0-or-later
"""journal.*: the servers log only the kinds of events that are switched on, from the moment on that they are."""

import poplib
import re
from contextlib import suppress

import pytest

from gateway.gateway import Gateway
from gateway.sink import NextHop
from gateway.wait import until

KINDS = {
    "sessions": {"session-ended"},
    "messages": {"accepted"},
    "refusals": {"refused"},
    "log-ons": {"log-on", "log-on-failed"},
    "deliveries": {"delivered"},
}


def events(gateway: Gateway, after: dict[str, int]) -> set[str]:
    """The kinds of events in the logs of the servers, behind what was there before."""
    lines = [line for name, length in after.items() for line in gateway.log(name)[length:].splitlines()]
    found = {match[1] for match in (re.match(r"\S+ postern-\S+ ([a-z-]+) [a-z_]+=", line) for line in lines) if match}
    return found & set().union(*KINDS.values())


def lengths(gateway: Gateway) -> dict[str, int]:
    return {name: len(gateway.log(name)) for name in ("smtp", "pop3", "delivery")}


def fail_to_log_on(gateway: Gateway, client: str) -> None:
    session = gateway.pop3(client)
    session.user("nobody-here")
    with suppress(poplib.error_proto):
        session.pass_("wrong")
    session.quit()


def make_all(gateway: Gateway, hop: NextHop, client: str) -> None:
    """Something of each kind; returns when all of it has happened."""
    recipient = f"{client}@next.example"
    before = {name: gateway.counters(name) for name in ("smtp", "pop3")}
    assert gateway.rcpt(client)[0] == 550
    fail_to_log_on(gateway, client)
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.sendmail("alice@demo.example", [recipient], "Subject: x\r\n\r\nx\r\n")
    hop.wait_for(recipient)
    until(lambda: not gateway.queue(), "an empty queue")
    until(lambda: all(gateway.counters(name)["sessions"] == 0 for name in before), "the end of the sessions")


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_kinds(gateway: Gateway, next_hop: NextHop, client: str, kind: str) -> None:
    gateway.apply({f"journal.{name}": name != kind for name in KINDS})
    after = lengths(gateway)
    make_all(gateway, next_hop, client)
    wanted = set().union(*(words for name, words in KINDS.items() if name != kind))
    until(lambda: events(gateway, after) >= wanted, "the events")
    assert events(gateway, after) == wanted


def test_bans_and_deeds_are_always_logged(gateway: Gateway, client: str) -> None:
    gateway.apply({f"journal.{name}": False for name in KINDS} | {"security.failed-log-ons": 1})
    after = len(gateway.log("pop3"))
    fail_to_log_on(gateway, client)
    until(lambda: " banned client=" in gateway.log("pop3")[after:], "the ban in the log")
    gateway.posternctl("bans", "lift", client)
    until(lambda: " ban-lifted client=" in gateway.log("pop3")[after:], "the deed in the log")
    assert " log-on-failed " not in gateway.log("pop3")[after:]
