# SPDX-License-Identifier: GPL-3.0-or-later
"""What was taken with 250 is delivered, bounced or waiting; nothing else."""

import email
import email.policy

import pytest

from gateway.gateway import DEMO_USERS, Gateway
from gateway.sink import NextHop
from gateway.wait import until

# With what a message needs, so that nothing is added.
NEEDED = b"Date: Mon, 16 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@elsewhere.example>\r\n"
BODY = (NEEDED + b"From: <me@elsewhere.example>\r\nTo: <alice@demo.example>\r\nSubject: =?utf-8?q?h=C3=A9llo?=\r\n"
        b"\r\n.a line with a dot\r\n..two\r\n.\r\nlast line, \xc3\xa9\r\n")


@pytest.fixture(autouse=True)
def _next_hop_as_new(next_hop: NextHop):
    yield
    next_hop.replies_to_rcpt.clear()
    next_hop.reply_to_data = ""


def send(gateway: Gateway, recipients: list[str], content: bytes = BODY, sender: str = "me@elsewhere.example",
         client: str = "127.0.0.1") -> None:
    with gateway.smtp(client) as session:
        session.sendmail(sender, recipients, content, mail_options=["BODY=8BITMIME"])


def mails_of(gateway: Gateway, user: str) -> list[bytes]:
    session = gateway.pop3("127.0.0.7")
    session.user(user)
    session.pass_(DEMO_USERS[user])
    mails = [b"\r\n".join(session.retr(number + 1)[1]) + b"\r\n" for number in range(session.stat()[0])]
    session.quit()
    return mails


def empty_mailbox(gateway: Gateway, user: str) -> None:
    session = gateway.pop3("127.0.0.7")
    session.user(user)
    session.pass_(DEMO_USERS[user])
    for number in range(session.stat()[0]):
        session.dele(number + 1)
    session.quit()


@pytest.fixture
def anyone(gateway: Gateway) -> Gateway:
    """A gateway that relays everybody's mail: what is tested here is what comes after."""
    gateway.apply({"smtp.relay.allow": "all"})
    return gateway


def test_local_mail_is_fetched_as_it_was_sent(gateway: Gateway) -> None:
    empty_mailbox(gateway, "alice")
    send(gateway, ["alice@demo.example"])
    mail, = until(lambda: mails_of(gateway, "alice"), "mail for alice")
    assert mail.endswith(BODY)
    trace = email.message_from_bytes(mail[:-len(BODY)] + b"\r\n", policy=email.policy.default)
    assert trace.keys()[0] == "Return-Path" and trace["Return-Path"] == "<me@elsewhere.example>"
    assert "127.0.0.1" in trace["Received"] and "mail.demo.example" in trace["Received"]
    until(lambda: not gateway.queue(), "an empty queue")


def test_two_local_users_and_one_elsewhere(anyone: Gateway, next_hop: NextHop) -> None:
    for user in DEMO_USERS:
        empty_mailbox(anyone, user)
    send(anyone, ["alice@demo.example", "bob@demo.example", "three@elsewhere.example"])
    for user in DEMO_USERS:
        assert until(lambda: mails_of(anyone, user), f"mail for {user}")[0].endswith(BODY)
    message, = next_hop.wait_for("three@elsewhere.example")
    assert message.recipients == ("three@elsewhere.example",) and message.content.endswith(BODY)


def test_next_hop_gets_the_bytes_and_the_envelope(anyone: Gateway, next_hop: NextHop) -> None:
    send(anyone, ["bytes@elsewhere.example", "bytes2@elsewhere.example"])
    message = next_hop.wait_for("bytes@elsewhere.example")[0]
    assert message.sender == "me@elsewhere.example"
    assert message.content.endswith(BODY) and message.content.startswith(b"Received: ")
    next_hop.wait_for("bytes2@elsewhere.example")


def test_large_message(anyone: Gateway, next_hop: NextHop) -> None:
    content = NEEDED + b"Subject: large\r\n\r\n" + b"".join(b"%070d\r\n" % number for number in range(100_000))
    send(anyone, ["large@elsewhere.example"], content)
    assert next_hop.wait_for("large@elsewhere.example")[0].content.endswith(content)


def waiting(gateway: Gateway, recipient: str) -> list[dict]:
    return [row for row in gateway.queue() if recipient in row["recipients"]]


def test_next_hop_that_is_down_gets_it_later(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.stop()
    try:
        send(anyone, ["later@elsewhere.example"])
        row = until(lambda: [row for row in waiting(anyone, "later@elsewhere.example") if row["attempts"] > 0],
                    "the first attempt")[0]
        assert row["reason"], row
        assert row["next-attempt"] > row["arrived"]
    finally:
        next_hop.start()
    assert anyone.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [row["id"]]) == (1,)
    next_hop.wait_for("later@elsewhere.example")
    until(lambda: not waiting(anyone, "later@elsewhere.example"), "an empty queue")


