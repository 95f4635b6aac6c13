# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev run --check: the main job, with no person: over real sockets, the real bus, and the real Server Properties."""

import smtplib
import sys
import time
from typing import Callable, TypeVar

from .accessibility import Desktop
from .atspi import Widget
from .gateway import Gateway, try_recipient
from .sink import NextHop

CLIENT = "127.0.0.2"
STRANGER = "127.0.0.3"
RECIPIENT = "someone@elsewhere.example"
MESSAGE = b"\r\n".join((b"From: <me@demo.example>", b"To: <someone@elsewhere.example>", b"Subject: hello",
                         b"Date: Mon, 03 Feb 2025 04:05:06 +0000", b"Message-ID: <hello@demo.example>", b"", b"Through the small gate.", b""))

T = TypeVar("T")


class StepFailed(Exception):
    pass


def step(text: str, deed: Callable[[], T]) -> T:
    """Does DEED, and says in a line whether it went well and how long it took."""
    begin = time.monotonic()
    try:
        result = deed()
    except Exception as error:
        print(f"FAIL {text}: {type(error).__name__}: {error}", flush=True)
        raise StepFailed from error
    print(f"ok   {text} ({(time.monotonic() - begin) * 1000:.0f} ms)", flush=True)
    return result


def expect_refused(reply: tuple[int, str]) -> None:
    code, text = reply
    assert code == 550 and text.startswith("5.7.1"), f"expected 550 5.7.1, got {code} {text}"


def expect_taken(reply: tuple[int, str]) -> None:
    assert reply[0] == 250, f"expected 250, got {reply[0]} {reply[1]}"


def send(gateway: Gateway) -> None:
    with gateway.smtp(CLIENT) as session:
        session.sendmail("me@demo.example", [RECIPIENT], MESSAGE)


def arrived(next_hop: NextHop) -> None:
    message = next_hop.wait_for(RECIPIENT)[0]
    body = message.content
    assert body.endswith(MESSAGE), f"the message has changed on its way: {body!r}"
    assert body.startswith(b"Received: "), "the message has no Received field"


def milliseconds_until(session: smtplib.SMTP, wanted: int, deed: Callable[[], None]) -> float:
    """Does DEED and asks in SESSION, which is open, until RCPT is answered with WANTED; the time from DEED's begin to that answer."""
    begin = time.monotonic()
    deed()
    while try_recipient(session, RECIPIENT)[0] != wanted:
        if time.monotonic() - begin > 20:
            raise TimeoutError(f"RCPT is not answered with {wanted}")
    return (time.monotonic() - begin) * 1000


class Check:
    """The steps, in their order; each needs those before it."""

    def __init__(self, gateway: Gateway, next_hop: NextHop):
        self.gateway = gateway
        self.next_hop = next_hop

    def relay_by_pop(self) -> None:
        step("a stranger's mail to a foreign domain is refused: 550 5.7.1",
             lambda: expect_refused(self.gateway.rcpt(CLIENT)))
        step("the same address logs on to the POP server", lambda: self.gateway.log_on(CLIENT))
        step("the same mail gets 250 at once", lambda: send(self.gateway))
        step("it arrives at the next hop, unchanged", lambda: arrived(self.next_hop))
        step("another address is refused still", lambda: expect_refused(self.gateway.rcpt(STRANGER)))

    def settings_by_hand(self, session: smtplib.SMTP) -> list[str]:
        """Server Properties, as a person would use it; SESSION is open all along. Returns the times measured."""
        with Desktop(self.gateway.log_folder) as desktop:
            program = step("Server Properties opens", lambda: desktop.open(self.gateway))
            sheet = step("the SMTP server's properties open", lambda: program.open_properties("smtp"))
            step("Relay Restrictions: None is chosen", lambda: sheet.choose_allow("none"))
            step("OK asks first, for that could shut people out", lambda: sheet.press("OK"))
            refused = step("after Save for Good the client is refused, in the session that was open all along",
                           self.pressed(program.find("alert"), "Save for Good", session, 550))
            sheet.wait_until_gone()
            sheet = step("the properties open again", lambda: program.open_properties("smtp"))
            step("Specified, 240 minutes", lambda: (sheet.choose_allow("specified"), sheet.set_pop_minutes(240)))
            relayed = step("after OK the client may relay again, in the same session",
                           self.pressed(sheet, "OK", session, 250))
        step("the authority has kept 240 minutes", self.expect_240_minutes)
        return [f"from OK to enforcement: {refused:.1f} ms (None), {relayed:.1f} ms (Specified)"]

    @staticmethod
    def pressed(window: Widget, name: str, session: smtplib.SMTP, wanted: int) -> Callable[[], float]:
        """The button is looked for before the clock starts: a person's eye is not measured either."""
        button = window.find("push button", name).wait(lambda widget: widget.sensitive, "can be pressed")
        return lambda: milliseconds_until(session, wanted, button.click)

    def expect_240_minutes(self) -> None:
        settings = self.gateway.settings()
        assert settings["smtp.relay.pop-client-minutes"] == 240, settings["smtp.relay.pop-client-minutes"]

    def settings_by_bus(self, session: smtplib.SMTP) -> list[str]:
        """The same way without the window, ten times, so that what the window costs can be told apart."""
        def turn(allow: str, wanted: int) -> float:
            return milliseconds_until(session, wanted, lambda: self.gateway.send_changes({"smtp.relay.allow": allow}))
        times = step("the same over the bus, ten times to and fro",
                     lambda: sorted(turn(*way) for _ in range(10) for way in (("none", 550), ("specified", 250))))
        return [f"from Apply on the bus to enforcement: {times[len(times) // 2]:.1f} ms in the middle, {times[-1]:.1f} ms at most"]


def check() -> int:
    try:
        with NextHop() as next_hop, Gateway(mail_router=next_hop.endpoint) as gateway:
            job = Check(gateway, next_hop)
            job.relay_by_pop()
            with gateway.smtp(CLIENT) as session:
                session.ehlo()
                step("a session stays open", lambda: expect_taken(try_recipient(session, RECIPIENT)))
                figures = job.settings_by_hand(session) + job.settings_by_bus(session)
            step("the message relayed at the end arrives", lambda: (send(gateway), next_hop.wait_for(RECIPIENT, 2)))
    except StepFailed:
        return 1
    except (OSError, RuntimeError, AssertionError) as error:
        print(f"FAIL {error}", file=sys.stderr)
        return 1
    print("\n".join(figures))
    return 0
