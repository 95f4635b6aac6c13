# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail to a host that wants an OAuth token: a real token server, a real SMTP server that asks it, TLS, certificates verified."""

from pathlib import Path
from typing import Iterator

import pytest

from gateway.certificate import CertificateAuthority
from gateway.gateway import Gateway
from gateway.secure_hop import SecureHop
from gateway.token_server import TokenServer
from gateway.wait import until

CLIENT_ID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
SECRET = "s3cr+t&=%/ä~"
SCOPE = "https://mail.example/.default"
USER = "gate@example.org"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def tokens(authority: CertificateAuthority) -> Iterator[TokenServer]:
    with TokenServer(authority.issue("localhost"), CLIENT_ID, SECRET, SCOPE) as server:
        yield server
        assert not server.faults


@pytest.fixture
def hop(authority: CertificateAuthority, tokens: TokenServer) -> Iterator[SecureHop]:
    with SecureHop(authority.issue("localhost"), check_token=lambda user, text: user == USER and tokens.is_good(text)) as hop:
        yield hop


@pytest.fixture
def upstream(gateway: Gateway, authority: CertificateAuthority, tokens: TokenServer, hop: SecureHop, tmp_path: Path) -> Gateway:
    """A gateway that hands its mail to the host; each message by a connection, and so a log-on, of its own."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    gateway.apply({"smtp.relay.allow": "all", "smtp.mail-router": hop.endpoint,
                   "smtp.delivery.tls": "verify", "smtp.delivery.ca-file": str(authority.certificate),
                   "smtp.delivery.messages-per-connection": 1,
                   "smtp.delivery.credentials": [f"{hop.endpoint} xoauth2 {USER} {secret} {CLIENT_ID} {tokens.address} {SCOPE}"]})
    return gateway


def send(gateway: Gateway, recipient: str) -> None:
    with gateway.smtp("127.0.0.1") as session:
        session.sendmail("me@elsewhere.example", [recipient], b"Subject: x\r\n\r\nHello\r\n")


def deferred(gateway: Gateway, recipient: str) -> dict:
    """The message, once an attempt at its delivery was in vain."""
    return until(lambda: [row for row in gateway.queue() if recipient in row["recipients"] and row["attempts"] > 0],
                 f"a first attempt for {recipient}")[0]


def retry(gateway: Gateway) -> None:
    gateway.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [])


def test_one_token_serves_many_messages(upstream: Gateway, tokens: TokenServer, hop: SecureHop) -> None:
    before = upstream.counters("delivery")
    for number in range(5):
        send(upstream, f"many-{number}@elsewhere.example")
    for number in range(5):
        hop.wait_for(f"many-{number}@elsewhere.example")
    assert len(tokens.tokens) == 1
    assert hop.log_ons == [("XOAUTH2", USER, True)] * 5
    until(lambda: not upstream.queue(), "an empty queue")
    counters = {name: value - before[name] for name, value in upstream.counters("delivery").items()}
    assert counters["token-fetches"] == 1 and counters["log-ons"] == 5
    assert counters["connections-verified"] == counters["connections-tls"] == 5
    assert 'tls="TLSv1.3 ' in upstream.log("delivery") and " verified" in upstream.log("delivery")


def test_those_who_wait_share_one_fetch(upstream: Gateway, tokens: TokenServer, hop: SecureHop) -> None:
    tokens.hold.clear()
    for number in range(6):
        send(upstream, f"shared-{number}@elsewhere.example")
    until(lambda: hop.connections >= 2 and tokens.waiting, "two sessions that wait for the token")
    assert tokens.waiting == 1
    tokens.hold.set()
    for number in range(6):
        hop.wait_for(f"shared-{number}@elsewhere.example")
    assert len(tokens.tokens) == 1


def test_token_is_renewed_before_its_end(upstream: Gateway, tokens: TokenServer, hop: SecureHop) -> None:
    tokens.life_s = 3
    number = 0
    while len(tokens.tokens) < 3:
        send(upstream, f"renewed-{number}@elsewhere.example")
        hop.wait_for(f"renewed-{number}@elsewhere.example")
        number += 1
    assert all(good for _, _, good in hop.log_ons), "a token that had ended was shown"
    assert number > 3


def test_token_that_is_taken_back(upstream: Gateway, tokens: TokenServer, hop: SecureHop) -> None:
    send(upstream, "first@elsewhere.example")
    hop.wait_for("first@elsewhere.example")
    tokens.revoked.add(tokens.tokens[0].text)
    send(upstream, "second@elsewhere.example")
    hop.wait_for("second@elsewhere.example")
    assert [good for _, _, good in hop.log_ons] == [True, False, True]
    assert len(tokens.tokens) == 2
    line, = until(lambda: [line for line in upstream.log("delivery").splitlines()
                           if "second@elsewhere.example" in line and " delivered " in line], "a line about the delivery")
    assert " attempt=1 " in line


def test_host_that_takes_no_token(upstream: Gateway, tokens: TokenServer, hop: SecureHop) -> None:
    """Two tokens are tried, not more; the message waits."""
    hop.check_token = lambda _user, _token: False
    send(upstream, "never@elsewhere.example")
    row = deferred(upstream, "never@elsewhere.example")
    assert "4.7.8" in row["reason"] and USER in row["reason"] and "535" in row["reason"]
    assert len(hop.log_ons) == 2 and len(tokens.tokens) == 2
    hop.check_token = lambda user, text: tokens.is_good(text)
    retry(upstream)
    hop.wait_for("never@elsewhere.example")


@pytest.mark.parametrize("answer, words", [
    (None, "it refused with invalid_client: AADSTS7000215: Invalid client secret"),
    ((200, b"<html>log on</html>"), "its answer is not the JSON of an access token"),
    ((200, b'{"access_token": "a\\r\\nb"}'), "there is no access token in its answer"),
    ((200, b"[" * 60000), "its answer is not the JSON of an access token"),
    ((200, b'{"a":"' + b"x" * 200000 + b'"}'), "no access token from localhost"),
    ((503, b""), "HTTP status 503"),
    ((302, b""), "HTTP status 302"),
])
def test_token_server_in_trouble(upstream: Gateway, tokens: TokenServer, hop: SecureHop, answer, words: str) -> None:
    """The message waits, the reason says whose fault it is, and nobody is shown the secret."""
    tokens.answer = answer
    if answer is None:
        tokens.client_secret = "another"
    send(upstream, "trouble@elsewhere.example")
    reason = deferred(upstream, "trouble@elsewhere.example")["reason"]
    assert "4.7.0" in reason and "no access token from localhost" in reason and words in reason
    assert SECRET not in reason and SECRET not in upstream.log("delivery")
    tokens.answer, tokens.client_secret = None, SECRET
    retry(upstream)
    hop.wait_for("trouble@elsewhere.example")
    until(lambda: not upstream.queue(), "an empty queue")


def test_token_server_that_is_down(upstream: Gateway, tokens: TokenServer, hop: SecureHop) -> None:
    tokens.stop()
    send(upstream, "down@elsewhere.example")
    assert "no access token from localhost" in deferred(upstream, "down@elsewhere.example")["reason"]
    tokens.start()
    retry(upstream)
    hop.wait_for("down@elsewhere.example")


def test_token_server_that_nobody_vouches_for(upstream: Gateway, tokens: TokenServer, hop: SecureHop, tmp_path: Path) -> None:
    """The hop's certificate is good, the token server's is another authority's: the secret stays here."""
    other = CertificateAuthority(tmp_path / "other", "another")
    with TokenServer(other.issue("localhost"), CLIENT_ID, SECRET, SCOPE) as stranger:
        row = upstream.settings()["smtp.delivery.credentials"][0].replace(tokens.address, stranger.address)
        upstream.apply({"smtp.delivery.credentials": [row]})
        send(upstream, "stranger@elsewhere.example")
        assert "certificate" in deferred(upstream, "stranger@elsewhere.example")["reason"]
        assert not stranger.tokens and not hop.log_ons
    upstream.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", [deferred(upstream, "stranger@elsewhere.example")["id"]])


def test_secret_that_anybody_can_read_or_nobody(upstream: Gateway, tokens: TokenServer, hop: SecureHop, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.chmod(0o644)
    send(upstream, "open@elsewhere.example")
    hop.wait_for("open@elsewhere.example")
    assert f"chmod o= {secret}" in upstream.log("delivery")
    secret.unlink()
    tokens.revoked.add(tokens.tokens[0].text)
    send(upstream, "gone@elsewhere.example")
    assert str(secret) in deferred(upstream, "gone@elsewhere.example")["reason"]
    secret.write_text(SECRET)
    retry(upstream)
    hop.wait_for("gone@elsewhere.example")
