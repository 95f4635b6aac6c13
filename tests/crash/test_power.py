# SPDX-License-Identifier: GPL-3.0-or-later
"""
The power fails: all that the SMTP server does to the queue is recorded, with the replies that it gives, from the day the folder is made.
Then the folder is made again as it may be after a cut at any record, and opened: each message whose 250 had left by then is there, whole.
"""

import os
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Iterator

import pytest

from crash.ledger import is_whole, make_message, name_of
from crash.power import VARIANTS, Disk, Record, read_log
from crash.senders import Talk
from gateway.figures import record, tries
from gateway.gateway import SERVERS, Gateway, build_folder
from gateway.ports import free_port

PROMISE = "250 is a promise"
CLIENTS = 3
MESSAGES = 4  # of each, in a round
_QUEUED = re.compile(rb"^250 2\.0\.0 Ok: queued as (\w+)", re.MULTILINE)


class RecordedGateway(Gateway):
    """Whatever the SMTP server does to storage is in LOG."""

    def __init__(self, state: Path, log: Path, **options):
        super().__init__(state, **options)
        self._recording = [f"LD_PRELOAD={self.build / 'tests/crash/storage-recorder.so'}", f"RECORDER_FOLDER={self.state}",
                           f"RECORDER_LOG={log}", f"ASAN_OPTIONS=verify_asan_link_order=0:{os.environ.get('ASAN_OPTIONS', '')}"]

    def command(self, program: str) -> list[str]:
        command = super().command(program)
        return ["env", *self._recording, *command] if program == SERVERS["smtp"].program else command


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where that can be: what is tried here has no need of a disk."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="postern-power-", dir=memory) as path:
        yield Path(path)


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


def make_recording(state: Path, log: Path, rounds: int, rng: random.Random) -> tuple[dict[str, str], list[Record]]:
    """Several clients at once; after each round the server is killed, or ends, and another one takes up what is there."""
    sent: dict[str, str] = {}
    gateway = RecordedGateway(state, log, smtp_port=free_port(), pop_port=free_port())
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
    return sent, list(read_log(log))


def survivors(queue: Path) -> dict[str, bytes]:
    """What is in the queue: by the ids."""
    done = subprocess.run([str(build_folder() / "tests/crash/survivors"), str(queue)], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    found, rest = {}, done.stdout
    while rest:
        line, rest = rest.split(b"\n", 1)
        _, message, length = line.split()
        found[message.decode()], rest = rest[:int(length)], rest[int(length):]
    return found


def troubles(queue: Path, promised: set[str], sent: dict[str, str]) -> Iterator[str]:
    try:
        found = survivors(queue)
    except AssertionError as error:
        yield str(error)
        return
    for number in promised:
        if number not in found:
            yield f"{number} is lost"
    for number, content in found.items():
        if not is_whole(content) or (number in sent and name_of(content) != sent[number]):
            yield f"{number} is damaged"


def cuts(records: list[Record], count: int, rng: random.Random) -> set[int]:
    """Behind each flush and each reply, or COUNT of them, and behind as many other records. From the first reply on: a store whose very
    first pages were torn can't be opened, but nothing was promised by then."""
    points = [number for number, what in enumerate(records, 1) if what.kind in "FS"]
    begin = next(number for number, what in enumerate(records, 1) if what.kind == "S")
    points = [number for number in points if number >= begin]
    chosen = set(points if len(points) <= count else rng.sample(points, count))
    return chosen | set(rng.sample(range(begin, len(records)), min(len(chosen), len(records) - begin)))


def test_queue(folder: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    rng = random.Random(seed)
    state = folder / "state"
    sent, records = make_recording(state, folder / "log", tries(daily=2, thorough=3), rng)
    disk, promised, tried, lost = Disk(str(state)), set(), 0, []
    disk.know_folder(state.stat().st_ino, str(state))
    at = cuts(records, tries(daily=4, thorough=100000), rng)
    for number, what in enumerate(records, 1):
        disk.feed(what)
        if what.kind == "S":
            promised.update(message.decode() for message in _QUEUED.findall(what.second))
        if number not in at:
            continue
        for variant in VARIANTS:
            disk.lay_out(folder / "cut", variant, rng)
            lost += [f"record {number}, {variant}: {trouble}" for trouble in troubles(folder / "cut" / "queue", promised, sent)]
            shutil.rmtree(folder / "cut")
            tried += 1
    assert promised == set(sent)
    record(PROMISE, "power lost at flushes, replies and in between, while mail comes in", tried, len(lost),
           f"{len(at):,} instants, of the writes and names that were not flushed {', '.join(VARIANTS)}; "
           f"{len(sent):,} messages were promised")
    assert not lost, "\n".join(lost[:20])
