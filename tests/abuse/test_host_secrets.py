# SPDX-License-Identifier: GPL-3.0-or-later
"""
What the gateway shows to other hosts stays secret: passwords and tokens for next hops, the secret for a token server, the keys of
certificates. Hosts that repeat what they were told, and files that are broken, are no way for them into logs, bounces and answers.
"""

import base64
import json
from pathlib import Path
from typing import Iterator
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateway.certificate import CertificateAuthority
from gateway.figures import record
from gateway.gateway import Gateway
from gateway.secure_hop import SecureHop
from gateway.token_server import TokenServer, read_xoauth2
from gateway.wait import until
from abuse.test_secrets import gateway_that_tells_all, written

PROMISE = "Least privilege"
USER = "gate"
PASSWORD = "canary-hop-Eeth4oong"
CLIENT_SECRET = "canary+oauth&Eiy7 thoo"
BROKEN = "canary-broken-Xoo9ahla"
SCOPE = "mail"
PIECE = 12  # so many bytes of a secret are one too many
__all__ = ["gateway_that_tells_all"]


class RepeatingHop(SecureHop):
    """Refuses each log-on, and says with what it was tried."""

    def _check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        self.log_ons.append((mechanism, data.login.decode(), False))
        said = base64.b64encode(b"\0" + data.login + b"\0" + data.password).decode()
        return AuthResult(success=False, handled=False,
                          message=f"535-5.7.8 what is AUTH PLAIN {said}\r\n535 5.7.8 and {data.password.decode()}, "
                                  f"{base64.b64encode(data.password).decode()}")

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:
        text = arguments[1] if len(arguments) > 1 else base64.b64encode(await server.challenge_auth("", encode_to_b64=False)).decode()
        user, token = read_xoauth2(text)
        self.log_ons.append(("XOAUTH2", user, False))
        return AuthResult(success=False, handled=False, message=f"535-5.7.8 AUTH XOAUTH2 {text[:150]}\r\n535 5.7.8 {token[:200]}")


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    return CertificateAuthority(tmp_path / "certificates")


@pytest.fixture
def tokens(authority: CertificateAuthority) -> Iterator[TokenServer]:
    with TokenServer(authority.issue("localhost", name="tokens"), USER, CLIENT_SECRET, SCOPE) as server:
        yield server


@pytest.fixture
def repeating(authority: CertificateAuthority) -> Iterator[RepeatingHop]:
    with RepeatingHop(authority.issue("localhost", name="repeating"), check_password=lambda *_: False,
                      check_token=lambda *_: False) as hop:
        yield hop


def secret_file(folder: Path, name: str, text: str, mode: int = 0o600) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(mode)
    return path


def send(gateway: Gateway, recipient: str) -> None:
    """From a user, who gets the bounce."""
    with gateway.smtp("127.0.0.1") as session:
        session.sendmail("alice@demo.example", [recipient], b"Subject: x\r\n\r\nHello\r\n")


def bounces(gateway: Gateway) -> list[bytes]:
    return [path.read_bytes() for path in (gateway.state / "mailboxes" / "alice" / "new").glob("*")]


def send_in_vain(gateway: Gateway, recipient: str) -> None:
    send(gateway, recipient)
    until(lambda: any(recipient.encode() in bounce for bounce in bounces(gateway)), f"the bounce for {recipient}", 30)


def told(gateway: Gateway, *checked: dict) -> Iterator[tuple[str, bytes]]:
    yield from written(gateway)
    yield "queue", repr(gateway.queue()).encode()
    for words in (["queue", "list"], ["status"], ["metrics"], ["devices"], ["temporary", "list"], ["describe"],
                  ["explain", "127.0.0.1", "a@plain.example"], ["check", f"smtp.delivery.credentials={checked}"]):
        done = gateway.posternctl(*words, check=False)
        yield " ".join(words)[:40], (done.stdout + done.stderr).encode()
    for number, changes in enumerate(checked):
        yield f"check {number}", repr(gateway.check(changes)).encode()


def pieces(*secrets: bytes) -> set[bytes]:
    """All that is so long, of a password or a line; of a token, each byte once."""
    return {secret[start:start + PIECE] for secret in secrets
            for start in range(0, max(1, len(secret) - PIECE + 1), PIECE if len(secret) > 200 else 1)}


