# SPDX-License-Identifier: GPL-3.0-or-later
"""The SMTP server on the Internet: TLS in its two ways, AUTH, the doors for submission, and guessed passwords, by real clients."""

import base64
import poplib
import re
import smtplib
import select
import socket
import ssl
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest

from gateway.certificate import Certificate, CertificateAuthority
from gateway.gateway import DEMO_USERS, Gateway
from gateway.ports import free_port
from gateway.sink import NextHop
from gateway.wait import until
from integration.test_clients import CONTENT, private_file, run

FAR = "someone@elsewhere.example"


def plain(user: str, password: str) -> str:
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode()


ALICE = plain("alice", DEMO_USERS["alice"])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def certificate(authority: CertificateAuthority) -> Certificate:
    return authority.issue("localhost", "127.0.0.1", name="first")


@dataclass(frozen=True)
class Secure:
    gateway: Gateway
    authority: CertificateAuthority
    submission: int
    submission_tls: int

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority.certificate))

    def smtp(self, client: str, port: int = 0) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", port or self.gateway.smtp_port, local_hostname="client.example", timeout=30,
                            source_address=(client, 0))

    def smtp_under_tls(self, client: str, port: int = 0) -> smtplib.SMTP:
        session = self.smtp(client, port)
        session.starttls(context=self.context)
        session.ehlo()
        return session


@pytest.fixture
def secure(gateway: Gateway, certificate: Certificate, authority: CertificateAuthority) -> Iterator[Secure]:
    submission, submission_tls = free_port(), free_port()
    gateway.apply({"security.certificates": [certificate.row],
                   "smtp.submission-listeners": [f"127.0.0.1:{submission}"],
                   "smtp.submission-tls-listeners": [f"127.0.0.1:{submission_tls}"]})
    yield Secure(gateway, authority, submission, submission_tls)


def swaks(client: str, port: int, recipient: str, *more: str) -> subprocess.CompletedProcess:
    return run("swaks", "--server", "127.0.0.1", "--port", str(port), "--local-interface", client, "--from", "alice@demo.example",
               "--to", recipient, "--helo", "client.example", *more)


def ehlo(session: smtplib.SMTP) -> list[str]:
    code, text = session.ehlo()
    assert code == 250
    return text.decode().split("\n")


def talk(client: str, port: int, *lines: bytes) -> list[bytes]:
    """Sends all LINES in one piece once the greeting is there; everything that the server says up to its end."""
    with socket.create_connection(("127.0.0.1", port), 30, source_address=(client, 0)) as connection:
        stream = connection.makefile("rb")
        said = [stream.readline()]
        connection.sendall(b"".join(lines))
        return said + stream.readlines()


def is_closed(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1) == b""
    except ConnectionResetError:
        return True


# TLS.

def test_handshakes_that_never_end_keep_nobody_out(secure: Secure, client: str, other_client: str) -> None:
    gateway = secure.gateway
    gateway.apply({"smtp.limits.client-sessions": 3, "smtp.limits.sessions": 10})
    silent = [socket.create_connection(("127.0.0.1", secure.submission_tls), 30, source_address=(client, 0)) for _ in range(15)]
    until(lambda: sum(map(is_closed, silent)) == 12, "the end of all but three")
    assert "rule=client-sessions" in gateway.log("smtp")
    until(lambda: gateway.counters("smtp")["sessions"] == 3, "three sessions")
    with secure.smtp(other_client) as session:
        assert session.noop()[0] == 250
    for connection in silent:
        connection.close()


def test_starttls(secure: Secure, client: str) -> None:
    with secure.smtp(client) as session:
        in_clear = ehlo(session)
        assert "STARTTLS" in in_clear and not any(line.startswith("AUTH") for line in in_clear)
        assert session.starttls(context=secure.context)[0] == 220
        assert session.docmd("MAIL FROM:<a@b.example>")[0] == 503
        under_tls = ehlo(session)
        assert "STARTTLS" not in under_tls and "AUTH PLAIN LOGIN" in under_tls
        assert session.docmd("STARTTLS")[0] == 503


def test_openssl_s_client(secure: Secure, client: str) -> None:
    for port, starttls in ((secure.gateway.smtp_port, ["-starttls", "smtp"]), (secure.submission_tls, [])):
        told = run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", *starttls, "-servername", "localhost", "-verify_return_error",
                   "-CAfile", str(secure.authority.certificate), "-crlf", "-quiet", text="EHLO client\nQUIT\n")
        assert "verify return:1" in told.stderr, told.stderr
        assert "250-AUTH PLAIN LOGIN" in told.stdout and "221 2.0.0" in told.stdout, told.stdout


def test_without_certificate(gateway: Gateway, client: str) -> None:
    with gateway.smtp(client) as session:
        assert "STARTTLS" not in ehlo(session)
        assert session.docmd("STARTTLS")[0] == 502
        assert session.docmd("AUTH PLAIN " + ALICE)[0] == 538


