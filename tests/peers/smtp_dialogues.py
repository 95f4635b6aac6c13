# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues in SMTP, valid and broken, made of a number: the same number makes the same dialogue."""

import random

from .dialogue import CLOSED, Command, Dialogue, Talker

DOMAIN = "demo.example"
HELLO = b"EHLO client.example\r\n"

HELLOS = ("EHLO client.example", "HELO client.example", "ehlo client.example", "Helo client.example", "EHLO [127.0.0.1]",
          "EHLO [IPv6:::1]", "EHLO client", "EHLO client_1.example", "EHLO  client.example", "EHLO client.example ")
ODD_HELLOS = ("EHLO", "HELO", "EHLO ", "HELO a b", "EHLO client.example more", "EHLO -", "EHLO .", "EHLO " + "x" * 200 + ".example",
              "EHLO " + "x" * 300, "EHLO \udce4", "EHLO\tclient.example", "EHLOclient.example", "EHLO client.example\t", "EHLO <>")

LOCAL = ("ann", "ben", "Ann", '"ann"', "postmaster", "POSTMASTER")
GONE = ("nobody", "ann.ben", "an n", '"an n"', "a" * 64, "a" * 65, "a" * 300, "ann+tag", "ann%near.example", "near.example!ann", "\udce4nn",
        "j\u00fcrgen", ".ann", "ann.", "a..b", '"ann', 'ann"', '"a\\"nn"', '"@"', "ann\\@x", "(ann)ann", "<ann>", "ann,ben",
        "a" * 64 + ".b", "", "-ann",
        "/etc/passwd", "|cat", "..", "ann:ben", "ann;ben", "=?utf-8?q?ann?=", "ann\x01", "ann\x7f", "&", "ann'ben", "{ann}", "~", "$ann")
DOMAINS = (DOMAIN, DOMAIN, DOMAIN, "DEMO.example", "elsewhere.example", "elsewhere.example")
ODD_DOMAINS = (DOMAIN + ".", "." + DOMAIN, "demo..example", "", "[127.0.0.1]", "[127.0.0.1", "[IPv6:::1]", "[IPv6:::g]", "127.0.0.1",
               "[1.2.3]",
               "[]", "demo_1.example", "-demo.example", "demo-.example", "d\udce4mo.example", "d\u00e4mo.example", "xn--dmo-qla.example",
               "x" * 63 + ".example",
               "x" * 64 + ".example", ".".join(["x" * 60] * 5), "localhost", "demo", "demo.example@" + DOMAIN, "demo example", "#123",
               "demo.123",
               "demo.example/x", "demo.example,x", "[x:y]", "*.example")
PATHS = ("<{0}>",) * 12 + ("{0}", " <{0}>", "<{0}", "{0}>", "<<{0}>>", "<{0}> ", "<@relay.example:{0}>", "<@a.example,@b.example:{0}>",
                           "<@:{0}>", "< {0}>", "<{0} >", "<{0}>x", "<{0}>,<ben@demo.example>", '"Ann" <{0}>', "<{0}>;", "({0})", "\t<{0}>",
                           "<>", "< >", "", " ", "<@>", "<a@>", "<@b>", "<mailto:{0}>")
MAIL_PARAMETERS = ("SIZE=100", "SIZE=0", "BODY=8BITMIME", "BODY=7BIT", "body=8bitmime", "SMTPUTF8", "RET=FULL", "RET=HDRS", "ENVID=abc",
                   "ENVID=a+2Bb", "AUTH=<>", "size=1")
