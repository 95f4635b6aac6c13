# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues in POP3, valid and broken, made of a number: the same number makes the same dialogue."""

import hashlib
import random

from .dialogue import CLOSED, Command, Dialogue, Talker

PASSWORD = "pass word"
MESSAGES = (b"Subject: one\n\nhello\n", b"Subject: dots\n\n.\n..\n.dot\n\n.\n", b"Subject: no body\n",
            b"Subject: long\n\n" + b"x" * 5000 + b"\n",
            b"Subject: gr\xc3\xbc\xc3\x9fe\n\n\xff\n")
NUMBERS = ("1", "2", "3", "4", "5", "01")
ODD_NUMBERS = ("0", "6", "99999", "-1", "+1", "x", "", "1x", "1.0", "99999999999999999999", "4294967297", " 1", "1 2", "1 ", "\udcff", "*",
               "0x1")
USUAL = ("STAT", "LIST", "LIST {0}", "UIDL", "UIDL {0}", "RETR {0}", "TOP {0} 0", "TOP {0} 1", "TOP {0} 99", "DELE {0}", "RSET", "NOOP",
         "CAPA", "stat",
         "retr {0}", "Dele {0}", "STAT ")
ODD = ("TOP", "TOP {0}", "TOP {0} -1", "TOP {0} x", "TOP {0} 1 1", "TOP {0} 99999999999", "RETR", "DELE", "STAT x", "NOOP x", "RSET x",
       "CAPA x", "FOO", "",
       " ", " STAT", "\tSTAT", "STAT\t", "LIST\t1", "STATS", "STLS", "STLS x", "APOP", "APOP ann", "APOP ann 0123", "AUTH PLAIN", "AUTH X",
       "AUTH", "AUTH LOGIN",
       "USER", "USER ann", "PASS", "PASS x", "USER a b", "UTF8", "LANG", "XTND XMIT", "LAST", "RPOP x", "\x01", "\udcff", "N" * 200,
       "NOOP " + "x" * 200,
       "HELO x", "EHLO x", "MAIL FROM:<>", "GET / HTTP/1.0", "%s%n")
LASTS = (b"QUIT\r\n",) * 8 + (b"quit\r\n", b"QUIT x\r\nQUIT\r\n",
                               b"NOOP\r\nSTAT\r\nQUIT\r\n", b"NOOP\rSTAT\r\nQUIT\r\n", b"NO\0OP\r\nQUIT\r\n",
                              b"NOOP\r\r\nQUIT\r\n")
LISTS = ("RETR", "TOP", "CAPA")


class Pop3Talker(Talker):
    """A verdict is + or -, with what was told of the mailbox: counts, sizes and contents, which are the same at both servers."""

    def _lines(self) -> bytes:
        """Without the dot at their end."""
        lines = []
        while (line := self.read_line()) and line != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def written(self, command: Command) -> bytes:
        stamp = self.greeting[self.greeting.find(b"<"):].strip() + PASSWORD.encode()
        return command.text.replace(b"DIGEST", hashlib.md5(stamp).hexdigest().encode())

    def verdict(self, command: Command) -> str:
        line = self.read_line()
        if not line:
            return CLOSED
        if line.startswith(b"+ ") and command.content:
            self.send(command.content)
            return f"+ {self.read_line()[:1].decode() or CLOSED}"
        if not line.startswith(b"+OK"):
            return line[:1].decode("latin-1")
        words = command.text.split()
        if command.verb in LISTS or (command.verb in ("LIST", "UIDL", "AUTH") and len(words) == 1):
            return f"+ {self._told(command.verb, self._lines())}"
        if command.verb in ("STAT", "LIST"):
            return "+ " + " ".join(line.decode().split()[1:3])
        return "+"

    @staticmethod
    def _told(verb: str, lines: bytes) -> str:
        if verb in ("CAPA", "AUTH"):
            return "list"
        if verb == "UIDL":
            return f"{lines.count(bytes([10]))} lines"
        return f"{len(lines)} bytes {hashlib.md5(lines).hexdigest()[:8]}"


class Writer:
    """Writes one dialogue, by the dice of its NUMBER."""

    def __init__(self, number: int):
        self._dice = random.Random(f"pop3 {number}")
        self._number = number
        self._oddness = self._dice.choice((0, 0.1, 0.3, 0.6))

    def _is_odd(self) -> bool:
        return self._dice.random() < self._oddness

    def _line(self) -> Command:
        text = self._dice.choice(ODD if self._is_odd() else USUAL)
        text = text.replace("{0}", self._dice.choice(ODD_NUMBERS if self._is_odd() else NUMBERS))
        return self._command(text)

    @staticmethod
    def _command(text: str) -> Command:
        content = b"*\r\n" if text.upper().startswith("AUTH ") else b""
        return Command(text.encode("utf-8", "surrogateescape") + b"\r\n", content)

    def _log_on(self) -> list[Command]:
        user = f"user{self._number}"
        way = self._dice.randrange(10)
        if way == 0:
            return [self._command(f"APOP {user} DIGEST")]
        if way == 1:
            return [self._command(f"USER {user}"), self._command("PASS wrong"), self._command(f"USER {user}"),
                    self._command(f"PASS {PASSWORD}")]
        if way == 2:
            return [self._command(f"PASS {PASSWORD}"), self._command(f"USER {user}"), self._command(f"pass {PASSWORD}")]
        if way == 3:
            return [self._command(f"user {user}"), self._command("NOOP"), self._command(f"PASS {PASSWORD}")]
        return [self._command(f"USER {user}"), self._command(f"PASS {PASSWORD}")]

    def dialogue(self) -> Dialogue:
        commands = [self._line() for _ in range(self._dice.choice((0, 0, 0, 1, 2)))] + self._log_on()
        commands += [self._line() for _ in range(self._dice.randrange(1, 12))]
        packets: list[tuple[Command, ...]] = []
        is_piped = self._dice.random() < 0.3
        piece: list[Command] = []
        for command in commands:
            piece.append(command)
            if not is_piped or command.content or command.verb in ("USER", "PASS", "APOP", "QUIT", "STLS") or self._dice.random() < 0.2:
                packets.append(tuple(piece))
                piece = []
        packets += [tuple(piece)] if piece else []
        return Dialogue(self._number, tuple(packets), self._dice.choice(LASTS) if self._oddness else LASTS[0])


def pop3_dialogue(number: int) -> Dialogue:
    return Writer(number).dialogue()
