# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole gateway in one folder: settings file, users, private bus, authority and the three servers."""

import fcntl
import os
import poplib
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Sequence, TextIO

from gi.repository import GLib

from .bus import PrivateBus
from .ports import free_port, is_free
from .wait import until

SOURCE = Path(__file__).resolve().parents[2]
DEMO = SOURCE / "data" / "demo"
DEMO_DOMAIN = "demo.example"
DEMO_USERS = {"alice": "wonderland", "bob": "builder"}  # as in data/demo/users

AUTHORITY = "org.postern.ServerProperties1"
AUTHORITY_PATH = "/org/postern/ServerProperties1"
AUTHORITY_PROGRAM = "core/authority/posternd"

# Words in a daemon's log that say that the program itself is wrong.
ALARMS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "runtime error:", "] error: ", "] fatal: ", "CRITICAL **", "-ERROR")


@dataclass(frozen=True)
class Server:
    bus_name: str
    object_path: str
    program: str


SERVERS = {
    "smtp": Server("org.postern.SmtpServer1", "/org/postern/SmtpServer1", "servers/smtp/postern-smtpd"),
    "pop3": Server("org.postern.Pop3Server1", "/org/postern/Pop3Server1", "servers/pop3/postern-pop3d"),
    "delivery": Server("org.postern.Delivery1", "/org/postern/Delivery1", "servers/delivery/postern-deliverd"),
}


def build_folder() -> Path:
    """Where the programs are: $POSTERN_BUILD, or build/ in the checkout."""
    return Path(os.environ.get("POSTERN_BUILD", SOURCE / "build")).resolve()


def variant(value: Any) -> GLib.Variant:
    """A setting's value as it travels on the bus."""
    if isinstance(value, bool):
        return GLib.Variant("b", value)
    if isinstance(value, int):
        return GLib.Variant("u", value)
    if isinstance(value, str):
        return GLib.Variant("s", value)
    return GLib.Variant("as", list(value))


