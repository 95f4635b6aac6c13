# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix, with Dovecot behind it, which knows the passwords."""

from gateway.certificate import Certificate

from .dovecot import configure_authentication
from .peer import BOXES, WAYS, Doors, Peer
from .room import FIRST_ID, Room

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
verify      unix   - - n -   1   verify
flush       unix   n - n 1000? 0 flush
proxymap    unix   - - n -   -   proxymap
showq       unix   n - n -   -   showq
error       unix   - - n -   -   error
retry       unix   - - n -   -   error
discard     unix   - - n -   -   discard
local       unix   - n n -   -   local
virtual     unix   - n n -   -   virtual
anvil       unix   - - n -   1   anvil
scache      unix   - - n -   1   scache
postlog     unix-dgram n - n -   1 postlogd
"""


class Postfix(Peer):
    name = "postfix"
    number = 1

    def __init__(self, certificate: Certificate, doors: Doors):
        room = Room(["postfix", "libsasl2-modules", "dovecot-submissiond"], ["postfix", "postdrop", "dovecot", "dovenull"])
        super().__init__(room, certificate, doors)

    def configure(self) -> list[str]:
        self.room.write("etc/postfix/main.cf", self._main())
        self.room.write("etc/postfix/master.cf", SERVICES + self._listeners() + self._ways())
        self.room.write("etc/postfix/boxes", "".join(f"/^{box}@{self.domain}$/ {box}/\n" for box in BOXES))
        for folder in ("var/spool/postfix", "var/lib/postfix"):
            (self.room.folder / "files" / folder).mkdir(parents=True)
        dovecot = configure_authentication(self.room)
        return [dovecot, "chown postfix /var/lib/postfix", "postfix start-fg &"]

    def _main(self) -> str:
        d = self.doors
        ways = " ".join(f"{{{way}.example=way-{way}:[localhost]:{d.port(way)}}}" for way in WAYS)
        secrets = " ".join(f"{{[localhost]:{port}={d.user}:{d.password}}}" for port in (d.submission, d.submission_tls))
        return f"""compatibility_level = 3.6
maillog_file = /dev/stdout
alias_maps =
alias_database =
myhostname = mail.{self.domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.1/32
biff = no
message_size_limit = 33554432
virtual_mailbox_limit = 0
virtual_mailbox_domains = {self.domain}
virtual_mailbox_base = {self.mail}
virtual_mailbox_maps = regexp:/etc/postfix/boxes
virtual_uid_maps = static:{FIRST_ID}
virtual_gid_maps = static:{FIRST_ID}
relayhost = [localhost]:{d.smtp}
transport_maps = inline:{{ {ways} }}
smtp_host_lookup = native
smtp_tls_CAfile = {self.authority}
smtp_sasl_password_maps = inline:{{ {secrets} }}
smtp_sasl_security_options = noanonymous
smtpd_tls_cert_file = {self.certificate}
smtpd_tls_key_file = {self.key}
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {self.room.folder}/auth
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
"""

    def _listeners(self) -> str:
        return f"""127.0.0.1:{self.port} inet n - n - - smtpd
127.0.0.1:{self.submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject
smtp unix - - n - - smtp -o smtp_bind_address={self.address("stranger")}
"""

    def _ways(self) -> str:
        log_on = "-o smtp_sasl_auth_enable=yes -o smtp_sasl_tls_security_options=noanonymous -o smtp_sasl_mechanism_filter="
        options = {"stranger": "", "pop": "", "plain": f"-o smtp_tls_security_level=verify {log_on}plain",
                   "login": f"-o smtp_tls_security_level=verify {log_on}login",
                   "tls": f"-o smtp_tls_security_level=verify -o smtp_tls_wrappermode=yes {log_on}plain"}
        return "".join(f"way-{way} unix - - n - - smtp -o smtp_bind_address={self.address(way)} {more}\n"
                       for way, more in options.items())
