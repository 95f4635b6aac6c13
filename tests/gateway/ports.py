# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP ports on the loopback interface."""

import random
import socket


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on PORT now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody uses. It lies below the range that the kernel gives to outgoing connections, so it stays free."""
    for _ in range(1000):
        port = random.randint(10000, 30000)
        if is_free(port, host):
            return port
    raise OSError(f"no free TCP port on {host}")
