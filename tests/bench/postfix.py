# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix, tuned as its TUNING_README and POSTSCREEN_README recommend."""

import subprocess
import time
from typing import Sequence

from .contender import CLIENT
from .room import Peer

# Name, type, whether private, unprivileged, in a chroot; wakeup, processes, command.
SERVICES = """
pickup      unix   n - n 60  1   pickup
cleanup     unix   n - n -   0   cleanup
qmgr        unix   n - n 300 1   qmgr
tlsmgr      unix   - - n 1000? 1 tlsmgr
rewrite     unix   - - n -   -   trivial-rewrite
bounce      unix   - - n -   0   bounce
defer       unix   - - n -   0   bounce
trace       unix   - - n -   0   bounce
flush       unix   n - n 1000? 0 flush
proxymap    unix   - - n -   -   proxymap
showq       unix   n - n -   -   showq
error       unix   - - n -   -   error
retry       unix   - - n -   -   error
discard     unix   - - n -   -   discard
anvil       unix   - - n -   1   anvil
scache      unix   - - n -   1   scache
smtp        unix   - - n -   -   smtp
"""


class Postfix(Peer):
    name = "Postfix"
    packages = ("postfix",)
    users = ("postfix", "postdrop")

    def configure(self) -> list[str]:
        self.list_refused("{} reject")
        self.room.write("etc/postfix/main.cf", self._main() + self._restrictions() + self._delivery())
        self.room.write("etc/postfix/master.cf", SERVICES + self._door())
        (self.room.folder / "files/var/lib/postfix").mkdir(parents=True)
        return ["chown postfix /var/lib/postfix", "postfix start-fg &"]

    def refuse(self, networks: Sequence[str]) -> float:
        """As its administrator would: the file, then `postfix reload`, which runs in the room."""
        written = self.refused.with_name("refused.new")
        written.write_text("".join(f"{network} reject\n" for network in networks))
        written.rename(self.refused)
        saved = time.monotonic()
        inside = min(self.pids() - {self.room.pid})
        subprocess.run(["nsenter", f"--target={inside}", "--mount", "--pid", "postfix", "reload"], check=True, capture_output=True)
        return saved

    def _main(self) -> str:
        return f"""compatibility_level = 3.6
queue_directory = {self.spool}
myhostname = mail.bench.example
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
# More processes than clients, and each serves on: none is started while it is measured, but for the first time.
default_process_limit = 250
max_use = 100000
# Clients are not made to wait for deliveries, nor counted, nor looked up.
in_flow_delay = 0
smtpd_client_connection_count_limit = 0
smtpd_client_event_limit_exceptions = static:all
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1001
smtpd_hard_error_limit = 1001
smtpd_junk_command_limit = 1001
smtpd_tls_security_level = none
smtputf8_enable = no
# No addresses are rewritten, no content is checked.
receive_override_options = no_address_mappings, no_header_body_checks, no_milters
local_header_rewrite_clients =
"""

    def _restrictions(self) -> str:
        """Without a next hop messages are held, which is the shortest way of all: the queue manager is not told of them."""
        hold = "" if self.scene.next_hop else "check_recipient_access static:HOLD, "
        networks = f"{CLIENT}/32" if self.scene.grants else "192.0.2.1/32"
        return f"""mynetworks = {networks}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = {hold}permit_mynetworks, reject_unauth_destination
postscreen_access_list = cidr:{self.refused}
postscreen_blacklist_action = drop
postscreen_greet_wait = 1s
postscreen_cache_map =
postscreen_upstream_proxy_timeout = 5s
"""

    def _delivery(self) -> str:
        return f"""relayhost = [127.0.0.1]:{self.scene.next_hop}
smtp_tls_security_level = none
smtp_host_lookup = native
smtp_connection_cache_destinations = static:all
smtp_destination_concurrency_limit = 20
initial_destination_concurrency = 20
qmgr_message_active_limit = 100000
qmgr_message_recipient_limit = 100000
"""

    def _door(self) -> str:
        """One process, postscreen, refuses connections before another is asked; without a list nothing stands before smtpd."""
        if not self.scene.refused:
            return f"127.0.0.1:{self.port} inet n - n - - smtpd\n"
        return f"127.0.0.1:{self.port} inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n"
