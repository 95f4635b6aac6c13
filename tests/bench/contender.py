# SPDX-License-Identifier: GPL-3.0-or-later
"""One that is measured: a server, started anew with an empty state folder for each round, and told its part in the scene."""

import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Mapping, Sequence

from gateway.ports import free_port
from gateway.wait import until

from . import processes
from .tools import path_of

CLIENT = "127.0.0.1"  # whose mail is taken
STRANGER, STRANGERS = "127.0.1.7", "127.0.1.0/24"  # whose connections are refused where a scene has a list of networks
RECIPIENT = "someone@elsewhere.example"
USER, PASSWORD = "bench", "of-the-bench"

MESSAGE_ID = re.compile(rb"Message-ID: *<([^>\s]+)>", re.IGNORECASE)  # Postfix keeps lines as records, without their ends


@dataclass(frozen=True)
class Scene:
    """What all contenders of a measure are asked to do."""

    next_hop: int = 0  # the port that messages are relayed to at once; 0: they stay in the queue
    refused: Sequence[str] = ()  # networks that may not connect
    grants: bool = True  # whether CLIENT may relay
    mailboxes: int = 0  # of the users USER0, USER1, ...
    mails: int = 0  # that lie in each of them
    mail_bytes: int = 10240
    tls: bool = False  # STARTTLS is offered
    slow_flush: bool = False  # each flush to the disk takes 5 ms longer

    def environment(self) -> Mapping[str, str]:
        return {"LD_PRELOAD": str(path_of("slow-flush.so")), "SLOW_FLUSH_MS": "5"} if self.slow_flush else {}


class Contender:
    """Runs between __enter__ and __exit__. Where it can serve mailboxes it does so at `pop_port`."""

    name = ""
    kind = "peer"  # or "postern", or "limit"
    speed = 1  # how many times the work of a peer it is given, so that each is measured for about as long

    def __init__(self, scene: Scene):
        self.scene = scene
        self.port, self.pop_port = free_port(), free_port()

    def __enter__(self) -> "Contender":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exception) -> None:
        self.stop()

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def pids(self) -> set[int]:
        """Its processes, now."""
        raise NotImplementedError

    def front_pids(self) -> set[int]:
        """Those among its processes that hold sessions with SMTP clients."""
        return self.pids()

    def refuse(self, networks: Sequence[str]) -> float:
        """Puts NETWORKS into the place of those of the scene. Returns the monotonic time at which that was saved."""
        raise NotImplementedError

    def cpu_s(self) -> float:
        return processes.cpu_s(self.pids())

    def kept(self, wanted: set[str]) -> set[str]:
        """Those of the Message-IDs WANTED that it really has. It need not serve after this."""
        raise NotImplementedError


def ids_in(files: Iterable[Path]) -> set[str]:
    """The Message-IDs that stand in header fields in FILES."""
    return {found.decode() for path in files if path.is_file() for found in MESSAGE_ID.findall(path.read_bytes())}


def greets(port: int, words: bytes = b"") -> bool:
    """Whether a server at PORT takes a connection and says WORDS first."""
    try:
        with socket.create_connection((CLIENT, port), 10) as session:
            return session.recv(512).startswith(words)
    except OSError:
        return False


def wait_for_greeting(port: int, words: bytes, name: str) -> None:
    until(lambda: greets(port, words), f"{name} at port {port}")
