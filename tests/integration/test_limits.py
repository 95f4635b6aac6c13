# SPDX-License-Identifier: GPL-3.0-or-later
"""What one client, or many, can ask of the servers; and that they say so in the protocol's words."""

import contextlib
import poplib
import select
import smtplib
import socket

import pytest

from gateway.gateway import DEMO_USERS, Gateway, PopSession
from gateway.wait import until


def greeting(gateway: Gateway, port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 30) as raw:
        return raw.recv(512)


def logged_on(gateway: Gateway, client: str, user: str) -> PopSession:
    session = gateway.pop3(client)
    session.user(user)
    session.pass_(DEMO_USERS[user])
    return session


def test_smtp_sessions(gateway: Gateway) -> None:
    """Clients that may relay keep their places."""
    gateway.apply({"smtp.limits.sessions": 3})
    gateway.log_on("127.0.0.3")
    sessions = [gateway.smtp("127.0.0.3") for _ in range(3)]
    with pytest.raises(smtplib.SMTPConnectError) as caught:
        gateway.smtp("127.0.0.3")
    assert caught.value.smtp_code == 421
    sessions.pop().quit()
    until(lambda: greeting(gateway, gateway.smtp_port).startswith(b"220 "), "room for another session")
    for session in sessions:
        assert session.noop()[0] == 250
        session.quit()


def test_pop_sessions(gateway: Gateway) -> None:
    gateway.apply({"pop3.limits.sessions": 2})
    sessions = [logged_on(gateway, "127.0.0.3", user) for user in ("alice", "bob")]
    with pytest.raises(poplib.error_proto):
        gateway.pop3("127.0.0.3")
    sessions.pop().quit()
    until(lambda: greeting(gateway, gateway.pop_port).startswith(b"+OK"), "room for another session")
    sessions.pop().quit()


@pytest.mark.parametrize("server", ["smtp", "pop3"])
def test_silent_strangers_make_room(gateway: Gateway, client: str, server: str) -> None:
    """Who has logged on need not wait; another newcomer waits until they have been silent for a while."""
    gateway.log_on(client)
    gateway.apply({"smtp.limits.sessions": 40, "pop3.limits.sessions": 40})
    port, word = (gateway.smtp_port, b"220 ") if server == "smtp" else (gateway.pop_port, b"+OK ")
    with contextlib.ExitStack() as stack:
        # So many that each worker, which looks among its own, has some.
        silent = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 30, (f"127.0.4.{number % 20 + 1}", 0)))
                  for number in range(40)]
        assert all(raw.recv(512).startswith(word) for raw in silent)
        (gateway.smtp if server == "smtp" else gateway.pop3)(client).quit()
        ended = select.select(silent, [], [], 30)[0]
        assert len(ended) == 1 and b"oo many sessions" in ended[0].recv(512)
        until(lambda: greeting(gateway, port).startswith(word), "room for a client that nobody knows")


def test_message_size(gateway: Gateway) -> None:
    gateway.apply({"smtp.limits.message-size-kib": 64})
    with gateway.smtp() as session:
        session.ehlo()
        assert session.esmtp_features["size"] == str(64 * 1024)
        assert session.docmd("MAIL", "FROM:<a@b.example> SIZE=65537")[0] == 552
        assert session.docmd("MAIL", "FROM:<a@b.example> SIZE=65536")[0] == 250
        assert session.rcpt("alice@demo.example")[0] == 250
        assert session.data(b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 4096)[0] == 552
        assert session.mail("a@b.example")[0] == 250
        assert session.rcpt("alice@demo.example")[0] == 250
        assert session.data(b"Subject: x\r\n\r\nsmall\r\n")[0] == 250


def test_recipients(gateway: Gateway) -> None:
    gateway.apply({"smtp.limits.recipients": 100, "smtp.relay.allow": "all"})
    with gateway.smtp() as session:
        session.ehlo()
        session.mail("a@b.example")
        replies = [session.rcpt(f"user{number}@elsewhere.example")[0] for number in range(300)]
        assert replies == [250] * 100 + [452] * 200
        session.rset()


