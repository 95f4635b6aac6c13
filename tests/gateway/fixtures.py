# SPDX-License-Identifier: GPL-3.0-or-later
"""One gateway and one next hop for each file of tests; each test begins with the same settings, and a client that nobody knows."""

import itertools
from typing import Iterator

import pytest

from .gateway import Gateway
from .sink import NextHop

_numbers = itertools.count(10)


def next_client() -> str:
    """An address of the loopback network that no other test uses."""
    number = next(_numbers)
    return f"127.9.{number // 250}.{number % 250 + 1}"


@pytest.fixture(scope="module")
def next_hop() -> Iterator[NextHop]:
    with NextHop() as hop:
        yield hop


@pytest.fixture(scope="module")
def shared_gateway(next_hop: NextHop) -> Iterator[tuple[Gateway, dict]]:
    with Gateway(mail_router=next_hop.endpoint) as gateway:
        yield gateway, gateway.settings()


@pytest.fixture
def gateway(shared_gateway: tuple[Gateway, dict]) -> Iterator[Gateway]:
    gateway, initial = shared_gateway
    yield gateway
    now = gateway.settings()
    changed = {name: value for name, value in initial.items() if now[name] != value}
    if changed:
        gateway.apply(changed)


@pytest.fixture
def client() -> str:
    return next_client()


@pytest.fixture
def other_client(client: str) -> str:
    return next_client()
