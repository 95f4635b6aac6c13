# SPDX-License-Identifier: GPL-3.0-or-later
"""Exim, told what its specification says of hosts with much mail."""

from .contender import CLIENT
from .room import Peer


class Exim(Peer):
    name = "Exim"
    packages = ("exim4-daemon-light",)
    users = ("Debian-exim",)
    speed = 0.25  # with one message a connection; it starts a process for each

    def configure(self) -> list[str]:
        self.list_refused("{}")
        self.room.write("etc/exim4/exim4.conf", self._main() + self._access() + self._delivery())
        return [f"install -d -o Debian-exim /run/exim4 /var/log/exim4 {self.spool}", "ulimit -n 4096",
                "exim4 -bdf -oX '' -oP /run/exim4/pid &"]

    def _main(self) -> str:
        """Without a next hop messages are queued only, and nobody runs the queue."""
        return f"""
primary_hostname = mail.bench.example
local_interfaces = <; [127.0.0.1]:{self.port}
spool_directory = {self.spool}
log_file_path = syslog
message_logs = false
never_users =
notifier_socket =
keep_environment =
split_spool_directory = true
check_spool_space = 0
check_spool_inodes = 0
smtp_accept_max = 500
smtp_accept_queue_per_connection = 0
smtp_accept_max_nonmail = 1000
smtp_connect_backlog = 4096
smtp_enforce_sync = false
tls_advertise_hosts =
prdr_enable = false
rfc1413_query_timeout = 0s
{"" if self.scene.next_hop else "queue_only = true"}
{f"host_reject_connection = net-iplsearch;{self.refused}" if self.scene.refused else ""}
acl_smtp_rcpt = at_rcpt
"""

    def _access(self) -> str:
        grant = f"accept hosts = {CLIENT}" if self.scene.grants else ""
        return f"""
begin acl
at_rcpt:
  {grant}
  deny message = relaying is not for you
"""

    def _delivery(self) -> str:
        return f"""
begin routers
next_hop:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = smtp
begin transports
smtp:
  driver = smtp
  port = {self.scene.next_hop or 1}
  allow_localhost
  hosts_avoid_tls = *
  connection_max_messages = 1000
begin retry
* * F,1h,1m
"""
