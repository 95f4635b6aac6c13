# SPDX-License-Identifier: GPL-3.0-or-later
"""The next hop: an SMTP server that keeps what it gets, and refuses what it is told to refuse."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .ports import free_port
from .wait import until

logging.getLogger("mail.log").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Message:
    sender: str
    recipients: tuple[str, ...]
    content: bytes  # with CR LF, without the dots that SMTP adds
    parameters: tuple[str, ...] = field(default=())  # of MAIL


class NextHop:
    """A mail router on 127.0.0.1. With FOLDER it writes each message into a file there, too."""

    def __init__(self, folder: Optional[Path] = None, port: int = 0):
        self.port = port or free_port()
        self.endpoint = f"127.0.0.1:{self.port}"
        self.folder = folder
        self.messages: list[Message] = []
        self.replies_to_rcpt: dict[str, str] = {}  # recipient -> "550 5.1.1 No such user"
        self.reply_to_data = ""  # instead of 250
        self._controller: Optional[Controller] = None

    def __enter__(self) -> "NextHop":
        self.start()
        return self

    def __exit__(self, *_exception) -> None:
        self.stop()

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, server_hostname="next-hop.example",
                                      data_size_limit=1 << 30)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def wait_for(self, recipient: str, count: int = 1, timeout_s: float = 30.0) -> list[Message]:
        """Waits until COUNT messages for RECIPIENT have come, and returns them."""
        until(lambda: len(self.messages_to(recipient)) >= count, f"{count} message(s) for {recipient} at the next hop",
              timeout_s)
        return self.messages_to(recipient)

    def messages_to(self, recipient: str) -> list[Message]:
        return [message for message in list(self.messages) if recipient in message.recipients]

    # What aiosmtpd asks:

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list) -> str:
        reply = self.replies_to_rcpt.get(address, "250 2.1.5 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return reply

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.reply_to_data:
            return self.reply_to_data
        sender = (envelope.mail_from or "").removeprefix("<>")
        message = Message(sender, tuple(envelope.rcpt_tos), envelope.original_content or b"",
                          tuple(envelope.mail_options))
        self.messages.append(message)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            number = len(list(self.folder.iterdir())) + 1
            head = f"X-Envelope-From: <{message.sender}>\r\nX-Envelope-To: {', '.join(message.recipients)}\r\n"
            (self.folder / f"{number:04}.eml").write_bytes(head.encode() + message.content)
        return "250 2.0.0 kept"
