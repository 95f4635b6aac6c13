# SPDX-License-Identifier: GPL-3.0-or-later
"""Every classical trick to get a foreign recipient through as a stranger, against every setting that shuts strangers out."""

import base64
import ssl
from collections import Counter
from dataclasses import dataclass
from typing import Any, Callable, Iterable

import pytest

from abuse.recipients import FOREIGN, FORMS, LOCAL, NEAR, UNKNOWN, WIDE, WIDE_FORMS
from abuse.stranger import Stranger, begin_with
from gateway.certificate import CertificateAuthority
from gateway.figures import record
from gateway.gateway import DEMO_USERS, Gateway
from gateway.ports import free_port
from gateway.wait import until

NO_RULES = {"smtp.relay.allow": "specified", "smtp.relay.near-domains": False, "smtp.relay.address-list": False,
            "smtp.relay.pop-client": False, "smtp.relay.authenticated": False}
POP_CLIENT = {**NO_RULES, "smtp.relay.pop-client": True}
EVERY_RULE = {"smtp.relay.allow": "specified", "smtp.relay.near-domains": True, "smtp.relay.address-list": True,
              "smtp.relay.addresses": ["192.0.2.0/24", "2001:db8::/32"], "smtp.relay.pop-client": True, "smtp.relay.authenticated": True}
GRANT_USED = "450 4.7.1"       # the log-on has been used for as much as it is good for
NOT_THE_USERS = "553 5.7.1"    # the log-on is somebody's, and the sender is not
NOT_YET = "50"                 # RCPT where no MAIL was taken: 503, or already 500


def nothing(_gateway: Gateway, _client: str, _other: str) -> None:
    pass


def another_logs_on(gateway: Gateway, _client: str, other: str) -> None:
    gateway.log_on(other)


def log_on(gateway: Gateway, client: str, _other: str) -> None:
    gateway.log_on(client)


def half_log_ons(gateway: Gateway, client: str, _other: str) -> None:
    """A wrong password, a wrong digest, a name without password, and a password without its line end."""
    for lines in ([b"USER alice", b"PASS wrong"], [b"APOP bob 0123456789abcdef0123456789abcdef"], [b"USER alice"]):
        with Stranger(gateway.pop_port, client) as session:
            session.say(*lines)
    with Stranger(gateway.pop_port, client) as session:
        session.say(b"USER alice")
        session.send(b"PASS " + DEMO_USERS["alice"].encode())


def log_on_and_revoke(gateway: Gateway, client: str, _other: str) -> None:
    gateway.log_on(client)
    assert gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", client) == (True,)


def log_on_and_use(gateway: Gateway, client: str, _other: str) -> None:
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.sendmail("alice@demo.example", ["used@elsewhere.example"], "Subject: used up\r\n\r\ntext\r\n")


@dataclass(frozen=True)
class Situation:
    """Settings under which a client is a stranger, and what is said to what else would be let through."""
    settings: dict[str, Any]
    before: Callable[[Gateway, str, str], None] = nothing
    near: str = FOREIGN
    foreign: str = FOREIGN
    unknown: str = UNKNOWN
    door: str = ""     # the setting of other listeners to come to
    all: str = ""      # what is said to each, whoever it is
    host: str = "127.0.0.1"

    def verdict(self, verdict: str) -> str:
        return self.all or {NEAR: self.near, FOREIGN: self.foreign, UNKNOWN: self.unknown}.get(verdict, verdict)