class Gateway:
    """
    Starts with start() or `with`, and leaves no process behind. Without STATE it lives in a folder below /tmp that goes with it.
    A new gateway has the demo settings, on ports that were free; an old STATE is taken up as it is.
    """

    def __init__(self, state: Optional[Path] = None, *, config: Optional[Path] = None,
                 smtp_port: Optional[int] = None, pop_port: Optional[int] = None, mail_router: Optional[str] = None,
                 settings: Optional[Mapping[str, Any]] = None):
        self._temporary = state is None
        self.state = Path(tempfile.mkdtemp(prefix="postern-")) if state is None else state.resolve()
        self.config = config.resolve() if config else self.state / "server-properties.xml"
        self.log_folder = self.state / "log"
        self.build = build_folder()
        self.bus = PrivateBus(self.state / "bus", self.log_folder)
        self._lock: Optional[TextIO] = None
        self._wanted = dict(settings or {})
        if self._temporary:
            smtp_port, pop_port = smtp_port or free_port(), pop_port or free_port()
        if smtp_port:
            self._wanted["smtp.listeners"] = [f"127.0.0.1:{smtp_port}"]
        if pop_port:
            self._wanted["pop3.listeners"] = [f"127.0.0.1:{pop_port}"]
        if mail_router is not None:
            self._wanted["smtp.mail-router"] = mail_router

    # Life.

    def __enter__(self) -> "Gateway":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exception) -> None:
        alarms = self.stop()
        assert not alarms, "alarms in the logs:\n" + "\n".join(alarms)

    def start(self, servers: Sequence[str] = tuple(SERVERS)) -> None:
        """Returns when the authority and SERVERS run and take connections."""
        self._make_folder()
        self._lock_folder()
        address = self.bus.choose_address()
        self.bus.add_service(AUTHORITY, "posternd", self.command(AUTHORITY_PROGRAM))
        for name, server in SERVERS.items():
            self.bus.add_service(server.bus_name, name, self.command(server.program))
        environment = dict(os.environ, POSTERN_BUS=address)
        environment.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
        self.bus.start(environment)
        self.bus.activate(AUTHORITY)
        if self._wanted:
            self.send_changes(self._wanted)
        self._check_ports(servers)
        for name in servers:
            self.start_server(name)

    def stop(self) -> list[str]:
        """Ends everything in order, and returns the lines of the logs that no program of ours should write."""
        if self.bus.connection is not None:
            names = [server.bus_name for server in SERVERS.values()] + [AUTHORITY]
            pids = [self.bus.pid_of(name) for name in names if self.bus.has_owner(name)]
            for name in SERVERS:
                if self.is_running(name):
                    self.stop_server(name)
            self.bus.stop()
            for pid in pids:
                self.bus.end_service(pid, timeout_s=10)
        if self._lock is not None:
            self._lock.close()
        alarms = list(self.alarms())
        if self._temporary:
            shutil.rmtree(self.state, ignore_errors=True)
        return alarms

    def _make_folder(self) -> None:
        for folder in (self.state, self.log_folder, self.bus.folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.config.parent == self.state and not self.config.exists():
            shutil.copy(DEMO / "server-properties.xml", self.config)
            shutil.copy(DEMO / "users", self.state / "users")
            (self.state / "users").chmod(0o600)

    def _lock_folder(self) -> None:
        """Two gateways in one folder would take each other's bus away."""
        self._lock = open(self.state / "lock", "w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"{self.state} is in use: another gateway runs there. End it, or choose another --state.") from None

    def _check_ports(self, servers: Sequence[str]) -> None:
        """A port that is taken is said here in a sentence, before a daemon fails."""
        settings = self.settings()
        for name in servers:
            for endpoint in settings.get(f"{name}.listeners", []):
                host, port = endpoint.rsplit(":", 1)
                host = host.strip("[]")
                if host != "*" and not is_free(int(port), host):
                    raise RuntimeError(f"{endpoint} can't be used for {name}: another program has that port. "
                                       f"Choose another one with --{'pop' if name == 'pop3' else name}-port.")

    def alarms(self) -> Iterator[str]:
        for name in ("posternd", *SERVERS):
            for line in self.log(name).splitlines():
                if any(alarm in line for alarm in ALARMS):
                    yield f"{name}: {line}"

    def log(self, name: str) -> str:
        """What the process NAME (posternd, smtp, pop3, delivery) has logged."""
        path = self.log_folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # Processes.

    def start_server(self, name: str) -> None:
        self._authority("StartServer", "(s)", name)

    def stop_server(self, name: str) -> None:
        self._authority("StopServer", "(s)", name)

    def command(self, program: str) -> list[str]:
        """The command that starts one of the daemons on this gateway's bus."""
        return [str(self.build / program), "--config", str(self.config), "--state-dir", str(self.state),
                "--bus", self.bus.address, "--exit-with-bus"]

    def restart_with(self, name: str, *environment: str) -> None:
        """Ends a server and starts it anew with ENVIRONMENT ("NAME=value") for this and all later starts."""
        self.stop_server(name)
        server = SERVERS[name]
        self.bus.add_service(server.bus_name, name, ["env", *environment, *self.command(server.program)])
        self.start_server(name)

    def is_running(self, name: str) -> bool:
        return self.bus.has_owner(SERVERS[name].bus_name)

    def pid(self, name: str) -> int:
        return self.bus.pid_of(AUTHORITY if name == "posternd" else SERVERS[name].bus_name)

    def kill(self, name: str) -> None:
        """kill -9, as a power cut or the kernel's out-of-memory killer would; returns when the process is gone."""
        bus_name = AUTHORITY if name == "posternd" else SERVERS[name].bus_name
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not self.bus.has_owner(bus_name), f"the end of {name}")

    # Settings.

    def _authority(self, method: str, signature: str = "()", *arguments: Any) -> tuple:
        return self.bus.call(AUTHORITY, AUTHORITY_PATH, f"{AUTHORITY}.{method}", GLib.Variant(signature, arguments))

    def revision(self) -> int:
        return self._authority("Get")[0]

    def settings(self) -> dict[str, Any]:
        return self._authority("Get")[1]

    def send_changes(self, changes: Mapping[str, Any], expected_revision: Optional[int] = None) -> int:
        """Changes settings; returns the new revision, when it is saved."""
        expected = self.revision() if expected_revision is None else expected_revision
        return self._authority("Apply", "(ta{sv})", expected, {k: variant(v) for k, v in changes.items()})[0]

    def apply(self, changes: Mapping[str, Any], expected_revision: Optional[int] = None) -> int:
        """Changes settings as an administrator would, and returns when each running server enforces them."""
        revision = self.send_changes(changes, expected_revision)
        for name in SERVERS:
            if self.is_running(name):
                until(lambda: self.revision_in_force(name) >= revision, f"revision {revision} in force on {name}")
        return revision

    def check(self, changes: Mapping[str, Any]) -> tuple[list, list]:
        return self._authority("Check", "(a{sv})", {k: variant(v) for k, v in changes.items()})

    def revision_in_force(self, name: str) -> int:
        return self.server_property(name, "RevisionInForce")

    def server_property(self, name: str, property_name: str) -> Any:
        server = SERVERS[name]
        return self.bus.get_property(server.bus_name, server.object_path, f"org.postern.Server1.{property_name}")

    def ask_server(self, name: str, method: str, signature: str = "()", *arguments: Any) -> tuple:
        """Calls METHOD with its interface ("org.postern.Queue1.List") at a server."""
        server = SERVERS[name]
        return self.bus.call(server.bus_name, server.object_path, method, GLib.Variant(signature, arguments))

    def counters(self, name: str) -> dict[str, int]:
        return self.ask_server(name, "org.postern.Server1.Counters")[0]

    def explain(self, client: str, recipient: str, sender: str = "sender@elsewhere.example",
                authenticated: str = "", door: str = "smtp") -> tuple[bool, str, str, str, str]:
        """Whether allowed, the rule, its setting, the reason, the reply."""
        return self.ask_server("smtp", "org.postern.RelayDecision1.ExplainAt", "(sssss)", client, sender, recipient,
                               authenticated, door)

    def log_ons(self) -> list[tuple[str, str, int, int]]:
        return self.ask_server("pop3", "org.postern.LogOns1.List")[0]

    def queue(self, **patterns: str) -> list[dict[str, Any]]:
        """The messages that wait; PATTERNS: sender, recipient, destination."""
        asked = {name: GLib.Variant("s", pattern) for name, pattern in patterns.items()}
        return self.ask_server("delivery", "org.postern.Queue1.List", "(a{sv}u)", asked, 0)[0]

    # Clients.

    def _port(self, setting: str) -> int:
        return int(self.settings()[setting][0].rsplit(":", 1)[1])

    @property
    def smtp_port(self) -> int:
        return self._port("smtp.listeners")

    @property
    def pop_port(self) -> int:
        return self._port("pop3.listeners")

    def smtp(self, client: str = "127.0.0.2") -> smtplib.SMTP:
        """A session with the SMTP server, from the address CLIENT."""
        host = "::1" if ":" in client else "127.0.0.1"
        return smtplib.SMTP(host, self.smtp_port, local_hostname="client.example", timeout=30, source_address=(client, 0))

    def pop3(self, client: str = "127.0.0.2") -> "PopSession":
        """A session with the POP server, from the address CLIENT, before the log-on."""
        return PopSession("::1" if ":" in client else "127.0.0.1", self.pop_port, client)

    def log_on(self, client: str = "127.0.0.2", user: str = "alice") -> None:
        """Logs on to the POP server from CLIENT, and leaves."""
        session = self.pop3(client)
        session.user(user)
        session.pass_(DEMO_USERS[user])
        session.quit()

    def rcpt(self, client: str = "127.0.0.2", recipient: str = "someone@elsewhere.example",
             sender: str = "sender@elsewhere.example") -> tuple[int, str]:
        """The reply to RCPT in a new session from CLIENT."""
        with self.smtp(client) as session:
            session.ehlo()
            return try_recipient(session, recipient, sender)

    def posternctl(self, *arguments: str, check: bool = True, text: Optional[str] = None) -> subprocess.CompletedProcess:
        return subprocess.run([str(self.build / "core/ctl/posternctl"), *arguments], input=text, text=True, check=check,
                              capture_output=True, timeout=60,
                              env=dict(os.environ, POSTERN_BUS=self.bus.address, LC_ALL="C.UTF-8", LANGUAGE="en"))


class PopSession(poplib.POP3):
    """poplib, from an address of one's choice."""

    def __init__(self, host: str, port: int, client: str):
        self.client = client
        super().__init__(host, port, timeout=30)

    def _create_socket(self, timeout: float):
        return socket.create_connection((self.host, self.port), timeout, source_address=(self.client, 0))


def try_recipient(session: smtplib.SMTP, recipient: str = "someone@elsewhere.example",
                  sender: str = "sender@elsewhere.example") -> tuple[int, str]:
    """The reply to RCPT in SESSION, which is left as it was."""
    session.rset()
    code, text = session.mail(sender)
    if code == 250:
        code, text = session.rcpt(recipient)
        if code >= 400:  # who asks in vain again and again is sent away, but this one is taken
            session.rcpt("postmaster")
        session.rset()
    return code, text.decode()
