# SPDX-License-Identifier: GPL-3.0-or-later
"""smtp.bindings: by which name a client is greeted, and from which address, by which name, mail leaves."""

import smtplib
from typing import Iterator

import pytest

from gateway.gateway import Gateway
from gateway.sink import NextHop
from gateway.wait import until

HERE, THERE, NOWHERE = "127.0.0.2", "127.0.0.3", "192.0.2.77"
BINDINGS = [f"{HERE} here.example here.example", f"{THERE} there.example there.example *.there.example"]


class WatchingHop(NextHop):
    """Notes from where a message comes, and by which name."""

    def __init__(self) -> None:
        super().__init__()
        self.visits: dict[str, tuple[str, str, tuple]] = {}  # recipient -> address, name, connection

    async def handle_DATA(self, server, session, envelope) -> str:
        for recipient in envelope.rcpt_tos:
            self.visits[recipient] = (session.peer[0], session.host_name, session.peer)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(scope="module")
def hop() -> Iterator[WatchingHop]:
    with WatchingHop() as hop:
        yield hop


@pytest.fixture(scope="module")
def bound(hop: WatchingHop) -> Iterator[Gateway]:
    settings = {"smtp.relay.allow": "all", "smtp.bindings": BINDINGS}
    with Gateway(mail_router=hop.endpoint, settings=settings) as gateway:
        port = gateway.smtp_port
        gateway.apply({"smtp.listeners": [f"{address}:{port}" for address in ("127.0.0.1", HERE, THERE)]})
        yield gateway


def greet(gateway: Gateway, address: str) -> tuple[str, str, str]:
    """The name in the greeting, in the answer to EHLO, and in the goodbye."""
    session = smtplib.SMTP()
    _code, greeting = session.connect(address, gateway.smtp_port)
    _code, hello = session.ehlo("client.example")
    _code, goodbye = session.quit()
    return tuple(text.decode().split("\n")[0].replace("2.0.0 ", "").split()[0] for text in (greeting, hello, goodbye))


def send(gateway: Gateway, sender: str, recipient: str, address: str = "127.0.0.1") -> None:
    with smtplib.SMTP(address, gateway.smtp_port) as session:
        session.sendmail(sender, [recipient], "Subject: x\r\n\r\nx\r\n")


@pytest.mark.parametrize("address, name", [(HERE, "here.example"), (THERE, "there.example"), ("127.0.0.1", "mail.demo.example")])
def test_name_at_the_address(bound: Gateway, hop: WatchingHop, address: str, name: str) -> None:
    assert greet(bound, address) == (name, name, name)
    send(bound, "me@elsewhere.example", f"trace@{name}", address)
    message, = hop.wait_for(f"trace@{name}")
    received = message.content.split(b"\r\nSubject")[0].replace(b"\r\n", b" ")
    assert f"by {name}".encode() in b" ".join(received.split()), received


def test_settings_of_the_moment_decide(bound: Gateway) -> None:
    """Also in a session that is open."""
    with smtplib.SMTP(HERE, bound.smtp_port) as session:
        assert session.ehlo()[1].startswith(b"here.example\n")
        bound.apply({"smtp.bindings": [BINDINGS[0].replace("here.example", "new.example", 1), BINDINGS[1]]})
        assert session.ehlo()[1].startswith(b"new.example\n")
        bound.apply({"smtp.bindings": BINDINGS})


@pytest.mark.parametrize("sender, visit", [
    ("me@here.example", (HERE, "here.example")), ("me@There.example", (THERE, "there.example")),
    ("me@below.there.example", (THERE, "there.example")), ("me@below.here.example", ("127.0.0.1", "mail.demo.example")),
    ("me@elsewhere.example", ("127.0.0.1", "mail.demo.example"))])
def test_mail_leaves_from_its_address(bound: Gateway, hop: WatchingHop, sender: str, visit: tuple[str, str]) -> None:
    recipient = sender.replace("@", ".at.") + "@next.example"
    send(bound, sender, recipient)
    hop.wait_for(recipient)
    assert hop.visits[recipient][:2] == visit


def test_sessions_are_not_shared_between_addresses(bound: Gateway, hop: WatchingHop) -> None:
    for number, domain in enumerate(["here", "here", "there", "elsewhere"]):
        send(bound, f"me@{domain}.example", f"shared{number}@next.example")
        hop.wait_for(f"shared{number}@next.example")
    connections = [hop.visits[f"shared{number}@next.example"][2] for number in range(4)]
    assert len({connections[0], connections[2], connections[3]}) == 3
    assert [connection[0] for connection in connections] == [HERE, HERE, THERE, "127.0.0.1"]


def test_other_family_takes_the_default(bound: Gateway, hop: WatchingHop) -> None:
    bound.apply({"smtp.bindings": ["::1 six.example six.example"]})
    send(bound, "me@six.example", "family@next.example")
    hop.wait_for("family@next.example")
    assert hop.visits["family@next.example"][:2] == ("127.0.0.1", "mail.demo.example")
    bound.apply({"smtp.bindings": BINDINGS})


def test_address_that_is_not_ours(bound: Gateway, hop: WatchingHop) -> None:
    bound.apply({"smtp.bindings": [f"{NOWHERE} nowhere.example nowhere.example"]})
    send(bound, "me@nowhere.example", "waits@next.example")
    row = until(lambda: [row for row in bound.queue() if "waits@next.example" in row["recipients"] and row["reason"]],
                "a message that waits")[0]
    assert f"cannot connect from {NOWHERE}, as smtp.bindings says: " in row["reason"]
    bound.apply({"smtp.bindings": BINDINGS})
    bound.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [row["id"]])
    hop.wait_for("waits@next.example")
    assert hop.visits["waits@next.example"][:2] == ("127.0.0.1", "mail.demo.example")
