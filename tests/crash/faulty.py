# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose disk fails at a call of the test's choice; see faults.py."""

import errno
from typing import Iterator

from crash.faults import Faults
from gateway.gateway import Gateway

# What a disk, a quota and a process that has no more of something tell.
ERRORS = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE)

# What a server says whose store's root could not be written.
LAST_WORDS = "this process ends"


class FaultyGateway(Gateway):
    """A gateway whose servers may end themselves, when they say so."""

    def alarms(self) -> Iterator[str]:
        return (line for line in super().alarms() if LAST_WORDS not in line)


class Faulty(Faults):
    """The server NAME of GATEWAY, started anew with a disk that can fail."""

    def __init__(self, gateway: Gateway, name: str):
        super().__init__(gateway, name)
        self.gateway = gateway
        self.name = name
        self.ends = 0  # how often the server ended, as it says, and was started again
        gateway.restart_with(name, *self.environment)

    def revive(self) -> None:
        """Where the server has ended, it has said why; it is started again, as a service manager would."""
        if self.gateway.is_running(self.name):
            return
        assert LAST_WORDS in self.gateway.log(self.name), self.gateway.log(self.name)[-2000:]
        self.ends += 1
        self.gateway.start_server(self.name)