ODD_MAIL_PARAMETERS = ("SIZE=99999999999", "SIZE=999999999999999999999999", "SIZE=", "SIZE", "SIZE=x", "SIZE=-1", "SIZE=1 SIZE=2",
                       "BODY=BINARYMIME",
                       "BODY=x", "BODY", "BODY=", "SMTPUTF8=1", "RET=X", "RET", "ENVID=", "ENVID=+zz", "ENVID=" + "e" * 101, "AUTH=",
                       "AUTH=ann",
                       "AUTH", "X-OWN=1", "XOWN", "=", "=x", "NOTIFY=NEVER", "RET=FULL RET=HDRS", "ENVID=a ENVID=b", "BY=10;R", "HOLDFOR=1",
                       "MT-PRIORITY=1", "REQUIRETLS", "SIZE=1\tBODY=7BIT", "SIZE=01", "SIZE=1,000", "SIZE=1.0", "SIZE= 1",
                       "BODY=8BITMIME BODY=7BIT")
RCPT_PARAMETERS = ("NOTIFY=NEVER", "NOTIFY=SUCCESS,FAILURE,DELAY", "notify=delay", "ORCPT=rfc822;ann@demo.example",
                   "NOTIFY=FAILURE ORCPT=rfc822;x")
ODD_RCPT_PARAMETERS = ("NOTIFY=", "NOTIFY", "NOTIFY=X", "NOTIFY=NEVER,DELAY", "NOTIFY=SUCCESS,SUCCESS", "NOTIFY=SUCCESS,", "ORCPT=",
                       "ORCPT=x", "ORCPT",
                       "ORCPT=rfc822;", "ORCPT=;x", "ORCPT=rfc822;+zz", "ORCPT=rfc822;" + "o" * 500, "ORCPT=utf-8;x", "SIZE=1", "X=1",
                       "RET=FULL",
                       "NOTIFY=DELAY NOTIFY=DELAY", "ORCPT=rfc822;a ORCPT=rfc822;b")
OTHERS = ("NOOP", "NOOP", "noop", "NOOP x", "RSET", "RSET", "rset", "HELP", "HELP MAIL", "VRFY ann", "NOOP ", "RSET ")
ODD_OTHERS = ("RSET x", "VRFY", "VRFY ann@demo.example", "VRFY nobody", "VRFY a b c", "EXPN list", "EXPN", "SEND FROM:<a@b.example>",
              "SOML FROM:<a@b.example>", "SAML FROM:<a@b.example>", "TURN", "ETRN demo.example", "ETRN", "FOO", "FOO BAR", "MAILFROM:<>",
              "", " ", " NOOP", "\tNOOP", "NO OP", "NOOPX",
              "N", "DATA x", "STARTTLS x", "QUIT x", "AUTH", "AUTH X", "AUTH PLAIN", "AUTH PLAIN AGEAYg==", "AUTH LOGIN", "X" * 600,
              "NOOP " + "x" * 600,
              "NOOP " + "x" * 1800, "NOOP " + "x" * 3000, "X" * 5000, "XCLIENT ADDR=1.2.3.4", "XFORWARD NAME=x", "NOOP \udcff",
              "\udcff\udcfe", "\x01", "NOOP\tx",
              "MAIL", "RCPT", "MAIL FROM", "RCPT TO", "MAIL FROM <a@b.example>", "RCPT TO <ann@demo.example>", "MAIL FROM:", "RCPT TO:",
              "MAIL TO:<a@b.example>", "RCPT FROM:<ann@demo.example>", "MAIL  FROM:<a@b.example>", "RCPT\tTO:<ann@demo.example>",
              "mail from:<a@b.example>",
              "MAIL FROM :<a@b.example>", "BDAT", "BDAT x", "BDAT -1", "BDAT 0", "BDAT 0 LAST", "BDAT 0 FIRST", "BDAT LAST",
              "BDAT 0 LAST x", "bdat 0 last",
              "BDAT 99999999999999999999", "%s%s%n", "Subject: hello", ".", "..", "SITE", "HELP HELP HELP", "DATA", "QUIT")