def test_refusal_for_now_is_tried_again(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["busy@elsewhere.example"] = "450 4.2.0 Mailbox busy"
    send(anyone, ["busy@elsewhere.example", "free@elsewhere.example"])
    next_hop.wait_for("free@elsewhere.example")
    row = until(lambda: [row for row in waiting(anyone, "busy@elsewhere.example") if row["attempts"] > 0], "the first attempt")[0]
    assert row["recipients"] == ["busy@elsewhere.example"] and "450 4.2.0 Mailbox busy" in row["reason"]
    next_hop.replies_to_rcpt.clear()
    anyone.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [])
    next_hop.wait_for("busy@elsewhere.example")
    assert len(next_hop.messages_to("free@elsewhere.example")) == 1


def test_refusal_for_good_comes_back(anyone: Gateway, next_hop: NextHop) -> None:
    empty_mailbox(anyone, "alice")
    next_hop.replies_to_rcpt["gone@elsewhere.example"] = "550 5.1.1 No such user here"
    send(anyone, ["gone@elsewhere.example", "stays@elsewhere.example"], sender="alice@demo.example")
    bounce, = until(lambda: mails_of(anyone, "alice"), "the bounce")
    message = email.message_from_bytes(bounce, policy=email.policy.default)
    assert message["Return-Path"] == "<>"
    text = bounce.decode(errors="replace")
    assert "gone@elsewhere.example" in text and "550 5.1.1 No such user here" in text
    assert "stays@elsewhere.example" not in text.split("Subject: =?utf-8")[0]
    next_hop.wait_for("stays@elsewhere.example")
    until(lambda: not waiting(anyone, "gone@elsewhere.example"), "an empty queue")


def test_refusal_after_the_content_comes_back(anyone: Gateway, next_hop: NextHop) -> None:
    empty_mailbox(anyone, "bob")
    next_hop.reply_to_data = "554 5.6.0 Not this content"
    send(anyone, ["picky@elsewhere.example"], sender="bob@demo.example")
    bounce, = until(lambda: mails_of(anyone, "bob"), "the bounce")
    assert b"554 5.6.0 Not this content" in bounce


def test_bounce_is_never_bounced(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["void@elsewhere.example"] = "550 5.1.1 No such user here"
    before = len(next_hop.messages)
    send(anyone, ["void@elsewhere.example"], sender="")
    until(lambda: not anyone.queue(), "an empty queue")
    assert len(next_hop.messages) == before


def test_remove(anyone: Gateway, next_hop: NextHop) -> None:
    next_hop.replies_to_rcpt["stuck@elsewhere.example"] = "450 4.2.0 Mailbox busy"
    send(anyone, ["stuck@elsewhere.example"])
    row = until(lambda: waiting(anyone, "stuck@elsewhere.example"), "the message in the queue")[0]
    assert anyone.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", [row["id"]]) == (1,)
    assert not waiting(anyone, "stuck@elsewhere.example")
    assert anyone.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", [row["id"]]) == (0,)


def test_queue_survives_kill(anyone: Gateway, next_hop: NextHop) -> None:
    """Each message that got 250 before the kill arrives after it."""
    anyone.stop_server("delivery")
    recipients = [f"kill-{number}@elsewhere.example" for number in range(40)]
    for number, recipient in enumerate(recipients):
        send(anyone, [recipient])
        if number % 10 == 9:
            anyone.kill("smtp")
            anyone.start_server("smtp")
    anyone.start_server("delivery")
    for recipient in recipients:
        assert next_hop.wait_for(recipient)[0].content.endswith(BODY)


def test_delivery_survives_kill(anyone: Gateway, next_hop: NextHop) -> None:
    recipients = [f"dead-{number}@elsewhere.example" for number in range(60)]
    for number, recipient in enumerate(recipients):
        send(anyone, [recipient])
        if number % 15 == 7:
            anyone.kill("delivery")
            anyone.start_server("delivery")
    for recipient in recipients:
        assert next_hop.wait_for(recipient)[0].content.endswith(BODY)
    until(lambda: not anyone.queue(), "an empty queue")


def test_local_delivery_after_kill_makes_no_double(gateway: Gateway) -> None:
    empty_mailbox(gateway, "bob")
    for _ in range(20):
        send(gateway, ["bob@demo.example"])
        gateway.kill("delivery")
        gateway.start_server("delivery")
    until(lambda: not gateway.queue(), "an empty queue")
    assert len(mails_of(gateway, "bob")) == 20


def test_mail_is_deleted_by_quit_only(gateway: Gateway) -> None:
    empty_mailbox(gateway, "alice")
    send(gateway, ["alice@demo.example"])
    until(lambda: mails_of(gateway, "alice"), "mail for alice")
    session = gateway.pop3("127.0.0.7")
    session.user("alice")
    session.pass_(DEMO_USERS["alice"])
    session.dele(1)
    session.close()
    assert len(mails_of(gateway, "alice")) == 1
    empty_mailbox(gateway, "alice")
    assert not mails_of(gateway, "alice")
