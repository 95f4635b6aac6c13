# SPDX-License-Identifier: GPL-3.0-or-later
"""
Strangers who come in floods, with the settings as they are by default: an allowed client is served as if nobody else were there, the
bus answers, memory stays below what the strangers' sessions may cost, and comes back.
"""

from pathlib import Path
from typing import Iterator

import pytest

from abuse.flooding import BASE_KIB, Flood, Regular, Watch, fill_mailbox
from abuse.floods import KINDS, Kind
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.sink import NextHop

PROMISE = "Strangers can't tire it out"
FEW, MANY = 20, 100000
SETTINGS = {"smtp.relay.near-domains": True, "smtp.filters": ["keep subject *offer*", "discard attachment *.exe"]}


@pytest.fixture(name="guarded", scope="module")
def make_guarded(next_hop: NextHop) -> Iterator[Gateway]:
    with Gateway(mail_router=next_hop.endpoint, settings=SETTINGS) as gateway:
        fill_mailbox(gateway)
        yield gateway


def withstand(gateway: Gateway, client: str, kind: Kind, folder: Path, clients: int = FEW) -> None:
    """An allowed client comes again and again while KIND of flood is there."""
    connections = tries(*kind.tried)
    port = gateway.smtp_port if kind.server == "smtp" else gateway.pop_port
    gateway.log_on(client)
    with Watch(gateway) as watch, Regular(gateway, client, kind.server) as regular:
        with Flood(port, connections, min(clients, connections), say=kind.say, folder=folder, **kind.options) as flood:
            flood.wait_open()
            if kind.limit:
                flood.wait(lambda now: now["replies"].get(kind.limit, 0) >= 5, f"{kind.limit} to be said")
            regular.wait_for(5)
            gateway.counters(kind.server)
            now = flood.figures()
        watch.wait_for_descriptors()
    lost = len(regular.failures)
    record(PROMISE, f"{kind.server}: {kind.what}, from {min(clients, connections):,} addresses", now["opened"], lost,
           f"{regular.words()}; {now['sent'] / 1e6:.0f} MB said; {watch.words()}; {watch.grown_kib(kind.server) / connections:.0f} KiB a session")
    assert not regular.failures
    assert watch.grown_kib(kind.server) < BASE_KIB + connections * kind.session_kib


@pytest.mark.parametrize("clients", [FEW, MANY], ids=["few-addresses", "many-addresses"])
@pytest.mark.parametrize("server", ["smtp", "pop3"])
def test_silence(guarded: Gateway, client: str, tmp_path: Path, server: str, clients: int):
    withstand(guarded, client, Kind(server, "silence", tried=(2500, 20000)), tmp_path, clients)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.server}-{kind.what}".replace(" ", "-"))
def test_flood(guarded: Gateway, client: str, tmp_path: Path, kind: Kind):
    withstand(guarded, client, kind, tmp_path)