CONTENTS = (b"Subject: a\r\n\r\nhello\r\n", b"", b"\r\n", b"hello\r\n", b"..\r\n", b"Subject: a\r\n\r\n..dot\r\n...\r\n",
            b"Subject: gr\xc3\xbc\xc3\x9fe\r\n\r\n\xff\r\n", b"Subject: a\r\n\r\n" + b"x" * 998 + b"\r\n",
            b"Subject: a\r\n\r\n" + b"x" * 5000 + b"\r\n",
            b"Subject: a\r\n continued\r\n\r\nx\r\n", b"Received: x\r\n" * 20 + b"\r\nx\r\n", b"From: a\r\nFrom: b\r\n\r\nx\r\n",
            b": x\r\n\r\nx\r\n",
            b"Subject" + b"x" * 3000 + b": y\r\n\r\nx\r\n")
ODD_CONTENTS = (b"Subject: a\r\n\r\nbare\nline\r\n", b"Subject: a\r\n\r\nbare\rline\r\n", b"Subject: a\r\n\r\nnul\0nul\r\n",
                b"Received: x\r\n" * 120 + b"\r\nx\r\n",
                b"Delivered-To: ann@demo.example\r\n\r\nx\r\n")
LASTS = (b"QUIT\r\n",) * 12 + (b"quit\r\n", b"QUIT \r\n", b"QUIT x\r\nQUIT\r\n", b"NOOP\nNOOP\r\nQUIT\r\n", b"NOOP\rNOOP\r\nQUIT\r\n",
                               b"NO\0OP\r\nQUIT\r\n", b"QUIT\n\r\nQUIT\r\n",
                               b"NOOP\n\r\nQUIT\r\n", b"\r\n\r\nQUIT\r\n", b"QUIT\r\nNOOP\r\n", b"NOOP\r\r\nQUIT\r\n",
                               b"RSET\r\nNOOP\r\nVRFY ann\r\nQUIT\r\n",
                               b"GET / HTTP/1.1\r\nHost: x\r\n\r\nQUIT\r\n", b"POST / HTTP/1.0\r\n\r\nMAIL FROM:<>\r\nQUIT\r\n",
                               b"CONNECT x:25 HTTP/1.0\r\n\r\nQUIT\r\n")


class SmtpTalker(Talker):
    """A verdict is the first digit of each reply, and whether it says that the connection ends."""

    def _code(self) -> str:
        while (line := self.read_line())[3:4] == b"-":
            pass
        return line[:3].decode("latin-1") if line else CLOSED

    def verdict(self, command: Command) -> str:
        code = self._code()
        if code == CLOSED:
            return CLOSED
        if code[0] == "3" and command.content:
            self.send(command.content)
            after = self._code()
            return f"3 {after if after == CLOSED else after[0]}"
        if code == "220" and command.verb == "STARTTLS":
            self.start_tls()
        return code[0] + (f" {CLOSED}" if code in ("221", "421", "521") else "")


def _encoded(text: str) -> bytes:
    """As UTF-8; "\\udce4" is the byte E4 alone."""
    return text.encode("utf-8", "surrogateescape")


