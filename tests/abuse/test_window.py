# SPDX-License-Identifier: GPL-3.0-or-later
"""The window is exact: a log-on counts for the set time and no longer, for who has his +OK and for nobody else."""

import hashlib
import os
import poplib
import re
import signal
import socket
from pathlib import Path
from typing import Callable

import pytest

from gateway.figures import record, tries
from gateway.fixtures import next_client
from gateway.gateway import DEMO_USERS, Gateway, try_recipient
from gateway.wait import until

PROMISE = "The window is exact"
MAILBOX_LINE = re.compile(r"^bob:.*\n", re.MULTILINE)


def relays(gateway: Gateway, client: str) -> bool:
    code, text = gateway.rcpt(client)
    assert code in (250, 550), (code, text)
    return code == 250


def say(gateway: Gateway, client: str, *lines: bytes, read_last: bool = True) -> bytes:
    """Says LINES to the POP server, each after the reply to the one before; the last reply, unless the connection is cut before it."""
    reply = b""
    with socket.create_connection(("127.0.0.1", gateway.pop_port), 30, source_address=(client, 0)) as raw:
        with raw.makefile("rb") as replies:
            greeting = replies.readline()
            for number, line in enumerate(lines, 1):
                raw.sendall(line.replace(b"@DIGEST@", digest(greeting).encode()))
                if number < len(lines) or read_last:
                    reply = replies.readline()
    return reply


def digest(greeting: bytes) -> str:
    stamp = re.search(rb"<[^<>]+>", greeting)
    return hashlib.md5((stamp.group() if stamp else b"") + DEMO_USERS["bob"].encode()).hexdigest()


# What is said, and how the last reply begins; none of it is a log-on.
NO_LOG_ONS: list[tuple[bytes, ...]] = [
    (b"USER bob\r\n",),
    (b"PASS builder\r\n",),
    (b"USER bob\r\n", b"PASS wrong\r\n"),
    (b"USER bob\r\n", b"PASS builder \r\n"),
    (b"USER bob\r\n", b"PASS Builder\r\n"),
    (b"USER bob\r\n", b"PASS\r\n"),
    (b"USER bob\r\n", b"PASS builder\0\r\n"),
    (b"USER bob\0alice\r\n", b"PASS builder\r\n"),
    (b"USER alice\r\n", b"PASS builder\r\n"),
    (b"USER bob\r\n", b"USER nobody\r\n", b"PASS builder\r\n"),
    (b"USER bob\r\n", b"NOOP\r\n"),
    (b"APOP bob 00000000000000000000000000000000\r\n",),
    (b"APOP bob\r\n",),
    (b"APOP alice @DIGEST@\r\n",),
    (b"APOP bob @DIGEST@0\r\n",),
    (b"AUTH PLAIN AGJvYgB3cm9uZw==\r\n",),
    (b"AUTH PLAIN\r\n", b"*\r\n"),
    (b"AUTH PLAIN\r\n", b"AGJvYgBi\r\n"),
    (b"AUTH LOGIN\r\n", b"Ym9i\r\n", b"*\r\n"),
    (b"AUTH NONE\r\n",),
    (b"USER bob\r\n", b"QUIT\r\n"),
]


def test_no_grant_without_a_log_on(gateway: Gateway) -> None:
    gateway.apply({"security.failed-log-ons": 0})
    got_in = []
    for lines in NO_LOG_ONS:
        client = next_client()
        reply = say(gateway, client, *lines)
        if relays(gateway, client) or client in [row[0] for row in gateway.log_ons()]:
            got_in.append((lines, reply))
    record(PROMISE, "log-ons at the POP server that failed, were cancelled or half", len(NO_LOG_ONS), len(got_in))
    assert got_in == []


def test_no_grant_for_the_first_half_of_a_line(gateway: Gateway) -> None:
    """The connection is lost within the last line, at each place."""
    line = b"PASS builder\r\n"
    clients = []
    for length in range(len(line)):
        client = next_client()
        say(gateway, client, b"USER bob\r\n", line[:length], read_last=False)
        clients.append(client)
    got_in = [client for client in clients if relays(gateway, client)]
    # A line that ends with LF alone is no line; one that ends with CR LF is a log-on.
    record(PROMISE, "connections lost within the line with the password, at each place", len(line), len(got_in))
    assert got_in == []


def test_no_grant_where_another_session_has_the_mailbox(gateway: Gateway, client: str, other_client: str) -> None:
    holder = gateway.pop3(other_client)
    holder.user("bob")
    holder.pass_(DEMO_USERS["bob"])
    pop = gateway.pop3(client)
    pop.user("bob")
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        pop.pass_(DEMO_USERS["bob"])
    assert not relays(gateway, client)
    assert relays(gateway, other_client)
    holder.quit()
    pop.user("bob")
    pop.pass_(DEMO_USERS["bob"])
    assert relays(gateway, client)
    pop.quit()


def test_no_grant_for_who_is_banned(gateway: Gateway, client: str) -> None:
    """The right password, after too many wrong ones."""
    gateway.apply({"security.failed-log-ons": 2})
    for _ in range(2):
        assert say(gateway, client, b"USER bob\r\n", b"PASS wrong\r\n").startswith(b"-ERR")
    assert say(gateway, client, b"USER bob\r\n", b"PASS builder\r\n").startswith(b"-ERR")
    assert not relays(gateway, client)


