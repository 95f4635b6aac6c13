# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSMTPD. Debian 12 has built it with an OpenSSL with which it offers TLS, and then fails at each handshake as the server."""

import subprocess

from gateway.certificate import Certificate

from .peer import BOXES, PASSWORD, USER, WAYS, Doors, Peer
from .room import Room


class OpenSmtpd(Peer):
    name = "opensmtpd"
    number = 3
    speaks_utf8 = False
    serves_tls = False
    chooses_method = False

    def __init__(self, certificate: Certificate, doors: Doors):
        super().__init__(Room(["opensmtpd"], ["opensmtpd", "opensmtpq"]), certificate, doors)

    def configure(self) -> list[str]:
        d = self.doors
        self.key.chmod(0o600)
        hashed = subprocess.check_output(["openssl", "passwd", "-6", PASSWORD], text=True).strip()
        boxes = ", ".join(f'"{box}@{self.domain}" = "boxes"' for box in BOXES if box.isascii())
        self.room.write("etc/smtpd.conf", f"""
pki localhost cert "{self.certificate}"
pki localhost key "{self.key}"
ca gateway cert "{self.authority}"
table users {{ "{USER}" = "{hashed}" }}
table secrets {{ "gate" = "{d.user}:{d.password}" }}
table boxes {{ {boxes} }}
smtp max-message-size 32M
listen on 127.0.0.1 port {self.port} hostname mail.{self.domain} tls pki localhost
listen on 127.0.0.1 port {self.submission} hostname mail.{self.domain} tls-require pki localhost auth <users>
action "box" maildir "{self.mail}/%{{rcpt.user}}" virtual <boxes>
match from any for domain "{self.domain}" action "box"
{"".join(self._way(way) for way in WAYS[1:])}
{self._way("stranger")}
""", 0o600)
        return ["mkdir -p -m 711 /var/spool/smtpd /run/opensmtpd /var/lib/opensmtpd/empty /var/empty", "smtpd -d &"]

    def _way(self, way: str) -> str:
        d = self.doors
        host = {"plain": f"smtp+tls://gate@localhost:{d.submission}", "login": f"smtp+tls://gate@localhost:{d.submission}",
                "tls": f"smtps://gate@localhost:{d.submission_tls}"}.get(way, f"smtp+notls://localhost:{d.smtp}")
        secure = "auth <secrets> tls ca gateway" if "gate@" in host else ""
        domain = "any" if way == "stranger" else f'domain "{way}.example"'
        return f"""action "{way}" relay host {host} {secure} src {self.address(way)}
match from local for {domain} action "{way}"
"""
