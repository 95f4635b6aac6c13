# SPDX-License-Identifier: GPL-3.0-or-later
"""
Settings that change again and again under many sessions: no session is dropped, no reply is torn, and each decision is that of exactly
one revision, one that was in force between the command and its reply.
"""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Iterable, Sequence

import pytest

from abuse.stranger import Stranger
from gateway.certificate import CertificateAuthority
from gateway.figures import record, tries
from gateway.gateway import Gateway
from gateway.wait import until

PROMISE = "Settings never break"
TLS_WORDS = ("no", "yes", "only")
CAPABILITIES = {"no": {"USER"}, "yes": {"USER", "STLS"}, "only": {"STLS"}}  # of what CAPA tells in clear
CROWDS = 4
LINES_OF_STRANGERS = 90  # before the log-on: the server takes no more than some


def settings_of(number: int) -> dict:
    """What the NUMBERth change makes of the settings: its number stands in several of them, which change together."""
    return {"general.host-name": f"mail{number}.demo.example", "smtp.limits.message-size-kib": 1000 + number,
            "general.local-domains": ["demo.example", f"only{number}.example"], "pop3.tls": TLS_WORDS[number % 3]}


class Weather:
    """
    Which changes may be in force now: from the last that is known to be, to the last that was asked for. Seen by all processes that
    come after it.
    """

    def __init__(self) -> None:
        self._numbers = multiprocessing.RawArray("i", 3)

    @property
    def known(self) -> int:
        return self._numbers[0]

    @known.setter
    def known(self, number: int) -> None:
        self._numbers[0] = number

    @property
    def asked(self) -> int:
        return self._numbers[1]

    @asked.setter
    def asked(self, number: int) -> None:
        self._numbers[1] = number

    @property
    def is_over(self) -> bool:
        return bool(self._numbers[2])

    def end(self) -> None:
        self._numbers[2] = 1

    def since(self, known: int) -> range:
        return range(known, self.asked + 1)


class Session:
    """Asks again and again, in a thread, and holds each reply against the changes that it may come from."""

    def __init__(self, port: int, client: str, weather: Weather):
        self.wrong: list[str] = []
        self.decisions = 0
        self.is_there = threading.Event()
        self._port, self._client, self._weather = port, client, weather
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            with Stranger(self._port, self._client) as self._stranger:
                self.is_there.set()
                while not self._weather.is_over:
                    self._round()
                self._leave()
        except (AssertionError, OSError, ValueError, IndexError) as error:
            self.wrong.append(repr(error))
        finally:
            self.is_there.set()

    def _hold(self, is_right: bool, *words: object) -> None:
        self.decisions += 1
        if not is_right:
            self.wrong.append(" ".join(map(str, words)))

    def _lines(self, command: bytes, end: Iterable[bytes]) -> list[bytes]:
        """Of a reply, up to the line that begins as END says."""
        self._stranger.send(command)
        lines = [self._stranger._input.readline()]
        while not lines[-1].startswith(tuple(end)):
            lines.append(self._stranger._input.readline())
            assert lines[-1].endswith(b"\r\n"), lines
        return lines

    def _round(self) -> None:
        raise NotImplementedError

    def _leave(self) -> None:
        raise NotImplementedError


