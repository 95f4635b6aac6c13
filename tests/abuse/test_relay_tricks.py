# SPDX-License-Identifier: GPL-3.0-or-later
"""
Every classical trick to get a foreign recipient through as a stranger, against every setting that shuts strangers out.
The verdicts are those of the RFCs: what a path is, RFC 5321, sections 4.1.2 and 4.1.3; that a source route is ignored, its
appendix C; that only the host named in the domain may read a local-part, section 2.3.11.
"""

import socket
from typing import Iterable

import pytest

from gateway.gateway import Gateway
from gateway.wait import until

LOCAL = "250 2.1.5"    # a mailbox here: delivery, never relay
UNKNOWN = "550 5.1.1"  # here, but nobody's
FOREIGN = "550 5.7.1"  # relaying, which strangers may not
SYNTAX = "50"          # 500 or 501: no path at all
NOTHING_ELSE = "555"   # something follows the path
WIDE = "553 5.6.7"     # letters beyond ASCII, and no SMTPUTF8 in MAIL
NEAR = "near"          # relaying that the near domains rule lets through

FORMS: list[tuple[bytes, str]] = [
    # Plain ones, for comparison.
    (b"<someone@elsewhere.example>", FOREIGN),
    (b"<alice@demo.example>", LOCAL),
    (b"<nobody@demo.example>", UNKNOWN),
    (b"<someone@near.example>", NEAR),
    (b"someone@elsewhere.example", FOREIGN),
    (b"alice@demo.example", LOCAL),
    # The percent hack and the bang path.
    (b"<someone%elsewhere.example@demo.example>", UNKNOWN),
    (b"<someone%elsewhere.example%demo.example@demo.example>", UNKNOWN),
    (b"<alice%elsewhere.example@demo.example>", UNKNOWN),
    (b"<someone%elsewhere.example@[127.0.0.1]>", FOREIGN),
    (b"<someone%elsewhere.example@localhost>", FOREIGN),
    (b"<someone%elsewhere.example>", SYNTAX),
    (b"<elsewhere.example!someone@demo.example>", UNKNOWN),
    (b"<demo.example!elsewhere.example!someone>", SYNTAX),
    (b"<demo.example!alice@elsewhere.example>", FOREIGN),
    # The same, to be followed by a near host that trusts this one.
    (b"<someone%elsewhere.example@near.example>", FOREIGN),
    (b"<elsewhere.example!someone@near.example>", FOREIGN),
    (b'<"someone@elsewhere.example"@near.example>', FOREIGN),
    (b'<"someone%elsewhere.example"@near.example>', FOREIGN),
    # Source routes: only the last address counts.
    (b"<@demo.example:someone@elsewhere.example>", FOREIGN),
    (b"<@near.example:someone@elsewhere.example>", FOREIGN),
    (b"<@demo.example,@near.example:someone@elsewhere.example>", FOREIGN),
    (b"<@elsewhere.example:alice@demo.example>", LOCAL),
    (b"<@elsewhere.example:someone%elsewhere.example@demo.example>", UNKNOWN),
    (b"<@demo.example:>", SYNTAX),
    (b"<@demo.example>", SYNTAX),
    (b"<@demo.example,someone@elsewhere.example>", SYNTAX),
    (b"<@demo.example;@x.example:someone@elsewhere.example>", SYNTAX),
    (b"<@:someone@elsewhere.example>", SYNTAX),
    # Quoted and nested local parts.
    (b'<"someone@elsewhere.example"@demo.example>', UNKNOWN),
    (b'"someone@elsewhere.example"@demo.example', UNKNOWN),
    (b'<"someone%elsewhere.example"@demo.example>', UNKNOWN),
    (b'<"someone"@elsewhere.example>', FOREIGN),
    (b'<"alice@demo.example"@elsewhere.example>', FOREIGN),
    (b'<"alice@demo.example>"@elsewhere.example>', FOREIGN),
    (b'<"alice@demo.example> x"@elsewhere.example>', FOREIGN),
    (b'<"alice"@demo.example>', LOCAL),
    (b'<"al\\ice"@demo.example>', LOCAL),
    (b'<"alice "@demo.example>', UNKNOWN),
    (b'<"alice\\"@demo.example>', SYNTAX),
    (b'<"alice@demo.example\\"@elsewhere.example">', SYNTAX),
    (b'<"someone@elsewhere.example">', SYNTAX),
    (b'<""@elsewhere.example>', FOREIGN),
    (b'<""@demo.example>', UNKNOWN),
    (b'<"">', SYNTAX),
    # More than one address.
    (b"<someone@elsewhere.example@demo.example>", SYNTAX),
    (b"<someone@demo.example@elsewhere.example>", SYNTAX),
    (b"<alice@demo.example>@elsewhere.example", SYNTAX),
    (b"<alice@demo.example>,<someone@elsewhere.example>", SYNTAX),
    (b"<alice@demo.example,someone@elsewhere.example>", SYNTAX),
    (b"<alice@demo.example;someone@elsewhere.example>", SYNTAX),
    (b"<alice@demo.example someone@elsewhere.example>", SYNTAX),
    (b"<<someone@elsewhere.example>@demo.example>", SYNTAX),
    (b"<<alice@demo.example>>", SYNTAX),
    (b"<alice@demo.example> <someone@elsewhere.example>", NOTHING_ELSE),
    (b"<someone@elsewhere.example> XORCPT=rfc822;alice@demo.example", NOTHING_ELSE),
    (b"<someone@elsewhere.example> ORCPT=rfc822;alice@demo.example", FOREIGN),
    (b"Alice <alice@demo.example>", SYNTAX),
    # Address literals: v4, v6, of this host, of loopback, and what is none.
    (b"<someone@[192.0.2.9]>", FOREIGN),
    (b"<someone@[IPv6:2001:db8::9]>", FOREIGN),
    (b"<someone@[127.0.0.1]>", FOREIGN),
    (b"<someone@[IPv6:::1]>", FOREIGN),
    (b"<someone@[IPv6:::ffff:127.0.0.1]>", FOREIGN),
    (b"<someone@127.0.0.1>", FOREIGN),
    (b"<someone@[127.0.0.1>", SYNTAX),
    (b"<someone@[127.1]>", SYNTAX),
    (b"<someone@[0x7f000001]>", SYNTAX),
    (b"<someone@[demo.example]>", SYNTAX),
    (b"<@[127.0.0.1]:someone@elsewhere.example>", SYNTAX),
    # Dots, case, spaces.
    (b"<someone@elsewhere.example.>", FOREIGN),
    (b"<someone@demo.example.elsewhere.example>", FOREIGN),
    (b"<someone@elsewheredemo.example>", FOREIGN),
    (b"<someone@sub.demo.example>", FOREIGN),
    (b"<someone@near.example.elsewhere.example>", FOREIGN),
    (b"<someone@NEAR.Example.>", NEAR),
    (b"<ALICE@Demo.Example>", LOCAL),
    (b"<alice@demo.example.>", LOCAL),
    (b"<alice@demo.example..>", SYNTAX),
    (b"<alice@.demo.example>", SYNTAX),
    (b"<alice@demo..example>", SYNTAX),
    (b"<.alice@demo.example>", SYNTAX),
    (b"<alice.@demo.example>", SYNTAX),
    (b"< alice@demo.example>", SYNTAX),
    (b"<alice@demo.example >", SYNTAX),
    (b"<alice @demo.example>", SYNTAX),
    (b"<someone@ elsewhere.example>", SYNTAX),
    (b"<alice@demo.example\t>", SYNTAX),
    (b"<alice@demo.example", SYNTAX),
    (b"someone@elsewhere.example>", SYNTAX),
    # Nothing, or no domain.
    (b"<>", SYNTAX),
    (b"< >", SYNTAX),
    (b"<@>", SYNTAX),
    (b"<alice@>", SYNTAX),
    (b"<alice>", SYNTAX),
    (b"<postmaster@elsewhere.example>", FOREIGN),
    (b"<postmaster@>", SYNTAX),
    # NUL, bare line ends, bytes outside of ASCII, look-alikes.
    (b"<alice@demo.example\0.elsewhere.example>", SYNTAX),
    (b"<someone@elsewhere.example\0@demo.example>", SYNTAX),
    (b"<alice\0@demo.example>", SYNTAX),
    (b"<alice@demo.example%00.elsewhere.example>", SYNTAX),
    (b"<alice@demo.example\r>", SYNTAX),
    (b"<alice@demo.example\n>", SYNTAX),
    (b"<alice@demo.example>\rRCPT TO:<someone@elsewhere.example>", SYNTAX),
    ("<al\u0131ce@demo.example>".encode(), WIDE),
    ("<alice@d\u0435mo.example>".encode(), WIDE),
    ("<alice@demo\u3002example>".encode(), WIDE),
    ("<alice\uff20elsewhere.example@demo.example>".encode(), WIDE),
    (b"<\xe1lice@demo.example>", SYNTAX),
    # Too long.
    (b"<" + b"a" * 64 + b"@demo.example>", UNKNOWN),
    (b"<" + b"a" * 65 + b"@demo.example>", SYNTAX),
    (b"<someone@" + b"d" * 64 + b".example>", SYNTAX),
    (b"<someone@" + b"a." * 130 + b"elsewhere.example>", SYNTAX),
    (b"<alice@" + b"demo.example" * 200 + b">", SYNTAX),
    # Files and programs.
    (b'<"../alice"@demo.example>', UNKNOWN),
    (b'<"alice/"@demo.example>', UNKNOWN),
    (b"</var/mail/alice@demo.example>", UNKNOWN),
    (b'<"|/bin/sh"@demo.example>', UNKNOWN),
    (b"<:include:/etc/passwd@demo.example>", SYNTAX),
    (b"<alice/../bob@demo.example>", SYNTAX),
    (b"<alice+tag@demo.example>", UNKNOWN),
]

