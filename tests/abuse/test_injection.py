# SPDX-License-Identifier: GPL-3.0-or-later
"""
Commands, fields and lines that somebody slips in: BDAT mixed with DATA (RFC 3030), words in clear ahead of TLS (RFC 3207, section 4.2;
RFC 2595, section 4), names that are no names in what an administrator reads, and dots on their way in and out (RFC 5321, section 4.5.2;
RFC 1939, section 3).
"""

import itertools
import unicodedata
from pathlib import Path
from typing import Iterator

import pytest

from abuse.stranger import Stranger, begin_with
from abuse.test_smuggling import is_clean, mixtures, read_mails
from gateway.certificate import CertificateAuthority
from gateway.figures import record, tries
from gateway.gateway import DEMO_USERS, Gateway
from gateway.ports import free_port
from gateway.wait import until

PROMISE = "No smuggling, no injection"
BEGIN = b"MAIL FROM:<sender@elsewhere.example>\r\nRCPT TO:<bob@demo.example>\r\n"
BEGUN = ["250 2.1.0", "250 2.1.5"]

# What is sent in one piece behind an envelope, and how each command is answered by the RFC; "closed" is the end.
CHUNKS: dict[str, tuple[bytes, list[str]]] = {
    "DATA after a chunk": (b"BDAT 3\r\na\r\nDATA\r\nNOOP\r\n", ["250", "503", "250"]),
    "a chunk goes on after a refused DATA": (b"BDAT 3\r\na\r\nDATA\r\nBDAT 3 LAST\r\nb\r\n", ["250", "503", "250"]),
    "MAIL after a chunk": (b"BDAT 3\r\na\r\n" + BEGIN + b"RSET\r\n", ["250", "503", "503", "250"]),
    "RSET after a chunk, then LAST": (b"BDAT 3\r\na\r\nRSET\r\nBDAT 3 LAST\r\nb\r\n", ["250", "250", "503"]),
    "EHLO after a chunk, then LAST": (b"BDAT 3\r\na\r\nHELO x\r\nBDAT 3 LAST\r\nb\r\n", ["250", "250", "503"]),
    "STARTTLS after a chunk": (b"BDAT 3\r\na\r\nSTARTTLS\r\nNOOP\r\n", ["250", "503", "250"]),
    "LAST twice": (b"BDAT 3 LAST\r\na\r\nBDAT 6 LAST\r\nRSET\r\nNOOP\r\n", ["250", "503", "250"]),
    "LAST of no bytes twice": (b"BDAT 0 LAST\r\nBDAT 0 LAST\r\n", ["250", "503"]),
    "a message after a refused LAST": (b"BDAT 2 LAST\r\n\r\r" + BEGIN + b"BDAT 3 LAST\r\na\r\n", ["550", *BEGUN, "250"]),
    "chunks behind a refused one": (b"BDAT 2\r\n\r\rBDAT 6\r\nRSET\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", ["550", "503", "503", "250"]),
    "a size too small": (b"BDAT 1\r\nab\r\nNOOP\r\n", ["250", "500", "250"]),
    "a size too large": (b"BDAT 9 LAST\r\na\r\nNOOP\r\nNOOP\r\n", ["250", "250"]),
    "commands in a chunk": (b"BDAT 12 LAST\r\nRSET\r\nQUIT\r\nNOOP\r\n", ["250", "250"]),
    "a dot in a chunk": (b"BDAT 6 LAST\r\na\r\n.\r\nNOOP\r\n", ["250", "250"]),
    "BDAT behind DATA": (b"DATA\r\nBDAT 3 LAST\r\na\r\n.\r\nNOOP\r\n", ["354", "250", "250"]),
    **{f"BDAT {words}": (b"BDAT " + words.encode() + b"\r\nNOOP\r\n", ["521", "closed"])
       for words in ("x", "-1", "+1", "1.0", "0x1", "99999999999999999999", "1 FIRST", "1 LAST LAST", "LAST", "1,LAST", "1\0")},
}
CHUNKS["BDAT 1\0"] = (b"BDAT 1\0\r\nNOOP\r\n", ["500", "250"])  # no command at all, so none that announces bytes


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def secure(gateway: Gateway, authority: CertificateAuthority) -> Gateway:
    gateway.apply({"security.certificates": [authority.issue("localhost", "127.0.0.1").row], "smtp.limits.errors": 1000})
    return gateway


