# SPDX-License-Identifier: GPL-3.0-or-later
"""
Floods at the doors of TLS, where a handshake costs the server more than the client: an allowed client, who speaks TLS, too, is served,
memory stays below what the strangers' sessions may cost, and comes back.
"""

import ssl
from pathlib import Path
from typing import Iterator

import pytest

from abuse.flooding import BASE_KIB, Flood, Regular, Watch, fill_mailbox
from abuse.tls_floods import DEEDS, KINDS, SESSION_KIB, TlsKind, client_hello, in_small_records, second_hello
from gateway.certificate import CertificateAuthority
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.ports import free_port
from gateway.sink import NextHop

PROMISE = "Strangers can't tire it out"
CLIENTS = 20
ENDED = 5
MOST_AT_ONCE = (8, 64)  # of those that do whole handshakes; each day, and thoroughly


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def context(authority: CertificateAuthority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authority.certificate)


@pytest.fixture(scope="module")
def doors() -> dict[str, int]:
    return {f"{server}{kind}": free_port() for server in ("smtp", "pop3") for kind in ("", "-tls")}


@pytest.fixture(scope="module")
def secured(next_hop: NextHop, authority: CertificateAuthority, doors: dict[str, int]) -> Iterator[Gateway]:
    settings = {"security.certificates": [authority.issue("localhost", "127.0.0.1").row],
                "smtp.submission-tls-listeners": [f"127.0.0.1:{doors['smtp-tls']}"],
                "pop3.tls-listeners": [f"127.0.0.1:{doors['pop3-tls']}"]}
    with Gateway(smtp_port=doors["smtp"], pop_port=doors["pop3"], mail_router=next_hop.endpoint, settings=settings) as gateway:
        fill_mailbox(gateway)
        yield gateway


def withstand(gateway: Gateway, client: str, context: ssl.SSLContext, server: str, what: str, flood: Flood, connections: int,
              is_ended: bool, least: int = 0) -> None:
    """FLOOD stands while the allowed client comes again and again, until the tool has done at LEAST so many deeds, and the server has
    ended some of its connections where it IS_ENDED."""
    gateway.log_on(client)
    with Watch(gateway) as watch, Regular(gateway, client, server, context) as regular:
        with flood:
            flood.wait(lambda now: now["opened"] + now["failed"] >= connections and now["opened"] + now["sent"] >= least, "the flood")
            if is_ended:
                flood.wait(lambda now: now["ended"] >= ENDED, "connections to be ended")
            regular.wait_for(5)
            gateway.counters(server)
            now = flood.figures()
        watch.wait_for_descriptors()
    record(PROMISE, f"{server}: {what}", now["opened"], len(regular.failures),
           f"{regular.words()}; {now['sent']:,} said or asked; {now['ended']:,} were ended; {watch.words()}")
    assert not regular.failures
    assert watch.grown_kib(server) < BASE_KIB + connections * SESSION_KIB


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.door}-{kind.what}".replace(" ", "-"))
def test_flood(secured: Gateway, client: str, context: ssl.SSLContext, doors: dict[str, int], tmp_path: Path, kind: TlsKind):
    port, connections = doors[kind.door], tries(*kind.tried)
    hello = {"": lambda: b"", "whole": client_hello, "small records": lambda: in_small_records(client_hello()),
             "second": lambda: second_hello(port, context)}[kind.hello]()
    flood = Flood(port, connections, CLIENTS, say=kind.say + hello, folder=tmp_path, **kind.options)
    withstand(secured, client, context, kind.door.partition("-")[0], kind.what, flood, connections, kind.is_ended)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("server", ["smtp", "pop3"])
def test_deeds(secured: Gateway, client: str, context: ssl.SSLContext, doors: dict[str, int], server: str, deed: str):
    connections = tries(*MOST_AT_ONCE)
    flood = Flood(doors[f"{server}-tls"], connections, CLIENTS, tool="tls-flood", what=deed)
    withstand(secured, client, context, server, f"{deed.replace('-', ' ')} as fast as can be", flood, connections, DEEDS[deed],
              least=tries(50, 5000))
