# SPDX-License-Identifier: GPL-3.0-or-later
"""
Next hops that mean ill: whatever they say, and whenever, no message is lost, none counts as delivered that they did not take after they had
it whole (RFC 5321, sections 4.2 and 4.5.3.2; RFC 2920, section 3.1), and nothing of their words is a line in a report or in the log.
"""

from typing import Iterable, Iterator

import pytest

from abuse.hostile_host import CLOSE, HONEST, HostileHost, Says
from gateway.figures import record
from gateway.gateway import Gateway
from gateway.wait import until

PROMISE = "No smuggling, no injection"
MOMENTS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".")
CHUNKING = b"250-hostile.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n"
GREEDY = b"220 x\r\n250 x\r\n250 sender\r\n250 recipient\r\n354 go on\r\n250 2.0.0 taken\r\n"


def long_line() -> Iterable[bytes]:
    yield b"250 "
    for _ in range(160):
        yield b"x" * 65536
    yield b"\r\n"


def endless_reply() -> Iterable[bytes]:
    for _ in range(2000):
        yield b"250-more\r\n" * 100


def honest_with(*extensions: bytes) -> bytes:
    return b"250-hostile.example\r\n" + b"".join(b"250-" + extension + b"\r\n" for extension in extensions) + b"250 HELP\r\n"


# After each of these the message is still in the queue.
KEPT: dict[str, dict[str, Says]] = {
    **{f"closes at {moment}": {moment: CLOSE} for moment in (*MOMENTS, "EARLY")},
    **{f"421 at {moment}": {moment: b"421 4.3.2 going\r\n"} for moment in MOMENTS},
    **{f"no reply at {moment}": {moment: b"hello there\r\n"} for moment in MOMENTS},
    **{f"a code that is none at {moment}": {moment: b"699 what\r\n"} for moment in MOMENTS},
    **{f"bare LF at {moment}": {moment: HONEST[moment].replace(b"\r\n", b"\n") + b"\r\n"} for moment in MOMENTS},
    **{f"bare CR at {moment}": {moment: HONEST[moment].replace(b"\r\n", b"\r ") + b"\r\n"} for moment in MOMENTS},
    **{f"NUL at {moment}": {moment: HONEST[moment].replace(b"\r\n", b"\0\r\n")} for moment in MOMENTS},
    **{f"two codes at {moment}": {moment: b"250-one\r\n550 the other\r\n"} for moment in MOMENTS},
    **{f"a line of 10 MiB at {moment}": {moment: long_line} for moment in MOMENTS if moment != "DATA"},
    **{f"a reply without end at {moment}": {moment: endless_reply} for moment in MOMENTS if moment != "DATA"},
    "354 to MAIL": {"MAIL": b"354 go on\r\n"},
    "354 to RCPT": {"RCPT": b"354 go on\r\n"},
    "250 to DATA": {"DATA": b"250 taken\r\n"},
    "354 to the message": {".": b"354 more\r\n"},
    "451 to the message": {".": b"451 4.3.0 later\r\n"},
    "all replies ahead": {"CONNECT": GREEDY, "EHLO": b"", "MAIL": b"", "RCPT": b"", "DATA": b"", ".": b""},
    "replies behind that to EHLO": {"EHLO": HONEST["EHLO"] + GREEDY[13:], "MAIL": b"", "RCPT": b"", "DATA": b"", ".": b""},
    "250 behind 354": {"DATA": b"354 go on\r\n250 2.0.0 taken\r\n", ".": CLOSE},
    "a second greeting": {"CONNECT": b"220 one\r\n220 two\r\n"},
    "commands in the greeting": {"CONNECT": b"220 one\r\nMAIL FROM:<x@y.example>\r\n"},
    "a reply without text": {"RCPT": b"250\r\n", "DATA": b"25\r\n"},
}

# Odd, but no harm: the message is taken as it should be.
DELIVERED: dict[str, dict[str, Says]] = {
    "sizes that are none": {"EHLO": honest_with(b"SIZE 99999999999999999999999", b"SIZE", b"SIZE x")},
    "keywords that are none": {"EHLO": honest_with(b"PIPELINING=1\x01\x02", b"", b"  ", b"\xff\xfe", b"AUTH " + b"X " * 500)},
    "XCLIENT and VERP": {"EHLO": honest_with(b"XCLIENT ADDR", b"XVERP", b"ETRN", b"ENHANCEDSTATUSCODES")},
    "199 lines": {"EHLO": honest_with(*[b"X%d" % number for number in range(197)])},
    "no EHLO": {"EHLO": b"500 what\r\n"},
    "STARTTLS that is broken, which then may be left, and words behind its reply": {"EHLO": honest_with(b"STARTTLS"), "STAR": b"220 go\r\n250 PIPELINING\r\n"},
    "252 and 299": {"RCPT": b"252 perhaps\r\n", ".": b"299 odd\r\n"},
}

