# SPDX-License-Identifier: GPL-3.0-or-later
"""What TLS does below the protocols, at the listeners that speak it from the first byte."""

import socket
import ssl
import subprocess

import pytest

from gateway.certificate import CertificateAuthority
from gateway.gateway import Gateway
from gateway.ports import free_port
from gateway.wait import until

LISTENERS = {"smtp": "smtp.submission-tls-listeners", "pop3": "pop3.tls-listeners"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(params=list(LISTENERS))
def server(request: pytest.FixtureRequest, gateway: Gateway, authority: CertificateAuthority) -> tuple[str, int]:
    """A server and its port, with certificates for two hosts; the first is for mail.demo.example."""
    port = free_port()
    certificates = [authority.issue("mail.demo.example"), authority.issue("*.other.example", name="other")]
    gateway.apply({"security.certificates": [certificate.row for certificate in certificates],
                   LISTENERS[request.param]: [f"127.0.0.1:{port}"]})
    return request.param, port


def visit(port: int, authority: CertificateAuthority, host: str, asked_for: str) -> bytes:
    """The greeting, from a client that asks for one host, and takes the certificate of another (or the same) one."""
    context = ssl.create_default_context(cafile=str(authority.certificate))
    context.check_hostname = host == asked_for
    with socket.create_connection(("127.0.0.1", port), 30) as clear, \
            context.wrap_socket(clear, server_hostname=asked_for) as client:
        shown = [name for _, name in client.getpeercert()["subjectAltName"]]
        assert shown == [host if host == "mail.demo.example" else "*.other.example"]
        return client.recv(200)


def test_each_client_gets_the_certificate_it_asks_for(server: tuple[str, int], authority: CertificateAuthority) -> None:
    name, port = server
    greeting = b"220 " if name == "smtp" else b"+OK "
    assert visit(port, authority, "mail.demo.example", "mail.demo.example").startswith(greeting)
    assert visit(port, authority, "pop.other.example", "pop.other.example").startswith(greeting)
    assert visit(port, authority, "mail.demo.example", "stranger.example").startswith(greeting)


def test_why_a_handshake_failed_is_in_the_log(gateway: Gateway, server: tuple[str, int]) -> None:
    name, port = server
    subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"],
                   stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    until(lambda: "no version in common: it offers TLSv1.1" in gateway.log(name), "the words about the version")
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(b"EHLO client.example\r\n")
        until(lambda: "the client does not speak TLS" in gateway.log(name), "the words about clear text")


def test_silent_clients_disturb_nobody(server: tuple[str, int], authority: CertificateAuthority) -> None:
    _, port = server
    silent = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(50)]
    assert visit(port, authority, "mail.demo.example", "mail.demo.example")
    for client in silent:
        client.close()
