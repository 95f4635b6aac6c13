# SPDX-License-Identifier: GPL-3.0-or-later
"""
What Postern takes, the next hop reads as the very same message: the mixtures of tests/abuse that are clean, and long lines, with dots where
a server that cuts lines would see one on a line of its own. Sent on by BDAT where the next hop takes that, else and when large by DATA.
"""

import re

from abuse.test_smuggling import PROMISE, Smuggler, is_clean, mixtures
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.wait import until
from peers.letter import expect_unchanged, letter
from peers.peer import Peer

CLIENT = "127.0.0.2"
PADDING = (b"." + b"p" * 70 + b"\r\n") * 1000  # more than goes as one chunk

# Around the places where servers cut lines, or where their buffers end.
EDGES = (998, 1000, 2048, 76, 990, 1024, 4096, 8192, 16384)


def tail(peer: Peer) -> bytes:
    """Commands that no server should take for such; then the end of the letter."""
    return (f"MAIL FROM:<smuggler@elsewhere.example>\r\nRCPT TO:<ben@{peer.domain}>\r\nDATA\r\n"
            f"Subject: smuggled\r\n\r\nsmuggled\r\n").encode()


def bodies() -> list[bytes]:
    clean = [mixture for mixture in mixtures(tries(4, 6), (b"\r\n", b".", b"x")) if is_clean(mixture)]
    lines = [b"x" * (edge + step) + mixture for edge in EDGES[:tries(3, len(EDGES))] for step in range(-1, 2)
             for mixture in (b".\r\n", b"\r\n.\r\n")]
    return clean + lines


def count_arrived(peer: Peer) -> int:
    return sum(b"<onwards-" in message for message in peer.messages("ann"))


def test_one_message_stays_one(gateway: Gateway, peer: Peer) -> None:
    gateway.apply({"smtp.limits.errors": 1000})
    gateway.log_on(CLIENT)
    envelope = f"MAIL FROM:<alice@demo.example>\r\nRCPT TO:<ann@{peer.domain}>\r\n".encode()
    sent: dict[str, bytes] = {}
    with Smuggler(gateway, CLIENT, envelope) as smuggler:
        for number, body in enumerate(bodies()):
            mark = f"onwards-{number}."
            content = letter(mark, b"\r\nfirst" + body + b"\r\n" + tail(peer))
            if number % 4 == 3:
                content += PADDING
            smuggler.try_chunks(content, len(content))
            sent[mark] = content
    until(lambda: not gateway.queue(), "an empty queue", 60)
    until(lambda: count_arrived(peer) >= len(sent), f"{len(sent)} messages at the peer", 60)
    arrived = {match[1].decode(): message for message in peer.messages("ann")
               if (match := re.search(rb"^Message-ID: <(onwards-\d+\.)@", message, re.MULTILINE))}
    again = [message for message in peer.messages("ben") if b"smuggled" in message]
    wrong: list = [*smuggler.wrong, *again]
    for mark, content in sent.items():
        try:
            expect_unchanged(arrived[mark], content.replace(b"\r\n", b"\n"))
        except (KeyError, AssertionError) as error:
            wrong.append((mark, str(error)[:300]))
    count = count_arrived(peer)  # perhaps one of them twice
    record(PROMISE, f"messages sent on to {type(peer).__name__}, as the next hop reads them", len(sent), len(wrong) + abs(count - len(sent)))
    assert not wrong, (len(wrong), wrong[:3])
    assert count == len(sent)
