# SPDX-License-Identifier: GPL-3.0-or-later
"""Strangers who come in floods, with the settings as they are by default: an allowed client is served as if nobody else were there."""

from typing import Iterator

import pytest

from abuse.flooding import Flood, Regular, Watch
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.sink import NextHop
from gateway.wait import until

PROMISE = "Strangers can't tire it out"
BANNER_MS = 2000  # the promise is 100 ms; a machine that tests other things at the same time is given more


@pytest.fixture(name="guarded", scope="module")
def make_guarded(next_hop: NextHop) -> Iterator[Gateway]:
    with Gateway(mail_router=next_hop.endpoint) as gateway:
        with gateway.smtp() as session:
            session.sendmail("a@elsewhere.example", ["alice@demo.example"], "Subject: to be fetched\r\n\r\nhello\r\n")
        until(lambda: list(gateway.state.glob("mailboxes/alice/new/*")), "the message for alice")
        yield gateway


def port_of(gateway: Gateway, server: str) -> int:
    return gateway.smtp_port if server == "smtp" else gateway.pop_port


@pytest.mark.parametrize("clients", [20, 100000], ids=["few-addresses", "many-addresses"])
@pytest.mark.parametrize("server", ["smtp", "pop3"])
def test_idle(guarded: Gateway, client: str, server: str, clients: int):
    connections = tries(2000, 20000)
    guarded.log_on(client)
    with Watch(guarded) as watch, Regular(guarded, client, server) as regular:
        with Flood(port_of(guarded, server), connections, min(clients, connections)) as flood:
            flood.wait_open()
            regular.wait_for(20)
        watch.wait_for_descriptors()
    what = f"{server}: silent connections from {min(clients, connections):,} addresses"
    record(PROMISE, what, connections, len(regular.failures), f"{regular.words()}; {watch.words()}")
    assert not regular.failures