class SmtpSession(Session):
    def _number_of_host(self, words: bytes) -> int:
        assert words.startswith(b"mail") and words.split()[0].endswith(b".demo.example"), words
        return int(words[4:words.index(b".")])

    def _round(self) -> None:
        known = self._weather.known
        lines = self._lines(b"EHLO client.example\r\n", [b"250 "])
        host = self._number_of_host(lines[0][4:])
        size = next(int(line.split()[1]) // 1024 - 1000 for line in lines if line[4:].startswith(b"SIZE "))
        self._hold(host == size, "torn:", host, size)
        self._hold(host in self._weather.since(known), "EHLO:", host, self._weather.since(known))

        assert self._stranger.say(b"MAIL FROM:<sender@elsewhere.example>")[0].startswith("250")
        known = self._weather.known
        wanted = self._weather.asked
        reply = self._stranger.say(b"RCPT TO:<alice@only%d.example>" % wanted)[0]
        may_be = self._weather.since(known)
        self._hold(reply[:3] in ("250", "550"), reply)
        self._hold(wanted in may_be if reply.startswith("250") else set(may_be) != {wanted}, "RCPT:", reply, wanted, may_be)
        self._hold(self._stranger.say(b"RCPT TO:<alice@demo.example>")[0].startswith("250"), "a domain of all revisions")
        assert self._stranger.say(b"RSET")[0].startswith("250")

    def _leave(self) -> None:
        self._hold(self._stranger.say(b"QUIT")[0].startswith("221 2.0.0 mail"), "no good-bye")


class PopSession(Session):
    _said = 0

    def _round(self) -> None:
        if self._said >= LINES_OF_STRANGERS:
            self._leave()
            self._stranger.close()
            self._stranger, self._said = Stranger(self._port, self._client), 0
        known = self._weather.known
        told = {line.split()[0].decode() for line in self._lines(b"CAPA\r\n", [b".\r\n", b"-ERR"])} & {"USER", "STLS"}
        may_be = self._weather.since(known)
        self._said += 1
        self._hold(any(told == CAPABILITIES[TLS_WORDS[number % 3]] for number in may_be), "CAPA:", told, may_be)

        known = self._weather.known
        reply = self._stranger.say(b"USER alice")[0]
        may_be = self._weather.since(known)
        self._said += 1
        refused = {TLS_WORDS[number % 3] == "only" for number in may_be}
        self._hold((reply.startswith("-ERR") in refused) and reply.startswith(("+OK", "-ERR")), "USER:", reply, may_be)
        if reply.startswith("-ERR"):
            self._said += 10  # some mistakes more would end it

    def _leave(self) -> None:
        self._hold(self._stranger.say(b"QUIT")[0].startswith("+OK"), "no good-bye")


class Crowd:
    """Sessions in a process of their own: the threads of one would wait for each other."""

    def __init__(self, numbers: Sequence[int], ports: dict[type[Session], int], weather: Weather):
        self._results, results = multiprocessing.Pipe(duplex=False)
        self._process = multiprocessing.get_context("fork").Process(target=self._run, args=(numbers, ports, weather, results))
        self._process.start()
        results.close()

    @staticmethod
    def _run(numbers: Sequence[int], ports: dict[type[Session], int], weather: Weather, results: Connection) -> None:
        sessions = []
        for number in numbers:
            kind = (SmtpSession, PopSession)[number % 2]
            sessions.append(kind(ports[kind], f"127.71.{number // 250}.{number % 250 + 1}", weather))
        for session in sessions:
            session.is_there.wait()
        results.send(len(sessions))
        for session in sessions:
            session.join()
        results.send([(session.decisions, session.wrong) for session in sessions])

    def wait_until_there(self) -> int:
        """The number of sessions that were begun."""
        return self._results.recv()

    def end(self) -> list[tuple[int, list[str]]]:
        """Of each session: the decisions, and what was wrong with them."""
        results = self._results.recv()
        self._process.join()
        return results


@pytest.fixture
def ready(gateway: Gateway, tmp_path: Path) -> Gateway:
    certificate = CertificateAuthority(tmp_path).issue("localhost", "127.0.0.1")
    gateway.apply({"security.certificates": [certificate.row], "smtp.limits.errors": 1000, **settings_of(0)})
    return gateway


def test_each_decision_is_that_of_one_revision(ready: Gateway) -> None:
    weather, count, changes = Weather(), tries(16, 500), tries(24, 1000)
    ports = {SmtpSession: ready.smtp_port, PopSession: ready.pop_port}
    crowds = [Crowd(range(first, count, CROWDS), ports, weather) for first in range(CROWDS)]
    results = []
    try:
        assert sum(crowd.wait_until_there() for crowd in crowds) == count
        for number in range(1, changes + 1):
            weather.asked = number
            revision = ready.send_changes(settings_of(number))
            until(lambda: all(ready.revision_in_force(name) >= revision for name in ("smtp", "pop3")), f"revision {revision} in force", 60)
            weather.known = number
    finally:
        weather.end()
        for crowd in crowds:
            results += crowd.end()
    wrong = [problem for _decisions, problems in results for problem in problems]
    decisions = sum(decisions for decisions, _problems in results)
    record(PROMISE, "changes under sessions at both servers", changes, len(wrong),
           f"{count:,} sessions, {decisions:,} replies, each that of one revision in force; none dropped, none torn")
    assert not wrong, wrong[:5]
    assert all(decisions for decisions, _problems in results)
