# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may connect to the SMTP server at all."""

import smtplib

import pytest

from gateway.gateway import Gateway

ALLOW = "smtp.connection.allow"


def admitted(gateway: Gateway, client: str) -> bool:
    """Whether CLIENT can send a mail to a local user."""
    try:
        with gateway.smtp(client) as session:
            session.ehlo_or_helo_if_needed()
            code, _ = session.mail("me@elsewhere.example")
            if code == 250:
                code, _ = session.rcpt("alice@demo.example")
            return code == 250
    except (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, smtplib.SMTPHeloError):
        return False


def refusal(gateway: Gateway, client: str) -> str:
    """What a refused CLIENT gets to read."""
    with pytest.raises(smtplib.SMTPResponseException) as caught:
        with gateway.smtp(client) as session:
            for code, text in (session.ehlo(), session.mail("me@elsewhere.example")):
                if code >= 500:
                    raise smtplib.SMTPResponseException(code, text)
    return f"{caught.value.smtp_code} {caught.value.smtp_error.decode()}"


def test_all(gateway: Gateway, client: str) -> None:
    gateway.apply({ALLOW: "all", "smtp.connection.refused": ["127.0.0.0/8"]})
    assert admitted(gateway, client)


def test_none(gateway: Gateway, client: str) -> None:
    gateway.apply({ALLOW: "none"})
    assert not admitted(gateway, client)
    assert "5.7.1" in refusal(gateway, client)


def test_none_spares_this_system_unless_told_so(gateway: Gateway) -> None:
    gateway.apply({ALLOW: "none", "smtp.connection.refuse-local-host": False})
    assert admitted(gateway, "127.0.0.1")
    gateway.apply({"smtp.connection.refuse-local-host": True})
    assert not admitted(gateway, "127.0.0.1")


def test_refused_network(gateway: Gateway) -> None:
    gateway.apply({ALLOW: "specified", "smtp.connection.refused": ["127.50.0.0/16"]})
    assert not admitted(gateway, "127.50.1.2")
    assert admitted(gateway, "127.51.1.2")
    assert "5.7.1" in refusal(gateway, "127.50.1.2")


def test_most_specific_row_decides(gateway: Gateway) -> None:
    gateway.apply({ALLOW: "specified",
                   "smtp.connection.refused": ["127.50.0.0/16", "127.50.7.7", "127.52.1.0/24"],
                   "smtp.connection.excepted": ["127.50.7.0/24", "127.52.0.0/16"]})
    assert not admitted(gateway, "127.50.1.1")  # /16 refused
    assert admitted(gateway, "127.50.7.1")      # /24 excepted, inside it
    assert not admitted(gateway, "127.50.7.7")  # /32 refused, inside that
    assert admitted(gateway, "127.52.2.2")      # /16 excepted
    assert not admitted(gateway, "127.52.1.1")  # /24 refused, inside it
    assert admitted(gateway, "127.53.1.1")      # no row


def test_relay_follows_connection(gateway: Gateway) -> None:
    gateway.apply({ALLOW: "specified", "smtp.connection.refused": ["127.50.0.0/16"]})
    gateway.log_on("127.50.3.3")
    assert not admitted(gateway, "127.50.3.3")
    allowed, rule, setting, _reason, reply = gateway.explain("127.50.3.3", "someone@elsewhere.example")
    assert (allowed, rule) == (False, "refused-address") and setting.startswith("smtp.connection"), setting
    assert reply[:3] == "550" or reply[:3] == "554", reply


def test_log_on_overrides_a_refused_address_only_when_ticked(gateway: Gateway) -> None:
    client = "127.50.4.4"
    gateway.apply({ALLOW: "specified", "smtp.connection.refused": ["127.50.0.0/16"], "smtp.connection.pop-overrides-address": True})
    assert not admitted(gateway, client)
    gateway.log_on(client)
    assert admitted(gateway, client)
    assert gateway.rcpt(client)[0] == 250
    gateway.apply({"smtp.connection.pop-overrides-address": False})
    assert not admitted(gateway, client)


def test_change_bites_in_a_session_that_is_open(gateway: Gateway, client: str) -> None:
    with gateway.smtp(client) as session:
        session.ehlo()
        assert session.mail("me@elsewhere.example")[0] == 250
        session.rset()
        gateway.apply({ALLOW: "none"})
        try:
            code = session.mail("me@elsewhere.example")[0]
            code = session.rcpt("alice@demo.example")[0] if code == 250 else code
        except smtplib.SMTPServerDisconnected:
            code = 421
        assert code >= 400, code


def test_counters_tell_refusals(gateway: Gateway, client: str) -> None:
    before = gateway.counters("smtp")
    gateway.apply({ALLOW: "none"})
    assert not admitted(gateway, client)
    after = gateway.counters("smtp")
    assert any("refused" in name and after[name] > before.get(name, 0) for name in after), (before, after)
