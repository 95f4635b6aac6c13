# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot as the server in front of the gateway, as its client, and as the author of the users file."""

import poplib
import smtplib
from typing import Iterator

import pytest

from gateway.certificate import CertificateAuthority
from gateway.gateway import DEMO_USERS, Gateway
from gateway.sink import NextHop
from gateway.wait import until
from peers.dovecot import Submission, fetch, hash_password
from peers.letter import expect_unchanged, large_letter, letter
from peers.peer import Doors, doors_of
from peers.room import need_rooms


@pytest.fixture(autouse=True)
def rooms() -> None:
    need_rooms()


@pytest.fixture
def doors(gateway: Gateway, authority: CertificateAuthority) -> Doors:
    return doors_of(gateway, authority.certificate)


@pytest.fixture(params=["starttls", "smtps"])
def submission(request: pytest.FixtureRequest, doors: Doors) -> Iterator[Submission]:
    port = doors.submission if request.param == "starttls" else doors.submission_tls
    with Submission(doors.authority, host="localhost", port=str(port), ssl=request.param,
                    user=doors.user, password=doors.password) as submission:
        yield submission


def test_submission(submission: Submission, next_hop: NextHop, mark: str) -> None:
    with submission.smtp() as session:
        for content in (letter(mark), large_letter(f"large-{mark}")):
            session.sendmail("alice@demo.example", [f"{mark}@elsewhere.example"], content)
    small, large = (message.content for message in next_hop.wait_for(f"{mark}@elsewhere.example", 2))
    expect_unchanged(small, letter(mark))
    expect_unchanged(large, large_letter(f"large-{mark}"))
    assert b"with ESMTPSA" in small


def test_submission_without_log_on(doors: Doors) -> None:
    """The client hears at once what the gateway says."""
    with Submission(doors.authority, host="localhost", port=str(doors.smtp), ssl="no") as submission:
        with submission.smtp() as session, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            session.sendmail("alice@demo.example", ["someone@elsewhere.example"], letter("refused"))
    code, text = refused.value.recipients["someone@elsewhere.example"]
    assert code == 550 and text == b"5.7.1 <someone@elsewhere.example> Relaying denied: log on to the POP server first"


def test_fetch(gateway: Gateway, mark: str) -> None:
    letters = [letter(f"{mark}{number}") for number in range(5)]
    with gateway.smtp() as session:
        for content in letters:
            session.sendmail("me@elsewhere.example", ["bob@demo.example"], content)
    until(lambda: not gateway.queue(), "an empty queue")
    fetched = fetch(host="localhost", port=str(gateway.pop_port), user="bob", password=DEMO_USERS["bob"])
    found = sorted(text for text in fetched if mark.encode() in text)
    assert len(found) == 5
    for text, content in zip(sorted(found, key=lambda text: text[text.index(mark.encode()):]), letters):
        expect_unchanged(text, content.replace(b"\r\n", b"\n"))


SCHEMES = {"SHA512-CRYPT": True, "SHA256-CRYPT": True, "BLF-CRYPT": True, "MD5-CRYPT": True, "CRYPT": True, "PLAIN": True,
           "SSHA512": False, "CRAM-MD5": False, "PLAIN-MD5": False}


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_users_file(gateway: Gateway, scheme: str) -> None:
    """A password as `doveadm pw` wrote it: what crypt(3) can check is taken, anything else refused with a sentence."""
    user, password = f"user-{scheme.lower()}", "Grüße 7"
    add_user(gateway, f"{user}:{hash_password(scheme, password)}::::::\n")
    session = gateway.pop3(f"127.8.9.{list(SCHEMES).index(scheme) + 1}")
    session.encoding = "utf-8"
    session.user(user)
    if SCHEMES[scheme]:
        assert session.pass_(password).startswith(b"+OK")
    else:
        with pytest.raises(poplib.error_proto, match="AUTH"):
            session.pass_(password)
        number = (gateway.state / "users").read_text().count("\n")
        assert f"line {number}: the password's scheme is not known" in gateway.log("pop3")
    session.close()


def add_user(gateway: Gateway, line: str) -> None:
    users = gateway.state / "users"
    fresh = users.with_name("users.fresh")
    fresh.write_text(users.read_text() + line)
    fresh.chmod(0o600)
    fresh.rename(users)