SITUATIONS = {
    "no-rule": Situation(NO_RULES),
    "pop-client": Situation(POP_CLIENT),
    "near-domains": Situation({**NO_RULES, "smtp.relay.near-domains": True}, near=LOCAL),
    "address-list": Situation({**NO_RULES, "smtp.relay.address-list": True, "smtp.relay.addresses": ["192.0.2.0/24", "::/0"]}),
    "address-list-not-ticked": Situation({**NO_RULES, "smtp.relay.addresses": ["0.0.0.0/0", "::/0"]}),
    "authenticated": Situation({**NO_RULES, "smtp.relay.authenticated": True}),
    "authentication-off": Situation({**NO_RULES, "smtp.relay.authenticated": True, "smtp.authentication": "no"}),
    "every-rule": Situation(EVERY_RULE, near=LOCAL),
    "none": Situation({**NO_RULES, "smtp.relay.allow": "none", "smtp.relay.near-domains": True}),
    "none-whatever-is-ticked": Situation({**EVERY_RULE, "smtp.relay.allow": "none", "smtp.relay.addresses": ["0.0.0.0/0", "::/0"]},
                                         log_on),
    "another-address-logged-on": Situation(POP_CLIENT, another_logs_on),
    "half-log-ons": Situation(POP_CLIENT, half_log_ons),
    "log-on-revoked": Situation(POP_CLIENT, log_on_and_revoke),
    "log-on-unrecorded": Situation({**POP_CLIENT, "pop3.log-ons.unrecorded": ["127.0.0.0/8"]}, log_on),
    "log-on-does-not-count": Situation(NO_RULES, log_on),
    "log-on-used-up": Situation({**POP_CLIENT, "pop3.log-ons.messages": 1}, log_on_and_use, foreign=GRANT_USED, near=GRANT_USED),
    "log-on-of-another-sender": Situation({**POP_CLIENT, "pop3.log-ons.sender-check": "all"}, log_on, foreign=NOT_THE_USERS,
                                          near=NOT_THE_USERS),
    "shared-address": Situation({**POP_CLIENT, "pop3.log-ons.sender-check": "shared", "pop3.log-ons.shared-addresses": ["127.0.0.0/8"]},
                                log_on, foreign=NOT_THE_USERS, near=NOT_THE_USERS),
    "submission": Situation(EVERY_RULE, door="smtp.submission-listeners", all=NOT_YET),
    "tls-only": Situation({**EVERY_RULE, "smtp.tls": "only"}, all=NOT_YET),
    "catch-all": Situation({**EVERY_RULE, "general.catch-all": "bob"}, near=LOCAL, unknown=LOCAL),
    "postmaster-and-aliases": Situation({**EVERY_RULE, "general.postmaster": "alice", "general.aliases": ["sales: alice"]}, near=LOCAL),
    "ipv6": Situation(EVERY_RULE, near=LOCAL, door="smtp.listeners", host="::1"),
    "ipv4-mapped": Situation({**EVERY_RULE, "smtp.relay.addresses": ["::/0"]}, near=LOCAL, door="smtp.listeners", host="*"),
}

SENDERS = [b"<>", b"<alice@demo.example>", b"<postmaster@demo.example>", b"<alice@mail.demo.example>", b"<alice@[127.0.0.1]>",
           b"<someone@elsewhere.example>", b"<@demo.example:someone@elsewhere.example>", b'<"alice@demo.example"@elsewhere.example>',
           b"alice@demo.example", b'<"alice"@demo.example>', b"<alice@demo.example.> SIZE=100", b"<MAILER-DAEMON@demo.example>",
           b"<alice@demo.example> AUTH=alice@demo.example", b"<alice@[IPv6:::1]>", b"<alice@localhost>",
           "<al\u0131ce@demo.example> SMTPUTF8".encode(), "<alice@d\u0435mo.example> SMTPUTF8".encode()]


