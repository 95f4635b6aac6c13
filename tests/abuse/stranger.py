# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of SMTP or POP that can say anything: any bytes, in any pieces, at any time."""

import select
import socket
import ssl
from typing import Iterable, Optional


class Stranger:
    """Has the greeting when it is made. Replies are their last lines, without CR LF; "" is the end of the connection."""

    def __init__(self, port: int, client: str = "", *, host: str = "127.0.0.1", context: Optional[ssl.SSLContext] = None):
        connection = socket.create_connection((host, port), 30, source_address=(client, 0) if client else None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = context.wrap_socket(connection, server_hostname="localhost") if context else connection
        self._input = self._connection.makefile("rb")
        self.greeting = self.reply()

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    def close(self) -> None:
        self._input.close()
        self._connection.close()

    def start_tls(self, context: ssl.SSLContext) -> None:
        """The handshake alone."""
        self._input.close()
        self._connection = context.wrap_socket(self._connection, server_hostname="localhost")
        self._input = self._connection.makefile("rb")

    def send(self, *pieces: bytes) -> None:
        """Sends PIECES as they are, each in a packet of its own."""
        for piece in pieces:
            if piece:
                self._connection.sendall(piece)

    def end_sending(self) -> None:
        self._connection.shutdown(socket.SHUT_WR)

    def reply(self) -> str:
        try:
            while (line := self._input.readline())[3:4] == b"-":
                assert line.endswith(b"\r\n"), line
        except ConnectionResetError:
            return ""
        assert not line or line.endswith(b"\r\n"), line
        return line.decode("ascii")[:-2]

    def replies(self, count: int) -> list[str]:
        return [self.reply() for _ in range(count)]

    def say(self, *lines: bytes) -> list[str]:
        """The replies to LINES, which are sent in one piece."""
        self.send(b"".join(line + b"\r\n" for line in lines))
        return self.replies(len(lines))

    def says_more(self) -> bool:
        """Whether there is something to read already, or the end."""
        return bool(self._input.peek()) if select.select([self._connection], [], [], 0)[0] else False

    def rest(self) -> list[str]:
        """All lines up to the end of the connection."""
        lines = []
        while line := self.reply():
            lines.append(line)
        return lines


def begin_with(replies: Iterable[str], expected: Iterable[str]) -> bool:
    """Whether there are as many replies as EXPECTED, each beginning as it should."""
    replies, expected = list(replies), list(expected)
    return len(replies) == len(expected) and all(map(str.startswith, replies, expected))