def test_chunks_out_of_order(secure: Gateway, client: str) -> None:
    """In one piece, and byte by byte where it is tried thoroughly."""
    wrong, tried = [], 0
    for (name, (text, expected)), piece in itertools.product(CHUNKS.items(), (1000,) if tries(0, 1) == 0 else (1000, 1)):
        with Stranger(secure.smtp_port, client) as stranger:
            stranger.say(b"EHLO client.example")
            text = BEGIN + text
            stranger.send(*(text[at:at + piece] for at in range(0, len(text), piece)))
            replies = [reply or "closed" for reply in stranger.replies(len(BEGUN) + len(expected))]
        tried += 1
        if not begin_with(replies, [*BEGUN, *expected]):
            wrong.append((name, expected, replies[2:]))
    record(PROMISE, "BDAT out of order, mixed with DATA, and of wrong sizes", tried, len(wrong))
    assert not wrong, wrong


def test_next_recipients_go_to_the_next_sender(gateway: Gateway, client: str) -> None:
    """A message whose recipients are all refused takes none of the next one's, pipelined as both are."""
    with Stranger(gateway.smtp_port, client) as stranger:
        stranger.say(b"EHLO client.example")
        stranger.send(b"MAIL FROM:<first@elsewhere.example>\r\nRCPT TO:<nobody@demo.example>\r\nBDAT 3 LAST\r\na\r\n"
                      b"MAIL FROM:<second@elsewhere.example>\r\nRCPT TO:<alice@demo.example>\r\nBDAT 3 LAST\r\nb\r\n")
        assert begin_with(stranger.replies(6), ["250", "550", "554", "250", "250", "250"])
    mail = until(lambda: read_one(gateway.state / "mailboxes" / "alice" / "new"), "the mail")
    assert mail.startswith(b"Return-Path: <second@elsewhere.example>") and b"\nb\n" in mail.replace(b"\r\n", b"\n")


def read_one(folder: Path) -> bytes:
    return next((path.read_bytes() for path in (folder.iterdir() if folder.exists() else ())), b"")


AHEAD = {"smtp": (b"EHLO client.example\r\n", b"STARTTLS\r\n", (BEGIN, b"NOOP\r\n", b"EHLO x\r\n", b"QUIT\r\n", b"\r\n", b"x", b"\n",
                                                                b"\x16\x03", b"RSET\r\n" * 50)),
         "pop3": (b"CAPA\r\n", b"STLS\r\n", (b"USER alice\r\nPASS wonderland\r\n", b"NOOP\r\n", b"CAPA\r\n", b"QUIT\r\n", b"\r\n", b"x",
                                             b"\n", b"\x16\x03"))}


def everything_from(stranger: Stranger) -> str:
    """Up to the end, which has to come."""
    return "\n".join(iter(stranger.reply, ""))


@pytest.mark.parametrize("protocol", list(AHEAD))
def test_words_ahead_of_tls(secure: Gateway, client: str, protocol: str) -> None:
    """What is said in clear behind the command ends the connection, without an answer under TLS or in clear."""
    before, command, words = AHEAD[protocol]
    port = secure.smtp_port if protocol == "smtp" else secure.pop_port
    wrong = []
    for text in words:
        with Stranger(port, client) as stranger:
            stranger.send(before + command + text)
            said = everything_from(stranger)
        lines = said.splitlines()[1 if protocol == "smtp" else 2:]  # what answers BEFORE
        if any(line.startswith(("250", "221", "502", "503")) for line in lines[1:]) or "messages" in said:
            wrong.append((text, said))
    record(PROMISE, f"commands in clear behind {command.decode().strip()}", len(words), len(wrong))
    assert not wrong, wrong


# Names that would colour a terminal, move its cursor, turn the direction of what follows, or begin a line.
EVIL = ("\x1b[31mred", "\x07\x08bell", "a\u202egnp.exe", "b\u2066c\u2069", "\u009b31m", "x\u2028line", "y\u0085next", "\u200bnothing",
        "\ufeffmark", "\x7fdel")


