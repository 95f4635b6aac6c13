# SPDX-License-Identifier: GPL-3.0-or-later
"""POP before SMTP: when a log-on lets its address relay, and when not."""

import hashlib
import poplib
import re
import shutil
import socket
from pathlib import Path
from typing import Iterator

import pytest

from gateway.bus import BusError
from gateway.gateway import DEMO_USERS, Gateway, build_folder, try_recipient

REPEATS = 300


def relays(gateway: Gateway, client: str) -> bool:
    code, text = gateway.rcpt(client)
    assert code in (250, 550), (code, text)
    return code == 250


def test_no_wait_between_pop_and_smtp(gateway: Gateway) -> None:
    """As devices do it: CONNECT USER PASS QUIT, then SMTP at once; each from an address that never logged on before."""
    refused = 0
    for number in range(REPEATS):
        client = f"127.20.{number // 250}.{number % 250 + 1}"
        gateway.log_on(client)
        refused += not relays(gateway, client)
    assert refused == 0


def test_grant_is_there_before_ok_is(gateway: Gateway) -> None:
    """Tighter than any device: an SMTP session waits, and RCPT is sent the moment that +OK is read."""
    refused = 0
    for number in range(REPEATS):
        client = f"127.21.{number // 250}.{number % 250 + 1}"
        with gateway.smtp(client) as smtp:
            smtp.ehlo()
            smtp.mail("me@demo.example")
            pop = gateway.pop3(client)
            pop.user("bob")
            pop.pass_(DEMO_USERS["bob"])
            refused += smtp.rcpt("someone@elsewhere.example")[0] != 250
            pop.quit()
    assert refused == 0


def test_apop(gateway: Gateway, client: str) -> None:
    pop = gateway.pop3(client)
    assert pop.apop("bob", DEMO_USERS["bob"]).startswith(b"+OK")
    assert relays(gateway, client)
    pop.quit()


def test_apop_with_a_wrong_secret(gateway: Gateway, client: str) -> None:
    pop = gateway.pop3(client)
    with pytest.raises(poplib.error_proto):
        pop.apop("bob", "wrong")
    assert not relays(gateway, client)


def test_apop_for_a_hashed_password_fails(gateway: Gateway, client: str) -> None:
    """Alice's password is kept as a hash: even the right one can't be proved by APOP."""
    pop = gateway.pop3(client)
    with pytest.raises(poplib.error_proto):
        pop.apop("alice", DEMO_USERS["alice"])
    assert not relays(gateway, client)


def test_apop_digest_of_an_older_greeting_fails(gateway: Gateway, client: str) -> None:
    first = gateway.pop3(client)
    stamp = re.search(rb"<[^<>]+>", first.getwelcome()).group()
    digest = hashlib.md5(stamp + DEMO_USERS["bob"].encode()).hexdigest()
    second = gateway.pop3(client)
    with pytest.raises(poplib.error_proto):
        second._shortcmd(f"APOP bob {digest}")
    assert not relays(gateway, client)


@pytest.mark.parametrize("user, password", [("alice", "wrong"), ("nobody", "wonderland"), ("alice", ""), ("bob", "Builder")])
def test_failed_log_on_records_nothing(gateway: Gateway, client: str, user: str, password: str) -> None:
    pop = gateway.pop3(client)
    pop.user(user)
    with pytest.raises(poplib.error_proto):
        pop.pass_(password)
    assert not relays(gateway, client)
    assert client not in [row[0] for row in gateway.log_ons()]


def test_half_a_log_on_records_nothing(gateway: Gateway, client: str) -> None:
    pop = gateway.pop3(client)
    pop.user("alice")
    assert not relays(gateway, client)
    pop.quit()
    assert not relays(gateway, client)


def test_aborted_log_on_records_nothing(gateway: Gateway, client: str) -> None:
    """PASS without its line end, then the connection goes."""
    with socket.create_connection(("127.0.0.1", gateway.pop_port), 30, source_address=(client, 0)) as raw:
        raw.recv(512)
        raw.sendall(b"USER alice\r\n")
        raw.recv(512)
        raw.sendall(b"PASS wonderland")
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(512):
            pass
    assert not relays(gateway, client)


