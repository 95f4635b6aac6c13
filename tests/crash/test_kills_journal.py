# SPDX-License-Identifier: GPL-3.0-or-later
"""What a dead SMTP server has promised and nobody has seen is in its journal: the next one takes it up, or the delivery when it starts."""

import pytest

from crash.finders import mails_in
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.wait import until

PROMISE = "250 is a promise"

# The delivery looks at the queue by itself each 30 seconds: what comes so soon, it was told of.
SOON_S = 15


def has_arrived(gateway: Gateway, subject: str) -> bool:
    return any(f"Subject: {subject}\r\n".encode() in path.read_bytes() for path in mails_in(gateway.state, "bob"))


@pytest.mark.parametrize("heir", ["smtp", "delivery"])
def test_killed_behind_the_250(gateway: Gateway, client: str, heir: str) -> None:
    count = tries(daily=10, thorough=300)
    lost = unseen = 0
    for number in range(count):
        subject = f"{heir}-{number}"
        with gateway.smtp(client) as session:
            session.sendmail("sender@elsewhere.example", ["bob@demo.example"], f"Subject: {subject}\r\n\r\ntext\r\n")
            gateway.kill("smtp")
            session.close()
        unseen += not gateway.queue() and not has_arrived(gateway, subject)
        if heir == "delivery":
            gateway.stop_server("delivery")
        gateway.start_server(heir)
        try:
            until(lambda: has_arrived(gateway, subject), "the message", SOON_S)
        except TimeoutError:
            lost += 1
        gateway.start_server("smtp")
    record(PROMISE, f"kill -9 right behind a 250, then a start of the {'delivery' if heir == 'delivery' else 'SMTP server'}", count, lost,
           f"{unseen:,} were in the journal alone")
    assert not lost
