# SPDX-License-Identifier: GPL-3.0-or-later
"""Two gateways, each of which takes the other for the way to the rest of the world."""

import re

import pytest

from gateway.gateway import Gateway
from gateway.ports import free_port
from gateway.wait import until


@pytest.mark.parametrize("sender", ["alice@demo.example", ""])
def test_message_that_goes_round(sender: str) -> None:
    """It is stopped, its sender is told once, and a report that goes round is told to nobody."""
    near, far = free_port(), free_port()
    settings = {"smtp.relay.allow": "all"}
    far_settings = {**settings, "general.local-domains": ["far.example"], "general.host-name": "mail.far.example"}
    with Gateway(smtp_port=near, mail_router=f"127.0.0.1:{far}", settings=settings) as here, \
            Gateway(smtp_port=far, mail_router=f"127.0.0.1:{near}", settings=far_settings) as there:
        with here.smtp() as session:
            session.sendmail(sender, ["someone@elsewhere.example"], b"Subject: round and round\r\n\r\nHello.\r\n")
        if sender:
            folder = here.state / "mailboxes/alice/new"
            report = until(lambda: list(folder.glob("*")), "the bounce", 60)[0].read_text()
            assert "5.4.6" in report and re.search(r"(?i)loop|too many", report), report
        else:
            until(lambda: "unreturned" in here.log("delivery") + there.log("delivery"), "the end of the message", 60)
        for gateway in (here, there):
            until(lambda: not gateway.queue(), "an empty queue")
        rounds = here.log("smtp").count(" accepted ") + there.log("smtp").count(" accepted ")
        assert 20 <= rounds <= 110, rounds
        assert len(list((here.state / "mailboxes").glob("*/new/*"))) == (1 if sender else 0)