def test_tls_switched_off(secure: Secure, client: str) -> None:
    secure.gateway.apply({"smtp.tls": "no"})
    with secure.smtp(client) as session:
        assert "STARTTLS" not in ehlo(session)
        assert session.docmd("STARTTLS")[0] == 502


def test_only_tls(secure: Secure, client: str) -> None:
    secure.gateway.apply({"smtp.tls": "only"})
    refused = swaks(client, secure.gateway.smtp_port, "alice@demo.example")
    assert "530 5.7.0 Must issue a STARTTLS command first" in refused.stdout, refused.stdout
    taken = swaks(client, secure.gateway.smtp_port, "alice@demo.example", "--tls", "--tls-verify", "--tls-ca-path",
                  str(secure.authority.certificate), "--tls-sni", "localhost")
    assert taken.returncode == 0, taken.stdout


def test_what_comes_behind_starttls_is_not_taken(secure: Secure, client: str) -> None:
    said = talk(client, secure.gateway.smtp_port, b"EHLO x\r\nSTARTTLS\r\nMAIL FROM:<evil@b.example>\r\n")
    assert said[-1].startswith(b"421 4.7.0 ") and not any(b"220 2.0.0" in line for line in said), said


def test_a_broken_handshake_ends_the_session(secure: Secure, client: str) -> None:
    with secure.smtp(client) as session:
        session.ehlo()
        assert session.docmd("STARTTLS")[0] == 220
        session.sock.sendall(b"this is no TLS\r\n" * 10)
        until(lambda: f"session-ended client={client}" in secure.gateway.log("smtp"), "the end of the session")
        session.close()
    assert secure.gateway.rcpt(client, "alice@demo.example")[0] == 250


# AUTH.

@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_swaks_authenticates(secure: Secure, next_hop: NextHop, client: str, mechanism: str) -> None:
    recipient = f"swaks-{mechanism.lower()}@elsewhere.example"
    sent = swaks(client, secure.submission, recipient, "--tls", "--auth", mechanism, "--auth-user", "alice",
                 "--auth-password", DEMO_USERS["alice"])
    assert sent.returncode == 0, sent.stdout
    message = next_hop.wait_for(recipient)[0]
    assert re.match(rb"Received: from client\.example \(\[127\.9\.\d+\.\d+\]\)\r\n"
                    rb"\tby mail\.demo\.example with ESMTPSA \(TLSv1\.3 TLS_[A-Z0-9_]+\) id [0-9A-F]+\r\n", message.content)
    assert b"alice" not in message.content.split(b";")[0], "who has authenticated is nobody else's business"


def test_msmtp_and_curl_authenticate(secure: Secure, next_hop: NextHop, client: str, tmp_path: Path) -> None:
    config = private_file(tmp_path / "msmtprc", f"account default\nhost 127.0.0.1\nport {secure.submission}\nsource_ip {client}\n"
                          f"from alice@demo.example\ndomain client.example\ntls on\ntls_starttls on\ntls_host_override localhost\n"
                          f"tls_trust_file {secure.authority.certificate}\nauth plain\nuser alice\npassword {DEMO_USERS['alice']}\n")
    sent = run("msmtp", "--file", config, "msmtp-auth@elsewhere.example", text=CONTENT)
    assert sent.returncode == 0, sent.stderr
    next_hop.wait_for("msmtp-auth@elsewhere.example")

    mail = private_file(tmp_path / "mail", CONTENT.replace("\n", "\r\n"))
    sent = run("curl", "-sS", "--interface", client, f"smtps://localhost:{secure.submission_tls}/client.example", "--cacert",
               str(secure.authority.certificate), "-u", f"bob:{DEMO_USERS['bob']}", "--mail-from", "bob@demo.example", "--mail-rcpt",
               "curl-auth@elsewhere.example", "-T", mail)
    assert sent.returncode == 0, sent.stderr
    next_hop.wait_for("curl-auth@elsewhere.example")


def test_relay_for_the_authenticated_can_be_switched_off(secure: Secure, client: str) -> None:
    with secure.smtp_under_tls(client) as session:
        session.login("alice", DEMO_USERS["alice"])
        assert session.mail("alice@demo.example")[0] == 250
        assert session.rcpt(FAR)[0] == 250
        secure.gateway.apply({"smtp.relay.authenticated": False})
        assert session.rcpt(FAR + ".example")[0] == 550


