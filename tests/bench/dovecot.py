# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot's POP server: as it is after its installation, and as its LoginProcess manual has it for high performance."""

from peers.room import FIRST_ID

from . import maildir
from .contender import PASSWORD, USER, wait_for_greeting
from .room import Peer

# Log-on processes serve many clients each, and those of mailboxes one client after the other. Nothing is written of what was
# seen, and new mail is looked for only where a folder has changed.
FAST = """
service pop3-login {
  service_count = 0
  process_min_avail = 2
  client_limit = 4096
}
service pop3 {
  service_count = 0
  process_min_avail = 20
  process_limit = 200
}
service auth {
  client_limit = 9000
}
pop3_no_flag_updates = yes
maildir_very_dirty_syncs = yes
"""


class Dovecot(Peer):
    name = "Dovecot"
    packages = ("dovecot-pop3d",)
    users = ("dovecot", "dovenull")
    more = ""
    speed = 0.1

    def configure(self) -> list[str]:
        mail = self.room.box("mail")
        self.room.write("etc/dovecot/users", "".join(f"{USER}{number}:{{PLAIN}}{PASSWORD}::::::\n"
                                                     for number in range(self.scene.mailboxes)))
        for number in range(self.scene.mailboxes):
            maildir.fill(mail / f"{USER}{number}", self.scene.mails, self.scene.mail_bytes)
        self.room.write("etc/dovecot/dovecot.conf", f"""
protocols = pop3
base_dir = /run/dovecot
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
default_process_limit = 500
mail_location = maildir:{mail}/%u
mail_max_userip_connections = 0
passdb {{
  driver = passwd-file
  args = /etc/dovecot/users
}}
userdb {{
  driver = static
  args = uid={FIRST_ID} gid={FIRST_ID} home={mail}/%u
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {self.pop_port}
  }}
}}
{self.more}
""")
        return ["dovecot -F &"]

    def wait(self) -> None:
        wait_for_greeting(self.pop_port, b"+OK", self.name)


class FastDovecot(Dovecot):
    name = "Dovecot, fast mode"
    more = FAST
    speed = 1
