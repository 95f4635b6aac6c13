# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that wait: looked at, held, released, removed; retried as the settings say; and what their senders are told."""

import email
import email.policy
import json
import os
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Iterator

import pytest

from gateway.gateway import DEMO_USERS, Gateway
from gateway.sink import NextHop
from gateway.wait import until

BODY = (b"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@demo.example>\r\nFrom: <alice@demo.example>\r\n"
        b"To: <joe@elsewhere.example>\r\nSubject: a word\r\n\r\n.Secret body\r\n")
BUSY = "450 4.2.0 Mailbox busy"
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


needs_faketime = pytest.mark.skipif(FAKETIME is None, reason="needs the package faketime")


@contextmanager
def later(gateway: Gateway, offset: str) -> Iterator[None]:
    """The delivery's clock goes OFFSET ("+5h") ahead of all others."""
    try:
        # AddressSanitizer, where it is there, wants to be the first that is loaded.
        gateway.restart_with("delivery", f"LD_PRELOAD={FAKETIME}", f"FAKETIME={offset}", "FAKETIME_DONT_FAKE_MONOTONIC=1",
                             f"ASAN_OPTIONS=verify_asan_link_order=0:{os.environ.get('ASAN_OPTIONS', '')}")
        yield
    finally:
        gateway.restart_with("delivery")


@pytest.fixture
def anyone(gateway: Gateway, next_hop: NextHop) -> Iterator[Gateway]:
    """A gateway that relays everybody's mail, with an empty queue and empty mailboxes."""
    gateway.apply({"smtp.relay.allow": "all"})
    for user in DEMO_USERS:
        empty_mailbox(gateway, user)
    yield gateway
    next_hop.replies_to_rcpt.clear()
    if gateway.queue():
        gateway.posternctl("queue", "remove", "--all")


def send(gateway: Gateway, recipients: list[str], sender: str = "alice@demo.example", content: bytes = BODY,
         mail_options: tuple[str, ...] = (), rcpt_options: tuple[str, ...] = ()) -> None:
    with gateway.smtp("127.0.0.1") as session:
        session.sendmail(sender, recipients, content, mail_options, rcpt_options)


def log_on(gateway: Gateway, user: str) -> Any:
    session = gateway.pop3("127.0.0.7")
    session.user(user)
    session.pass_(DEMO_USERS[user])
    return session


def empty_mailbox(gateway: Gateway, user: str) -> None:
    session = log_on(gateway, user)
    for number in range(session.stat()[0]):
        session.dele(number + 1)
    session.quit()


def mails_of(gateway: Gateway, user: str = "alice") -> list[EmailMessage]:
    session = log_on(gateway, user)
    mails = [b"\r\n".join(session.retr(number + 1)[1]) + b"\r\n" for number in range(session.stat()[0])]
    session.quit()
    return [email.message_from_bytes(mail, policy=email.policy.default) for mail in mails]


def report_for(gateway: Gateway, user: str = "alice") -> EmailMessage:
    report, = until(lambda: mails_of(gateway, user), f"a report for {user}")
    assert report.get_content_type() == "multipart/report" and report["Return-Path"] == "<>", report
    return report


def recipients_of(report: EmailMessage) -> dict[str, Any]:
    """What programs are told: the address -> its fields."""
    status = report.get_payload()[1]
    assert status.get_content_type() == "message/delivery-status"
    return {part["Final-Recipient"].partition("; ")[2]: part for part in status.get_payload()[1:]}


def queue(gateway: Gateway, *arguments: str) -> Any:
    return json.loads(gateway.posternctl("--json", "queue", *arguments).stdout)


def wait_for_attempt(gateway: Gateway, recipient: str, attempts: int = 1) -> dict[str, Any]:
    """The one message for RECIPIENT, when so many attempts were made and none is under way."""
    def found() -> list[dict[str, Any]]:
        return [row for row in gateway.queue(recipient=recipient) if row["attempts"] >= attempts and row["state"] != "active"]
    row, = until(found, f"attempt {attempts} for {recipient}")
    return row


def wait_until_gone(gateway: Gateway, recipient: str) -> None:
    until(lambda: not gateway.queue(recipient=recipient), f"no message for {recipient} in the queue")


