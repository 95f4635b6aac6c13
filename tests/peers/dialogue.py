# SPDX-License-Identifier: GPL-3.0-or-later
"""The same dialogue with two servers, verdict for verdict; each difference is explained by a row of a table, or is an error."""

import re
import socket
import ssl
from collections import Counter
from dataclasses import dataclass, field
from typing import Iterator, Optional, Sequence

from gateway.wait import until

TIMEOUT_S = 20
CLOSED = "closed"


@dataclass(frozen=True)
class Command:
    """TEXT is sent as it is, CR LF and a chunk behind it included; CONTENT when the server then asks for more."""

    text: bytes
    content: bytes = b""

    @property
    def verb(self) -> str:
        return self.text.strip().partition(b" ")[0].upper().decode("latin-1")[:12]

    @property
    def line(self) -> bytes:
        """Without a chunk behind it."""
        return self.text.partition(b"\n")[0] + b"\n"

    @property
    def sign(self) -> str:
        """The verb; with ~ where a blank ends the line."""
        return self.verb + "~" * self.text.endswith(b" \r\n")


@dataclass(frozen=True)
class Dialogue:
    """PACKETS of commands, each sent in one piece; then LAST, to which as many replies belong as the server likes."""

    number: int
    packets: tuple[tuple[Command, ...], ...]
    last: bytes
    is_trusted: bool = False


class Talker:
    """A connection to one server; how its replies are read, the protocol says."""

    def __init__(self, port: int, client: str):
        self._connection = socket.create_connection(("127.0.0.1", port), TIMEOUT_S, source_address=(client, 0))
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._input = self._connection.makefile("rb")
        self.greeting = self.read_line()

    def close(self) -> None:
        self._input.close()
        self._connection.close()

    def send(self, text: bytes) -> None:
        try:
            self._connection.sendall(text)
        except OSError:
            pass  # the replies say that it has closed

    def read_line(self) -> bytes:
        """b"" at the end of the connection."""
        try:
            return self._input.readline()
        except ConnectionError:
            return b""

    def start_tls(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._input.close()
        self._connection = context.wrap_socket(self._connection)
        self._input = self._connection.makefile("rb")

    def verdict(self, command: Command) -> str:
        """Of the next reply, which is to COMMAND."""
        raise NotImplementedError

    def say(self, packet: Sequence[Command]) -> list[str]:
        self.send(b"".join(self.written(command) for command in packet))
        return [self.verdict(command) for command in packet]

    def written(self, command: Command) -> bytes:
        return command.text

    def say_last(self, text: bytes) -> str:
        """All verdicts up to the end of the connection."""
        self.send(text)
        verdicts = []
        while (verdict := self.verdict(Command(b""))) != CLOSED:
            verdicts.append(verdict)
        return " ".join(verdicts)


@dataclass(frozen=True)
class Explained:
    """
    COMMANDS (a pattern) are answered by OURS at Postern and by THEIRS at the peer (patterns, too), after verbs that AFTER is
    found in (those refused in small letters, ~ behind those whose line ends with a blank), and before lines of the same packet
    that THEN is found in. WHY says who is right, with the section.
    """

    what: str
    commands: bytes
    ours: str
    theirs: str
    why: str
    after: str = ""
    then: bytes = b""

    def fits(self, difference: "Difference") -> bool:
        return re.fullmatch(self.commands, difference.text, re.IGNORECASE | re.DOTALL) is not None \
            and re.fullmatch(self.ours, difference.ours) is not None and re.fullmatch(self.theirs, difference.theirs) is not None \
            and re.search(self.after, difference.after) is not None \
            and re.search(self.then, difference.then, re.MULTILINE) is not None


@dataclass(frozen=True)
class Difference:
    peer: str
    text: bytes
    ours: str
    theirs: str
    after: str  # the verbs since the connection, those that both have refused in small letters
    number: int
    then: bytes = b""  # what else was in the packet: the lines of the commands behind this one

    def __str__(self) -> str:
        return f"dialogue {self.number}, {self.peer}: after {self.after or 'nothing'}: {self.text[:120]!r}: {self.ours} / {self.theirs}"


@dataclass
class Comparison:
    """Counts what was said, and what each row of the table EXPLANATIONS explains."""

    explanations: Sequence[Explained]
    commands: int = 0
    dialogues: int = 0
    explained: Counter = field(default_factory=Counter)
    unexplained: list[Difference] = field(default_factory=list)

    def take(self, said: int, differences: Sequence[Difference]) -> None:
        self.dialogues += 1
        self.commands += said
        for difference in differences:
            row = next((row for row in self.explanations if row.fits(difference)), None)
            if row:
                self.explained[row.what] += 1
            else:
                self.unexplained.append(difference)


class Pair:
    """Postern and a peer, in step: after a difference both begin anew."""

    def __init__(self, peer: str, talker: type[Talker], ports: tuple[int, int], client: str, *hello: bytes):
        self.peer, self._talker, self._ports, self._client, self._hello = peer, talker, ports, client, hello
        self.said = 0
        self.differences: list[Difference] = []
        self._talkers: list[Talker] = []
        self._taken: list[str] = []

    def _meet(self) -> None:
        self.leave()
        self._taken = []
        self._talkers = [self._talker(port, self._client) for port in self._ports]

    def _meet_anew(self) -> bool:
        """Whether both have taken the words of welcome: a mailbox may still be in use by the connection before."""
        self._meet()
        for line in self._hello:
            self._say((Command(line),))
        return len(self._taken) == len(self._hello) and "".join(self._taken).isupper()

    def leave(self) -> None:
        for talker in self._talkers:
            talker.close()
        self._talkers = []

    def _say(self, packet: Sequence[Command]) -> Optional[int]:
        """The number of the first command that was answered differently; -1 where that was the end of the connection."""
        ours, theirs = [talker.say(packet) for talker in self._talkers]
        for number, command in enumerate(packet):
            self.said += 1
            if ours[number] != theirs[number]:
                self._number = number
                self._found = (command.text + command.content, ours[number], theirs[number])
                self._then = b"".join(later.line for later in packet[number + 1:])
                return number
            if ours[number].endswith(CLOSED):
                return -1
            self._taken.append(command.sign if ours[number][0] in "23+" else command.sign.lower())
        return None

    def _note(self, dialogue: Dialogue, text: bytes, ours: str, theirs: str, then: bytes = b"") -> None:
        self.differences.append(Difference(self.peer, text, ours, theirs, " ".join(self._taken), dialogue.number, then))

    def go_through(self, dialogue: Dialogue) -> None:
        self._meet()
        for packet in dialogue.packets:
            number = self._say(packet)
            if number is None:
                continue
            if number >= 0:
                self._note(dialogue, *self._found, self._then)
            until(self._meet_anew, "a new beginning")
        ours, theirs = [talker.say_last(dialogue.last) for talker in self._talkers]
        self.said += 1
        if ours != theirs:
            self._note(dialogue, dialogue.last, ours, theirs)


def table(explanations: Sequence[Explained]) -> Iterator[str]:
    """Markdown, a line a row."""
    yield "| what | Postern | the other | why |"
    yield "|---|---|---|---|"
    for row in explanations:
        yield "| " + " | ".join(text.replace("|", " or ") for text in (row.what, row.ours, row.theirs, row.why)) + " |"
