# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's servers hand their mail to the gateway, and get their refusals and reports from it."""

import re

import pytest

from gateway.gateway import Gateway
from gateway.sink import NextHop
from gateway.wait import until
from peers.kinds import speaking_utf8
from peers.letter import RESTS, expect_unchanged, large_letter, letter, options_of
from peers.peer import Peer


def send(peer: Peer, recipients: list[str], content: bytes, *options: str, box: str = "ann", rcpt: tuple[str, ...] = ()) -> None:
    with peer.smtp() as session:
        session.ehlo()
        session.sendmail(f"{box}@{peer.domain}", recipients, content, mail_options=options, rcpt_options=rcpt)


def arrived(next_hop: NextHop, mark: str) -> bytes:
    def found() -> list[bytes]:
        return [message.content for message in next_hop.messages if f"<{mark}@".encode() in message.content]
    return until(found, f"the message {mark} at the next hop", 30)[0]


def in_mailbox(gateway: Gateway, mark: str, user: str = "alice") -> bytes:
    """The message as it lies in the user's mailbox."""
    folder = gateway.state / "mailboxes" / user / "new"
    def found() -> list[bytes]:
        return [text for text in (path.read_bytes() for path in folder.glob("*")) if f"<{mark}@".encode() in text]
    return until(found, f"{mark} in {user}'s mailbox", 30)[0]


def protocol(content: bytes) -> str:
    """With which the gateway says that it got the message."""
    return re.search(rb"by mail\.demo\.example with ([A-Z0-9]+)", content)[1].decode()


def test_stranger_is_refused_and_its_user_is_told_why(peer: Peer, mark: str) -> None:
    send(peer, ["someone@stranger.example"], letter(mark))
    report = peer.wait_for("ann", f"<{mark}@".encode())[0]
    words = b" ".join(report.split())  # the peers fold long lines
    assert b"Relaying denied: log on to the POP server first" in words and b"5.7.1" in words, report


def test_after_a_pop_log_on(peer: Peer, gateway: Gateway, next_hop: NextHop, mark: str) -> None:
    gateway.log_on(peer.address("pop"))
    send(peer, ["someone@pop.example"], letter(mark))
    content = arrived(next_hop, mark)
    expect_unchanged(content, letter(mark))
    assert protocol(content) == "ESMTP" and peer.address("pop").encode() in content


@pytest.mark.parametrize("way", ["plain", "login", "tls"])
def test_authenticated_under_tls(peer: Peer, gateway: Gateway, next_hop: NextHop, mark: str, way: str) -> None:
    method = "plain" if way == "tls" or not peer.chooses_method else way
    send(peer, [f"someone@{way}.example"], letter(mark))
    content = arrived(next_hop, mark)
    expect_unchanged(content, letter(mark))
    assert protocol(content) == "ESMTPSA"
    log_ons = [line for line in gateway.log("smtp").splitlines() if f" log-on client={peer.address(way)} " in line]
    assert log_ons and all(f'user=alice how={method} tls="TLSv1.' in line for line in log_ons), log_ons


@pytest.mark.parametrize("name", list(RESTS))
def test_content_stays_as_it_is(peer: Peer, gateway: Gateway, next_hop: NextHop, mark: str, name: str) -> None:
    gateway.log_on(peer.address("pop"))
    content = letter(mark, RESTS[name])
    send(peer, ["someone@pop.example"], content, *options_of(name))
    end = b"\r\n" if name == "no body" and peer.name == "exim" else b""
    expect_unchanged(arrived(next_hop, mark), content + end)


def test_large_message(peer: Peer, gateway: Gateway, next_hop: NextHop, mark: str) -> None:
    gateway.log_on(peer.address("pop"))
    send(peer, ["someone@pop.example"], large_letter(mark))
    expect_unchanged(arrived(next_hop, mark), large_letter(mark))


@speaking_utf8
def test_letters_of_all_scripts(peer: Peer, gateway: Gateway, mark: str) -> None:
    content = letter(mark, "Subject: Grüße\r\n\r\nÜber alle Grenzen.\r\n".encode(), f"jürgen@{peer.domain}")
    send(peer, ["alice@demo.example"], content, "SMTPUTF8", "BODY=8BITMIME", box="jürgen")
    message = in_mailbox(gateway, mark)
    expect_unchanged(message, content)
    assert protocol(message).startswith("UTF8SMTP") and f"Return-Path: <jürgen@{peer.domain}>".encode() in message


def test_several_recipients_and_one_that_is_refused(peer: Peer, gateway: Gateway, mark: str) -> None:
    send(peer, ["alice@demo.example", "nobody-here@demo.example", "bob@demo.example"], letter(mark))
    expect_unchanged(in_mailbox(gateway, mark), letter(mark))
    report = peer.wait_for("ann", f"<{mark}@".encode())[0]
    assert b"nobody-here@demo.example" in report and b"5.1.1" in report, report
    expect_unchanged(in_mailbox(gateway, mark, "bob"), letter(mark))


def test_report_of_success_that_was_asked_for(peer: Peer, gateway: Gateway, mark: str) -> None:
    """The parameters of DSN go from the client by the peer to the gateway, and the gateway's report comes back by the peer."""
    send(peer, ["alice@demo.example"], letter(mark), "RET=HDRS", f"ENVID={mark}",
         rcpt=("NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;the-first@elsewhere.example"))
    report = peer.wait_for("ann", f"Original-Envelope-Id: {mark}\nReporting-MTA: dns; mail.demo.example\n".encode())[0]
    assert b"\nOriginal-Recipient: rfc822; the-first@elsewhere.example\n" in report and b"\nAction: delivered\n" in report, report


def test_pipelining_and_chunking(peer: Peer, gateway: Gateway, next_hop: NextHop, mark: str) -> None:
    """Many messages at once; Exim uses CHUNKING where it is offered."""
    gateway.log_on(peer.address("pop"))
    with peer.smtp() as session:
        for number in range(8):
            session.sendmail(f"ann@{peer.domain}", [f"{n}@pop.example" for n in range(5)], letter(f"{mark}{number}"))
    for number in range(8):
        expect_unchanged(arrived(next_hop, f"{mark}{number}"), letter(f"{mark}{number}"))
    if peer.name == "exim":
        until(lambda: re.search(r"[=-]> 4@pop\.example .* K C=", peer.room.said()), "the K of chunking in Exim's log")
