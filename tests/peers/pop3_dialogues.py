# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues in POP3, valid and broken, made of a number: the same number makes the same dialogue."""

import base64
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
         "retr {0}", "Dele {0}", "STAT ", "QUIT")
ODD = ("TOP", "TOP {0}", "TOP {0} -1", "TOP {0} x", "TOP {0} 1 1", "TOP {0} 99999999999", "RETR", "DELE", "STAT x", "NOOP x", "RSET x",
       "CAPA x", "FOO", "",
       " ", " STAT", "\tSTAT", "STAT\t", "LIST\t1", "STATS", "STLS", "STLS x", "APOP", "APOP ann", "APOP ann 0123", "AUTH PLAIN", "AUTH X",
       "AUTH", "AUTH LOGIN", "AUTH PLAIN =", "AUTH PLAIN x", "AUTH PLAIN AA==", "AUTH PLAIN PLAIN", "AUTH  PLAIN", "auth plain",
       "AUTH PLAIN " + "A" * 400, "AUTH LOGIN {0}", "AUTH CRAM-MD5",
       "USER", "USER ann", "PASS", "PASS x", "USER a b", "UTF8", "LANG", "XTND XMIT", "LAST", "RPOP x", "\x01", "\udcff", "N" * 200,
       "NOOP " + "x" * 200, "NOOP " + "x" * 600, "X" * 600, "USER " + "u" * 600, "PASS " + "p" * 600, "LIST 1" + " " * 300, "L" * 3000,
       "LAST x", "LANG de", "LANG *", "UTF8 x", "utf8", "UTF8 USER", "TOP {0} {0}", "TOP {0} 2147483648", "TOP {0} 18446744073709551616",
       "TOP {0}  1", "TOP  {0} 1", "TOP {0} +1", "TOP {0} 01", "UIDL {0} {0}", "LIST {0} {0}", "RETR {0} {0}", "DELE {0} {0}",
       "QUITX", "+OK", "-ERR", ".", "..", "* OK", "a LOGIN ann pw",
       "HELO x", "EHLO x", "MAIL FROM:<>", "GET / HTTP/1.0", "%s%n")
# Only at the end, since not even the number of replies is the same: bytes that may end a line or not, lines that are too long.
LASTS = (b"QUIT\r\n",) * 12 + (b"quit\r\n", b"QUIT x\r\nQUIT\r\n", b"QUIT\r\nNOOP\r\n", b"NOOP\r\nSTAT\r\nQUIT\r\n",
                                b"NOOP\nNOOP\r\nQUIT\r\n", b"QUIT\nNOOP\r\nQUIT\r\n", b"NOOP\n\r\nQUIT\r\n", b"DELE 1\nNOOP\r\nQUIT\r\n",
                                b"\n\n\n\r\nQUIT\r\n", b"NOOP\rSTAT\r\nQUIT\r\n", b"NOOP\r\r\nQUIT\r\n", b"DELE 1\rNOOP\r\nQUIT\r\n",
                                b"NOOP\0\r\nQUIT\r\n", b"\0\r\nQUIT\r\n", b"NO\0OP\r\nQUIT\r\n", b"\r\n\r\nQUIT\r\n",
                                b"GET / HTTP/1.1\r\nHost: x\r\n\r\nQUIT\r\n", b"POST / HTTP/1.0\r\nQUIT\r\n", b"EHLO x\r\nQUIT\r\n",
                                b"\xff\xfe\r\nQUIT\r\n", b"STAT\r\n" * 5 + b"QUIT\r\n", b"Q" * 9000 + b"\r\nQUIT\r\n")
