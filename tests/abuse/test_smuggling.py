# SPDX-License-Identifier: GPL-3.0-or-later
"""
No second message out of one: every mixture of CR, LF, NUL and dot around the end of data, after DATA and in BDAT's chunks. What is right
is said by the RFCs: only CR LF ends a line (RFC 5321, section 2.3.8), only CR LF . CR LF ends what follows DATA (section 4.1.1.4), a dot
more stands in front of lines that begin with one (section 4.5.2); in chunks a dot is a dot, and bytes are counted (RFC 3030, section 2).
"""

import itertools
import re
from pathlib import Path
from typing import Iterator

import pytest

from abuse.stranger import Stranger, begin_with
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.sink import NextHop
from gateway.wait import until

PROMISE = "No smuggling, no injection"
MIXED = (b"\r", b"\n", b".", b"x", b"\0")
END = b"\r\n.\r\n"
FAR = "someone@near.example"

# What a server that takes the wrong end for the right one would take for commands.
TAIL = (b"MAIL FROM:<smuggler@elsewhere.example>\r\nRCPT TO:<bob@demo.example>\r\nRCPT TO:<someone@near.example>\r\nDATA\r\n"
        b"Number: %d\r\n\r\nsmuggled\r\n")
ENVELOPE = b"MAIL FROM:<sender@elsewhere.example>\r\nRCPT TO:<bob@demo.example>\r\nRCPT TO:<" + FAR.encode() + b">\r\n"
GOOD, BAD, OUT_OF_PLACE, IN_STEP = "250 2.0.0", "550 5.6.11", "503", "250 2.0.0"


def mixtures(longest: int, mixed: tuple[bytes, ...] = MIXED) -> Iterator[bytes]:
    """All of up to LONGEST bytes."""
    for length in range(longest + 1):
        for letters in itertools.product(mixed, repeat=length):
            if len(mixture := b"".join(letters)) <= longest:
                yield mixture


def is_clean(content: bytes) -> bool:
    """No NUL, no CR without its LF, no LF without its CR."""
    return not re.search(rb"\0|\r(?!\n)|(?<!\r)\n", content)


def unstuffed(content: bytes) -> bytes:
    return re.sub(rb"(?m)^\.", b"", content)


class Smuggler:
    """Sends messages in ever the same session, and counts what went wrong."""

    def __init__(self, gateway: Gateway, client: str, envelope: bytes = ENVELOPE):
        self._gateway, self._client, self._envelope = gateway, client, envelope
        self._session: Stranger | None = None
        self._said = 0
        self.tried = 0
        self.wrong: list[tuple] = []
        self.accepted: dict[int, bytes] = {}  # what the message with that number is

    def __enter__(self) -> "Smuggler":
        return self

    def __exit__(self, *_exception) -> None:
        self.leave()

    def leave(self) -> None:
        """Ends the session; nothing may be left to be said."""
        if self._session and (last := self._session.say(b"QUIT")) != ["221 2.0.0 mail.demo.example Goodbye"]:
            self.wrong.append(("at the end", last))
        if self._session:
            self._session.close()
        self._session = None

    def _meet(self) -> Stranger:
        if self._session and self._said >= 400:
            self.leave()
        if not self._session:
            self._session, self._said = Stranger(self._gateway.smtp_port, self._client), 0
            self._session.say(b"EHLO client.example")
        return self._session

    def try_pieces(self, pieces: list[bytes], expected: list[str]) -> bool:
        """Sends the envelope and the PIECES, and asks whether the server is where it should be."""
        session = self._meet()
        self.tried += 1
        self._said += 1
        session.send(self._envelope + pieces[0], *pieces[1:-1], pieces[-1] + b"NOOP\r\n")
        expected = ["250 2.1."] * self._envelope.count(b"\r\n") + [*expected, IN_STEP]
        replies = session.replies(len(expected))
        if begin_with(replies, expected):
            return True
        self.wrong.append((pieces, expected, replies))
        session.close()
        self._session = None
        return False

    def tail(self) -> bytes:
        """Of the next message."""
        return TAIL % self.tried

    def try_data(self, content: bytes, cut: int) -> None:
        """CONTENT, and then its end, in two pieces."""
        number, clean = self.tried, is_clean(content)
        pieces = [b"DATA\r\n" + content[:cut], content[cut:] + b".\r\n"]
        if self.try_pieces(pieces, ["354", GOOD if clean else BAD]) and clean:
            self.accepted[number] = unstuffed(content)

    def try_chunks(self, content: bytes, cut: int) -> None:
        """CONTENT in two chunks; the first is refused where it shows already that something is wrong."""
        number, clean = self.tried, is_clean(content) and not content.endswith(b"\r")
        early = not is_clean(content[:cut].removesuffix(b"\r"))
        chunks = [b"BDAT %d\r\n" % cut + content[:cut], b"BDAT %d LAST\r\n" % (len(content) - cut) + content[cut:]]
        expected = [BAD, OUT_OF_PLACE] if early else [GOOD, GOOD if clean else BAD]
        if self.try_pieces(chunks, expected) and clean:
            self.accepted[number] = content if content.endswith(b"\r\n") else content + b"\r\n"