def unshowable(text: str) -> set[str]:
    """Letters of TEXT that are no letters: controls, marks of direction, ends of lines."""
    return {letter for letter in text if letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co")}


def test_names_in_what_an_administrator_reads(gateway: Gateway, client: str) -> None:
    """Envelopes, names of clients and of users: in the logs, in what posternctl prints, and in the replies."""
    gateway.apply({"smtp.limits.errors": 1000, "smtp.relay.near-domains": True, "smtp.mail-router": f"127.0.0.1:{free_port()}"})
    for evil in EVIL:
        name = evil.encode()
        with Stranger(gateway.smtp_port, client) as stranger:
            stranger.say(b"EHLO " + name)
            replies = stranger.say(b"MAIL FROM:<\"" + name + b"\"@elsewhere.example> SMTPUTF8", b"RCPT TO:<\"" + name + b"\"@near.example>",
                                   b"RCPT TO:<someone@near.example>", b"VRFY " + name, name, b"HELP " + name)
            if replies[0].startswith("250"):
                stranger.say(b"DATA", b"Subject: x\r\nMessage-ID: <" + name + b"@x>\r\n\r\nx\r\n.")
    # Each from an address of its own: who fails again is answered later.
    strangers = [Stranger(gateway.pop_port, f"127.98.0.{number + 1}") for number in range(len(EVIL))]
    for stranger, evil in zip(strangers, EVIL):
        stranger.send(b"USER " + evil.encode() + b"\r\nPASS x\r\n" + evil.encode() + b"\r\nQUIT\r\n")
    for stranger in strangers:
        assert stranger.rest()[-1].startswith("+OK")
        stranger.close()
    until(lambda: all(row["attempts"] > 0 for row in gateway.queue()), "an attempt for each message")
    seen = {"log of " + name: gateway.log(name) for name in ("smtp", "pop3", "delivery")}
    for words in (["queue"], ["queue", "list"], ["log-ons"], ["devices"], ["bans"], ["status"], ["metrics"],
                  *(["queue", "show", row["id"]] for row in gateway.queue())):
        for options in ([], ["--json"]):
            seen[" ".join(["posternctl", *words, *options])] = gateway.posternctl(*options, *words, check=False).stdout
    wrong = [(where, bad) for where, text in seen.items() if (bad := unshowable(text))]
    waiting = len(gateway.queue())
    gateway.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", [row["id"] for row in gateway.queue()])
    record(PROMISE, "names with escapes and marks of direction, where an administrator reads", len(EVIL) * len(seen), len(wrong),
           f"{waiting} of them are addresses that may be in an envelope")
    assert not wrong, wrong


class Mailbox:
    """Bob's, over POP3; octets and contents as a client sees them."""

    def __init__(self, port: int, client: str):
        self._stranger = Stranger(port, client)
        self.stat = [int(word) for word in self._stranger.say(b"USER bob", b"PASS " + DEMO_USERS["bob"].encode(), b"STAT")[2].split()[1:3]]

    def _lines(self, command: bytes) -> Iterator[bytes]:
        """Without the dots that the protocol adds."""
        assert self._stranger.say(command)[0].startswith("+OK")
        while (line := self._stranger._input.readline()) != b".\r\n":
            yield line[1:] if line.startswith(b".") else line

    def sizes(self) -> list[int]:
        return [int(line.split()[1]) for line in self._lines(b"LIST")]

    def content(self, number: int) -> bytes:
        return b"".join(self._lines(b"RETR %d" % number))

    def top(self, number: int) -> bytes:
        return b"".join(self._lines(b"TOP %d 1000000" % number))

    def empty(self) -> None:
        self._stranger.say(*(b"DELE %d" % (number + 1) for number in range(self.stat[0])), b"QUIT")
        self._stranger.close()


def test_dots_in_and_out(gateway: Gateway, client: str) -> None:
    """Lines of dots by DATA and by BDAT: fetched byte for byte, whole and by TOP, as large as STAT and LIST have said."""
    bodies = [b"Subject: dots\r\n\r\n" + mixture for mixture in mixtures(tries(4, 7), (b"\r\n", b".", b"x")) if is_clean(mixture)]
    bodies += [b"." * count + b"\r\n" for count in (1, 2, 999, 70000)] + [b"Subject: x\r\n\r\n" + b"." * 5 + b"\r\n.\r\n" * 30000]
    sent: dict[bytes, int] = {}
    until(lambda: not gateway.queue(), "an empty queue")
    read_mails(gateway.state / "mailboxes" / "bob" / "new")
    with Stranger(gateway.smtp_port, client) as stranger:
        stranger.say(b"EHLO client.example")
        for number, body in enumerate(bodies):
            content = b"Number: %d\r\n" % number + body
            content = content if content.endswith(b"\r\n") else content + b"\r\n"
            if number % 2:
                replies = (stranger.send(BEGIN + b"BDAT %d LAST\r\n" % len(content) + content), stranger.replies(3))[1]
            else:
                stuffed = b"".join(b"." + line if line.startswith(b".") else line for line in content.splitlines(keepends=True))
                replies = (stranger.send(BEGIN + b"DATA\r\n" + stuffed + b".\r\n"), stranger.replies(4))[1]
            assert replies[-1].startswith("250"), replies
            sent[content] = number
    until(lambda: not gateway.queue(), "an empty queue")
    wrong: list = []
    box = Mailbox(gateway.pop_port, client)
    sizes = box.sizes()
    for number, size in enumerate(sizes, 1):
        content = box.content(number)
        if len(content) != size or box.top(number) != content or sent.pop(content[content.index(b"Number: "):], None) is None:
            wrong.append((number, size, len(content), content[:300]))
    wrong += [content[:100] for content in sent]
    box_stat = box.stat
    box.empty()
    record(PROMISE, "messages with lines of dots, in by DATA and BDAT, out by RETR and TOP", len(bodies), len(wrong),
           f"{sum(sizes):,} octets, as STAT and LIST have said")
    assert not wrong, wrong[:3]
    assert box_stat == [len(bodies), sum(sizes)]
