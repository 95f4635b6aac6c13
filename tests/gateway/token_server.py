# SPDX-License-Identifier: GPL-3.0-or-later
"""An OAuth 2.0 server that gives access tokens by client credentials (RFC 6749, section 4.4), as strict as the big ones."""

import base64
import json
import secrets
import ssl
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Optional
from urllib.parse import parse_qsl

from .certificate import Certificate

PATH = "/tenant/oauth2/v2.0/token"


@dataclass(frozen=True)
class Token:
    text: str
    end: float  # of the monotonic clock


class TokenServer:
    """At https://localhost:PORT/... It knows one client, and remembers what it was asked."""

    def __init__(self, certificate: Certificate, client_id: str, client_secret: str, scope: str):
        self.client_id, self.client_secret, self.scope = client_id, client_secret, scope
        self.life_s = 3600.0
        self.tokens: list[Token] = []
        self.revoked: set[str] = set()
        self.faults: list[str] = []  # of requests that were no proper ones
        self.answer: Optional[tuple[int, bytes]] = None  # instead of the right one
        self.hold = threading.Event()  # cleared: requests wait
        self.hold.set()
        self.waiting = 0
        self._certificate = certificate
        self._server: Optional[ThreadingHTTPServer] = None
        self._port = 0

    @property
    def address(self) -> str:
        return f"https://localhost:{self._port}{PATH}"

    def __enter__(self) -> "TokenServer":
        self.start()
        return self

    def __exit__(self, *_exception) -> None:
        self.stop()

    def start(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                form = self.rfile.read(length).decode()
                owner.waiting += 1
                owner.hold.wait(30)
                owner.waiting -= 1
                status, body = owner.answer or owner._grant(self.path, self.headers.get("Content-Type", ""), form)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments) -> None:
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate.certificate, self._certificate.key)
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.hold.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def is_good(self, text: str) -> bool:
        return text not in self.revoked and any(token.text == text and time.monotonic() < token.end for token in self.tokens)

    def _grant(self, path: str, kind: str, form: str) -> tuple[int, bytes]:
        fields = parse_qsl(form, keep_blank_values=True, strict_parsing=True)
        names = sorted(name for name, _ in fields)
        if path != PATH or kind != "application/x-www-form-urlencoded" \
                or names != ["client_id", "client_secret", "grant_type", "scope"]:
            self.faults.append(f"{path} {kind} {names}")
            return 400, b'{"error":"invalid_request"}'
        asked = dict(fields)
        if asked["grant_type"] != "client_credentials" or asked["scope"] != self.scope:
            self.faults.append(f"{asked['grant_type']} {asked['scope']}")
            return 400, b'{"error":"invalid_scope"}'
        if (asked["client_id"], asked["client_secret"]) != (self.client_id, self.client_secret):
            return 401, json.dumps({"error": "invalid_client",
                                    "error_description": "AADSTS7000215: Invalid client secret\r\nTrace: 1"}).encode()
        # As long as real ones are: too long for a command's line.
        token = Token(secrets.token_urlsafe(1200), time.monotonic() + self.life_s)
        self.tokens.append(token)
        return 200, json.dumps({"token_type": "Bearer", "expires_in": int(self.life_s), "access_token": token.text}).encode()


def read_xoauth2(response: str) -> tuple[str, str]:
    """The user and the token of a response to XOAUTH2."""
    user, token, *rest = base64.b64decode(response, validate=True).decode().split("\1")
    if rest != ["", ""] or not user.startswith("user=") or not token.startswith("auth=Bearer "):
        raise ValueError("not a response to XOAUTH2")
    return user.removeprefix("user="), token.removeprefix("auth=Bearer ")
