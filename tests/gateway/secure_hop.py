# SPDX-License-Identifier: GPL-3.0-or-later
"""A next hop that speaks TLS and wants a log-on."""

import base64
import ssl
from typing import Callable, Optional

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from .certificate import Certificate
from .sink import NextHop
from .token_server import read_xoauth2


class _Smtp(SMTP):
    line_length_limit = 12288  # RFC 4954, section 4: tokens are long


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)


class SecureHop(NextHop):
    """At localhost:PORT. Whoever does not start TLS, or does not log on where CHECK is given, sends nothing."""

    def __init__(self, certificate: Certificate, *, check_token: Optional[Callable[[str, str], bool]] = None,
                 check_password: Optional[Callable[[str, str], bool]] = None, tls_at_once: bool = False,
                 port: int = 0):
        super().__init__(port=port)
        self.endpoint = f"localhost:{self.port}"
        self.check_token, self.check_password = check_token, check_password
        self.tls_at_once = tls_at_once
        self.log_ons: list[tuple[str, str, bool]] = []  # mechanism, user, whether it succeeded
        self.connections = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.certificate, certificate.key)

    def start(self) -> None:
        wants = self.check_token is not None or self.check_password is not None
        exclude = [] if self.check_password else ["PLAIN", "LOGIN"]
        options = dict(hostname="127.0.0.1", port=self.port, server_hostname="next-hop.example", data_size_limit=1 << 30,
                       auth_required=wants, auth_exclude_mechanism=exclude, authenticator=self._check)
        if self.tls_at_once:
            self._controller = _Controller(self, ssl_context=self._context, auth_require_tls=False, **options)
        else:
            self._controller = _Controller(self, tls_context=self._context, require_starttls=True, **options)
        self._controller.start()

    # What aiosmtpd asks:

    async def handle_EHLO(self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str,
                          responses: list[str]) -> list[str]:
        session.host_name = hostname
        self.connections += session.ssl is not None or self.tls_at_once
        if self.check_token is None:
            responses = [line.replace(" XOAUTH2", "") for line in responses]
        return responses

    def _check(self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        good = self.check_password is not None and self.check_password(user, password)
        self.log_ons.append((mechanism, user, good))
        return AuthResult(success=good, handled=False, auth_data=user)

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:
        if len(arguments) > 1:
            user, token = read_xoauth2(arguments[1])
        else:
            answer = await server.challenge_auth("", encode_to_b64=False)
            user, token = read_xoauth2(base64.b64encode(answer).decode())
        good = self.check_token is not None and self.check_token(user, token)
        self.log_ons.append(("XOAUTH2", user, good))
        if good:
            return AuthResult(success=True, auth_data=user)
        await server.push("334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=")
        line = await server._reader.readline()
        assert line == b"\r\n", line
        return AuthResult(success=False, handled=False)