def rewrite_users(gateway: Gateway, change: Callable[[str], str]) -> None:
    users = Path(gateway.settings()["general.users-file"])
    users = users if users.is_absolute() else gateway.config.parent / users
    new = users.with_name("users.new")
    new.write_text(change(users.read_text()))
    new.chmod(0o600)
    new.rename(users)


@pytest.mark.parametrize("line", ["", "bob:{PLAIN}another\n", "bob:{PLAIN}builder::::::nologin\n",
                                  "bob:{PLAIN}builder::::::allow_nets=192.0.2.0/24\n"],
                         ids=["gone", "another password", "no log-on", "from elsewhere alone"])
def test_what_ends_a_user_ends_his_log_ons(gateway: Gateway, client: str, other_client: str, line: str) -> None:
    """At the next RCPT, in a session that was open before."""
    gateway.log_on(client, "bob")
    gateway.log_on(other_client, "alice")
    with gateway.smtp(client) as session:
        session.ehlo()
        assert try_recipient(session)[0] == 250
        former = ""

        def change(text: str) -> str:
            nonlocal former
            former = text
            return MAILBOX_LINE.sub(line, text)

        rewrite_users(gateway, change)
        try:
            assert try_recipient(session)[0] == 550
            assert client not in [row[0] for row in gateway.log_ons()]
            assert gateway.ask_server("pop3", "org.postern.LogOns1.Extend", "(s)", client) == (False,)
            assert relays(gateway, other_client)
        finally:
            rewrite_users(gateway, lambda _text: former)


def test_always_visible_before_ok(gateway: Gateway) -> None:
    """An SMTP session waits; RCPT is sent the moment that +OK is read."""
    often = tries(200, 10000)
    # Few addresses: each log-on there is taken back before the next.
    refused = kept = 0
    client = next_client()
    with gateway.smtp(client) as session:
        session.ehlo()
        session.mail("sender@elsewhere.example")
        for _ in range(often):
            with socket.create_connection(("127.0.0.1", gateway.pop_port), 30, source_address=(client, 0)) as raw:
                replies = raw.makefile("rb")
                replies.readline()
                raw.sendall(b"USER bob\r\nPASS builder\r\n")
                replies.readline()
                assert replies.readline().startswith(b"+OK")
                refused += session.rcpt("someone@elsewhere.example")[0] != 250
                raw.sendall(b"QUIT\r\n")
                replies.readline()
            gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", client)
            session.rset()
            session.mail("sender@elsewhere.example")
            kept += session.rcpt("someone@elsewhere.example")[0] != 550
            session.rset()
            session.mail("sender@elsewhere.example")
    record(PROMISE, "RCPT right behind the +OK of a log-on, and right behind its revocation", often, refused + kept,
           f"Refused behind +OK: {refused}; let through behind a revocation: {kept}.")
    assert refused == kept == 0


def is_suspended(pid: int) -> bool:
    """SIGSTOP takes hold of one thread after the other (proc(5): the state is behind the name)."""
    return all(task.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "T" for task in Path(f"/proc/{pid}/task").iterdir())


def test_server_that_stood_still(gateway: Gateway, client: str) -> None:
    """The SMTP server is stopped while the grant is taken back; the first thing that it decides is decided by what is true then."""
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.ehlo()
        session.mail("sender@elsewhere.example")
        pid = gateway.pid("smtp")
        os.kill(pid, signal.SIGSTOP)
        try:
            until(lambda: is_suspended(pid), "all threads suspended")
            session.send("RCPT TO:<someone@elsewhere.example>\r\n")
            gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", client)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert session.getreply()[0] == 550


def test_shorter_and_longer_in_one_session(gateway: Gateway, client: str) -> None:
    """What was let through stays; what comes behind is decided anew. A log-on never comes back that was taken back."""
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.ehlo()
        session.mail("sender@demo.example")
        assert session.rcpt("one@elsewhere.example")[0] == 250
        gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", client)
        assert session.rcpt("two@elsewhere.example")[0] == 550
        assert session.data("Subject: one\r\n\r\n.\r\n")[0] == 250
        gateway.apply({"smtp.relay.pop-client-minutes": 60})
        assert try_recipient(session)[0] == 550
        gateway.kill("pop3")
        gateway.start_server("pop3")
        assert try_recipient(session)[0] == 550


def test_one_of_many_addresses(gateway: Gateway, client: str, other_client: str) -> None:
    """The IPv4 address in its IPv6 form is the same; another address of the same user, or the newest user of an address, is not."""
    gateway.log_on(client, "alice")
    assert gateway.explain(f"::ffff:{client}", "a@elsewhere.example")[1] == "pop-client"
    assert gateway.explain(f"::{client}", "a@elsewhere.example")[1] == "no-rule"
    assert not relays(gateway, other_client)
    gateway.log_on(client, "bob")
    assert [row[1] for row in gateway.log_ons() if row[0] == client] == ["bob"]
    gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", client)
    assert not relays(gateway, client)
