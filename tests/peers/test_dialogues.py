# SPDX-License-Identifier: GPL-3.0-or-later
"""The same dialogues with Postern and with others: where a verdict differs, a table says why."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Iterator

import pytest

from gateway.certificate import Certificate, CertificateAuthority
from gateway.figures import record, tries
from gateway.gateway import SOURCE, Gateway
from gateway.ports import free_port
from gateway.sink import NextHop
from peers.dialogue import Comparison, Dialogue, Pair
from peers.differences import document
from peers.dovecot import PopServer
from peers.peer import BOXES, Doors
from peers.postfix import Postfix
from peers.pop3_dialogues import MESSAGES, PASSWORD, Pop3Talker, pop3_dialogue
from peers.pop3_differences import EXPLANATIONS as POP3_EXPLANATIONS
from peers.room import FIRST_ID, need_rooms
from peers.smtp_dialogues import DOMAIN, HELLO, SmtpTalker, smtp_dialogue
from peers.smtp_differences import EXPLANATIONS

PROMISE = "No smuggling, no injection"
TRUSTED = "127.0.0.1"  # may relay at each of the servers
PAIRS = 12  # at the same time


class PatientPostfix(Postfix):
    """Never tired of mistakes; ann is its postmaster."""

    def configure(self) -> list[str]:
        commands = super().configure()
        self.room.write("etc/postfix/boxes", "".join(f"/^{box}@{self.domain}$/ {box}/\n" for box in BOXES)
                        + f"/^postmaster@{self.domain}$/ ann/\n")
        return commands

    def _main(self) -> str:
        return super()._main() + """
smtpd_helo_required = yes
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
smtpd_junk_command_limit = 1000
smtpd_client_connection_count_limit = 0
"""




@pytest.fixture(scope="module")
def patient_gateway(next_hop: NextHop, certificate: Certificate) -> Iterator[Gateway]:
    need_rooms()
    settings = {"smtp.limits.errors": 1000, "smtp.limits.client-sessions": 0, "smtp.relay.address-list": True,
                "smtp.relay.addresses": [TRUSTED],
                "security.certificates": [certificate.row], "pop3.tls": "yes"}
    with Gateway(mail_router=next_hop.endpoint, settings=settings) as gateway:
        with (gateway.state / "users").open("a") as users:
            users.writelines(f"{box}:{{PLAIN}}{box}::::::\n" for box in BOXES)
        yield gateway


@pytest.fixture(scope="module")
def postfix(next_hop: NextHop, authority: CertificateAuthority, certificate: Certificate) -> Iterator[Postfix]:
    need_rooms()
    peer = PatientPostfix(certificate, Doors(next_hop.port, next_hop.port, next_hop.port, authority.certificate))
    peer.domain = DOMAIN
    with peer:
        yield peer


def compare(comparison: Comparison, pair: Callable[[int], Pair], write: Callable[[int], Dialogue], count: int) -> None:
    def go(number: int) -> tuple[int, list]:
        dialogue, together = write(number), pair(number)
        try:
            together.go_through(dialogue)
        except Exception as error:
            raise AssertionError(f"dialogue {number}: {dialogue}") from error
        finally:
            together.leave()
        return together.said, together.differences

    with ThreadPoolExecutor(PAIRS) as pool:
        for said, differences in pool.map(go, range(count)):
            comparison.take(said, differences)


def stranger(number: int) -> str:
    return f"127.70.{number // 250}.{number % 250 + 1}"


def test_smtp(patient_gateway: Gateway, postfix: Postfix) -> None:
    comparison = Comparison(EXPLANATIONS)
    ports = (patient_gateway.smtp_port, postfix.port)
    compare(comparison, lambda number: Pair(postfix.name, SmtpTalker, ports,
                                            TRUSTED if smtp_dialogue(number).is_trusted else stranger(number), HELLO),
            smtp_dialogue, tries(120, 5000))
    record(PROMISE, "dialogues in SMTP, the same with Postfix", comparison.dialogues, len(comparison.unexplained),
           f"{comparison.commands:,} commands; {comparison.explained.total():,} verdicts differ, each explained in differences.md")
    assert not comparison.unexplained, "\n".join(map(str, comparison.unexplained[:40]))


def fill(box: Path, owner: int) -> None:
    """Postern takes either end of lines, as do others."""
    for folder in ("", "cur", "new", "tmp"):
        (box / folder).mkdir(parents=True)
        os.chown(box / folder, owner, owner)
    for number, message in enumerate(MESSAGES):
        path = box / "cur" / f"{1700000000 + number}.M1P1.host:2,"
        path.write_bytes(message)
        path.chmod(0o600)
        os.chown(path, owner, owner)


def test_pop3(patient_gateway: Gateway, certificate: Certificate) -> None:
    """Each dialogue has a mailbox of its own, with the same messages at both servers."""
    users = [f"user{number}" for number in range(tries(60, 5000))]
    with (patient_gateway.state / "users").open("a") as file:
        file.writelines(f"{user}:{{PLAIN}}{PASSWORD}::::::\n" for user in users)
    comparison = Comparison(POP3_EXPLANATIONS)
    with PopServer(users, PASSWORD, certificate) as dovecot:
        for user in users:
            fill(patient_gateway.state / "mailboxes" / user, os.getuid())
            fill(dovecot.mail / user, FIRST_ID)
        ports = (patient_gateway.pop_port, dovecot.port)
        log_on = f"PASS {PASSWORD}\r\n".encode()
        compare(comparison, lambda number: Pair("dovecot", Pop3Talker, ports, stranger(number), f"USER user{number}\r\n".encode(), log_on),
                pop3_dialogue, len(users))
    record(PROMISE, "dialogues in POP3, the same with Dovecot", comparison.dialogues, len(comparison.unexplained),
           f"{comparison.commands:,} commands; {comparison.explained.total():,} verdicts differ, each explained in differences.md")
    assert not comparison.unexplained, "\n".join(map(str, comparison.unexplained[:40]))


def test_the_document_has_the_tables() -> None:
    assert (SOURCE / "docs" / "differences.md").read_text() == document()