def test_auth_in_clear_where_it_is_allowed(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.authentication": "always"})
    with gateway.smtp(client) as session:
        assert "AUTH PLAIN LOGIN" in ehlo(session)
        assert session.login("alice", DEMO_USERS["alice"])[0] == 235
        assert session.mail("alice@demo.example")[0] == 250
        assert session.rcpt(FAR)[0] == 250
    gateway.apply({"smtp.authentication": "no"})
    with gateway.smtp(client) as session:
        assert "AUTH PLAIN LOGIN" not in ehlo(session)
        assert session.docmd("AUTH PLAIN " + ALICE)[0] == 502


def test_guessing_ends_in_a_ban(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.apply({"smtp.authentication": "always", "security.failed-log-ons": 2})
    before = gateway.counters("smtp")
    with gateway.smtp(client) as session:
        session.ehlo()
        for _ in range(2):
            assert session.docmd("AUTH PLAIN " + plain("alice", "wrong"))[0] == 535
        code, text = session.docmd("AUTH PLAIN " + ALICE)
    assert (code, text[:6]) == (421, b"4.7.0 ") and b"try again in" in text
    after = gateway.counters("smtp")
    assert (after["log-ons-failed"], after["refused-banned"]) == (before["log-ons-failed"] + 2, before["refused-banned"] + 1)
    until(lambda: re.search(rf"banned client={client} until=\S+ failures=2", gateway.log("smtp")), "the ban in the log")
    assert f"log-on-failed client={client} user=alice how=plain" in gateway.log("smtp")

    # Both servers know of it, and others may log on.
    with pytest.raises(poplib.error_proto, match="too many log-ons"):
        gateway.log_on(client)
    with gateway.smtp(other_client) as session:
        assert session.login("alice", DEMO_USERS["alice"])[0] == 235
    gateway.posternctl("bans", "lift", client)
    gateway.log_on(client)


def test_a_client_that_goes_while_it_waits(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.authentication": "always"})
    with socket.create_connection(("127.0.0.1", gateway.smtp_port), 30, source_address=(client, 0)) as connection:
        connection.sendall(b"EHLO x\r\nAUTH PLAIN " + plain("alice", "wrong").encode() + b"\r\n")
        until(lambda: f"log-on-failed client={client}" in gateway.log("smtp"), "the failure")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(lambda: f"session-ended client={client}" in gateway.log("smtp"), "the end of the session")


def test_the_server_ends_while_a_client_waits(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.authentication": "always"})
    with socket.create_connection(("127.0.0.1", gateway.smtp_port), 30, source_address=(client, 0)) as connection:
        connection.sendall(b"EHLO x\r\nAUTH PLAIN " + plain("alice", "wrong").encode() + b"\r\n")
        until(lambda: f"log-on-failed client={client}" in gateway.log("smtp"), "the failure")
        gateway.stop_server("smtp")
        assert connection.makefile("rb").read().splitlines()[-1].startswith((b"421 4.3.2 mail.demo.example Stopping", b"535 "))
    gateway.start_server("smtp")


# Submission.

def test_submission_is_for_those_who_may_relay(secure: Secure, client: str) -> None:
    with secure.smtp(client, secure.submission) as session:
        session.ehlo()
        code, text = session.mail("alice@demo.example")
        assert code == 530 and text.startswith(b"5.7.0 Authentication required"), text
        explained = secure.gateway.explain(client, "bob@demo.example", "alice@demo.example", door="submission")
        assert not explained[0] and explained[1] == "submission-only" and explained[4] == f"{code} {text.decode()}"
        session.starttls(context=secure.context)
        session.ehlo()
        session.login("alice", DEMO_USERS["alice"])
        assert session.mail("alice@demo.example")[0] == 250
        assert session.rcpt("bob@demo.example")[0] == 250
        assert session.rcpt(FAR)[0] == 250
    assert secure.gateway.explain(client, FAR, "alice@demo.example", "alice", "submission")[1] == "authenticated"


def test_submission_after_a_log_on_to_pop(secure: Secure, client: str) -> None:
    secure.gateway.log_on(client)
    with secure.smtp(client, secure.submission) as session:
        session.ehlo()
        assert session.mail("alice@demo.example")[0] == 250
        assert session.rcpt(FAR)[0] == 250


def test_missing_fields_are_added_for_own_clients(secure: Secure, next_hop: NextHop, client: str) -> None:
    for number, text in enumerate((b"Subject: short\r\n\r\nx\r\n", b"no header at all\r\n", b"Subject: no body\r\n")):
        recipient = f"fields-{number}@elsewhere.example"
        with secure.smtp_under_tls(client, secure.submission) as session:
            session.login("alice", DEMO_USERS["alice"])
            session.sendmail("alice@demo.example", recipient, text)
        content = next_hop.wait_for(recipient)[0].content
        header, _, body = content.partition(b"\r\n\r\n")
        assert re.search(rb"^Date: \w{3}, \d+ \w{3} \d{4} [\d:]{8} \+0000\r$", header + b"\r\n", re.MULTILINE)
        assert re.search(rb"^Message-ID: <[0-9A-F]+\.postern@mail\.demo\.example>\r$", header + b"\r\n", re.MULTILINE)
        assert (b"no header" in body) == (number == 1)


def test_strangers_messages_are_left_as_they_are(gateway: Gateway, client: str) -> None:
    with gateway.smtp(client) as session:
        session.sendmail("a@elsewhere.example", "bob@demo.example", b"Subject: untouched by us\r\n\r\nx\r\n")
    mails = gateway.state / "mailboxes" / "bob" / "new"
    found = until(lambda: [mail for mail in mails.glob("*") if b"untouched by us" in mail.read_bytes()], "the mail")
    assert b"\nDate:" not in found[0].read_bytes() and b"\nMessage-ID:" not in found[0].read_bytes()