NO_RULES = {"smtp.relay.allow": "specified", "smtp.relay.near-domains": False, "smtp.relay.address-list": False,
            "smtp.relay.pop-client": False, "smtp.relay.authenticated": False}
SETTINGS = {
    "no-rule": NO_RULES,
    "pop-client": {**NO_RULES, "smtp.relay.pop-client": True},
    "near-domains": {**NO_RULES, "smtp.relay.near-domains": True},
    "address-list": {**NO_RULES, "smtp.relay.address-list": True, "smtp.relay.addresses": ["192.0.2.0/24", "::/0"]},
    "authenticated": {**NO_RULES, "smtp.relay.authenticated": True},
    "every-rule": {"smtp.relay.allow": "specified", "smtp.relay.near-domains": True, "smtp.relay.address-list": True,
                   "smtp.relay.addresses": ["192.0.2.0/24"], "smtp.relay.pop-client": True, "smtp.relay.authenticated": True},
    "none": {**NO_RULES, "smtp.relay.allow": "none", "smtp.relay.near-domains": True},
}

SENDERS = [b"<>", b"<alice@demo.example>", b"<postmaster@demo.example>", b"<alice@mail.demo.example>", b"<alice@[127.0.0.1]>",
           b"<someone@elsewhere.example>", b"<@demo.example:someone@elsewhere.example>", b'<"alice@demo.example"@elsewhere.example>']


