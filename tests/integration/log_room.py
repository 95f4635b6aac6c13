# SPDX-License-Identifier: GPL-3.0-or-later
"""
log_room.py PORT PROGRAM OPTION...: runs a daemon in a mount namespace where this script is the journal and syslog, lets a
client fail to log on at PORT, ends the daemon, and prints what was logged, as JSON. To be run below "unshare --mount".
"""

import json
import os
import poplib
import socket
import subprocess
import sys
from contextlib import suppress

from gateway.wait import until

DEVICES = ("null", "zero", "random", "urandom")
LOGS = {"syslog": "/dev/log", "journal": "/run/systemd/journal/socket"}
PASSWORD = "canary-wrong-Ahgh3aex"
JOURNAL_STDOUT = "/run/systemd/journal/stdout"


def make_room() -> None:
    """An empty /run, and a /dev with nothing but what programs need."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    os.makedirs("/run/dev")
    for name in DEVICES:
        open(f"/run/dev/{name}", "w").close()
        subprocess.run(["mount", "--bind", f"/dev/{name}", f"/run/dev/{name}"], check=True)
    subprocess.run(["mount", "--rbind", "/run/dev", "/dev"], check=True)
    os.makedirs(os.path.dirname(JOURNAL_STDOUT))


def fail_to_log_on(port: int) -> None:
    def try_it() -> bool:
        with suppress(ConnectionRefusedError):
            session = poplib.POP3("127.0.0.1", port, timeout=10)
            session.user('x" client=10.9.9.9 ü')
            with suppress(poplib.error_proto):
                session.pass_(PASSWORD)
            session.quit()
            return True
        return False
    until(try_it, "a POP server")


def read_all(log: socket.socket) -> list[str]:
    log.settimeout(0)
    found = []
    with suppress(BlockingIOError):
        while True:
            found.append(log.recv(65536).decode(errors="replace"))
    return found


def main() -> None:
    port, *command = sys.argv[1:]
    make_room()
    logs = {}
    for name, path in LOGS.items():
        logs[name] = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        logs[name].bind(path)
    stdout = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stdout.bind(JOURNAL_STDOUT)
    stdout.listen()
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.connect(JOURNAL_STDOUT)

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stream) as daemon:
        try:
            fail_to_log_on(int(port))
        finally:
            daemon.terminate()
    print(json.dumps({name: read_all(log) for name, log in logs.items()}))


if __name__ == "__main__":
    main()
