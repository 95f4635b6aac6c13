# SPDX-License-Identifier: GPL-3.0-or-later
"""One gateway, a sink for mail to elsewhere, and one mail server of each kind, for all tests of this folder."""

import itertools
from typing import Iterator

import pytest

from gateway.certificate import Certificate, CertificateAuthority
from gateway.gateway import Gateway
from gateway.ports import free_port
from gateway.sink import NextHop

from peers.peer import Peer, doors_of
from peers.exim import Exim
from peers.opensmtpd import OpenSmtpd
from peers.postfix import Postfix
from peers.room import need_rooms

PEERS = {peer.name: peer for peer in (Postfix, Exim, OpenSmtpd)}
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def certificate(authority: CertificateAuthority) -> Certificate:
    return authority.issue("localhost", "127.0.0.1")


@pytest.fixture(scope="session")
def next_hop() -> Iterator[NextHop]:
    with NextHop() as hop:
        yield hop


@pytest.fixture(scope="session")
def shared_gateway(next_hop: NextHop, authority: CertificateAuthority,
                   certificate: Certificate) -> Iterator[tuple[Gateway, dict]]:
    settings = {"smtp.submission-listeners": [f"127.0.0.1:{free_port()}"],
                "smtp.submission-tls-listeners": [f"127.0.0.1:{free_port()}"],
                "security.certificates": [certificate.row],
                "smtp.delivery.ca-file": str(authority.certificate)}
    with Gateway(mail_router=next_hop.endpoint, settings=settings) as gateway:
        yield gateway, gateway.settings()


@pytest.fixture
def gateway(shared_gateway: tuple[Gateway, dict]) -> Iterator[Gateway]:
    gateway, initial = shared_gateway
    yield gateway
    now = gateway.settings()
    changed = {name: value for name, value in initial.items() if now[name] != value}
    if changed:
        gateway.apply(changed)


@pytest.fixture(scope="session", params=list(PEERS))
def running_peer(request: pytest.FixtureRequest, shared_gateway: tuple[Gateway, dict], authority: CertificateAuthority,
                 certificate: Certificate) -> Iterator[Peer]:
    need_rooms()
    gateway, initial = shared_gateway
    with PEERS[request.param](certificate, doors_of(gateway, authority.certificate)) as peer:
        yield peer


@pytest.fixture
def peer(running_peer: Peer, gateway: Gateway) -> Peer:
    """A mail server that the gateway has a route to."""
    gateway.apply({"smtp.delivery.routes": [f"{running_peer.domain} localhost:{running_peer.port}"]})
    return running_peer


@pytest.fixture
def mark() -> str:
    """Words that no other message has."""
    return f"mark-{next(_numbers)}."
