# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot: it knows passwords for others, and hands messages that its users submit to the gateway."""

from .peer import PASSWORD, USER
from .room import Room


def configure_authentication(room: Room) -> str:
    """Dovecot tells whoever asks at FOLDER/auth whether a password is right. Returns the command that starts it."""
    room.write("etc/dovecot/dovecot.conf", f"""protocols =
log_path = /dev/stderr
ssl = no
base_dir = /run/dovecot
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = /etc/dovecot/users
}}
service auth {{
  unix_listener {room.folder}/auth {{
    mode = 0666
  }}
}}
""")
    room.write("etc/dovecot/users", f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
    return "dovecot -F &"