LISTS = ("RETR", "TOP", "CAPA")
ENDS_OF_PACKETS = ("APOP", "QUIT", "STLS", "AUTH")


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
            return self._exchange(command.content)
        if not line.startswith(b"+OK"):
            return line[:1].decode("latin-1")
        words = command.text.split()
        if command.verb in LISTS or (command.verb in ("LIST", "UIDL", "AUTH") and len(words) == 1):
            return f"+ {self._told(command.verb, self._lines())}"
        if command.verb in ("STAT", "LIST"):
            return "+ " + " ".join(line.decode().split()[1:3])
        if command.verb == "STLS":
            self.start_tls()
        return "+"

    def _exchange(self, answers: bytes) -> str:
        """A line of ANSWERS for each question; a plus for each."""
        verdicts = "+"
        for answer in answers.splitlines(keepends=True):
            self.send(answer)
            line = self.read_line()
            verdicts += " " + (line[:1].decode("latin-1") or CLOSED)
            if not line.startswith(b"+ "):
                break
        return verdicts

    @staticmethod
    def _told(verb: str, lines: bytes) -> str:
        if verb in ("CAPA", "AUTH"):
            return "list"
        if verb == "UIDL":
            return f"{lines.count(bytes([10]))} lines"
        return f"{len(lines)} bytes {hashlib.md5(lines).hexdigest()[:8]}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


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
    def _command(text: str, answers: str = "*\r\n") -> Command:
        """ANSWERS: for AUTH, which asks."""
        content = answers.encode() if text.upper().startswith("AUTH ") else b""
        return Command(text.encode("utf-8", "surrogateescape") + b"\r\n", content)

    def _log_on(self) -> list[Command]:
        """A way that fails is followed by one that does not."""
        user = f"user{self._number}"
        by_pass = [self._command(f"USER {user}"), self._command(f"PASS {PASSWORD}")]
        plain = _base64(f"\0{user}\0{PASSWORD}")
        ways = (
            [self._command(f"APOP {user} DIGEST")],
            [self._command(f"USER {user}"), self._command("PASS wrong"), *by_pass],
            [self._command(f"PASS {PASSWORD}"), self._command(f"USER {user}"), self._command(f"pass {PASSWORD}")],
            [self._command(f"user {user}"), self._command("NOOP"), self._command(f"PASS {PASSWORD}")],
            [self._command(f"APOP {user} {'0' * 32}"), self._command(f"APOP {user} DIGEST")],
            [self._command(f"AUTH PLAIN {plain}")],
            [self._command("auth plain", f"{plain}\r\n")],
            [self._command("AUTH PLAIN"), *by_pass],
            [self._command(f"AUTH PLAIN {_base64(chr(0) + user + chr(0) + 'wrong')}"), self._command(f"AUTH PLAIN {plain}")],
            [self._command("AUTH PLAIN", "no base64!\r\n"), *by_pass],
            [self._command("AUTH PLAIN", "\r\n"), *by_pass],
            [self._command(f"AUTH PLAIN {_base64(user + chr(0) + user + chr(0) + PASSWORD)}")],
            [self._command("AUTH LOGIN", f"{_base64(user)}\r\n{_base64(PASSWORD)}\r\n")],
            [self._command("AUTH LOGIN", f"{_base64(user)}\r\n*\r\n"), *by_pass],
            [self._command("STLS"), *by_pass],
            [self._command("stls"), self._command(f"AUTH PLAIN {plain}")],
            [self._command(f"USER {user}"), self._command("STLS"), self._command(f"PASS {PASSWORD}"), *by_pass],
            [self._command(f"USER {user} "), self._command(f"PASS {PASSWORD}")],
            [self._command(f"USER {user}"), self._command(f"PASS  {PASSWORD}"), *by_pass],
            [self._command(f"USER {user}"), self._command(f"PASS {PASSWORD} "), *by_pass],
            [self._command("USER nobody"), *by_pass],
        )
        return list(self._dice.choice(ways)) if self._dice.random() < 0.6 else by_pass

    def dialogue(self) -> Dialogue:
        commands = [self._line() for _ in range(self._dice.choice((0, 0, 0, 1, 2)))] + self._log_on()
        commands += [self._line() for _ in range(self._dice.randrange(1, 12))]
        packets: list[tuple[Command, ...]] = []
        is_piped = self._dice.random() < 0.3
        piece: list[Command] = []
        for command in commands:
            # What differs before a QUIT begins anew: it must not be deleted at one of the servers alone.
            if command.verb == "QUIT" and piece:
                packets.append(tuple(piece))
                piece = []
            piece.append(command)
            if not is_piped or command.content or command.verb in ENDS_OF_PACKETS or self._dice.random() < 0.2:
                packets.append(tuple(piece))
                piece = []
        packets += [tuple(piece)] if piece else []
        return Dialogue(self._number, tuple(packets), self._dice.choice(LASTS) if self._oddness else LASTS[0])


def pop3_dialogue(number: int) -> Dialogue:
    return Writer(number).dialogue()