class Stranger:
    """An SMTP client that can say anything."""

    def __init__(self, gateway: Gateway, client: str):
        self._socket = socket.create_connection(("127.0.0.1", gateway.smtp_port), 30, source_address=(client, 0))
        self._input = self._socket.makefile("rb")
        self.reply()

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *_exception) -> None:
        self._input.close()
        self._socket.close()

    def send(self, *lines: bytes) -> None:
        self._socket.sendall(b"".join(line + b"\r\n" for line in lines))

    def reply(self) -> str:
        while (line := self._input.readline())[3:4] == b"-":
            pass
        assert line.endswith(b"\r\n"), line
        return line.decode("ascii")

    def say(self, *lines: bytes) -> list[str]:
        self.send(*lines)
        return [self.reply() for _ in lines]


def expected_reply(verdict: str, settings: str) -> str:
    if verdict != NEAR:
        return verdict
    return LOCAL if settings in ("near-domains", "every-rule") else FOREIGN


def wrong_replies(gateway: Gateway, client: str, settings: str, sender: bytes, forms: Iterable[tuple[bytes, str]]) -> list:
    wrong = []
    for form, verdict in forms:
        with Stranger(gateway, client) as stranger:
            reply = stranger.say(b"EHLO mail.demo.example", b"MAIL FROM:" + sender, b"RCPT TO:" + form)[2]
        if not reply.startswith(expected_reply(verdict, settings)):
            wrong.append((form, expected_reply(verdict, settings), reply))
    return wrong


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_form(gateway: Gateway, client: str, settings: str) -> None:
    gateway.apply(SETTINGS[settings])
    assert wrong_replies(gateway, client, settings, b"<sender@elsewhere.example>", FORMS) == []


