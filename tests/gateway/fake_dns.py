# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server on a loopback address, which knows what it is told; other names do not exist."""

import socket
import struct
import threading
from typing import Callable, Iterable, Iterator

A, TXT = 1, 16
NO_ERROR, NO_SUCH_NAME = 0, 3
HEAD_LENGTH = 12
SECONDS = 60


def labels(question: bytes) -> Iterator[str]:
    while question[0]:
        yield question[1:question[0] + 1].decode().lower()
        question = question[question[0] + 1:]


class FakeDns:
    """Takes questions from the start to stop(). `records` holds (name, type): data; names that end in `silent` get no answer. `manners`:
    the end of a name -> what is said instead of the answer."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, int], bytes] = {}
        self.silent: tuple[str, ...] = ()
        self.manners: dict[str, Callable[[bytes], Iterable[bytes]]] = {}
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def add_listing(self, address: str, blocklist: str, text: str = "", answer: str = "127.0.0.2") -> None:
        """BLOCKLIST names ADDRESS (RFC 5782, section 2.1)."""
        name = ".".join(reversed(address.split("."))) + "." + blocklist
        self.records[name, A] = socket.inet_aton(answer)
        if text:
            self.records[name, TXT] = bytes([len(text)]) + text.encode()

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            question, client = self._socket.recvfrom(1024)
            if not question:
                return
            name = ".".join(labels(question[HEAD_LENGTH:]))
            self.asked.append(name)
            if not (self.silent and name.endswith(self.silent)):
                manner = next((manner for end, manner in self.manners.items() if name.endswith(end)), lambda answer: (answer,))
                for packet in manner(self._answer(question, name)):
                    self._socket.sendto(packet, client)

    def _answer(self, question: bytes, name: str) -> bytes:
        end = question.index(b"\0", HEAD_LENGTH) + 5
        kind = struct.unpack_from(">H", question, end - 4)[0]
        data = self.records.get((name, kind))
        code = NO_ERROR if any(known == name for known, _ in self.records) else NO_SUCH_NAME
        head = question[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, data is not None, 0, 0)
        record = b"" if data is None else struct.pack(">HHHIH", 0xc000 | HEAD_LENGTH, kind, 1, SECONDS, len(data)) + data
        return head + question[HEAD_LENGTH:end] + record
