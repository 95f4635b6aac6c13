# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that servers might spoil, and what may be added to them on their way."""

import re

TRACE = re.compile(rb"(Return-Path|Delivered-To|X-Original-To|Received|Envelope-to|Delivery-date):", re.IGNORECASE)
DOTS = b".\r\n..\r\n.dot\r\n...\r\n\r\n.\r\n"
LATIN = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe\r\n".encode("latin-1")

# What stands behind the header's first fields.
RESTS = {
    "dots": b"\r\n" + DOTS,
    "only a dot": b"\r\n.\r\n",
    "no body": b"",
    "8-bit": LATIN,
    "long lines": b"\r\n" + (b"x" * 998 + b"\r\n") * 3,
}


def letter(mark: str, rest: bytes = b"\r\nHello.\r\n", sender: str = "alice@demo.example") -> bytes:
    """A message with a header that no server completes."""
    return (f"From: {sender}\r\nTo: you@there.example\r\nDate: Sun, 22 Nov 2026 10:00:00 +0100\r\n"
            f"Message-ID: <{mark}@demo.example>\r\n").encode() + rest


def large_letter(mark: str) -> bytes:
    """Of 5 MiB, with a dot in front of each line."""
    line = b".%07d " + b"abcdefghij" * 6 + b"\r\n"
    return letter(mark, b"\r\n" + b"".join(line % number for number in range(5 * 1024 * 1024 // 71)))


def options_of(name: str) -> list[str]:
    return ["BODY=8BITMIME"] if name == "8-bit" else []


def expect_unchanged(arrived: bytes, sent: bytes) -> None:
    """ARRIVED is SENT, with trace fields and nothing else before it; both with the same ends of lines."""
    assert arrived.endswith(sent), f"the message has changed on its way: {arrived[:2000]!r}"
    fields = re.split(rb"\n(?![ \t])", arrived[:-len(sent)].replace(b"\r\n", b"\n"))
    strange = [field for field in fields if field and not TRACE.match(field)]
    assert not strange, f"fields that nobody asked for: {strange}"
