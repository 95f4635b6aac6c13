# SPDX-License-Identifier: GPL-3.0-or-later
"""A flood, and beside it an allowed client that goes on all the time, and the memory and descriptors of each daemon."""

import json
import re
import smtplib
import ssl
import subprocess
import threading
import time
from pathlib import Path
from typing import Callable, Optional

from gateway.gateway import DEMO_USERS, SERVERS, Gateway, build_folder
from gateway.wait import until

DESCRIPTORS_MAX = 19000  # of one tool
SAMPLE_SECONDS = 0.2
BASE_KIB = 32 * 1024  # what a daemon may take beside its sessions: threads, tables, what the allocator keeps


class Flood:
    """So many connections from so many addresses, by as many tools as that takes. OPTIONS: those of the TOOL (--help)."""

    def __init__(self, port: int, connections: int, clients: int, *, tool: str = "flood", say: bytes = b"",
                 folder: Optional[Path] = None, **options):
        self._connections = connections
        self._tools: list[subprocess.Popen] = []
        arguments = [f"--{name.replace('_', '-')}" if value is True else f"--{name.replace('_', '-')}={value}"
                     for name, value in options.items()]
        if say:
            file = folder / f"say-{id(self)}"
            file.write_bytes(say)
            arguments.append(f"--say={file}")
        for first in range(0, connections, DESCRIPTORS_MAX):
            count = min(DESCRIPTORS_MAX, connections - first)
            command = [str(build_folder() / "tests/abuse" / tool), f"--port={port}", f"--connections={count}", f"--clients={clients}",
                       f"--first={first % clients if clients < connections else first}", *arguments]
            self._tools.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1))

    def __enter__(self) -> "Flood":
        return self

    def __exit__(self, *_exception) -> None:
        self.stop()

    def stop(self) -> None:
        for tool in self._tools:
            tool.communicate(timeout=60)
        self._tools = []

    def figures(self) -> dict:
        """All tools together, so far: opened, failed, ended, sent, received; replies: by their first three characters."""
        total: dict = {"replies": {}}
        for tool in self._tools:
            print(file=tool.stdin)
            while not (line := tool.stdout.readline()).startswith("{"):
                assert line, "the tool has ended"
            said = json.loads(line)
            for head, count in said.pop("replies").items():
                total["replies"][head] = total["replies"].get(head, 0) + count
            for name, count in said.items():
                total[name] = total.get(name, 0) + count
        return total

    def wait(self, condition: Callable[[dict], bool], what: str, timeout_s: float = 60) -> dict:
        until(lambda: condition(self.figures()), what, timeout_s)
        return self.figures()

    def wait_open(self) -> dict:
        return self.wait(lambda now: now["opened"] + now["failed"] >= self._connections, "all connections of the flood")


def pss_kib(pid: int) -> int:
    return int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1])


def descriptors(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


class Watch:
    """What each daemon has at most while this stands."""

    def __init__(self, gateway: Gateway):
        self._pids = {name: gateway.pid(name) for name in (*SERVERS, "posternd")}
        self.before = self._look()
        self.peak = dict(self.before)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _look(self) -> dict[str, tuple[int, int]]:
        return {name: (pss_kib(pid), descriptors(pid)) for name, pid in self._pids.items()}

    def _run(self) -> None:
        while not self._is_over.wait(SAMPLE_SECONDS):
            for name, now in self._look().items():
                self.peak[name] = tuple(map(max, self.peak[name], now))

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        self._is_over.set()
        self._thread.join()

    def grown_kib(self, name: str) -> int:
        """Beyond what it had before; the first flood that a daemon sees shows most."""
        return self.peak[name][0] - self.before[name][0]

    def wait_for_descriptors(self, timeout_s: float = 30) -> None:
        """Until each daemon has as many again as before, but for some."""
        until(lambda: all(self._look()[name][1] <= self.before[name][1] + 20 for name in self._pids), "descriptors to come back", timeout_s)

    def words(self) -> str:
        return ", ".join(f"{name} {self.peak[name][0] / 1024:.0f} MiB" for name in SERVERS)


def fill_mailbox(gateway: Gateway) -> None:
    """There is something to fetch for a Regular."""
    with gateway.smtp() as session:
        session.sendmail("a@elsewhere.example", ["alice@demo.example"], "Subject: to be fetched\r\n\r\nhello\r\n")
    until(lambda: list(gateway.state.glob("mailboxes/alice/new/*")), "the message for alice")


class Regular:
    """An allowed client: it sends mail, or fetches it, again and again, and notes how long it waits for the banner. Where it has a
    CONTEXT, it does so within TLS."""

    def __init__(self, gateway: Gateway, client: str, server: str, context: Optional[ssl.SSLContext] = None):
        self._gateway, self._client, self._server, self._context = gateway, client, server, context
        self._port = gateway.smtp_port if server == "smtp" else gateway.pop_port
        self.banners_ms: list[float] = []
        self.visits_ms: list[float] = []
        self.failures: list[str] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Regular":
        self._thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                self.visit()
            except Exception as problem:  # pylint: disable=broad-except
                self.failures.append(repr(problem))
            self._is_over.wait(0.05)

    def visit(self) -> None:
        begun = time.monotonic()
        session = self._gateway.smtp(self._client) if self._server == "smtp" else self._gateway.pop3(self._client)
        self.banners_ms.append((time.monotonic() - begun) * 1000)
        if isinstance(session, smtplib.SMTP):
            with session:
                if self._context:
                    session.starttls(context=self._context)
                session.sendmail("regular@elsewhere.example", ["bob@demo.example"], "Subject: regular\r\n\r\nhello\r\n")
        else:
            if self._context:
                session.stls(self._context)
            session.user("alice")
            session.pass_(DEMO_USERS["alice"])
            session.retr(1)
            session.quit()
        self.visits_ms.append((time.monotonic() - begun) * 1000)

    def wait_for(self, visits: int, timeout_s: float = 60) -> None:
        """Until so many more visits were good or bad."""
        done = len(self.visits_ms) + len(self.failures) + visits
        until(lambda: len(self.visits_ms) + len(self.failures) >= done, f"{visits} visits of the allowed client", timeout_s)

    def words(self) -> str:
        banners = sorted(self.banners_ms)
        return (f"banner {banners[len(banners) // 2]:.1f} ms, longest {banners[-1]:.1f} ms; "
                f"whole visit at most {max(self.visits_ms, default=0):.0f} ms; {len(self.visits_ms)} visits")