# Refused for good; the sender hears of it.
BOUNCED: dict[str, dict[str, Says]] = {
    "a refusal in colours": {"RCPT": b"550 5.1.1 \x1b[31mno \x07\xff\xe2\x80\xa8 Subject: forged\r\n"},
    "a refusal with MIME in it": {"RCPT": b"550-5.1.1 --=_forged\r\n550-5.1.1 Content-Type: text/html\r\n550 5.1.1 <script>\r\n"},
    "a long refusal": {".": b"554-5.7.1 " + b"x" * 2000 + b"\r\n554 5.7.1 y\r\n"},
}
ALL = [(name, script, fate) for scripts, fate in ((KEPT, "kept"), (DELIVERED, "delivered"), (BOUNCED, "bounced"))
       for name, script in scripts.items()]


@pytest.fixture
def hosts(gateway: Gateway) -> Iterator[list[HostileHost]]:
    made = [HostileHost(script) for _, script, _ in ALL]
    gateway.apply({"smtp.relay.allow": "all", "smtp.delivery.tls": "may",
                   "smtp.delivery.routes": [f"host-{number}.example {host.endpoint}" for number, host in enumerate(made)]})
    yield made
    for host in made:
        host.close()


def content(domain: str) -> bytes:
    return f"Subject: to {domain}\r\n\r\nfirst\r\n..\r\n.last\r\n".encode()


def waiting(gateway: Gateway) -> dict[str, dict]:
    return {row["recipients"][0].split("@")[1]: row for row in gateway.queue()}


def await_attempts(gateway: Gateway, domains: list[str]) -> dict[str, dict]:
    """Those that wait, once each message has had an attempt."""
    def attempted() -> bool:
        rows = waiting(gateway)
        return all(rows[domain]["attempts"] > 0 for domain in domains if domain in rows)
    until(attempted, "an attempt for each message", 60)
    return waiting(gateway)


def reports(gateway: Gateway) -> list[bytes]:
    folder = gateway.state / "mailboxes/alice/new"
    return [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []


def fate_of(domain: str, host: HostileHost, rows: dict[str, dict], texts: list[bytes]) -> str:
    if domain in rows:
        return "kept" if not host.taken else "kept, and taken"
    bounced = sum(f"someone@{domain}".encode() in text for text in texts)
    return "bounced" if bounced == 1 and not host.taken else "delivered" if host.received and not bounced else "lost"


def peak_mib(pid: int) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024


def test_nothing_is_lost(gateway: Gateway, client: str, hosts: list[HostileHost]) -> None:
    domains = [f"host-{number}.example" for number in range(len(hosts))]
    with gateway.smtp(client) as session:
        for domain in domains:
            session.sendmail("alice@demo.example", [f"someone@{domain}"], content(domain))
    rows = await_attempts(gateway, domains)
    until(lambda: len(reports(gateway)) >= len(BOUNCED), "the reports")
    texts = reports(gateway)
    wrong: list = [(name, fate, found, rows.get(domain, {}).get("reason")) for domain, host, (name, _, fate) in zip(domains, hosts, ALL)
                   if (found := fate_of(domain, host, rows, texts)) != fate]
    wrong += [(line, "in a report") for text in texts for line in text.split(b"\r\n")
              if line.startswith((b"Subject: forged", b"--=_forged")) or not line.replace(b"\t", b" ").decode().isprintable()]

    for host in hosts:  # they come to their senses
        host.script = {}
        host.taken.clear()
    gateway.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [])
    until(lambda: not gateway.queue(), "an empty queue", 60)
    for domain, host, (name, _, fate) in zip(domains, hosts, ALL):
        expected = [b"." + content(domain).replace(b"\r\n.", b"\r\n..")[1:]] if fate == "kept" else []
        if [b"." + taken.split(b"\r\n\r\n", 1)[-1] for taken in host.taken] != [b"." + one.split(b"\r\n\r\n", 1)[-1] for one in expected]:
            wrong.append((name, "at the end", host.taken))
    record(PROMISE, "next hops that say what they should not, at each moment", len(hosts), len(wrong),
           f"the delivery needed {peak_mib(gateway.pid('delivery'))} MiB at most")
    assert not wrong, (len(wrong), wrong[:4])
    assert all(letter == "\n" or letter.isprintable() for letter in gateway.log("delivery"))


def test_a_reply_too_many_is_not_for_the_next_message(gateway: Gateway, client: str) -> None:
    """The host says 250 twice to the first message. Its 451 to the second must not be taken for the reply to a third."""
    for separate in (False, True):
        again = b"250 2.0.0 taken\r\n"
        host = HostileHost({"EHLO": CHUNKING, "BDAT": [again + again, *[b"451 4.3.0 later\r\n"] * 50]})
        gateway.apply({"smtp.relay.allow": "all", "smtp.delivery.routes": [f"twice.example {host.endpoint}"],
                       "smtp.delivery.connections-per-destination": 1})
        with gateway.smtp(client) as session:
            for number in range(4):
                session.sendmail("alice@demo.example", [f"n{number}@twice.example"], f"Subject: {number}\r\n\r\ntext\r\n")
        until(lambda: [row["attempts"] > 0 for row in gateway.queue()] == [True] * 3, "three messages that wait")
        host.close()
        gateway.ask_server("delivery", "org.postern.Queue1.Remove", "(as)", [row["id"] for row in gateway.queue()])