class Tally:
    """Several tests make one figure."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()

    def add(self, what: str, tried: int, lost: int, remark: str = "") -> None:
        self.tried[what] += tried
        self.lost[what] += lost
        record("The relay is shut", what, self.tried[what], self.lost[what], remark)


tally = Tally()

# More would be taken for a client that brings no message nearer, and too many mistakes.
FORMS_A_SESSION = 19


def wrong_replies(gateway: Gateway, client: str, situation: Situation, sender: bytes, forms: Iterable[tuple[bytes, str]],
                  port: int = 0) -> list[tuple]:
    """RCPT with each of the forms, in transactions of their own; some of them in one session."""
    wrong = []
    forms = list(forms)
    host = "127.0.0.1" if situation.host == "*" else situation.host
    for start in range(0, len(forms), FORMS_A_SESSION):
        with Stranger(port or gateway.smtp_port, "" if ":" in host else client, host=host) as stranger:
            stranger.say(b"EHLO mail.demo.example")
            for form, verdict in forms[start:start + FORMS_A_SESSION]:
                reply = stranger.say(b"MAIL FROM:" + sender, b"RCPT TO:" + form, b"RSET")[1]
                if not reply.startswith(situation.verdict(verdict)):
                    wrong.append((form, situation.verdict(verdict), reply))
    return wrong


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ssl.SSLContext]:
    """A certificate's row in the settings, and what trusts it."""
    authority = CertificateAuthority(tmp_path_factory.mktemp("certificates"))
    return authority.issue("localhost").row, ssl.create_default_context(cafile=str(authority.certificate))


def open_door(gateway: Gateway, situation: Situation) -> int:
    """Opens the door that the situation is about; 0: the plain one."""
    if not situation.door:
        return 0
    port = free_port()
    host = f"[{situation.host}]" if ":" in situation.host else situation.host
    listeners = [*gateway.settings()[situation.door], f"{host}:{port}"]
    gateway.apply({situation.door: listeners})
    return port


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_form(gateway: Gateway, client: str, other_client: str, tls: tuple, name: str) -> None:
    situation = SITUATIONS[name]
    gateway.apply({**situation.settings, "security.certificates": [tls[0]]})
    port = open_door(gateway, situation)
    situation.before(gateway, client, other_client)
    wrong = wrong_replies(gateway, client, situation, b"<sender@elsewhere.example>", FORMS, port)
    tally.add(f"{len(FORMS)} forms of a recipient x {len(SITUATIONS)} settings that shut strangers out", len(FORMS), len(wrong))
    assert wrong == []


def test_letters_beyond_ascii(gateway: Gateway, client: str) -> None:
    gateway.apply(EVERY_RULE)
    wrong = wrong_replies(gateway, client, SITUATIONS["every-rule"], b"<sender@elsewhere.example> SMTPUTF8", WIDE_FORMS)
    tally.add("recipients with look-alikes and letters beyond ASCII", len(WIDE_FORMS), len(wrong))
    assert wrong == []


@pytest.mark.parametrize("sender", SENDERS)
def test_no_sender_opens_the_relay(gateway: Gateway, client: str, sender: bytes) -> None:
    gateway.apply(EVERY_RULE)
    forms = [(form, verdict) for form, verdict in FORMS if verdict != WIDE or b"SMTPUTF8" not in sender]
    wrong = wrong_replies(gateway, client, SITUATIONS["every-rule"], sender, forms)
    tally.add(f"the same forms x {len(SENDERS)} forged, empty and local senders", len(FORMS), len(wrong))
    assert wrong == []


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
    "a refused sender": [b"RSET", b"MAIL FROM:<a@b", b"MAIL FROM:<alice@demo.example>"],
    "a null sender": [b"RSET", b"MAIL FROM:<>"],
    "XFORWARD": [b"XFORWARD ADDR=127.0.0.1 SOURCE=LOCAL", b"XCLIENT LOGIN=alice"],
    "ETRN, TURN and ATRN": [b"ETRN elsewhere.example", b"TURN", b"ATRN elsewhere.example"],
    "SEND, SOML and SAML": [b"SEND FROM:<alice@demo.example>", b"SOML FROM:<alice@demo.example>", b"SAML FROM:<alice@demo.example>"],
    "VRFY and EXPN": [b"VRFY someone@elsewhere.example", b"EXPN alice", b"VRFY alice"],
    "a chunk nobody wants": [b"RSET", b"BDAT 22\r\nMAIL FROM:<a@b.test>", b"MAIL FROM:<alice@demo.example>"],
    "a whole message": [b"RCPT TO:<bob@demo.example>", b"BDAT 6 LAST\r\ntext", b"MAIL FROM:<alice@demo.example>"],
    "AUTH in MAIL": [b"RSET", b"MAIL FROM:<alice@demo.example> AUTH=alice@demo.example"],
}


