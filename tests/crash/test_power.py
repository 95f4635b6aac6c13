# SPDX-License-Identifier: GPL-3.0-or-later
"""
The power fails: all that the SMTP server does to the queue is recorded, with the replies that it gives, from the day the folder is made.
Then the folder is made again as it may be after a cut at any record, and opened: each message whose 250 had left by then is there, whole.
"""

import random
import re
import threading
import time
from pathlib import Path
from typing import Iterator

from crash.ledger import is_whole, make_message, name_of
from crash.power import VARIANTS, Record
from crash.recording import Recording, cuts, states
from crash.senders import Talk
from crash.survivors import survivors
from gateway.figures import record, tries
from gateway.gateway import SERVERS
from gateway.ports import free_port

PROMISE = "250 is a promise"
CLIENTS = 3
MESSAGES = 4  # of each, in a round
_QUEUED = re.compile(rb"^250 2\.0\.0 Ok: queued as (\w+)", re.MULTILINE)


def send(port: int, number: int, messages: int, rng: random.Random, sent: dict[str, str]) -> None:
    """SENT gets the name of each message that is promised, by its id."""
    for count in range(messages):
        talk = Talk(port, "127.0.0.1")
        name = f"p{number}-{count}-{rng.getrandbits(32):x}"
        message = make_message(name, rng.choice((300, 3000, 20000, 90000)), rng)
        for command in ("EHLO client.example", "MAIL FROM:<bob@demo.example>", "RCPT TO:<alice@demo.example>", "DATA"):
            talk.say(command)
        talk.send(message.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        reply = talk.reply()
        sent[_QUEUED.match(reply.encode())[1].decode()] = name
        talk.close()


def load(gateway: Recording, rounds: int, rng: random.Random) -> dict[str, str]:
    """Several clients at once; after each round the server is killed, or ends, and another one takes up what is there."""
    sent: dict[str, str] = {}
    try:
        gateway.start(("smtp",))
        for number in range(rounds):
            threads = [threading.Thread(target=send, args=(gateway.smtp_port, number * CLIENTS + client, MESSAGES,
                                                           random.Random(rng.random()), sent)) for client in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            (gateway.kill if number % 2 == 0 else gateway.stop_server)("smtp")
            gateway.start_server("smtp")
    finally:
        alarms = gateway.stop()
    assert not alarms
    return sent


def troubles(queue: Path, promised: set[str], sent: dict[str, str]) -> Iterator[str]:
    try:
        found = survivors(queue)
    except AssertionError as error:
        yield str(error)
        return
    for number in promised:
        if number not in found:
            yield f"{number} is lost"
    for number, survivor in found.items():
        if not is_whole(survivor.content) or (number in sent and name_of(survivor.content) != sent[number]):
            yield f"{number} is damaged"


def test_queue(folder: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    rng = random.Random(seed)
    gateway = Recording(folder / "state", folder / "log", [SERVERS["smtp"].program], smtp_port=free_port(), pop_port=free_port())
    sent = load(gateway, tries(daily=2, thorough=3), rng)
    promised, tried, lost = set(), 0, []

    def note(what: Record) -> None:
        if what.kind == "S":
            promised.update(message.decode() for message in _QUEUED.findall(what.second))
    records = gateway.records()
    at = cuts(records, tries(daily=4, thorough=100000), rng)
    for where in states(gateway.disk, records, at, folder / "cut", rng, note):
        lost += [f"{where}: {trouble}" for trouble in troubles(folder / "cut" / "queue", promised, sent)]
        tried += 1
    assert promised == set(sent)
    record(PROMISE, "power lost at flushes, replies and in between, while mail comes in", tried, len(lost),
           f"{len(at):,} instants, of the writes and names that were not flushed {', '.join(VARIANTS)}; "
           f"{len(sent):,} messages were promised")
    assert not lost, "\n".join(lost[:20])