def number_of(content: bytes) -> int:
    found = re.search(rb"^Number: (\d+)\r$", content, re.MULTILINE)
    return int(found[1]) if found else -1


def without_trace(content: bytes) -> bytes:
    """Without the fields that Postern has put in front."""
    return re.sub(rb"\A(Return-Path: .*\r\n|Delivered-To: .*\r\n)*Received: .*\r\n(\t.*\r\n)*", b"", content)


def check_arrivals(smuggler: Smuggler, arrived: list[bytes], where: str) -> None:
    """Each accepted message has arrived once, byte for byte, and no other has."""
    numbers = sorted(map(number_of, arrived))
    if numbers != sorted(smuggler.accepted):
        smuggler.wrong.append((where, "messages", sorted(set(numbers) ^ set(smuggler.accepted)), len(numbers)))
    for content in arrived:
        if without_trace(content) != smuggler.accepted.get(number_of(content)):
            smuggler.wrong.append((where, content))


def read_mails(folder: Path) -> list[bytes]:
    """Of a mailbox, and empties it."""
    mails = []
    for path in folder.iterdir() if folder.exists() else ():
        mails.append(path.read_bytes())
        path.unlink()
    return mails


def check_both_ends(smuggler: Smuggler, gateway: Gateway, next_hop: NextHop) -> None:
    smuggler.leave()
    until(lambda: len(next_hop.messages_to(FAR)) >= len(smuggler.accepted), "the messages at the next hop", 60)
    until(lambda: not gateway.queue(), "an empty queue")
    check_arrivals(smuggler, [message.content for message in next_hop.messages], "at the next hop")
    check_arrivals(smuggler, read_mails(gateway.state / "mailboxes" / "bob" / "new"), "in the mailbox")


@pytest.fixture
def open_gateway(gateway: Gateway, next_hop: NextHop) -> Gateway:
    gateway.apply({"smtp.relay.near-domains": True, "smtp.limits.errors": 1000})
    next_hop.messages.clear()
    read_mails(gateway.state / "mailboxes" / "bob" / "new")
    return gateway


HEADS = (b"", b"Subject: mixture\r\n", b"Subject: mixture\r\n\r\n", b"Subject: mixture\r\n\r\nfirst")


def ends_early(content: bytes) -> bool:
    """Whether the true end of data is in it: what follows are commands by right."""
    return END in b"\r\n" + content


def test_after_data(open_gateway: Gateway, next_hop: NextHop, client: str) -> None:
    with Smuggler(open_gateway, client) as smuggler:
        for mixture, head in itertools.product(mixtures(tries(5, 6)), HEADS):
            if not ends_early(head + mixture):
                smuggler.try_data(head + mixture + smuggler.tail(), 0)
        check_both_ends(smuggler, open_gateway, next_hop)
    record(PROMISE, "mixtures of CR, LF, NUL and dot after DATA", smuggler.tried, len(smuggler.wrong),
           f"{len(smuggler.accepted):,} of them are clean, and arrived whole at the next hop and in the mailbox")
    assert not smuggler.wrong, smuggler.wrong[:3]


def test_after_data_in_two_packets(open_gateway: Gateway, next_hop: NextHop, client: str) -> None:
    """The same, cut at each place of the mixture."""
    with Smuggler(open_gateway, client) as smuggler:
        for mixture, head in itertools.product(mixtures(tries(3, 5)), HEADS):
            if not ends_early(head + mixture):
                for cut in range(len(head), len(head + mixture) + 2):
                    smuggler.try_data(head + mixture + smuggler.tail(), cut)
        check_both_ends(smuggler, open_gateway, next_hop)
    record(PROMISE, "the same mixtures cut in two packets at each place", smuggler.tried, len(smuggler.wrong))
    assert not smuggler.wrong, smuggler.wrong[:3]


def test_in_chunks(open_gateway: Gateway, next_hop: NextHop, client: str) -> None:
    """Cut in two chunks at each place; the true end of data, too, is only text here."""
    with Smuggler(open_gateway, client) as smuggler:
        for mixture, head in itertools.product([*mixtures(tries(3, 5)), END, END[:-2], b"\r\n..\r\n"], HEADS):
            for cut in range(len(head), len(head + mixture) + 2):
                smuggler.try_chunks(head + mixture + smuggler.tail(), cut)
        check_both_ends(smuggler, open_gateway, next_hop)
    record(PROMISE, "mixtures in chunks (BDAT), cut at each place", smuggler.tried, len(smuggler.wrong),
           f"{len(smuggler.accepted):,} of them are clean, and arrived whole at the next hop and in the mailbox")
    assert not smuggler.wrong, smuggler.wrong[:3]
