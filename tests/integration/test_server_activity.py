# SPDX-License-Identifier: GPL-3.0-or-later
"""What the servers remember of what they did: org.postern.Activity1 and org.postern.Refusals1."""

import time
from pathlib import Path

import pytest

from gateway.gateway import Gateway
from gateway.wait import until


def history(gateway: Gateway, server: str = "smtp", resolution: str = "minute", since: int = 0) -> dict[str, int]:
    """How much each counter has grown in all spans together."""
    names, samples = gateway.ask_server(server, "org.postern.Activity1.History", "(xs)", since, resolution)
    starts = [start for start, _growth in samples]
    assert starts == sorted(set(starts))
    return {name: sum(growth[column] for _start, growth in samples) for column, name in enumerate(names)}


def refusals(gateway: Gateway, limit: int = 0) -> list[dict]:
    return gateway.ask_server("smtp", "org.postern.Refusals1.List", "(u)", limit)[0]


def state_file(gateway: Gateway, server: str = "smtp") -> Path:
    return gateway.state / "activity" / server


def growth(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def test_dialogues_are_counted(gateway: Gateway, client: str) -> None:
    before, before_by_quarter = history(gateway), history(gateway, resolution="quarter")
    assert gateway.rcpt(client)[0] == 550
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.sendmail("sender@elsewhere.example", ["someone@elsewhere.example"], "Subject: x\r\n\r\nx\r\n")
    grown = growth(before, history(gateway))
    assert (grown["refused-relay"], grown["recipients-relayed"], grown["messages-accepted"]) == (1, 1, 1)
    assert growth(before_by_quarter, history(gateway, resolution="quarter")) == grown
    assert "sessions" not in grown
    assert history(gateway, "pop3")["log-ons"] >= 1
    until(lambda: history(gateway, "delivery")["delivered-remote"] >= 1, "the delivery in the history")


def test_since(gateway: Gateway, client: str) -> None:
    gateway.rcpt(client)
    assert sum(history(gateway, since=int(time.time()) - 3600).values()) > 0
    assert sum(history(gateway, since=int(time.time()) + 3600).values()) == 0


def test_wrong_resolution(gateway: Gateway) -> None:
    with pytest.raises(Exception, match="minute or quarter"):
        history(gateway, resolution="week")


def test_last_refusals(gateway: Gateway, client: str) -> None:
    code, words = gateway.rcpt(client, "a@elsewhere.example", "b@elsewhere.example")
    gateway.rcpt(client, "nobody@demo.example")
    newest, former = refusals(gateway, 2)
    assert (newest["rule"], newest["recipient"]) == ("unknown-user", "nobody@demo.example")
    assert (former["client"], former["sender"], former["recipient"], former["rule"]) == (
        client, "b@elsewhere.example", "a@elsewhere.example", "no-rule")
    assert former["reply"] == f"{code} {words}" and former["setting"] == "smtp.relay.pop-client"
    assert abs(former["time"] - time.time()) < 3600


def test_refused_connection(gateway: Gateway, client: str) -> None:
    before = history(gateway)
    gateway.apply({"smtp.connection.allow": "specified", "smtp.connection.refused": [client]})
    with pytest.raises(Exception, match="554"):
        gateway.smtp(client)
    newest, = refusals(gateway, 1)
    assert (newest["client"], newest["rule"], newest["sender"]) == (client, "refused-address", "")
    assert newest["reply"].startswith("554 ")
    assert growth(before, history(gateway))["refused-connection"] == 1


def test_kinds_of_refused_relaying(gateway: Gateway, client: str) -> None:
    before = history(gateway)
    gateway.apply({"pop3.log-ons.recipients": 1, "smtp.relay.pop-client": True})
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.ehlo()
        session.mail("sender@elsewhere.example")
        assert session.rcpt("a@elsewhere.example")[0] == 250
        assert session.rcpt("b@elsewhere.example")[0] in (450, 451, 452)
    grown = growth(before, history(gateway))
    assert (grown["refused-relay"], grown["refused-grant"]) == (1, 1)


def test_kept_over_restart(gateway: Gateway, client: str) -> None:
    gateway.rcpt(client)
    before = history(gateway)
    gateway.stop_server("smtp")
    assert state_file(gateway).is_file()
    gateway.start_server("smtp")
    gateway.rcpt(client)
    after = history(gateway)
    assert growth(before, after)["refused-relay"] == 1
    assert before["refused-relay"] >= 1


def test_killed(gateway: Gateway, client: str) -> None:
    """What was written before stays, and the server starts."""
    gateway.rcpt(client)
    gateway.stop_server("smtp")
    gateway.start_server("smtp")
    written = history(gateway)
    gateway.rcpt(client)
    gateway.kill("smtp")
    gateway.start_server("smtp")
    assert history(gateway)["refused-relay"] == written["refused-relay"]


@pytest.mark.parametrize("damage", [b"", b"nonsense\n", b"\0" * 1000])
def test_damaged_file(gateway: Gateway, client: str, damage: bytes) -> None:
    gateway.rcpt(client)
    gateway.stop_server("smtp")
    state_file(gateway).write_bytes(damage)
    gateway.start_server("smtp")
    assert sum(history(gateway).values()) == 0
    assert "smtp is damaged" in gateway.log("smtp")
    assert state_file(gateway).with_suffix(".damaged").read_bytes() == damage
    assert gateway.rcpt(client)[0] == 550
    assert history(gateway)["refused-relay"] == 1


def test_no_folder(gateway: Gateway, client: str) -> None:
    """A server works without it, and says so."""
    gateway.stop_server("smtp")
    folder = state_file(gateway).parent
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("no folder")
    try:
        gateway.start_server("smtp")
        assert gateway.rcpt(client)[0] == 550
        gateway.stop_server("smtp")
        assert "not kept over a restart" in gateway.log("smtp")
    finally:
        folder.unlink()
        folder.with_name("elsewhere").rename(folder)
        gateway.start_server("smtp")