@pytest.mark.parametrize("pipelined", [False, True])
@pytest.mark.parametrize("before", BEFORE)
def test_nothing_said_before_makes_a_friend(gateway: Gateway, client: str, before: str, pipelined: bool) -> None:
    gateway.apply(EVERY_RULE)
    lines = [b"EHLO demo.example", b"MAIL FROM:<alice@demo.example>", *BEFORE[before], b"RCPT TO:<someone@elsewhere.example>"]
    with Stranger(gateway.smtp_port, client) as stranger:
        replies = stranger.say(*lines) if pipelined else [stranger.say(line)[0] for line in lines]
    tally.add(STEPS, 1, not replies[-1].startswith(FOREIGN))
    assert replies[-1].startswith(FOREIGN), replies


STEPS = "what can be said before a foreign recipient, in order and pipelined"
AUTH = {**EVERY_RULE, "smtp.authentication": "always", "security.failed-log-ons": 0}
TRANSACTION = [b"MAIL FROM:<alice@demo.example>", b"RCPT TO:<someone@elsewhere.example>"]


def credentials(*parts: str) -> bytes:
    return base64.b64encode("\0".join(parts).encode())


ALICE = credentials("", "alice", DEMO_USERS["alice"])

# Log-ons that come to nothing, and their replies (RFC 4954, sections 4 and 6; RFC 4616, section 2).
FAILED_LOG_ONS = {
    "wrong password": ([b"AUTH PLAIN " + credentials("", "alice", "wrong")], ["535"]),
    "wrong user": ([b"AUTH PLAIN " + credentials("", "nobody", DEMO_USERS["alice"])], ["535"]),
    "another's name": ([b"AUTH PLAIN " + credentials("bob", "alice", DEMO_USERS["alice"])], ["535"]),
    "no password": ([b"AUTH PLAIN " + credentials("", "alice", "")], ["5"]),
    "one part too many": ([b"AUTH PLAIN " + credentials("", "alice", DEMO_USERS["alice"], "x")], ["5"]),
    "cancelled": ([b"AUTH PLAIN", b"*"], ["334", "501"]),
    "cancelled in the middle": ([b"AUTH LOGIN", base64.b64encode(b"alice"), b"*"], ["334", "334", "501"]),
    "a command for an answer": ([b"AUTH PLAIN", b"NOOP"], ["334", "5"]),
    "no base64": ([b"AUTH PLAIN !!!!"], ["501"]),
    "an unknown mechanism": ([b"AUTH XOAUTH2 " + ALICE], ["504"]),
    "AUTH within a transaction": ([b"MAIL FROM:<alice@demo.example>", b"AUTH PLAIN " + ALICE, b"RSET"], ["250", "503", "250"]),
}


@pytest.mark.parametrize("pipelined", [False, True])
def test_failed_log_ons_let_nothing_through(gateway: Gateway, pipelined: bool) -> None:
    """What is decided about the recipient is what the log-on came to, however early RCPT was sent."""
    gateway.apply(AUTH)
    sessions = {}
    for number, (name, (lines, expected)) in enumerate(FAILED_LOG_ONS.items()):
        sessions[name] = Stranger(gateway.smtp_port, f"127.8.{pipelined:d}.{number + 1}"), lines, expected
    wrong = []
    for name, (stranger, lines, expected) in sessions.items():  # each with a client of its own: failures are answered late
        stranger.send(b"".join(line + b"\r\n" for line in [b"EHLO x", *lines, *(TRANSACTION if pipelined else ())]))
    for name, (stranger, lines, expected) in sessions.items():
        replies = stranger.replies(1 + len(lines))[1:]
        replies += stranger.replies(2) if pipelined else stranger.say(*TRANSACTION)
        stranger.close()
        if not begin_with(replies, [*expected, "250 2.1.0", FOREIGN]):
            wrong.append((name, replies))
    tally.add("log-ons at the SMTP server that failed, were cancelled or half, and then a foreign recipient", len(FAILED_LOG_ONS), len(wrong))
    assert not wrong


