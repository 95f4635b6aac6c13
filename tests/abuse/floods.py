# SPDX-License-Identifier: GPL-3.0-or-later
"""What floods bring: what each connection says, how fast, and whether it reads; and which reply is the limit that ends it."""

from dataclasses import dataclass, field
from typing import Mapping

MIB = 1 << 20
HELLO = b"EHLO tired.example\r\n"
SENDER = HELLO + b"MAIL FROM:<a@elsewhere.example>\r\n"
ENVELOPE = SENDER + b"RCPT TO:<bob@demo.example>\r\n"
UNKNOWN = b"".join(b"RCPT TO:<nobody%d@demo.example>\r\n" % n for n in range(30))
BOMB_DEPTH = 2000


def drip(at_once: bytes, slowly: bytes) -> tuple[bytes, dict]:
    """Says the one, then the other a byte at a time, without an end."""
    return at_once + slowly, {"at_once": len(at_once), "every": 200, "repeat_from": len(at_once)}


def mime_bomb() -> bytes:
    """Parts in parts in parts, and not one of them ends."""
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    parts = (b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(BOMB_DEPTH))
    return head + b"".join(parts) + b".\r\n"


@dataclass(frozen=True)
class Kind:
    """TRIED: how many connections; each day, and thoroughly. LIMIT: how the reply begins that each of them can get to."""
    server: str
    what: str
    say: bytes = b""
    options: Mapping = field(default_factory=dict)
    tried: tuple[int, int] = (200, 2000)
    limit: str = ""
    session_kib: int = 16  # what each may cost


def slow(server: str, what: str, at_once: bytes, slowly: bytes) -> Kind:
    say, options = drip(at_once, slowly)
    return Kind(server, what, say, options)


AGAIN = {"again": True}
DEAF = {"reads": "none", "window": 2304}
WHOLE_BUFFERS_KIB = 256

KINDS = (
    slow("smtp", "a byte now and then: a command", b"", b"NOOP x"),
    slow("smtp", "a byte now and then: the content", ENVELOPE + b"DATA\r\n", b"x: y\r\n"),
    slow("smtp", "a byte now and then: a chunk", ENVELOPE + b"BDAT 1000000 LAST\r\n", b"x: y\r\n"),
    Kind("smtp", "unknown commands", b"".join(b"XYZZY %d\r\n" % n for n in range(30)), AGAIN, limit="421"),
    Kind("smtp", "NOOP for ever", HELLO + b"NOOP\r\n", AGAIN | {"repeat_from": len(HELLO)}, limit="421"),
    Kind("smtp", "RSET and MAIL for ever", SENDER + b"RSET\r\nMAIL FROM:<a@b.example>\r\n", AGAIN | {"repeat_from": len(HELLO)}, limit="421"),
    Kind("smtp", "a dictionary of recipients", SENDER + UNKNOWN, AGAIN, limit="421"),
    Kind("smtp", "recipients elsewhere for ever", SENDER + b"RCPT TO:<x@elsewhere.example>\r\n" * 10, AGAIN | {"repeat_from": len(SENDER)},
         limit="421"),
    Kind("smtp", "10,000 recipients", SENDER + b"".join(b"RCPT TO:<r%d@near.example>\r\n" % n for n in range(10000)), limit="452",
         tried=(20, 200), session_kib=1024),
    Kind("smtp", "100 MB of commands, replies not read", HELLO + b"HELP\r\n" * 10000, DEAF | {"repeat_from": len(HELLO)},
         tried=(100, 1000), session_kib=WHOLE_BUFFERS_KIB),
    Kind("smtp", "replies read a byte now and then", HELLO + b"HELP\r\n" * 1000, {"reads": "slow", "window": 2304, "every": 100, "piece": 6000},
         tried=(100, 1000), session_kib=WHOLE_BUFFERS_KIB),
    Kind("smtp", "a line without an end", b"x" * MIB, AGAIN | {"repeat_from": 0}, tried=(20, 100)),
    Kind("smtp", "a header without an end", ENVELOPE + b"DATA\r\n" + b"x: y\r\n" * 100000, AGAIN | {"repeat_from": len(ENVELOPE) + 6},
         tried=(5, 20), session_kib=1024),
    Kind("smtp", "a field without an end", ENVELOPE + b"DATA\r\nx:" + b" y\r\n" * 100000, AGAIN | {"repeat_from": len(ENVELOPE) + 8},
         tried=(5, 20), session_kib=1024),
    Kind("smtp", "a MIME bomb", ENVELOPE + b"DATA\r\n" + mime_bomb(), AGAIN, tried=(5, 20), limit="250", session_kib=1024),
    Kind("smtp", "resets after the greeting", b"x", AGAIN | {"resets": True}, tried=(50, 500)),
    Kind("smtp", "resets after RCPT", ENVELOPE, AGAIN | {"resets": True}, tried=(50, 500)),
    Kind("smtp", "resets in the content", ENVELOPE + b"DATA\r\nx", AGAIN | {"resets": True}, tried=(50, 500)),
    Kind("smtp", "resets at the end of the content", ENVELOPE + b"DATA\r\nx: y\r\n\r\n.\r\n", AGAIN | {"resets": True}, tried=(50, 500)),
    slow("pop3", "a byte now and then: a command", b"", b"NOOP x"),
    slow("pop3", "a byte now and then: AUTH", b"AUTH PLAIN\r\n", b"x"),
    Kind("pop3", "unknown commands", b"".join(b"XYZZY %d\r\n" % n for n in range(30)), AGAIN, limit="-ER"),
    Kind("pop3", "CAPA for ever", b"CAPA\r\n", AGAIN | {"repeat_from": 0}, limit="-ER"),
    Kind("pop3", "AUTH begun and given up for ever", b"AUTH PLAIN\r\n*\r\n", AGAIN | {"repeat_from": 0}, limit="-ER"),
    Kind("pop3", "100 MB of commands, replies not read", b"CAPA\r\n" * 10000, DEAF | {"repeat_from": 0}, tried=(100, 1000),
         session_kib=WHOLE_BUFFERS_KIB),
    Kind("pop3", "a line without an end", b"x" * MIB, AGAIN | {"repeat_from": 0}, tried=(20, 100)),
    Kind("pop3", "resets after the greeting", b"x", AGAIN | {"resets": True}, tried=(50, 500)),
    Kind("pop3", "resets in the log-on", b"USER bob\r\nPASS builder\r\n", AGAIN | {"resets": True}, tried=(5, 20)),
    Kind("pop3", "a dictionary of passwords", b"".join(b"USER bob\r\nPASS %d\r\n" % n for n in range(10)), AGAIN, limit="-ER",
         tried=(100, 1000)),
)
