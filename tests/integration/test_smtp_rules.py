# SPDX-License-Identifier: GPL-3.0-or-later
"""What the SMTP server takes from whom: aliases, quotas, filters, limits of one client, blocklists, grants; and the extensions on the wire."""

import re
import smtplib
import socket

import pytest

from gateway.gateway import Gateway, try_recipient
from gateway.sink import NextHop
from gateway.wait import until

FAR = "someone@elsewhere.example"


def send(gateway: Gateway, client: str, recipient: str, content: str = "Subject: x\r\n\r\ny\r\n", sender: str = "a@elsewhere.example",
         **options: list[str]) -> None:
    with gateway.smtp(client) as session:
        session.sendmail(sender, [recipient], content.encode(), **options)


def mails_of(gateway: Gateway, user: str) -> list[bytes]:
    return [mail.read_bytes() for mail in (gateway.state / "mailboxes" / user / "new").glob("*")]


def wait_for_mail(gateway: Gateway, user: str, text: str) -> bytes:
    return until(lambda: next((mail for mail in mails_of(gateway, user) if text.encode() in mail), None), f"{text!r} for {user}")


# Recipients.

def test_aliases(gateway: Gateway, next_hop: NextHop, client: str) -> None:
    gateway.apply({"general.aliases": ["sales: alice, bob, far@elsewhere.example", "nowhere: nobody"]})
    send(gateway, client, "Sales@demo.example", "Subject: to the alias\r\n\r\n")
    wait_for_mail(gateway, "alice", "to the alias")
    wait_for_mail(gateway, "bob", "to the alias")
    assert next_hop.wait_for("far@elsewhere.example")[0].sender == "a@elsewhere.example"

    words = "Unknown user: the alias here leads to nobody"
    assert gateway.rcpt(client, "nowhere@demo.example") == (550, f"5.1.1 {words}")
    assert gateway.explain(client, "nowhere@demo.example")[1:4] == ("alias-to-nobody", "general.aliases", words)
    assert "rule=alias-to-nobody setting=general.aliases" in gateway.log("smtp")


def test_nobody_is_explained_as_authenticated_where_nobody_can_authenticate(gateway: Gateway) -> None:
    assert gateway.explain("192.0.2.7", "x@elsewhere.example", authenticated="bob")[1] == "authenticated"
    gateway.apply({"smtp.authentication": "no"})
    assert gateway.explain("192.0.2.7", "x@elsewhere.example", authenticated="bob")[1] == "no-rule"


def test_postmaster_and_catch_all(gateway: Gateway, client: str) -> None:
    assert gateway.rcpt(client, "nobody@demo.example")[0] == 550
    for address in ("postmaster", "PostMaster@demo.example"):
        assert gateway.rcpt(client, address)[0] == 250
    send(gateway, client, "postmaster", "Subject: kept for the postmaster\r\n\r\n")
    wait_for_mail(gateway, "postmaster", "kept for the postmaster")
    gateway.apply({"general.postmaster": "bob", "general.catch-all": "alice"})
    send(gateway, client, "postmaster@demo.example", "Subject: to bob, the postmaster\r\n\r\n")
    wait_for_mail(gateway, "bob", "to bob, the postmaster")
    send(gateway, client, "anybody@demo.example", "Subject: caught by alice\r\n\r\n")
    wait_for_mail(gateway, "alice", "caught by alice")


def test_full_mailbox(gateway: Gateway, client: str) -> None:
    gateway.apply({"general.mailbox-size-mib": 1})
    with gateway.smtp(client) as session:
        session.ehlo()
        assert session.mail("a@elsewhere.example", [f"SIZE={2 << 20}"])[0] == 250
        code, text = session.rcpt("alice@demo.example")
        assert (code, text[:5]) == (452, b"4.2.2"), text
        session.rset()
        assert session.mail("a@elsewhere.example", ["SIZE=1000"])[0] == 250
        assert session.rcpt("alice@demo.example")[0] == 250
    assert gateway.counters("smtp")["refused-mailbox-full"] == 1


def test_sender_must_belong_to_the_user(gateway: Gateway, client: str) -> None:
    gateway.apply({"pop3.log-ons.sender-check": "all"})
    gateway.log_on(client, "alice")
    assert gateway.rcpt(client, FAR, sender="alice@demo.example")[0] == 250
    code, text = gateway.rcpt(client, FAR, sender="bob@demo.example")
    assert (code, text[:5]) == (553, "5.7.1"), text
    assert gateway.rcpt(client, "bob@demo.example", sender="bob@demo.example")[0] == 250


def test_grant_is_good_for_so_many_messages(gateway: Gateway, next_hop: NextHop, client: str) -> None:
    gateway.apply({"pop3.log-ons.messages": 1, "pop3.log-ons.recipients": 2})
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.ehlo()
        session.mail("alice@demo.example")
        codes = [session.rcpt(f"grant-{number}@elsewhere.example")[0] for number in range(3)]
        assert codes == [250, 250, 450]
        assert session.data(b"Subject: x\r\n\r\n")[0] == 250
        code, text = try_recipient(session, FAR)
        assert code == 450 and "log on to the POP server again" in text
    next_hop.wait_for("grant-1@elsewhere.example")
    gateway.log_on(client)  # at once, as programs do that log on before each mail
    assert gateway.rcpt(client, FAR)[0] == 250


# Filters.