def test_a_log_on_lets_through(gateway: Gateway, client: str) -> None:
    """The same commands with the right password: it is the log-on that makes the difference."""
    gateway.apply(AUTH)
    with Stranger(gateway.smtp_port, client) as stranger:
        assert begin_with(stranger.say(b"EHLO x", b"AUTH PLAIN " + ALICE, *TRANSACTION), ["250", "235", "250", "250"])


def test_starttls_forgets_who_it_was(gateway: Gateway, client: str, tls: tuple) -> None:
    """RFC 3207, section 4.2: of what was said before the handshake nothing is known after it."""
    gateway.apply({**AUTH, "security.certificates": [tls[0]]})
    with Stranger(gateway.smtp_port, client) as stranger:
        assert begin_with(stranger.say(b"EHLO x", b"AUTH PLAIN " + ALICE, *TRANSACTION, b"RSET"), ["250", "235", "250", "250", "250"])
        stranger.say(b"STARTTLS")
        stranger.start_tls(tls[1])
        replies = stranger.say(*TRANSACTION, b"EHLO x", *TRANSACTION)
    tally.add(STEPS, 1, not begin_with(replies, ["503", "503", "250", "250", FOREIGN]))
    assert begin_with(replies, ["503", "503", "250", "250", FOREIGN])


def test_settings_change_within_a_transaction(gateway: Gateway, client: str) -> None:
    """A recipient that was taken is taken; the next is decided by what has been saved since."""
    gateway.apply({**EVERY_RULE, "smtp.relay.allow": "all"})
    with Stranger(gateway.smtp_port, client) as stranger:
        assert begin_with(stranger.say(b"EHLO x", *TRANSACTION), ["250", "250", "250"])
        gateway.apply({"smtp.relay.allow": "specified"})
        replies = stranger.say(b"RCPT TO:<another@elsewhere.example>")
    tally.add(STEPS, 1, not replies[0].startswith(FOREIGN))
    assert replies[0].startswith(FOREIGN)


def test_only_the_accepted_get_the_mail(gateway: Gateway, client: str, next_hop) -> None:
    """Tricks and true recipients in one transaction: the message goes to the true ones, and nobody else."""
    gateway.apply(EVERY_RULE)
    accepted = 0
    with Stranger(gateway.smtp_port, client) as stranger:
        stranger.say(b"EHLO x", b"MAIL FROM:<sender@elsewhere.example>")
        for form in (b"<@elsewhere.example:alice@demo.example>", b"<@demo.example:someone@elsewhere.example>",
                     b"<someone@near.example>", b"<someone%elsewhere.example@near.example>", b"<alice@demo.example>"):
            accepted += stranger.say(b"RCPT TO:" + form)[0].startswith("250")
        assert accepted == 3
        assert stranger.say(b"DATA")[0].startswith("354")
        assert stranger.say(b"Subject: tricks\r\n\r\ntext\r\n.")[0].startswith("250")
    assert [message.recipients for message in next_hop.wait_for("someone@near.example")] == [("someone@near.example",)]
    until(lambda: not gateway.queue(), "an empty queue")
    sent_on = [message for message in next_hop.messages if b"Subject: tricks" in message.content]
    assert {recipient for message in sent_on for recipient in message.recipients} == {"someone@near.example"}
    mails = [path.read_text() for path in (gateway.state / "mailboxes" / "alice" / "new").iterdir()]
    assert sum("Subject: tricks" in mail for mail in mails) == 1


@pytest.mark.parametrize("name", [b"x\x1b[31m\xff y", b"a by demo.example with ESMTP; Mon, 1 Jan 2001", b"[1.2.3.4]) (from x",
                                  b"%s%n", b"x\\\"\\n y", b"a" * 255])
def test_names_of_clients_cannot_forge_lines(gateway: Gateway, client: str, name: bytes) -> None:
    """What a client calls itself, and its sender, end no line: neither in the message's header nor in the log."""
    with Stranger(gateway.smtp_port, client) as stranger:
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
