# SPDX-License-Identifier: GPL-3.0-or-later
"""The POP server on the Internet: TLS in its two ways, SASL, and what becomes of guessed passwords."""

import base64
import poplib
import re
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from gateway.certificate import Certificate, CertificateAuthority
from gateway.gateway import DEMO_USERS, Gateway, PopSession
from gateway.ports import free_port
from gateway.wait import until
from integration.test_clients import private_file, put_mails, run

ALICE = base64.b64encode(b"\0alice\0" + DEMO_USERS["alice"].encode()).decode()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def certificate(authority: CertificateAuthority) -> Certificate:
    return authority.issue("localhost", "127.0.0.1", name="first")


@pytest.fixture
def secure(gateway: Gateway, certificate: Certificate) -> Iterator[tuple[Gateway, int]]:
    """The gateway with a certificate, and the port of its TLS door."""
    port = free_port()
    gateway.apply({"security.certificates": [certificate.row], "pop3.tls-listeners": [f"127.0.0.1:{port}"]})
    yield gateway, port


def trusting(authority: CertificateAuthority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.certificate))


def start_tls(session: PopSession, context: ssl.SSLContext) -> None:
    session._shortcmd("STLS")
    session.sock = context.wrap_socket(session.sock, server_hostname="localhost")
    session.file = session.sock.makefile("rb")


def log_on(session: PopSession, user: str = "alice") -> None:
    session.user(user)
    session.pass_(DEMO_USERS[user])


def test_stls(secure: tuple[Gateway, int], authority: CertificateAuthority, client: str) -> None:
    gateway, _ = secure
    session = gateway.pop3(client)
    assert "STLS" in session.capa()
    start_tls(session, trusting(authority))
    assert "STLS" not in session.capa()
    log_on(session)
    session.quit()
    assert gateway.rcpt(client)[0] == 250
    assert re.search(rf"log-on client={client} user=alice how=pass tls=\"TLSv1\.[23] ", gateway.log("pop3"))


def test_tls_from_the_first_byte(secure: tuple[Gateway, int], authority: CertificateAuthority, client: str) -> None:
    gateway, port = secure
    raw = socket.create_connection(("127.0.0.1", port), 30, source_address=(client, 0))
    with trusting(authority).wrap_socket(raw, server_hostname="localhost") as stream, stream.makefile("rwb") as lines:
        assert lines.readline().startswith(b"+OK Postern ready")
        lines.write(f"AUTH PLAIN {ALICE}\r\nSTLS\r\nQUIT\r\n".encode())
        lines.flush()
        assert re.match(rb"\+OK \d+ messages? ", lines.readline())
        assert lines.readline() == b"-ERR this is for before the log-on\r\n"
        assert lines.readline().startswith(b"+OK goodbye")
    assert gateway.rcpt(client)[0] == 250


def test_no_certificate_no_stls(gateway: Gateway, client: str) -> None:
    session = gateway.pop3(client)
    assert "STLS" not in session.capa()
    with pytest.raises(poplib.error_proto, match="TLS is not offered here"):
        session._shortcmd("STLS")


def test_tls_only(secure: tuple[Gateway, int], authority: CertificateAuthority, client: str) -> None:
    gateway, _ = secure
    session = gateway.pop3(client)
    gateway.apply({"pop3.tls": "only"})  # holds in the session that is open, too
    for command in ("USER alice", "APOP alice 00", f"AUTH PLAIN {ALICE}"):
        with pytest.raises(poplib.error_proto, match="under TLS only"):
            session._shortcmd(command)
    assert "USER" not in session.capa() and "SASL" not in session.capa()
    start_tls(session, trusting(authority))
    log_on(session)
    session.quit()


def test_what_is_said_in_clear_behind_stls_is_not_taken(secure: tuple[Gateway, int], client: str) -> None:
    """A stranger on the way could put commands behind the client's STLS, to be obeyed as the client's own."""
    gateway, _ = secure
    with socket.create_connection(("127.0.0.1", gateway.pop_port), 30, source_address=(client, 0)) as stream:
        stream.sendall(f"STLS\r\nAUTH PLAIN {ALICE}\r\n".encode())
        said = b""
        while piece := stream.recv(4096):
            said += piece
    assert said.count(b"+OK") <= 2 and b"messages" not in said
    assert client not in [row[0] for row in gateway.log_ons()]


