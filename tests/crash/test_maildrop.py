# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail leaves its mailbox by a QUIT that was answered, else it is there: whole, and never another (RFC 1939, section 6)."""

import fcntl
import random
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from crash.keeper import Keeper
from crash.ledger import is_whole, make_message
from crash.senders import RETRY_S, Gone, Talk
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.wait import until

PROMISE = "250 is a promise"
USERS = 4
MAILS = 8  # in a mailbox, at least
PASSWORD = "secret"
WORK_S = 0.1  # some sessions take so long


class Mailbox:
    """A Maildir that we look into, and put mails into, as another program does. It knows what has to be there."""

    def __init__(self, folder: Path, rng: random.Random):
        self.folder = folder
        self.there: set[str] = set()
        self.gone: set[str] = set()  # deleted by an answered QUIT
        self._rng = rng
        self._count = 0
        for part in ("tmp", "cur", "new"):
            (folder / part).mkdir(parents=True)

    def put(self) -> None:
        self._count += 1
        name = f"{self._count:08}.{self.folder.name}"
        draft = self.folder / "tmp" / name
        draft.write_bytes(make_message(name, self._rng.randint(10, 5000), self._rng))
        draft.rename(self.folder / "new" / name)
        self.there.add(name)

    def move(self, name: str) -> None:
        """Another program has shown the mail to somebody, or says that it has been answered, too."""
        former = self.files().get(name)
        if former is not None:
            former.rename(self.folder / "cur" / f"{name}:2,{self._rng.choice(('S', 'RS', 'FS'))}")

    def files(self) -> dict[str, Path]:
        return {path.name.partition(":")[0]: path for part in ("new", "cur") for path in (self.folder / part).iterdir()}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Without a session: the lock of one that was killed is gone with it."""
        with open(self.folder / "postern-pop3.lock", "w") as lock:
            until(lambda: _take(lock), f"the lock of {self.folder.name}")
            yield


def _take(lock) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Reader(threading.Thread):
    """A client of one mailbox, session after session; looks after each whether the mailbox is what it has to be."""

    def __init__(self, mailbox: Mailbox, port: int, rng: random.Random):
        super().__init__(daemon=True)
        self.mailbox = mailbox
        self.wrong: list[str] = []
        self.sums: Counter = Counter()
        self._port = port
        self._rng = rng
        self._ending = threading.Event()
        self._deleted: set[str] = set()  # in this session
        self._quit = ""  # "sent", "answered"
        self._is_in = False

    def stop(self) -> None:
        self._ending.set()

    def run(self) -> None:
        while not self._ending.is_set():
            with self.mailbox.locked():
                while len(self.mailbox.there) < MAILS:
                    self.mailbox.put()
            self._deleted, self._quit, self._is_in = set(), "", False
            try:
                self._visit()
            except Gone:
                self._ending.wait(RETRY_S)
            with self.mailbox.locked():
                self._check()

    def _check(self) -> None:
        files = self.mailbox.files()
        there = set(files)
        if self._is_in:
            self.sums[self._quit or "no QUIT"] += 1
        if self._quit == "answered":
            self.mailbox.there -= self._deleted
            self.mailbox.gone |= self._deleted
        elif self._quit == "sent":
            self.mailbox.there -= self._deleted - there
        if there != self.mailbox.there:
            self.wrong.append(f"QUIT {self._quit or 'unsent'}: lost {sorted(self.mailbox.there - there)}, "
                              f"too many {sorted(there - self.mailbox.there)}")
            self.mailbox.there = there
        self.wrong += [f"{name} is torn" for name, path in files.items() if not is_whole(path.read_bytes())]

    def _visit(self) -> None:
        talk = Talk(self._port, "127.0.0.4")
        try:
            self._ask(talk, f"USER {self.mailbox.folder.name}")
            self._ask(talk, f"PASS {PASSWORD}")
            self._is_in = True
            self._ask(talk, "UIDL")
            names = []
            while (line := talk.line()) != b".\r\n":
                names.append(line.split()[1].decode())
            if set(names) != self.mailbox.there:
                self.wrong.append(f"UIDL tells {sorted(set(names) ^ self.mailbox.there)} wrongly")
            self._choose(talk, names)
            self._part(talk)
        finally:
            talk.close()

    def _choose(self, talk: Talk, names: list[str]) -> None:
        for number, name in enumerate(names, 1):
            if self._rng.random() < 0.2:
                self.mailbox.move(name)
            if self._rng.random() < 0.5:
                self._ask(talk, f"DELE {number}")
                self._deleted.add(name)
        if self._rng.random() < 0.1:
            self._ask(talk, "RSET")
            self._deleted.clear()
        if self._rng.random() < 0.3:
            self.mailbox.put()

    def _part(self, talk: Talk) -> None:
        lot = self._rng.random()
        if lot < 0.1:
            return
        if lot < 0.2:
            talk.send(b"QUIT")
            return
        self._quit = "sent"
        self._ask(talk, "QUIT")
        self._quit = "answered"

    def _ask(self, talk: Talk, command: str) -> None:
        talk.send(command.encode() + b"\r\n")
        answer = talk.line()
        if not answer.startswith(b"+OK"):
            self.wrong.append(f"{command}: {answer!r}")
            raise Gone


def cut(keeper: Keeper, readers: list[Reader], kills: int, rng: random.Random) -> None:
    """Kills the POP server so often, each time while it is at work."""
    pause = threading.Event()
    for _ in range(kills):
        before = sum(reader.sums.total() for reader in readers)
        until(lambda: sum(reader.sums.total() for reader in readers) > before + len(readers), "sessions", 60)
        pause.wait(rng.uniform(0, WORK_S))
        keeper.kill()


def test_deleted_by_an_answered_quit_alone() -> None:
    kills = tries(daily=30, thorough=2000)
    rng = random.Random(time.time_ns())
    with Gateway() as gateway:
        with open(gateway.state / "users", "a") as users:
            users.writelines(f"user{number}:{{PLAIN}}{PASSWORD}::::::\n" for number in range(USERS))
        readers = [Reader(Mailbox(gateway.state / "mailboxes" / f"user{number}", random.Random(rng.random())),
                          gateway.pop_port, random.Random(rng.random())) for number in range(USERS)]
        keeper = Keeper(gateway, "pop3")
        keeper.start()
        for reader in readers:
            reader.start()
        try:
            cut(keeper, readers, kills, rng)
            until(keeper.serves, "the POP server on the bus", 60)
        finally:
            for reader in readers:
                reader.stop()
            for reader in readers:
                reader.join(60)
            keeper.let_be()

    sums = sum((reader.sums for reader in readers), Counter())
    wrong = [line for reader in readers for line in reader.wrong]
    record(PROMISE, "kill -9 of the POP server in sessions that delete", kills, len(wrong),
           f"{sums.total():,} sessions: {sums['answered']:,} with an answered QUIT, {sums['sent']:,} killed behind a QUIT, "
           f"{sums['no QUIT']:,} without; {sum(len(reader.mailbox.gone) for reader in readers):,} mails deleted")
    assert sums["answered"] > kills and sums["no QUIT"] > 0
    assert not wrong