# The same where MAIL says SMTPUTF8: each stands for what DNS and the users file make of it, and for nothing else.
WIDE_FORMS = [
    ("<al\u0131ce@demo.example>".encode(), UNKNOWN),
    ("<alice@d\u0435mo.example>".encode(), FOREIGN),
    ("<alice@demo\u3002example>".encode(), LOCAL),
    ("<alice@DEMO\uff0eexample>".encode(), LOCAL),
    ("<alice\uff20elsewhere.example@demo.example>".encode(), UNKNOWN),
    ("<alice@demo.example\uff20elsewhere.example>".encode(), SYNTAX),
    ("<alice@demo.example\uff1e,x@elsewhere.example>".encode(), SYNTAX),
    ("<@\u00fc.example:someone@elsewhere.example>".encode(), FOREIGN),
    (b"<al\xefce@demo.example>", SYNTAX),
    (b"<alice@demo.\xc3example>", SYNTAX),
    (b"<alice\xc2\x85@demo.example>", SYNTAX),
    (b"<alice\xe2\x80\xa8@demo.example>", SYNTAX),
]


def test_letters_beyond_ascii(gateway: Gateway, client: str) -> None:
    gateway.apply(SETTINGS["every-rule"])
    assert wrong_replies(gateway, client, "every-rule", b"<sender@elsewhere.example> SMTPUTF8", WIDE_FORMS) == []


@pytest.mark.parametrize("sender", SENDERS)
def test_no_sender_opens_the_relay(gateway: Gateway, client: str, sender: bytes) -> None:
    gateway.apply(SETTINGS["every-rule"])
    assert wrong_replies(gateway, client, "every-rule", sender, FORMS[::5]) == []