def test_old_tls_is_a_choice(secure: tuple[Gateway, int], client: str) -> None:
    gateway, port = secure
    old = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1", "-cipher", "DEFAULT:@SECLEVEL=0", "-quiet"]
    assert subprocess.run(old, input=b"QUIT\r\n", capture_output=True, timeout=30).returncode != 0
    gateway.apply({"security.minimum-tls": "tls1.0"})
    taken = subprocess.run([*old, "-ign_eof"], input=b"QUIT\r\n", capture_output=True, timeout=30)
    assert b"+OK goodbye" in taken.stdout, taken.stderr


def test_renewed_certificate_is_taken(secure: tuple[Gateway, int], authority: CertificateAuthority, certificate: Certificate) -> None:
    gateway, port = secure

    def serial() -> int:
        pem = ssl.get_server_certificate(("127.0.0.1", port))
        return int(subprocess.run(["openssl", "x509", "-noout", "-serial"], input=pem, text=True, capture_output=True,
                                  check=True).stdout.split("=")[1], 16)

    before, pid = serial(), gateway.pid("pop3")
    renewed = authority.issue("localhost", "127.0.0.1", name="renewed")
    renewed.key.rename(certificate.key)
    renewed.certificate.rename(certificate.certificate)
    until(lambda: serial() != before, "the renewed certificate", 30)
    assert gateway.pid("pop3") == pid


@pytest.mark.parametrize("exchange", [
    [f"AUTH PLAIN {ALICE}"],
    ["AUTH PLAIN", ALICE],
    ["AUTH LOGIN", base64.b64encode(b"alice").decode(), base64.b64encode(DEMO_USERS["alice"].encode()).decode()],
])
def test_sasl_log_on_may_relay(gateway: Gateway, client: str, exchange: list[str]) -> None:
    session = gateway.pop3(client)
    for line in exchange[:-1]:
        session._putcmd(line)
        assert session._getline()[0].startswith(b"+ ")
    assert session._shortcmd(exchange[-1]).startswith(b"+OK")
    assert gateway.rcpt(client)[0] == 250
    session.quit()


def fail(gateway: Gateway, client: str, user: str = "alice") -> str:
    session = gateway.pop3(client)
    session.user(user)
    with pytest.raises(poplib.error_proto) as refusal:
        session.pass_("guess")
    session.close()
    return refusal.value.args[0].decode()


