# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSMTPD. It has little that could be tuned."""

from .contender import CLIENT
from .room import Peer

FOLDERS = "/run/opensmtpd /var/spool/smtpd /var/lib/opensmtpd/empty /var/empty"


class OpenSmtpd(Peer):
    name = "OpenSMTPD"
    packages = ("opensmtpd",)
    users = ("opensmtpd", "opensmtpq")

    def configure(self) -> list[str]:
        self.list_refused("{}")
        # It asks for each client's name, which can't be turned off; the file of hosts answers, not the network.
        self.room.write("etc/resolv.conf", "lookup file\n")
        refuse, filtered = "", ""
        if self.scene.refused:
            refuse = f'table refused file:{self.refused}\nfilter "list" phase connect match src <refused> disconnect "554 go away"\n'
            filtered = 'filter "list"'
        clients = CLIENT if self.scene.grants else "192.0.2.1"
        self.room.write("etc/smtpd.conf", f"""{refuse}
listen on 127.0.0.1 port {self.port} hostname mail.bench.example {filtered}
action "next-hop" relay host smtp+notls://127.0.0.1:{self.scene.next_hop or 1}
match from src {clients} for any action "next-hop"
""", 0o600)
        # Its queue has a fixed place. Without a next hop deliveries are paused from the start.
        paused = "" if self.scene.next_hop else "-P mta"
        return [f"mkdir -p -m 711 {FOLDERS}", f"mount --bind {self.spool} /var/spool/smtpd", "chmod 711 /var/spool/smtpd",
                f"smtpd -F {paused} &"]
