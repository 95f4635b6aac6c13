# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot: it knows passwords for others, hands messages that its users submit to the gateway, and fetches mail from it."""

import smtplib
from pathlib import Path
from typing import Sequence

from gateway.certificate import Certificate
from gateway.ports import free_port, is_free
from gateway.wait import until

from .peer import PASSWORD, USER
from .room import FIRST_ID, Room

PACKAGE = "dovecot-submissiond"
POP3_PACKAGE = "dovecot-pop3d"
NAMES = ("dovecot", "dovenull")

COMMON = """
log_path = /dev/stderr
base_dir = /run/dovecot
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = /etc/dovecot/users
}
"""


def _configure(room: Room, own: str) -> None:
    room.write("etc/dovecot/users", f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
    room.write("etc/dovecot/dovecot.conf", COMMON + own)


def _trust(room: Room, authority: Path) -> str:
    """The setting, with a copy of the certificate that all of Dovecot's users can read."""
    copied = room.folder / "authority.pem"
    copied.write_bytes(authority.read_bytes())
    return f"ssl_client_ca_file = {copied}"


def configure_authentication(room: Room) -> str:
    """Dovecot tells whoever asks at FOLDER/auth whether a password is right. Returns the command that starts it."""
    _configure(room, f"""
protocols =
service auth {{
  unix_listener {room.folder}/auth {{
    mode = 0666
  }}
}}
""")
    return "dovecot -F &"


class Submission:
    """Dovecot's submission server, which hands each message on while its client waits. Starts with `with`."""

    def __init__(self, authority: Path, **relay: str):
        """RELAY: the settings submission_relay_*."""
        self.room = Room([PACKAGE], NAMES)
        self.port = free_port()
        box = self.room.box("mail")
        settings = "\n".join(f"submission_relay_{name} = {value}" for name, value in relay.items())
        _configure(self.room, f"""
protocols = submission
hostname = dovecot.example
mail_location = maildir:{box}
userdb {{
  driver = static
  args = uid={FIRST_ID} gid={FIRST_ID} home={box}
}}
service submission-login {{
  inet_listener submission {{
    address = 127.0.0.1
    port = {self.port}
  }}
}}
{_trust(self.room, authority)}
{settings}
""")

    def __enter__(self) -> "Submission":
        self.room.start(["dovecot -F &"])
        until(self._answers, "Dovecot's submission server")
        return self

    def __exit__(self, *_exception) -> None:
        self.room.stop()

    def _answers(self) -> bool:
        assert self.room.is_running, self.room.said()
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as session:
                return session.noop()[0] == 250
        except OSError:
            return False

    def smtp(self) -> smtplib.SMTP:
        """A session that has logged on."""
        session = smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=30)
        session.login(USER, PASSWORD)
        return session


class PopServer:
    """Dovecot's POP server, with a mailbox in `mail` for each of USERS; failed log-ons are answered at once. Starts with `with`."""

    def __init__(self, users: Sequence[str], password: str, certificate: Certificate):
        self.room = Room([POP3_PACKAGE], NAMES)
        for name, path in (("certificate", certificate.certificate), ("key", certificate.key)):
            (self.room.folder / name).write_bytes(path.read_bytes())
        self.port = free_port()
        self.mail = self.room.box("mail")
        _configure(self.room, f"""
protocols = pop3
listen = 127.0.0.1
auth_mechanisms = plain login apop
ssl = yes
ssl_cert = <{self.room.folder}/certificate
ssl_key = <{self.room.folder}/key
auth_failure_delay = 0
pop3_no_flag_updates = yes
mail_location = maildir:{self.mail}/%u
mail_max_userip_connections = 0
userdb {{
  driver = static
  args = uid={FIRST_ID} gid={FIRST_ID} home={self.mail}/%u
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service pop3-login {{
  service_count = 0
  inet_listener pop3 {{
    port = {self.port}
  }}
}}
""")
        self.room.write("etc/dovecot/users", "".join(f"{user}:{{PLAIN}}{password}::::::\n" for user in users))

    def __enter__(self) -> "PopServer":
        self.room.start(["dovecot -F &"])
        until(lambda: not is_free(self.port), "Dovecot's POP server")
        return self

    def __exit__(self, *_exception) -> None:
        self.room.stop()


def fetch(**host: str) -> list[bytes]:
    """
    All mail of a POP server, fetched as when Dovecot takes over its users (`doveadm backup`); HOST: the settings pop3c_*. In
    clear: Dovecot 2.3 says nothing more after STLS, whoever the server is, and under TLS it misses an answer that comes fast.
    """
    room = Room([PACKAGE], NAMES)
    try:
        box = room.box("mail")
        settings = "\n".join(f"pop3c_{name} = {value}" for name, value in host.items())
        _configure(room, f"""
protocols =
mail_location = maildir:{box}
mail_uid = boxes
mail_gid = boxes
namespace inbox {{
  inbox = yes
  separator = /
}}
{settings}
""")
        # The daemon looks up the host's address.
        result = room.run("bash", "-euc", f"dovecot && HOME={box} USER=boxes doveadm backup -R pop3c:; exit $?")
        assert result.returncode == 0, result.stderr
        return [path.read_bytes() for folder in ("new", "cur") for path in (box / folder).glob("*")]
    finally:
        room.stop()


def hash_password(scheme: str, password: str) -> str:
    """What `doveadm pw` makes of it: the second field of a passwd-file."""
    room = Room([PACKAGE], NAMES)
    try:
        _configure(room, "protocols =\n")
        result = room.run("doveadm", "pw", "-s", scheme, "-p", password)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()
    finally:
        room.stop()
