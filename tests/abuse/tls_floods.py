# SPDX-License-Identifier: GPL-3.0-or-later
"""What floods bring at the doors of TLS: before, in and after the handshake."""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Mapping, Optional

from abuse.floods import AGAIN, HELLO

# A record's head, and how much of a handshake it may hold (RFC 8446, section 5.1).
HEAD, HANDSHAKE = 5, b"\x16\x03\x01"
# What each session of a flood may cost, TLS and all.
SESSION_KIB = 64


def client_hello(session: Optional[ssl.SSLSession] = None, context: Optional[ssl.SSLContext] = None) -> bytes:
    """As a client of OpenSSL begins, or one that has had a SESSION with CONTEXT before."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname="localhost", session=session).do_handshake()
    return outgoing.read()


def second_hello(port: int, context: ssl.SSLContext) -> bytes:
    """As a client begins that was there before, with the ticket that the server has given it."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection, \
            context.wrap_socket(connection, server_hostname="localhost") as secured:
        secured.recv(1)  # tickets come with the first words
        assert secured.session.has_ticket
        return client_hello(secured.session, context)


def in_small_records(hello: bytes) -> bytes:
    """The same, a byte a record."""
    return b"".join(HANDSHAKE + b"\0\1" + hello[at:at + 1] for at in range(HEAD, len(hello)))


@dataclass(frozen=True)
class TlsKind:
    """DOOR: the server's name, or that and "tls", where TLS is spoken from the first byte. SAY: in front of what HELLO makes."""
    door: str
    what: str
    say: bytes = b""
    hello: str = ""  # "whole", "small records", "second"
    options: Mapping = field(default_factory=dict)
    is_ended: bool = False  # by the server, at once
    tried: tuple[int, int] = (200, 2000)


def doors(what: str, hello: str = "", say: bytes = b"", is_ended: bool = False, **options) -> tuple[TlsKind, ...]:
    """The same at both servers."""
    return tuple(TlsKind(door, what, say, hello, options, is_ended) for door in ("smtp-tls", "pop3-tls"))


KINDS = (
    *doors("silence where TLS is spoken"),
    *doors("a ClientHello, and then silence", "whole"),
    *doors("a ClientHello, a byte now and then", "whole", every=100),
    *doors("a ClientHello in records of a byte", "small records"),
    *doors("a ClientHello, and then a reset", "whole", **AGAIN, resets=True),
    *doors("a ClientHello with a ticket, and then a reset", "second", **AGAIN, resets=True),
    *doors("garbage instead of a ClientHello", say=bytes(range(256)) * 16, is_ended=True, **AGAIN),
    *doors("a record that says it is larger than one may be", say=HANDSHAKE + b"\xff\xff" + b"x" * 65535, is_ended=True, **AGAIN),
    TlsKind("smtp", "STARTTLS, and then silence", HELLO + b"STARTTLS\r\n"),
    TlsKind("smtp", "STARTTLS, and then a line in clear", HELLO + b"STARTTLS\r\nNOOP\r\n", options=AGAIN, is_ended=True),
    TlsKind("pop3", "STLS, and then silence", b"STLS\r\n"),
    TlsKind("pop3", "STLS, and then a line in clear", b"STLS\r\nCAPA\r\n", options=AGAIN, is_ended=True),
)
# What tls-flood does, and whether the server ends it.
DEEDS = {"handshakes": False, "old-handshakes": False, "renegotiations": True, "key-updates": True, "small-records": False}
