# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail servers that are tried, and which of them can do what."""

from typing import Callable

import pytest

from .exim import Exim
from .opensmtpd import OpenSmtpd
from .peer import Peer
from .postfix import Postfix

PEERS = {peer.name: peer for peer in (Postfix, Exim, OpenSmtpd)}


def _only(can: Callable[[type[Peer]], bool]) -> pytest.MarkDecorator:
    names = [name for name, peer in PEERS.items() if can(peer)]
    return pytest.mark.parametrize("running_peer", names, indirect=True, scope="session")


serving_tls = _only(lambda peer: peer.serves_tls)
speaking_utf8 = _only(lambda peer: peer.speaks_utf8)