def test_kept_and_discarded(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.filters": ["keep subject *offer*", "discard originator *@spam.example"]})
    send(gateway, client, "bob@demo.example", "Subject: An OFFER for you\r\n\r\n")
    send(gateway, client, "bob@demo.example", "Subject: thrown away\r\n\r\n", sender="x@spam.example")
    send(gateway, client, "bob@demo.example", "Subject: all is well\r\n\r\n")
    wait_for_mail(gateway, "bob", "all is well")
    mails = b"".join(mails_of(gateway, "bob"))
    assert b"OFFER" not in mails and b"thrown away" not in mails

    log = gateway.log("smtp")
    assert re.search(rf'kept id=\S+ client={client} .*rule="filter: keep subject \*offer\*"', log)
    assert re.search(rf'discarded id=\S+ client={client} .*rule="filter: discard originator \*@spam\.example"', log)
    kept = re.search(rf"kept id=(\S+) client={client}", log)[1]
    assert kept in gateway.posternctl("queue", "list", "--kept").stdout
    counters = gateway.counters("smtp")
    assert (counters["messages-kept"], counters["messages-discarded"]) == (1, 1)
    gateway.posternctl("queue", "release", kept)
    wait_for_mail(gateway, "bob", "OFFER")


# Limits of one client.

def test_sessions_of_one_client(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.apply({"smtp.limits.client-sessions": 2})
    held = [gateway.smtp(client) for _ in range(2)]
    with pytest.raises(smtplib.SMTPConnectError) as refusal:
        gateway.smtp(client)
    assert refusal.value.smtp_code == 421 and refusal.value.smtp_error.startswith(b"4.7.0 mail.demo.example Too many sessions")
    gateway.smtp(other_client).quit()
    for session in held:
        session.quit()
    until(lambda: gateway.counters("smtp")["sessions"] == 0, "no session")
    gateway.smtp(client).quit()


def test_connections_and_messages_a_minute(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.limits.client-connections-per-minute": 2, "smtp.limits.client-messages-per-minute": 2})
    with gateway.smtp(client) as session:
        session.ehlo()
        codes = []
        for _ in range(3):
            codes.append(session.mail("a@elsewhere.example")[0])
            session.rset()
        assert codes == [250, 250, 450]
    gateway.smtp(client).quit()
    with pytest.raises(smtplib.SMTPConnectError) as refusal:
        gateway.smtp(client)
    assert refusal.value.smtp_code == 421 and b"Too many connections" in refusal.value.smtp_error


def test_mistakes(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.limits.errors": 3})
    with gateway.smtp(client) as session:
        assert [session.docmd("NONSENSE")[0] for _ in range(3)] == [500, 500, 421]


def test_refused_clients_take_no_place(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.connection.allow": "none", "smtp.limits.sessions": 1})
    refused = []
    for _ in range(3):
        connection = socket.create_connection(("127.0.0.1", gateway.smtp_port), 30, source_address=(client, 0))
        assert connection.recv(4) == b"554 "
        refused.append(connection)
    assert gateway.counters("smtp")["sessions"] == 0
    for connection in refused:
        connection.close()


def test_greet_pause(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.apply({"smtp.connection.greet-pause-seconds": 1})
    with socket.create_connection(("127.0.0.1", gateway.smtp_port), 30, source_address=(client, 0)) as connection:
        connection.sendall(b"EHLO early\r\n")
        assert connection.makefile("rb").read().startswith(b"554 5.5.1 You spoke before the greeting")
    assert gateway.rcpt(other_client, "alice@demo.example")[0] == 250
    assert gateway.counters("smtp")["refused-too-early"] == 1
    leaving = socket.create_connection(("127.0.0.1", gateway.smtp_port), 30, source_address=(other_client, 0))
    leaving.close()
    until(lambda: gateway.counters("smtp")["sessions"] == 0, "nobody there")


# Extensions on the wire.

def test_chunking(gateway: Gateway, client: str) -> None:
    body = b"Subject: in chunks\r\n\r\n.\r\n..two\r\n" + b"x" * 100_000 + b"\r\n"
    with gateway.smtp(client) as session:
        session.ehlo()
        assert "chunking" in session.esmtp_features
        session.mail("a@elsewhere.example")
        session.rcpt("alice@demo.example")
        session.sock.sendall(b"BDAT 30\r\n" + body[:30] + b"BDAT %d LAST\r\n" % (len(body) - 30) + body[30:])
        assert session.getreply() == (250, b"2.0.0 Ok: 30 bytes so far")
        assert session.getreply()[0] == 250
        assert session.docmd("BDAT 0 LAST")[0] == 503
    assert wait_for_mail(gateway, "alice", "in chunks").replace(b"\r\n", b"\n").endswith(body.replace(b"\r\n", b"\n"))


def test_smtputf8(gateway: Gateway, client: str) -> None:
    with gateway.smtp(client) as session:
        session.ehlo()
        session.command_encoding = "utf-8"
        assert session.docmd("MAIL FROM:<jos\u00e9@b\u00fccher.example>")[0] == 553
        assert session.mail("jos\u00e9@b\u00fccher.example", ["SMTPUTF8", "BODY=8BITMIME"])[0] == 250
        assert session.rcpt("alice@demo.example")[0] == 250
        assert session.data("Subject: Gr\u00fc\u00dfe\r\n\r\nhallo\r\n".encode())[0] == 250
    mail = wait_for_mail(gateway, "alice", "Gr\u00fc\u00dfe").decode()
    assert "Return-Path: <jos\u00e9@xn--bcher-kva.example>" in mail and " with UTF8SMTP id " in mail
