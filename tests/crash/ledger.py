# SPDX-License-Identifier: GPL-3.0-or-later
"""What was promised, and where it was found: a row for each recipient of each message."""

import hashlib
import random
import re
import threading
from collections import Counter
from typing import Iterable

_ID = re.compile(rb"^Message-ID: <(\S+)@crash\.example>\r?$", re.MULTILINE)
_SUM = re.compile(rb"^X-Sum: (\w+)\r?$", re.MULTILINE)


def make_message(name: str, size: int, rng: random.Random) -> bytes:
    """A message of about SIZE bytes, which tells whether it is whole; lines end in CR LF, some begin with a dot."""
    lines, length = [], 0
    while length < size:
        lines.append(rng.choice((b"", b".", b"..x", b"x")) + b"%x" % rng.getrandbits(280))
        length += len(lines[-1]) + 2
    body = b"".join(line + b"\r\n" for line in lines)
    head = f"From: bob@demo.example\r\nMessage-ID: <{name}@crash.example>\r\nX-Sum: {hashlib.sha1(body).hexdigest()}\r\n\r\n"
    return head.encode() + body


def name_of(content: bytes) -> str:
    """The name of the message CONTENT, or of the one that is returned in it; "" for none of ours."""
    match = _ID.search(content)
    return match[1].decode() if match else ""


def is_whole(content: bytes) -> bool:
    """Whether not a byte of a message's body is missing, or one too many."""
    match = _SUM.search(content)
    body = content.replace(b"\r\n", b"\n").partition(b"\n\n")[2].replace(b"\n", b"\r\n")
    return match is not None and hashlib.sha1(body).hexdigest().encode() == match[1]


class Ledger:
    """Any thread may write into it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.messages = 0
        self.promised: set[tuple[str, str]] = set()
        self.found: Counter = Counter()
        self.returned: Counter = Counter()
        self.torn: set[str] = set()
        self.wrong: list[str] = []  # replies that should never be given

    def promise(self, name: str, recipients: Iterable[str]) -> None:
        with self._lock:
            self.messages += 1
            self.promised.update((name, recipient) for recipient in recipients)

    def find(self, content: bytes, recipients: Iterable[str]) -> None:
        """A message has arrived, for those."""
        name = name_of(content)
        with self._lock:
            self.found.update((name, recipient) for recipient in recipients)
            if not is_whole(content):
                self.torn.add(name)

    def find_bounce(self, content: bytes, recipients: Iterable[str]) -> None:
        name = name_of(content)
        with self._lock:
            self.returned.update((name, recipient) for recipient in recipients)

    def complain(self, what: str) -> None:
        with self._lock:
            self.wrong.append(what)

    def missing(self) -> set[tuple[str, str]]:
        """What was promised and is nowhere."""
        return self.promised - set(self.found) - set(self.returned)

    def troubles(self) -> list[str]:
        """What may not be, once nothing waits any more."""
        return [*map(str, self.missing()), *self.torn, *self.wrong]

    def doubles(self) -> int:
        """How many arrivals were one too many."""
        return sum(count - 1 for count in (self.found + self.returned).values())
