# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway hands mail to other people's servers."""

from pathlib import Path

import pytest

from gateway.gateway import Gateway
from gateway.wait import until
from peers.kinds import serving_tls
from peers.letter import RESTS, expect_unchanged, large_letter, letter, options_of
from peers.peer import PASSWORD, USER, Peer

CLIENT = "127.0.0.2"
ALICE = "alice@demo.example"


def send(gateway: Gateway, recipients: list[str], content: bytes, *options: str, sender: str = ALICE) -> None:
    gateway.log_on(CLIENT)
    with gateway.smtp(CLIENT) as session:
        session.ehlo()
        session.sendmail(sender, recipients, content, mail_options=options)


def expect_arrival(peer: Peer, box: str, mark: str, content: bytes) -> bytes:
    arrived = peer.wait_for(box, f"<{mark}@".encode())
    assert len(arrived) == 1
    expect_unchanged(arrived[0], content.replace(b"\r\n", b"\n"))
    return arrived[0]


def bounce_to_alice(gateway: Gateway, mark: str) -> str:
    """The report that lies in Alice's mailbox."""
    folder = gateway.state / "mailboxes/alice/new"
    def found() -> list[str]:
        texts = [path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n") for path in folder.glob("*")]
        return [text for text in texts if mark in text and "multipart/report" in text]
    try:
        return until(found, f"a report about {mark}", 30)[0]
    except TimeoutError as error:
        raise TimeoutError(f"{error}; deliverd said: {gateway.log('delivery')[-4000:]}") from None


def deferred(gateway: Gateway, recipient: str) -> dict:
    return until(lambda: [row for row in gateway.queue(recipient=recipient) if row["attempts"] > 0],
                 f"a first attempt for {recipient}")[0]


def remove(gateway: Gateway, row: dict) -> None:
    gateway.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", [row["id"]])


@pytest.mark.parametrize("tls", ["none", "may", "must", "verify"])
def test_in_clear_and_under_tls(gateway: Gateway, peer: Peer, mark: str, tls: str) -> None:
    before = gateway.counters("delivery")["connections-verified"]
    gateway.apply({"smtp.delivery.tls": tls})
    send(gateway, [f"ann@{peer.domain}"], letter(mark))
    if not peer.serves_tls and tls in ("must", "verify"):
        waiting = deferred(gateway, f"ann@{peer.domain}")
        assert "TLS" in waiting["reason"] and "4.7." in waiting["reason"], waiting["reason"]
        remove(gateway, waiting)
        return
    arrived = expect_arrival(peer, "ann", mark, letter(mark))
    assert (b"TLS" in arrived) == (peer.serves_tls and tls != "none"), arrived
    verified = gateway.counters("delivery")["connections-verified"] - before
    assert verified == (1 if peer.serves_tls and tls != "none" else 0)


@serving_tls
def test_certificate_of_another_authority(gateway: Gateway, peer: Peer, mark: str) -> None:
    gateway.apply({"smtp.delivery.tls": "verify", "smtp.delivery.ca-file": ""})
    send(gateway, [f"ann@{peer.domain}"], letter(mark))
    waiting = deferred(gateway, f"ann@{peer.domain}")
    assert "certificate" in waiting["reason"], waiting["reason"]
    gateway.apply({"smtp.delivery.tls": "must"})
    gateway.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [])
    expect_arrival(peer, "ann", mark, letter(mark))


@serving_tls
@pytest.mark.parametrize("method", ["plain", "login"])
def test_log_on(gateway: Gateway, peer: Peer, mark: str, tmp_path: Path, method: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\n")
    secret.chmod(0o600)
    host = f"localhost:{peer.submission}"
    gateway.apply({"smtp.delivery.routes": [f"{peer.domain} {host}"], "smtp.delivery.tls": "verify"})
    send(gateway, [f"ann@{peer.domain}"], letter(mark))
    bounce_to_alice(gateway, mark)
    gateway.apply({"smtp.delivery.credentials": [f"{host} {method} {USER} {secret}"]})
    send(gateway, [f"ann@{peer.domain}"], letter(mark))
    expect_arrival(peer, "ann", mark, letter(mark))


@pytest.mark.parametrize("name", list(RESTS))
def test_content_stays_as_it_is(gateway: Gateway, peer: Peer, mark: str, name: str) -> None:
    content = letter(mark, RESTS[name])
    send(gateway, [f"ann@{peer.domain}"], content, *options_of(name))
    end = b"\r\n" if name == "no body" and peer.name == "exim" else b""  # it makes an empty one
    expect_arrival(peer, "ann", mark, content + end)


def test_large_message(gateway: Gateway, peer: Peer, mark: str) -> None:
    send(gateway, [f"ann@{peer.domain}"], large_letter(mark))
    expect_arrival(peer, "ann", mark, large_letter(mark))


def test_letters_of_all_scripts(gateway: Gateway, peer: Peer, mark: str) -> None:
    content = letter(mark, "Subject: Grüße\r\n\r\nÜber alle Grenzen.\r\n".encode())
    send(gateway, [f"jürgen@{peer.domain}"], content, "SMTPUTF8", "BODY=8BITMIME")
    if peer.speaks_utf8:
        expect_arrival(peer, "jürgen", mark, content)
    else:
        assert "5.6.7" in bounce_to_alice(gateway, mark)


def test_several_recipients_and_one_that_is_refused(gateway: Gateway, peer: Peer, mark: str) -> None:
    send(gateway, [f"ann@{peer.domain}", f"nobody-here@{peer.domain}", f"ben@{peer.domain}"], letter(mark))
    for box in ("ann", "ben"):
        expect_arrival(peer, box, mark, letter(mark))
    report = bounce_to_alice(gateway, mark)
    assert f"Final-Recipient: rfc822; nobody-here@{peer.domain}\n" in report
    words = {"postfix": "550 5.1.1 ", "exim": "550 there is no such mailbox",
             "opensmtpd": "524 5.2.4 Mailing list expansion problem"}
    assert f"Diagnostic-Code: smtp; {words[peer.name]}" in report, report
    assert f"Final-Recipient: rfc822; ann@{peer.domain}" not in report


def test_many_messages_over_few_connections(gateway: Gateway, peer: Peer, mark: str) -> None:
    gateway.log_on(CLIENT)
    with gateway.smtp(CLIENT) as session:
        for number in range(30):
            session.sendmail(ALICE, [f"ben@{peer.domain}"], letter(f"{mark}{number}"))
    peer.wait_for("ben", f"<{mark}".encode(), 30)
    until(lambda: not gateway.queue(recipient=f"*@{peer.domain}"), "an empty queue")
