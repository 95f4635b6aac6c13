# SPDX-License-Identifier: GPL-3.0-or-later
"""Small programs that send and fetch, in the ways that tests/integration does not try."""

import re
import subprocess

import pytest

from gateway.certificate import CertificateAuthority
from gateway.gateway import DEMO_USERS, Gateway
from gateway.ports import free_port
from gateway.sink import NextHop
from peers.peer import Doors, doors_of

ALICE = ("--auth-user", "alice", "--auth-password", DEMO_USERS["alice"])


@pytest.fixture
def doors(gateway: Gateway, authority: CertificateAuthority) -> Doors:
    return doors_of(gateway, authority.certificate)


@pytest.fixture
def pop_tls(gateway: Gateway) -> int:
    port = free_port()
    gateway.apply({"pop3.tls-listeners": [f"127.0.0.1:{port}"]})
    return port


def run(*command: str, text: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(command, input=text, text=True, capture_output=True, timeout=60)


def swaks(doors: Doors, port: int, recipient: str, *more: str) -> subprocess.CompletedProcess:
    return run("swaks", "--server", "localhost", "--port", str(port), "--from", "alice@demo.example", "--to", recipient,
               "--helo", "client.example", "--tls-ca-path", str(doors.authority), "--tls-verify", *more)


# Its arguments, the way to the port, and what the gateway says of the protocol (RFC 3848).
SWAKS = {
    "tls on connect, PLAIN": (("--tlsc", "--auth", "PLAIN", *ALICE), "tls", "ESMTPSA"),
    "tls on connect, LOGIN": (("--tlsc", "--auth", "LOGIN", *ALICE), "tls", "ESMTPSA"),
    "STARTTLS, any AUTH": (("--tls", "--auth", *ALICE), "plain", "ESMTPSA"),
    "protocol ESMTPSA": (("--protocol", "ESMTPSA", *ALICE), "plain", "ESMTPSA"),
    "protocol SSMTPA": (("--protocol", "SSMTPA", *ALICE), "tls", "ESMTPSA"),
    "protocol ESMTPS": (("--protocol", "ESMTPS", "--local-interface", "127.7.7.7"), "pop", "ESMTPS"),
    "protocol SMTP": (("--protocol", "SMTP", "--local-interface", "127.7.7.7"), "pop", "SMTP"),
    "pipelined under TLS": (("--tls", "--pipeline", "--auth", "PLAIN", *ALICE), "plain", "ESMTPSA"),
}


@pytest.mark.parametrize("case", list(SWAKS))
def test_swaks(gateway: Gateway, doors: Doors, next_hop: NextHop, mark: str, case: str) -> None:
    arguments, way, protocol = SWAKS[case]
    gateway.log_on("127.7.7.7")
    sent = swaks(doors, doors.port(way), f"{mark}swaks@elsewhere.example", *arguments)
    assert sent.returncode == 0, sent.stdout
    content = next_hop.wait_for(f"{mark}swaks@elsewhere.example")[0].content
    assert re.search(rb"by mail\.demo\.example with (\w+)", content)[1].decode() == protocol


def test_swaks_with_what_is_not_offered(doors: Doors) -> None:
    refused = swaks(doors, doors.submission, "x@elsewhere.example", "--tls", "--auth", "CRAM-MD5", *ALICE)
    assert refused.returncode == 28 and "250-AUTH PLAIN LOGIN" in refused.stdout, refused.stdout
    in_clear = swaks(doors, doors.submission, "x@elsewhere.example", "--auth", "PLAIN", *ALICE)
    assert in_clear.returncode == 28 and DEMO_USERS["alice"] not in in_clear.stdout, in_clear.stdout


@pytest.mark.parametrize("way, starttls, method", [("tls", "off", "login"), ("tls", "off", "plain"), ("plain", "on", "login")])
def test_msmtp(doors: Doors, next_hop: NextHop, mark: str, way: str, starttls: str, method: str) -> None:
    sent = run("msmtp", "--file=/dev/null", "--host=localhost", f"--port={doors.port(way)}", "--from=alice@demo.example",
               "--tls=on", f"--tls-starttls={starttls}", f"--tls-trust-file={doors.authority}", f"--auth={method}",
               "--user=alice", f"--passwordeval=echo {DEMO_USERS['alice']}", f"{mark}msmtp@elsewhere.example",
               text="Subject: x\n\n.\nHello.\n")
    assert sent.returncode == 0, sent.stderr
    assert next_hop.wait_for(f"{mark}msmtp@elsewhere.example")[0].content.endswith(b"\r\n\r\n.\r\nHello.\r\n")


@pytest.mark.parametrize("starttls", [True, False])
def test_openssl_s_client_speaks_pop(gateway: Gateway, doors: Doors, pop_tls: int, starttls: bool) -> None:
    port, how = (gateway.pop_port, ["-starttls", "pop3"]) if starttls else (pop_tls, [])
    told = run("openssl", "s_client", "-connect", f"localhost:{port}", *how, "-CAfile", str(doors.authority),
               "-verify_return_error", "-verify_hostname", "localhost", "-crlf", "-quiet",
               text="CAPA\nUSER alice\nPASS wonderland\nSTAT\nQUIT\n")
    assert "verify return:1" in told.stderr, told.stderr
    assert "\nSASL PLAIN LOGIN" in told.stdout.replace("\r", "") and "STLS" not in told.stdout, told.stdout
    assert len(re.findall(r"(?m)^\+OK", told.stdout)) >= 5, told.stdout


@pytest.mark.parametrize("url, how", [("pop3", ["--ssl-reqd"]), ("pop3s", []), ("pop3s", ["--login-options", "AUTH=PLAIN"]),
                                      ("pop3s", ["--login-options", "AUTH=LOGIN"]), ("pop3", ["--login-options", "AUTH=+APOP"])])
def test_curl_fetches(gateway: Gateway, doors: Doors, pop_tls: int, url: str, how: list[str]) -> None:
    port = pop_tls if url == "pop3s" else gateway.pop_port
    listed = run("curl", "-sS", "--cacert", str(doors.authority), *how, f"{url}://localhost:{port}/",
                 "-u", f"bob:{DEMO_USERS['bob']}")
    assert listed.returncode == 0, listed.stderr


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN"])
def test_curl_sends(doors: Doors, next_hop: NextHop, mark: str, method: str) -> None:
    sent = run("curl", "-sS", "--ssl-reqd", f"smtp://localhost:{doors.submission}/client.example",
               "--cacert", str(doors.authority), "--login-options", f"AUTH={method}",
               "-u", f"alice:{DEMO_USERS['alice']}", "--mail-from", "alice@demo.example",
               "--mail-rcpt", f"{mark}curl@elsewhere.example", "-T", "-", text="Subject: x\r\n\r\n.\r\nHello.\r\n")
    assert sent.returncode == 0, sent.stderr
    assert next_hop.wait_for(f"{mark}curl@elsewhere.example")[0].content.endswith(b"\r\n\r\n.\r\nHello.\r\n")