def test_guessing_ends_in_a_ban(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.apply({"security.failed-log-ons": 2, "security.ban-minutes": 10})
    assert "[AUTH]" in fail(gateway, client)
    assert "[AUTH]" in fail(gateway, client, "nobody")
    assert re.search(r"\[SYS/TEMP\] too many log-ons of your address have failed: try again after \d{4}-", fail(gateway, client))
    gateway.log_on(other_client)
    bans = gateway.posternctl("bans").stdout
    assert client in bans and other_client not in bans and "nobody" in bans
    assert re.search(rf"banned client={client} until=\S+ failures=2", gateway.log("pop3"))

    # Not even the right password helps, and nothing is granted.
    session = gateway.pop3(client)
    session.user("alice")
    with pytest.raises(poplib.error_proto, match="too many log-ons"):
        session.pass_(DEMO_USERS["alice"])
    assert client not in [row[0] for row in gateway.log_ons()]

    assert "may log on again" in gateway.posternctl("bans", "lift", client).stdout
    gateway.log_on(client)
    assert f"ban-lifted client={client} by=" in gateway.log("pop3")
    assert gateway.posternctl("bans", "lift", client, check=False).returncode != 0


def test_guessing_all_at_once_is_no_better(gateway: Gateway, client: str, other_client: str) -> None:
    """However many ask at the same time, few are checked, and others have their turn meanwhile."""
    gateway.apply({"security.failed-log-ons": 3})
    sessions = [gateway.pop3(client) for _ in range(40)]
    for session in sessions:
        session.sock.sendall(b"USER alice\r\nPASS guess\r\n")
    gateway.log_on(other_client)
    replies = [(session.file.readline(), session.file.readline())[1] for session in sessions]
    checked = sum(b"[AUTH]" in reply for reply in replies)
    assert 3 <= checked <= 3 + 8, replies  # 8: more than one client is ever given at once
    assert sum(b"too many log-ons" in reply for reply in replies) == len(replies) - checked
    for session in sessions:
        session.close()


def test_ban_survives_the_server(gateway: Gateway, client: str) -> None:
    gateway.apply({"security.failed-log-ons": 1})
    fail(gateway, client)
    gateway.kill("pop3")
    gateway.start_server("pop3")
    assert "too many log-ons" in fail(gateway, client)


def test_those_never_banned(gateway: Gateway, client: str) -> None:
    gateway.apply({"security.failed-log-ons": 1, "security.never-banned": [f"{client}/32"]})
    for _ in range(2):
        assert "[AUTH]" in fail(gateway, client)


def test_success_takes_failures_back(gateway: Gateway, client: str) -> None:
    gateway.apply({"security.failed-log-ons": 2})
    for _ in range(2):
        assert "[AUTH]" in fail(gateway, client)
        gateway.log_on(client)


def test_sessions_of_one_address(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.apply({"pop3.limits.client-sessions": 2})
    held = [gateway.pop3(client) for _ in range(2)]
    with pytest.raises(poplib.error_proto, match="your address has too many sessions open"):
        gateway.pop3(client)
    gateway.pop3(other_client).quit()
    held.pop().quit()
    until(lambda: gateway.counters("pop3")["sessions"] == 1, "one session")
    held.append(gateway.pop3(client))
    for session in held:
        session.quit()


def test_unrecorded_networks(gateway: Gateway, client: str) -> None:
    gateway.apply({"pop3.log-ons.unrecorded": [f"{client}/32"]})
    gateway.log_on(client)
    assert gateway.rcpt(client)[0] == 550
    assert client not in [row[0] for row in gateway.log_ons()]


def test_windows_of_users_and_networks(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.apply({"smtp.relay.pop-client-minutes": 240, "pop3.log-ons.windows": ["bob 20", f"{other_client} 30"]})
    gateway.log_on(client, "bob")
    gateway.log_on(other_client, "alice")
    gateway.log_on("127.0.0.77", "alice")
    left = {row[0]: row[3] for row in gateway.log_ons()}
    assert 20 * 60 - 60 <= left[client] <= 20 * 60
    assert 30 * 60 - 60 <= left[other_client] <= 30 * 60
    assert 240 * 60 - 60 <= left["127.0.0.77"] <= 240 * 60


def test_extend(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.log_on(client)
    before = dict((row[0], row[2]) for row in gateway.log_ons())[client]
    assert "counts as made now" in gateway.posternctl("log-ons", "extend", client).stdout
    assert dict((row[0], row[2]) for row in gateway.log_ons())[client] >= before
    assert gateway.rcpt(client)[0] == 250
    assert f"log-on-extended client={client} user=alice by=" in gateway.log("pop3")
    # Who has not logged on gets nothing by it.
    assert gateway.posternctl("log-ons", "extend", other_client, check=False).returncode != 0
    assert gateway.rcpt(other_client)[0] == 550


@pytest.mark.parametrize("how", ["stls", "tls"])
def test_mpop_under_tls(secure: tuple[Gateway, int], authority: CertificateAuthority, client: str, tmp_path: Path, how: str) -> None:
    gateway, port = secure
    put_mails(gateway, "alice", 1)
    fetched = tmp_path / "mbox"
    configuration = private_file(tmp_path / "mpoprc", f"""
account test
host localhost
port {gateway.pop_port if how == "stls" else port}
source_ip {client}
user alice
password {DEMO_USERS["alice"]}
tls on
tls_starttls {"on" if how == "stls" else "off"}
tls_trust_file {authority.certificate}
uidls_file {tmp_path}/uidls
delivery mbox {fetched}
""")
    result = run("mpop", f"--file={configuration}", "test", home=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Subject: mail 0" in fetched.read_text()
    assert gateway.rcpt(client)[0] == 250


def test_fetchmail_with_stls(secure: tuple[Gateway, int], authority: CertificateAuthority, tmp_path: Path) -> None:
    gateway, _ = secure
    gateway.apply({"pop3.tls": "only"})
    with gateway.smtp("127.0.0.1") as smtp:
        smtp.sendmail("me@elsewhere.example", ["bob@demo.example"], "Subject: under TLS\r\n\r\nHello.\r\n")
    until(lambda: not gateway.queue(), "an empty queue")
    fetched = tmp_path / "fetched"
    script = private_file(tmp_path / "keep", f"#!/bin/sh\ncat >>{fetched}\n")
    Path(script).chmod(0o700)
    configuration = private_file(tmp_path / "fetchmailrc", f"""
poll localhost service {gateway.pop_port} protocol POP3 auth password
  user bob password {DEMO_USERS["bob"]} sslproto "TLS1.2+" sslcertck sslcertfile "{authority.certificate}" mda "{script}"
""")
    result = run("fetchmail", "-f", configuration, "--nodetach", "--nosyslog", "--pidfile", str(tmp_path / "pid"), "-v",
                 home=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Subject: under TLS" in fetched.read_text()
