# SPDX-License-Identifier: GPL-3.0-or-later
"""Next hops with TLS, certificates and passwords; routes; what is passed on of a message."""

import socket
from pathlib import Path
from typing import Iterator

import pytest

from gateway.certificate import CertificateAuthority
from gateway.gateway import Gateway
from gateway.secure_hop import SecureHop
from gateway.sink import NextHop
from gateway.wait import until

PASSWORD = "pass word ÿ"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secure_hop(authority: CertificateAuthority) -> Iterator[SecureHop]:
    with SecureHop(authority.issue("localhost")) as hop:
        yield hop


@pytest.fixture
def anyone(gateway: Gateway) -> Iterator[Gateway]:
    gateway.apply({"smtp.relay.allow": "all"})
    yield gateway
    until(lambda: not gateway.queue(), "an empty queue")


def send(gateway: Gateway, recipient: str, **options) -> None:
    with gateway.smtp("127.0.0.1") as session:
        session.ehlo()
        session.sendmail("me@elsewhere.example", [recipient], "Subject: x\r\n\r\nHello\r\n", **options)


def deferred(gateway: Gateway, recipient: str) -> str:
    """Why the first attempt was in vain; takes the message out of the queue."""
    row = until(lambda: [row for row in gateway.queue() if recipient in row["recipients"] and row["attempts"] > 0],
                f"a first attempt for {recipient}")[0]
    gateway.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", [row["id"]])
    return row["reason"]


def way(gateway: Gateway, recipient: str) -> str:
    """What the log says of the delivery."""
    return until(lambda: [line for line in gateway.log("delivery").splitlines() if " delivered " in line and recipient in line],
                 f"a line about {recipient}")[-1]


@pytest.mark.parametrize("tls, host, trusted, outcome", [
    ("none", "localhost", True, "530"),
    ("may", "localhost", True, " verified"),
    ("may", "127.0.0.1", True, " unverified"),
    ("may", "localhost", False, " unverified"),
    ("must", "localhost", False, " unverified"),
    ("verify", "localhost", True, " verified"),
    ("verify", "localhost", False, "4.7.5"),
    ("verify", "127.0.0.1", True, "4.7.5"),
])
def test_certificates(anyone: Gateway, secure_hop: SecureHop, authority: CertificateAuthority, tls: str, host: str,
                      trusted: bool, outcome: str) -> None:
    recipient = f"{tls}-{host}-{trusted}@elsewhere.example".lower()
    anyone.apply({"smtp.mail-router": f"{host}:{secure_hop.port}", "smtp.delivery.tls": tls,
                  "smtp.delivery.ca-file": str(authority.certificate) if trusted else ""})
    send(anyone, recipient)
    if "verified" in outcome:
        secure_hop.wait_for(recipient)
        line = way(anyone, recipient)
        assert 'tls="TLSv1.3 ' in line and f'{outcome}"' in line
    elif outcome == "530":
        row = until(lambda: "530" in anyone.log("delivery"), "the hop's refusal of mail in clear")
        assert row
    else:
        assert outcome in deferred(anyone, recipient)


def test_authorities_that_are_replaced(anyone: Gateway, secure_hop: SecureHop, authority: CertificateAuthority,
                                       tmp_path: Path) -> None:
    trusted = tmp_path / "authorities.pem"
    trusted.write_bytes(CertificateAuthority(tmp_path / "others").certificate.read_bytes())
    anyone.apply({"smtp.mail-router": f"localhost:{secure_hop.port}", "smtp.delivery.tls": "verify",
                  "smtp.delivery.ca-file": str(trusted)})
    send(anyone, "renewed@elsewhere.example")
    assert "4.7.5" in deferred(anyone, "renewed@elsewhere.example")
    trusted.write_bytes(authority.certificate.read_bytes())
    until(lambda: f"{trusted} has been read again" in anyone.log("delivery"), "the new authorities to be taken")
    send(anyone, "renewed@elsewhere.example")
    secure_hop.wait_for("renewed@elsewhere.example")
    assert ' verified"' in way(anyone, "renewed@elsewhere.example")


