# SPDX-License-Identifier: GPL-3.0-or-later
"""Exim."""

from gateway.certificate import Certificate

from .peer import BOXES, PASSWORD, USER, WAYS, Doors, Peer
from .room import Room


class Exim(Peer):
    name = "exim"
    number = 2

    def __init__(self, certificate: Certificate, doors: Doors):
        super().__init__(Room(["exim4-daemon-light"], ["Debian-exim"]), certificate, doors)

    def configure(self) -> list[str]:
        routers = "".join(self._router(way) for way in WAYS[1:] + WAYS[:1])  # who goes no other way is a stranger
        transports = "".join(self._transport(way) for way in WAYS)
        self.room.write("etc/exim4/exim4.conf", self._main() + self._access() + f"""
begin routers
boxes:
  driver = accept
  domains = {self.domain}
  local_parts = {" : ".join(BOXES)}
  transport = box
{routers}
begin transports
box:
  driver = appendfile
  maildir_format
  directory = {self.mail}/${{lookup {{$local_part}} dsearch {{{self.mail}}}}}
  user = boxes
  return_path_add
  envelope_to_add
{transports}
begin retry
* * F,1h,1m

begin authenticators
plain_server:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if eq{{$received_port}}{{{self.submission}}}}}
login_server:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if and{{{{eq{{$auth1}}{{{USER}}}}}{{eq{{$auth2}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth1
  server_advertise_condition = ${{if eq{{$received_port}}{{{self.submission}}}}}
plain_client:
  driver = plaintext
  public_name = PLAIN
  client_send = ^{self.doors.user}^{self.doors.password}
  client_condition = ${{if !eq{{$transport_name}}{{way_login}}}}
login_client:
  driver = plaintext
  public_name = LOGIN
  client_send = : {self.doors.user} : {self.doors.password}
""")
        return ["install -d -o Debian-exim /run/exim4 /var/spool/exim4 /var/log/exim4",
                "install -o Debian-exim -m 600 /dev/null /var/log/exim4/mainlog",
                "tail -qF /var/log/exim4/mainlog &",
                "exim4 -bdf -q1m -oX '' -oP /run/exim4/pid &"]

    def _main(self) -> str:
        return f"""
primary_hostname = mail.{self.domain}
local_interfaces = <; [127.0.0.1]:{self.port} ; [127.0.0.1]:{self.submission}
never_users =
notifier_socket =
log_file_path = /var/log/exim4/%slog
message_size_limit = 32M
smtp_accept_queue_per_connection = 0
tls_advertise_hosts = *
tls_certificate = {self.certificate}
tls_privatekey = {self.key}
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
chunking_advertise_hosts = *
pipelining_connect_advertise_hosts = *
acl_smtp_mail = at_mail
acl_smtp_rcpt = at_rcpt
rfc1413_query_timeout = 0s
keep_environment =
add_environment = PATH=/usr/bin
"""

    def _access(self) -> str:
        return f"""
begin acl
at_mail:
  deny condition = ${{if eq{{$received_port}}{{{self.submission}}}}}
       !authenticated = *
       message = authenticate first
  accept
at_rcpt:
  accept domains = {self.domain}
         verify = recipient
  deny domains = {self.domain}
       message = there is no such mailbox
  accept hosts = 127.0.0.1
  deny message = relaying is not for you
"""

    def _router(self, way: str) -> str:
        return f"""way_{way}:
  driver = manualroute
  domains = {f'! {self.domain}' if way == 'stranger' else f'{way}.example'}
  route_list = * localhost
  self = send
  transport = way_{way}
"""

    def _transport(self, way: str) -> str:
        more = "hosts_avoid_tls = *"
        if way in ("plain", "login", "tls"):
            more = f"""hosts_require_tls = *
  tls_verify_certificates = {self.authority}
  tls_verify_hosts = *
  tls_verify_cert_hostnames = *
  hosts_require_auth = *"""
            more += "\n  protocol = smtps" if way == "tls" else ""
        return f"""way_{way}:
  driver = smtp
  port = {self.doors.port(way)}
  interface = {self.address(way)}
  allow_localhost
  {more}
"""