class Writer:
    """Writes one dialogue, by the dice of its NUMBER."""

    def __init__(self, number: int):
        self._dice = random.Random(f"smtp {number}")
        self._number = number
        self._oddness = self._dice.choice((0, 0.05, 0.2, 0.5))

    def _pick(self, usual: tuple, odd: tuple):
        return self._dice.choice(odd if self._dice.random() < self._oddness else usual)

    def _is_odd(self) -> bool:
        return self._dice.random() < self._oddness

    def _address(self) -> str:
        return f"{self._pick(LOCAL, GONE)}@{self._pick(DOMAINS, ODD_DOMAINS)}"

    def _path(self) -> str:
        address = self._address() if self._dice.random() < 0.95 else self._pick(LOCAL, GONE)
        return (self._dice.choice(PATHS) if self._is_odd() else "<{0}>").replace("{0}", address)

    def _parameters(self, usual: tuple, odd: tuple) -> str:
        if self._dice.random() < 0.6:
            return ""
        chosen = [self._pick(usual, odd) for _ in range(self._dice.choice((1, 1, 1, 2, 3)))]
        return " " + self._dice.choice((" ", " ", " ", "  ")).join(chosen)

    def _mail(self) -> str:
        path = "<>" if self._dice.random() < 0.1 else self._path()
        words = self._dice.choice(("MAIL FROM", "MAIL FROM", "mail from", "Mail From"))
        return f"{words}:{path}{self._parameters(MAIL_PARAMETERS, ODD_MAIL_PARAMETERS)}"

    def _rcpt(self) -> str:
        words = self._dice.choice(("RCPT TO", "RCPT TO", "rcpt to", "Rcpt To"))
        return f"{words}:{self._path()}{self._parameters(RCPT_PARAMETERS, ODD_RCPT_PARAMETERS)}"

    def _chunk(self, is_last: bool) -> Command:
        content = self._pick(CONTENTS, ODD_CONTENTS)
        last = self._dice.choice((" LAST", " last")) if is_last else ""
        return Command(b"BDAT %d%s\r\n%s" % (len(content), last.encode(), content))

    def _message(self) -> list[Command]:
        if self._dice.random() < 0.75:
            return [Command(b"DATA\r\n", self._pick(CONTENTS, ODD_CONTENTS) + b".\r\n")]
        return [self._chunk(False) for _ in range(self._dice.choice((0, 0, 1, 2)))] + [self._chunk(True)]

    def _line(self, text: str) -> Command:
        verb = text.strip().partition(" ")[0].upper()
        content = {"DATA": b"Subject: a\r\n\r\nx\r\n.\r\n", "AUTH": b"*\r\n"}.get(verb, b"")
        return Command(_encoded(text) + b"\r\n", content)

    def _transaction(self) -> list[Command]:
        recipients = [self._line(self._rcpt()) for _ in range(self._dice.choice((1, 1, 2, 3)))]
        return [self._line(self._mail()), *recipients, *self._message()]

    def _commands(self) -> list[Command]:
        commands = [self._line(self._pick(HELLOS, ODD_HELLOS))]
        for _ in range(self._dice.choice((1, 1, 2, 3))):
            commands += self._transaction()
        if self._dice.random() < 0.1:
            commands.insert(self._dice.randrange(len(commands) + 1), Command(b"STARTTLS\r\n"))
        for _ in range(self._dice.choice((0, 1, 2, 4))):
            commands.insert(self._dice.randrange(len(commands) + 1), self._line(self._pick(OTHERS, ODD_OTHERS)))
        return self._disordered(commands)

    def _disordered(self, commands: list[Command]) -> list[Command]:
        """Some are left out, said twice, or change places."""
        for _ in range(self._dice.choice((0, 1, 3)) if self._is_odd() else 0):
            one, other = self._dice.randrange(len(commands)), self._dice.randrange(len(commands))
            deed = self._dice.randrange(3)
            if deed == 0 and len(commands) > 1:
                del commands[one]
            elif deed == 1:
                commands.insert(other, commands[one])
            else:
                commands[one], commands[other] = commands[other], commands[one]
        return commands

    def _packets(self, commands: list[Command]) -> list[tuple[Command, ...]]:
        """What waits for a reply ends a packet."""
        packets: list[tuple[Command, ...]] = []
        is_piped = self._dice.random() < 0.3
        piece: list[Command] = []
        for command in commands:
            piece.append(command)
            if not is_piped or command.content or command.verb in ("EHLO", "HELO", "STARTTLS", "QUIT") or self._dice.random() < 0.2:
                packets.append(tuple(piece))
                piece = []
        return packets + ([tuple(piece)] if piece else [])

    def dialogue(self) -> Dialogue:
        packets = self._packets(self._commands())
        return Dialogue(self._number, tuple(packets), self._dice.choice(LASTS) if self._oddness else LASTS[0], self._dice.random() < 0.3)


def smtp_dialogue(number: int) -> Dialogue:
    return Writer(number).dialogue()