def test_host_without_tls(anyone: Gateway, next_hop: NextHop) -> None:
    anyone.apply({"smtp.mail-router": next_hop.endpoint, "smtp.delivery.tls-rules": ["bank.example must"]})
    send(anyone, "clear@elsewhere.example")
    next_hop.wait_for("clear@elsewhere.example")
    assert "tls=" not in way(anyone, "clear@elsewhere.example")
    send(anyone, "teller@bank.example")
    assert "4.7.4" in deferred(anyone, "teller@bank.example")


def can_listen(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not can_listen(465), reason="TLS begins with the first byte at port 465 only, which can't be had")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_tls_from_the_first_byte(anyone: Gateway, authority: CertificateAuthority, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    with SecureHop(authority.issue("localhost", name="at-once"), tls_at_once=True, port=465,
                   check_password=lambda user, password: (user, password) == ("joe", PASSWORD)) as hop:
        anyone.apply({"smtp.delivery.routes": ["*.at-once.example localhost:465"], "smtp.delivery.tls": "verify",
                      "smtp.delivery.ca-file": str(authority.certificate),
                      "smtp.delivery.credentials": [f"localhost:465 plain joe {secret}"]})
        send(anyone, "sue@mail.at-once.example")
        hop.wait_for("sue@mail.at-once.example")
        assert hop.log_ons == [("PLAIN", "joe", True)]
        until(lambda: not anyone.queue(), "an empty queue")


@pytest.mark.parametrize("method", ["plain", "login"])
def test_passwords(anyone: Gateway, authority: CertificateAuthority, tmp_path: Path, method: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\r\n")
    secret.chmod(0o600)
    with SecureHop(authority.issue("localhost", name=method),
                   check_password=lambda user, password: (user, password) == ("joe", PASSWORD)) as hop:
        anyone.apply({"smtp.mail-router": hop.endpoint, "smtp.delivery.ca-file": str(authority.certificate),
                      "smtp.delivery.credentials": [f"{hop.endpoint} {method} joe {secret}"]})
        send(anyone, f"{method}-1@elsewhere.example")
        hop.wait_for(f"{method}-1@elsewhere.example")
        send(anyone, f"{method}-2@elsewhere.example")
        hop.wait_for(f"{method}-2@elsewhere.example")
        assert hop.log_ons == [(method.upper(), "joe", True)]  # once: the session was kept
        secret.write_text("wrong")
        anyone.apply({"smtp.delivery.messages-per-connection": 1})
        hop.stop()
        hop.start()
        send(anyone, f"{method}-3@elsewhere.example")
        reason = deferred(anyone, f"{method}-3@elsewhere.example")
        assert "4.7.8" in reason and "535" in reason and "joe" in reason and "wrong" not in anyone.log("delivery")


def test_routes(anyone: Gateway, next_hop: NextHop) -> None:
    """The most specific one; mail for others goes to the router."""
    with NextHop() as one, NextHop() as other:
        anyone.apply({"smtp.mail-router": next_hop.endpoint,
                      "smtp.delivery.routes": [f"*.far.example {one.endpoint}", f"sub.far.example {other.endpoint}"]})
        send(anyone, "a@any.far.example")
        send(anyone, "a@sub.far.example")
        send(anyone, "a@far.example")
        one.wait_for("a@any.far.example")
        other.wait_for("a@sub.far.example")
        next_hop.wait_for("a@far.example")
        assert len(one.messages) == len(other.messages) == 1
        until(lambda: not anyone.queue(), "an empty queue")


def test_bounded_line_of_a_silent_host(anyone: Gateway, next_hop: NextHop) -> None:
    """Ports that take connections and never say a word don't hold up mail for others."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent:
        anyone.apply({"smtp.mail-router": next_hop.endpoint,
                      "smtp.delivery.routes": [f"silent.example 127.0.0.1:{silent.getsockname()[1]}"]})
        with anyone.smtp("127.0.0.1") as session:
            for number in range(600):
                session.sendmail("me@elsewhere.example", [f"{number}@silent.example"], b"Subject: x\r\n\r\nHello\r\n")
        for number in range(5):
            send(anyone, f"brisk-{number}@elsewhere.example")
            next_hop.wait_for(f"brisk-{number}@elsewhere.example")
    ids = [row["id"] for row in anyone.queue()]
    anyone.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", ids)