def forms(user: str, secret: str) -> list[bytes]:
    plain, bearer = (base64.b64encode(text.encode()) for text in (f"\0{user}\0{secret}", f"user={user}\1auth=Bearer {secret}\1\1"))
    # What tells the user's name alone is no secret.
    return [secret.encode(), quote(secret, safe="").encode(), base64.b64encode(secret.encode()),
            plain[4 * len(user) // 3 + 4:], bearer[4 * len(f"user={user}1auth=Bearer ") // 3 + 4:]]


def test_secrets_of_hosts_are_written_nowhere(chatty: Gateway, authority: CertificateAuthority, tokens: TokenServer,
                                              repeating: RepeatingHop, tmp_path: Path) -> None:
    password = secret_file(tmp_path, "password", PASSWORD + "\n")
    client = secret_file(tmp_path, "client", CLIENT_SECRET + "\n")
    readable = secret_file(tmp_path, "readable", PASSWORD + "\n", 0o644)
    two_lines = secret_file(tmp_path, "two-lines", f"{BROKEN}\n{BROKEN}\n")
    served = authority.issue("localhost", name="served")
    key = served.key.read_bytes()
    broken_key = secret_file(tmp_path, "broken-key", key.decode().replace("\n", f"\n{BROKEN}\n", 1))
    good = SecureHop(authority.issue("localhost", name="good"), check_password=lambda user, word: (user, word) == (USER, PASSWORD),
                     check_token=lambda _user, token: tokens.is_good(token))

    def by_token(hop: SecureHop) -> str:
        return f"{hop.endpoint} xoauth2 {USER} {client} {USER} {tokens.address} {SCOPE}"

    ways = {"plain": lambda hop: f"{hop.endpoint} plain {USER} {password}",
            "login": lambda hop: f"{hop.endpoint} login {USER} {readable}", "token": by_token,
            "broken": lambda hop: f"{hop.endpoint} plain {USER} {two_lines}"}
    chatty.apply({"smtp.relay.allow": "all", "smtp.delivery.tls": "verify", "smtp.delivery.ca-file": str(authority.certificate),
                  "smtp.retries.minutes-count": 0, "smtp.retries.hours-count": 0, "smtp.retries.days-count": 0,
                  "security.certificates": [served.row]})
    with good:
        for way in ("plain", "login", "token"):
            chatty.apply({"smtp.mail-router": good.endpoint, "smtp.delivery.credentials": [ways[way](good)]})
            send(chatty, f"{way}@good.example")
            good.wait_for(f"{way}@good.example")
    assert {mechanism for mechanism, _user, is_good in good.log_ons if is_good} == {"PLAIN", "LOGIN", "XOAUTH2"}
    for way, credential in ways.items():
        chatty.apply({"smtp.mail-router": repeating.endpoint, "smtp.delivery.credentials": [credential(repeating)]})
        send_in_vain(chatty, f"{way}@repeating.example")
    assert {mechanism for mechanism, _user, _is_good in repeating.log_ons} == {"PLAIN", "LOGIN", "XOAUTH2"}
    chatty.restart_with("delivery")  # which forgets the token
    tokens.answer = (401, json.dumps({"error": "invalid_client", "error_description":
                                      f"not {CLIENT_SECRET} nor client_secret={quote(CLIENT_SECRET, safe='')}"}).encode())
    chatty.apply({"smtp.delivery.credentials": [by_token(repeating)]})
    send_in_vain(chatty, "refused@repeating.example")
    with (chatty.state / "users").open("a") as users:
        users.write(f"dora:{{UNKNOWN}}{BROKEN}::::::\n{BROKEN}\neve:{{PLAIN}}{BROKEN}:x\n")
    chatty.log_on("127.9.211.1")

    wrong = {"security.certificates": [f"{served.certificate} {broken_key}"]}
    places = [(place, text.replace(bytes(64), b"")) for place, text in told(chatty, wrong)
              if place != str(chatty.state / "users")]
    secrets = [*forms(USER, PASSWORD), *forms(USER, CLIENT_SECRET), BROKEN.encode(), *key.split(b"\n")[1:-2]]
    for token in tokens.tokens:
        secrets += forms(USER, token.text)
    wanted = pieces(*secrets)
    found = {(place, piece) for place, text in places for piece in wanted if piece in text}
    record(PROMISE, "logs, files, bounces, answers and command lines with a next hop's secret, a token or a key in them", len(places),
           len({place for place, _piece in found}), f"{len(wanted):,} pieces of secrets looked for in each")
    assert len(places) > 40 and len(bounces(chatty)) >= 5 and not found, sorted(found)[:20]
    assert sum(b"***" in bounce for bounce in bounces(chatty)) >= 4, "what hosts repeat is hidden, not lost"
