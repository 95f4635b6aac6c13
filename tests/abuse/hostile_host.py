# SPDX-License-Identifier: GPL-3.0-or-later
"""A next hop that means ill, or has lost its wits: says what it is told to at one moment of the conversation, and is honest otherwise."""

import socket
import socketserver
import threading
from typing import Callable, Iterable, Union

CLOSE = None  # in place of a reply

# What is said at a moment: bytes as they are, piece by piece; CLOSE ends the connection; nothing says nothing.
Says = Union[bytes, None, Callable[[], Iterable[bytes]]]
HONEST: dict[str, bytes] = {
    "CONNECT": b"220 hostile.example\r\n", "EHLO": b"250-hostile.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    "HELO": b"250 hostile.example\r\n", "MAIL": b"250 sender\r\n", "RCPT": b"250 recipient\r\n", "DATA": b"354 go on\r\n",
    ".": b"250 2.0.0 taken\r\n", "BDAT": b"250 2.0.0 taken\r\n", "RSET": b"250 reset\r\n", "QUIT": b"221 bye\r\n",
}


class HostileHost:
    """On 127.0.0.1. `script` is what it says instead of what is HONEST: from "." on, a list is said one after the other."""

    def __init__(self, script: dict[str, Says]):
        self.script = script
        self.taken: list[bytes] = []  # the contents that it acknowledged, as an honest host does
        self.received = 0             # contents that came whole, whatever was said to them
        host = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    host._converse(self.rfile, self.connection)
                except OSError:
                    pass

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _say(self, connection: socket.socket, moment: str) -> bool:
        """Whether the conversation goes on."""
        says = self.script.get(moment, HONEST.get(moment, b"500 what?\r\n"))
        if isinstance(says, list):
            says = says.pop(0) if says else HONEST[moment]
        if says is CLOSE:
            return False
        for piece in says() if callable(says) else (says,):
            connection.sendall(piece)
        return True

    def _converse(self, lines, connection: socket.socket) -> None:
        going = self._say(connection, "CONNECT")
        while going and (line := lines.readline()):
            verb = line[:4].decode("ascii").strip().upper()
            content = lines.read(int(line.split()[1])) if verb == "BDAT" else b""
            was_honest = "BDAT" not in self.script
            going = self._say(connection, verb)
            if verb == "DATA" and going and self.script.get("DATA", b"354").startswith(b"354"):
                going, content, was_honest = self._take_content(lines, connection)
            if content:
                self.received += 1
                if was_honest:
                    self.taken.append(content)
            if verb == "QUIT":
                return

    def _take_content(self, lines, connection: socket.socket) -> tuple[bool, bytes, bool]:
        content = b""
        if "EARLY" in self.script and not self._say(connection, "EARLY"):
            return False, b"", False
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return False, b"", False
            content += line
        was_honest = "." not in self.script
        return self._say(connection, "."), content, was_honest