def test_silent_sessions_are_closed(gateway: Gateway) -> None:
    gateway.apply({"smtp.limits.inactivity-seconds": 10, "pop3.inactivity-seconds": 10})
    with socket.create_connection(("127.0.0.1", gateway.smtp_port), 60) as smtp, \
            socket.create_connection(("127.0.0.1", gateway.pop_port), 60) as pop:
        assert smtp.recv(512).startswith(b"220 ")
        assert pop.recv(512).startswith(b"+OK")
        assert smtp.recv(512).startswith(b"421 4.4.2")
        assert smtp.recv(512) == b""
        while rest := pop.recv(512):
            assert rest.startswith(b"-ERR")


@pytest.mark.parametrize("line", [b"EHLO " + b"x" * 5000 + b"\r\n", b"NO\0OP\r\n", b"NOOP\nNOOP\r\n", b"NO\rOP\r\n", b"\r\n", b"FROBNICATE\r\n",
                                  b"MAIL FROM:<a@b\r\n", b"RCPT TO:<a@b.example>\r\n", b"DATA\r\n"])
def test_wrong_smtp_lines_get_a_clear_reply(gateway: Gateway, line: bytes) -> None:
    with gateway.smtp() as session:
        session.ehlo()
        session.send(line)
        code, text = session.getreply()
        assert 500 <= code <= 555 and text[:2] == b"5.", (code, text)
        assert session.docmd("NOOP")[0] == 250


@pytest.mark.parametrize("line", [b"USER " + b"x" * 5000 + b"\r\n", b"\r\n", b"STAT\r\n", b"RETR 1\r\n", b"PASS x\r\n", b"APOP x\r\n"])
def test_wrong_pop_lines_get_a_clear_reply(gateway: Gateway, line: bytes) -> None:
    session = gateway.pop3()
    session.sock.sendall(line)
    assert session.file.readline().startswith(b"-ERR ")
    assert session.capa()
    session.quit()


@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n"])
def test_only_the_right_end_ends_a_message(gateway: Gateway, end: bytes) -> None:
    """No smuggling: what another server might take for the end of the content is none, and makes no second message."""
    with gateway.smtp("127.0.0.1") as session:
        session.ehlo()
        session.mail("a@b.example")
        session.rcpt("alice@demo.example")
        assert session.docmd("DATA")[0] == 354
        session.send(b"Subject: one\r\n\r\ntext" + end + b"MAIL FROM:<smuggled@b.example>\r\n\r\n.\r\n")
        code, text = session.getreply()
        assert 500 <= code <= 554, (code, text)
        assert session.docmd("NOOP")[0] == 250


def test_everything_pipelined_at_once(gateway: Gateway, client: str, next_hop) -> None:
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.ehlo()
        session.send(b"MAIL FROM:<me@demo.example>\r\nRCPT TO:<pipe@elsewhere.example>\r\nRCPT TO:<bad\r\nDATA\r\n")
        assert [session.getreply()[0] for _ in range(4)] == [250, 250, 501, 354]
        session.send(b"Subject: x\r\n\r\ntext\r\n.\r\nNOOP\r\nMAIL FROM:<me@demo.example>\r\nRSET\r\n")
        assert [session.getreply()[0] for _ in range(4)] == [250, 250, 250, 250]
    next_hop.wait_for("pipe@elsewhere.example")


def test_refused_recipients_and_pipelined_data(gateway: Gateway, client: str) -> None:
    """A stranger who pipelines DATA behind a refused RCPT gets no 354."""
    with gateway.smtp(client) as session:
        session.ehlo()
        session.send(b"MAIL FROM:<me@demo.example>\r\nRCPT TO:<x@elsewhere.example>\r\nDATA\r\n")
        replies = [session.getreply()[0] for _ in range(3)]
        assert replies[:2] == [250, 550] and 500 <= replies[2] <= 554, replies
        assert session.docmd("NOOP")[0] == 250


def test_one_mailbox_two_sessions(gateway: Gateway) -> None:
    first, second = gateway.pop3(), gateway.pop3()
    first.user("alice")
    first.pass_("wonderland")
    second.user("alice")
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        second.pass_("wonderland")
    second.quit()
    first.quit()
    gateway.log_on(user="alice")