def stuck(gateway: Gateway, next_hop: NextHop, recipient: str, sender: str = "alice@demo.example") -> str:
    """Gives the queue a message that waits; its id."""
    next_hop.replies_to_rcpt[recipient] = BUSY
    send(gateway, [recipient], sender)
    return wait_for_attempt(gateway, recipient)["id"]


def test_show_and_content(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["late@elsewhere.example"] = BUSY
    send(anyone, ["late@elsewhere.example", "soon@elsewhere.example"])
    ident = wait_for_attempt(anyone, "late@elsewhere.example")["id"]
    shown = queue(anyone, "show", ident)
    assert shown["sender"] == "alice@demo.example" and shown["client"] == "127.0.0.1" and shown["state"] == "waiting"
    states = {row["address"]: (row["state"], row["reason"]) for row in shown["all-recipients"]}
    assert states["late@elsewhere.example"][0] == "waiting" and BUSY in states["late@elsewhere.example"][1]
    assert states["soon@elsewhere.example"][0] == "delivered"
    content = anyone.posternctl("queue", "content", ident).stdout
    assert content.startswith("Received: ") and content.replace("\r", "").endswith(BODY.decode().replace("\r", ""))
    assert len(content.encode()) <= shown["size"]
    assert "no message 1F" in anyone.posternctl("queue", "show", "1F", check=False).stderr
    assert anyone.posternctl("queue", "content", "zebra", check=False).returncode == 65


def test_content_in_pieces(anyone: Gateway, next_hop: NextHop) -> None:
    content = BODY + b"".join(b"%070d\r\n" % number for number in range(40_000))
    next_hop.replies_to_rcpt["large@elsewhere.example"] = BUSY
    send(anyone, ["large@elsewhere.example"], content=content)
    ident = wait_for_attempt(anyone, "large@elsewhere.example")["id"]
    read = anyone.posternctl("queue", "content", ident).stdout
    assert read.replace("\r", "").endswith(content.decode().replace("\r", ""))


def test_filters(anyone: Gateway, next_hop: NextHop) -> None:
    first = stuck(anyone, next_hop, "joe@one.example")
    second = stuck(anyone, next_hop, "sue@two.example", "bob@demo.example")
    third = stuck(anyone, next_hop, "tom@sub.two.example", "")

    def ids(*arguments: str) -> list[str]:
        return [row["id"] for row in queue(anyone, "list", *arguments)]

    assert ids() == [first, second, third] and ids("--limit=2") == [first, second]
    assert ids("--sender=BOB@*") == [second] and ids("--sender=<>") == [third]
    assert ids("--recipient=*@*two.example") == [second, third] and ids("--destination=two.example") == [second]
    assert ids("--destination=*.example", "--sender=alice@*") == [first]
    assert ids("--held") == [] and ids("--kept") == []
    assert queue(anyone, "hold", "--destination=*two.example") == {"count": 2}
    assert ids("--held") == [second, third] and ids("--held", "--sender=<>") == [third]
    assert anyone.counters("delivery")["held"] == 2 and anyone.counters("delivery")["waiting"] == 1
    assert queue(anyone, "remove", "--held", "--sender=<>") == {"count": 1}
    assert ids() == [first, second]
    answer = anyone.posternctl("queue", "list", "--sender=nobody@*").stdout
    assert len(answer.splitlines()) == 1


def test_held_message_stays_until_it_is_released(anyone: Gateway, next_hop: NextHop) -> None:
    ident = stuck(anyone, next_hop, "held@elsewhere.example")
    assert queue(anyone, "hold", ident) == {"count": 1}
    next_hop.replies_to_rcpt.clear()
    row, = anyone.queue(recipient="held@elsewhere.example")
    assert row["state"] == "held" and row["hold-reason"]

    assert anyone.posternctl("queue", "retry", ident, check=False).returncode == 1
    assert queue(anyone, "retry", "--all") == {"count": 0}
    anyone.stop_server("delivery")
    anyone.start_server("delivery")
    anyone.kill("delivery")
    anyone.start_server("delivery")
    send(anyone, ["after@elsewhere.example"])
    next_hop.wait_for("after@elsewhere.example")
    row, = anyone.queue(recipient="held@elsewhere.example")
    assert row["state"] == "held" and row["attempts"] == 1
    assert not next_hop.messages_to("held@elsewhere.example")

    assert "held" in anyone.posternctl("queue").stdout
    assert queue(anyone, "release", "--held") == {"count": 1}
    assert next_hop.wait_for("held@elsewhere.example")[0].content.endswith(BODY)
    wait_until_gone(anyone, "held@elsewhere.example")
    log = anyone.log("delivery")
    for deed in ("held", "released"):
        line, = (line for line in log.splitlines() if f"deed={deed} " in line and ident in line)
        assert "queue-changed" in line and " by=" in line


def test_kept_by_a_filter(anyone: Gateway, next_hop: NextHop) -> None:
    anyone.apply({"smtp.filters": ["keep subject a*word"]})
    send(anyone, ["kept@elsewhere.example"])
    row, = queue(anyone, "list", "--kept")
    assert row["state"] == "kept" and "a*word" in row["hold-reason"] and row["attempts"] == 0
    assert queue(anyone, "hold", row["id"]) == {"count": 1}
    assert queue(anyone, "show", row["id"])["state"] == "kept"
    assert queue(anyone, "release", "--kept", "--destination=elsewhere.*") == {"count": 1}
    assert next_hop.wait_for("kept@elsewhere.example")[0].content.endswith(BODY)
    wait_until_gone(anyone, "kept@elsewhere.example")


def test_remove_held(anyone: Gateway, next_hop: NextHop) -> None:
    ident = stuck(anyone, next_hop, "drop@elsewhere.example")
    queue(anyone, "hold", ident)
    assert queue(anyone, "remove", ident) == {"count": 1}
    assert not anyone.queue() and not mails_of(anyone)


@needs_faketime
def test_retries_are_those_of_the_settings(anyone: Gateway, next_hop: NextHop) -> None:
    anyone.apply({"smtp.retries.minutes-count": 2, "smtp.retries.minutes-interval": 7, "smtp.retries.hours-count": 1,
                  "smtp.retries.hours-interval": 3, "smtp.retries.days-count": 0})
    ident = stuck(anyone, next_hop, "again@elsewhere.example")
    for attempts, wait_s in ((1, 7 * 60), (2, 7 * 60), (3, 3 * 3600)):
        row = wait_for_attempt(anyone, "again@elsewhere.example", attempts)
        assert abs(row["next-attempt"] - row["arrived"] - wait_s) < 120, row
        if attempts < 3:
            anyone.posternctl("queue", "retry", ident)

    # The last one is made when its time has come.
    with later(anyone, "+4h"):
        report = report_for(anyone)
    recipient = recipients_of(report)["again@elsewhere.example"]
    assert recipient["Action"] == "failed" and recipient["Status"] == "5.4.7"
    assert "given up after 4 attempts" in report.as_string() and "Secret body" not in report.as_string()
    assert not anyone.queue(recipient="again@elsewhere.example")
    assert any(" failed " in line and ident in line and "attempt=4" in line for line in anyone.log("delivery").splitlines())


def test_who_asks_for_attempts_shortens_no_message_s_time(anyone: Gateway, next_hop: NextHop) -> None:
    anyone.apply({"smtp.retries.minutes-count": 1, "smtp.retries.minutes-interval": 30, "smtp.retries.hours-count": 0,
                  "smtp.retries.days-count": 0})
    ident = stuck(anyone, next_hop, "asked@elsewhere.example")
    for attempts in range(2, 6):
        anyone.posternctl("queue", "retry", ident)
        row = wait_for_attempt(anyone, "asked@elsewhere.example", attempts)
        assert abs(row["next-attempt"] - row["arrived"] - 30 * 60) < 120, row
    assert not mails_of(anyone)
    del next_hop.replies_to_rcpt["asked@elsewhere.example"]
    anyone.posternctl("queue", "retry", ident)
    next_hop.wait_for("asked@elsewhere.example")


def test_change_of_the_retries_holds_for_what_waits(anyone: Gateway, next_hop: NextHop) -> None:
    ident = stuck(anyone, next_hop, "change@elsewhere.example")
    anyone.apply({"smtp.retries.minutes-count": 0, "smtp.retries.hours-count": 0, "smtp.retries.days-count": 0})
    anyone.posternctl("queue", "retry", ident)
    assert recipients_of(report_for(anyone))["change@elsewhere.example"]["Status"] == "5.4.7"


def test_refusal_for_good_is_not_tried_again(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["gone@elsewhere.example"] = "550 5.1.1 No such user here"
    send(anyone, ["gone@elsewhere.example"])
    recipient = recipients_of(report_for(anyone))["gone@elsewhere.example"]
    assert recipient["Status"] == "5.1.1" and "No such user here" in recipient["Diagnostic-Code"]
    assert recipient["Remote-MTA"] == "dns; [127.0.0.1]"
    assert not anyone.queue(recipient="gone@elsewhere.example")
    tried = [line for line in anyone.log("delivery").splitlines() if "gone@elsewhere.example" in line]
    assert sum(" failed " in line for line in tried) == 1 and not any(" deferred " in line for line in tried)


def test_report_to_an_alias_reaches_all_of_it(anyone: Gateway, next_hop: NextHop) -> None:
    anyone.apply({"general.aliases": ["team: alice, bob, chief@elsewhere.example"]})
    next_hop.replies_to_rcpt["gone@elsewhere.example"] = "550 5.1.1 No such user here"
    send(anyone, ["gone@elsewhere.example"], "team@demo.example")
    for user in ("alice", "bob"):
        assert report_for(anyone, user)["To"] == "team@demo.example"
    report, = next_hop.wait_for("chief@elsewhere.example")
    assert report.sender == "" and b"gone@elsewhere.example" in report.content


def test_report_of_a_report_is_logged_only(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["void@elsewhere.example"] = "550 5.1.1 No such user here"
    send(anyone, ["void@elsewhere.example"], "")
    wait_until_gone(anyone, "void@elsewhere.example")
    until(lambda: any(" unreturned " in line and "void@elsewhere.example" in line and "No such user" in line
                      for line in anyone.log("delivery").splitlines()), "a line in the log")


def test_never_and_success(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["gone@elsewhere.example"] = "550 5.1.1 No such user here"
    send(anyone, ["gone@elsewhere.example"], rcpt_options=("NOTIFY=NEVER",))
    wait_until_gone(anyone, "gone@elsewhere.example")
    send(anyone, ["bob@demo.example", "far@elsewhere.example"], mail_options=("ENVID=QQ+2B1", "RET=FULL"),
         rcpt_options=("NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;old+2Bone@demo.example"))
    next_hop.wait_for("far@elsewhere.example")
    report = report_for(anyone)
    recipients = recipients_of(report)
    assert recipients["bob@demo.example"]["Action"] == "delivered"
    assert recipients["far@elsewhere.example"]["Action"] == "relayed"
    assert recipients["bob@demo.example"]["Original-Recipient"] == "rfc822; old+one@demo.example"
    assert report.get_payload()[1].get_payload()[0]["Original-Envelope-Id"] == "QQ+1"
    assert "Secret body" not in report.as_string()


def test_whole_message_comes_back_where_that_was_asked_for(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["gone@elsewhere.example"] = "550 5.1.1 No such user here"
    send(anyone, ["gone@elsewhere.example"], mail_options=("RET=FULL",))
    original = report_for(anyone).get_payload()[2]
    assert original.get_content_type() == "message/rfc822"
    assert original.get_payload()[0].get_payload() == ".Secret body\r\n"


@needs_faketime
def test_delay_is_told_once(anyone: Gateway, next_hop: NextHop) -> None:
    anyone.apply({"smtp.retries.delay-notice-hours": 4})
    ident = stuck(anyone, next_hop, "slow@elsewhere.example")
    assert not mails_of(anyone)
    with later(anyone, "+5h"):
        report = report_for(anyone)
        recipient = recipients_of(report)["slow@elsewhere.example"]
        assert recipient["Action"] == "delayed" and recipient["Status"] == "4.2.0" and recipient["Will-Retry-Until"]
        attempts = wait_for_attempt(anyone, "slow@elsewhere.example", 2)["attempts"]
        anyone.posternctl("queue", "retry", ident)
        wait_for_attempt(anyone, "slow@elsewhere.example", attempts + 1)
        assert len(mails_of(anyone)) == 1 and queue(anyone, "show", ident)["delay-told"] is True