def test_failed_log_on_leaves_an_older_grant(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    pop = gateway.pop3(client)
    pop.user("alice")
    with pytest.raises(poplib.error_proto):
        pop.pass_("wrong")
    assert relays(gateway, client)


def test_list_and_renewal(gateway: Gateway, client: str) -> None:
    gateway.log_on(client, "alice")
    gateway.log_on(client, "bob")
    rows = [row for row in gateway.log_ons() if row[0] == client]
    assert len(rows) == 1 and rows[0][1] == "bob"
    assert 14 * 60 < rows[0][3] <= 15 * 60


def test_revoke(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    with gateway.smtp(client) as session:
        session.ehlo()
        assert try_recipient(session)[0] == 250
        assert gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", client) == (True,)
        assert try_recipient(session)[0] == 550
    assert gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", client) == (False,)
    with pytest.raises(BusError):
        gateway.ask_server("pop3", "org.postern.LogOns1.Revoke", "(s)", "not an address")


def test_grant_survives_restarts(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    for server in ("pop3", "smtp"):
        gateway.stop_server(server)
        gateway.start_server(server)
    assert relays(gateway, client)


def test_grant_survives_kill(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.log_on(client)
    gateway.kill("pop3")
    assert relays(gateway, client)
    gateway.kill("smtp")
    gateway.start_server("pop3")
    gateway.start_server("smtp")
    assert relays(gateway, client)
    assert not relays(gateway, other_client)
    gateway.log_on(other_client)
    assert relays(gateway, other_client)


def test_smtp_server_that_was_there_first(client: str) -> None:
    """The SMTP server starts while there is no table of log-ons yet; the POP server makes it later."""
    with Gateway() as gateway:
        for server in ("smtp", "pop3"):
            gateway.stop_server(server)
        shutil.rmtree(gateway.state / "log-ons")
        gateway.start_server("smtp")
        assert not relays(gateway, client)
        gateway.start_server("pop3")
        gateway.log_on(client)
        assert relays(gateway, client)


class TestWindow:
    """The servers' clocks are set by libfaketime; those of this program and of the kernel run on."""

    LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)

    @pytest.fixture(scope="class")
    def gateway(self) -> Iterator[Gateway]:
        if "asan" in build_folder().name:
            pytest.skip("libfaketime and AddressSanitizer can't be loaded together")
        with Gateway() as gateway:
            yield gateway

    def set_clocks(self, gateway: Gateway, server: str, offset: str, *more: str) -> None:
        gateway.restart_with(server, f"LD_PRELOAD={self.LIBRARY}", f"FAKETIME={offset}", *more)

    def log_on_now(self, gateway: Gateway, client: str) -> None:
        """Under libfaketime, too: it makes the clock since the boot begin in 1970."""
        self.set_clocks(gateway, "pop3", "+0m")
        gateway.log_on(client)

    def test_ends_when_set(self, gateway: Gateway, client: str) -> None:
        self.log_on_now(gateway, client)
        self.set_clocks(gateway, "smtp", "+14m")
        assert relays(gateway, client)
        self.set_clocks(gateway, "smtp", "+15m")
        assert not relays(gateway, client)

    def test_longer_and_shorter_window_bite_at_once(self, gateway: Gateway, client: str) -> None:
        self.log_on_now(gateway, client)
        self.set_clocks(gateway, "smtp", "+20m")
        assert not relays(gateway, client)
        gateway.apply({"smtp.relay.pop-client-minutes": 30})
        assert relays(gateway, client)
        gateway.apply({"smtp.relay.pop-client-minutes": 15})
        assert not relays(gateway, client)

    @pytest.mark.parametrize("jump", ["-2d", "-14m", "+14m", "+2d"])
    def test_jump_of_the_wall_clock_changes_nothing(self, gateway: Gateway, client: str, jump: str) -> None:
        gateway.restart_with("pop3")
        gateway.log_on(client)
        self.set_clocks(gateway, "smtp", jump, "FAKETIME_DONT_FAKE_MONOTONIC=1")
        assert relays(gateway, client)