# What a client may do before the foreign RCPT; after each, it is as much a stranger as before.
BEFORE = {
    "a local recipient": [b"RCPT TO:<alice@demo.example>"],
    "a near recipient": [b"RCPT TO:<someone@near.example>"],
    "a recipient and RSET": [b"RCPT TO:<alice@demo.example>", b"RSET", b"MAIL FROM:<alice@demo.example>"],
    "a new EHLO": [b"EHLO [127.0.0.1]", b"MAIL FROM:<alice@demo.example>"],
    "HELO after EHLO": [b"HELO mail.demo.example", b"MAIL FROM:<>"],
    "a second MAIL": [b"MAIL FROM:<alice@demo.example>"],
    "AUTH that is not there": [b"AUTH PLAIN AGJvYgBidWlsZGVy"],
    "STARTTLS that is not there": [b"STARTTLS"],
    "XCLIENT and PROXY": [b"XCLIENT ADDR=127.0.0.1", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 25"],
    "DATA too early": [b"DATA"],
    "a line that is too long": [b"RCPT TO:<" + b"a" * 4000 + b">"],
    "a refused recipient": [b"RCPT TO:<someone@elsewhere.example>"],
}


@pytest.mark.parametrize("pipelined", [False, True])
@pytest.mark.parametrize("before", BEFORE)
def test_nothing_said_before_makes_a_friend(gateway: Gateway, client: str, before: str, pipelined: bool) -> None:
    gateway.apply(SETTINGS["every-rule"])
    lines = [b"EHLO demo.example", b"MAIL FROM:<alice@demo.example>", *BEFORE[before], b"RCPT TO:<someone@elsewhere.example>"]
    with Stranger(gateway, client) as stranger:
        replies = stranger.say(*lines) if pipelined else [stranger.say(line)[0] for line in lines]
    assert replies[-1].startswith(FOREIGN), replies


def test_only_the_accepted_get_the_mail(gateway: Gateway, client: str, next_hop) -> None:
    """Tricks and true recipients in one transaction: the message goes to the true ones, and nobody else."""
    gateway.apply(SETTINGS["every-rule"])
    accepted = 0
    with Stranger(gateway, client) as stranger:
        stranger.say(b"EHLO x", b"MAIL FROM:<sender@elsewhere.example>")
        for form in (b"<@elsewhere.example:alice@demo.example>", b"<@demo.example:someone@elsewhere.example>",
                     b"<someone@near.example>", b"<someone%elsewhere.example@near.example>", b"<alice@demo.example>"):
            accepted += stranger.say(b"RCPT TO:" + form)[0].startswith("250")
        assert accepted == 3
        assert stranger.say(b"DATA")[0].startswith("354")
        assert stranger.say(b"Subject: tricks\r\n\r\ntext\r\n.")[0].startswith("250")
    assert [message.recipients for message in next_hop.wait_for("someone@near.example")] == [("someone@near.example",)]
    until(lambda: not gateway.queue(), "an empty queue")
    assert {recipient for message in next_hop.messages for recipient in message.recipients} == {"someone@near.example"}
    mails = [path.read_text() for path in (gateway.state / "mailboxes" / "alice" / "new").iterdir()]
    assert sum("Subject: tricks" in mail for mail in mails) == 1


@pytest.mark.parametrize("name", [b"x\x1b[31m\xff y", b"a by demo.example with ESMTP; Mon, 1 Jan 2001", b"[1.2.3.4]) (from x",
                                  b"%s%n", b"x\\\"\\n y", b"a" * 255])
def test_names_of_clients_cannot_forge_lines(gateway: Gateway, client: str, name: bytes) -> None:
    """What a client calls itself, and its sender, end no line: neither in the message's header nor in the log."""
    with Stranger(gateway, client) as stranger:
        stranger.say(b"EHLO " + name, b'MAIL FROM:<"a>\\" b;\\\\c"@elsewhere.example>', b"RCPT TO:<someone@elsewhere.example>",
                     b"RCPT TO:<bob@demo.example>")
        assert stranger.say(b"DATA")[0].startswith("354")
        number = stranger.say(b"Subject: x\r\n\r\ntext\r\n.")[0].split()[-1]
    folder = gateway.state / "mailboxes" / "bob" / "new"
    mail = until(lambda: next((text for path in (folder.iterdir() if folder.exists() else ())
                               if number in (text := path.read_text())), None), "the mail")
    head = mail.split("\n\n")[0].splitlines()
    assert [line.split(":")[0] for line in head if line[0] not in " \t"] == ["Return-Path", "Delivered-To", "Received", "Subject"], mail
    assert f"([{client}])" in head[2] and mail.count(f"({'['}{client}])") == 1, mail
    log = (gateway.log_folder / "smtp.log").read_bytes().decode()
    assert all(letter == "\n" or letter.isprintable() for letter in log)
