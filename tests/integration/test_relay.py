# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may relay: each rule alone and real sessions. DESIGN: any ticked rule lets a message through."""

import pytest

from gateway.gateway import Gateway, try_recipient

FOREIGN = "someone@elsewhere.example"
NO_RULES = {
    "smtp.relay.allow": "specified",
    "smtp.relay.near-domains": False,
    "smtp.relay.address-list": False,
    "smtp.relay.pop-client": False,
    "smtp.relay.authenticated": False,
}


def expect_refused(reply: tuple[int, str]) -> None:
    assert reply[0] == 550 and reply[1].startswith("5.7.1 "), reply


def expect_taken(reply: tuple[int, str]) -> None:
    assert reply[0] == 250, reply


def explain_agrees(gateway: Gateway, client: str, recipient: str, allowed: bool, rule: str) -> None:
    answer = gateway.explain(client, recipient)
    assert answer[0] is allowed and answer[1] == rule, answer
    assert answer[4].startswith("250" if allowed else "550 5.7.1"), answer


def test_stranger_is_refused_with_cause_and_cure(gateway: Gateway, client: str) -> None:
    code, text = gateway.rcpt(client)
    assert code == 550
    assert text.startswith("5.7.1 ") and "log on to the POP server" in text, text


def test_no_ticked_rule_refuses_everyone(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    gateway.apply(NO_RULES)
    expect_refused(gateway.rcpt(client))
    explain_agrees(gateway, client, FOREIGN, False, "no-rule")


def test_all(gateway: Gateway, client: str) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.allow": "all"})
    expect_taken(gateway.rcpt(client))
    explain_agrees(gateway, client, FOREIGN, True, "everybody")


def test_none_beats_every_rule(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    gateway.apply({"smtp.relay.allow": "none", "smtp.relay.near-domains": True, "smtp.relay.address-list": True,
                   "smtp.relay.addresses": ["0.0.0.0/0"], "smtp.relay.authenticated": True})
    expect_refused(gateway.rcpt(client))
    expect_refused(gateway.rcpt(client, "x@near.example"))
    explain_agrees(gateway, client, FOREIGN, False, "nobody")


def test_none_spares_this_system_unless_told_so(gateway: Gateway) -> None:
    gateway.apply({"smtp.relay.allow": "none", "smtp.relay.refuse-local-host": False})
    expect_taken(gateway.rcpt("127.0.0.1"))
    explain_agrees(gateway, "127.0.0.1", FOREIGN, True, "local-host")
    gateway.apply({"smtp.relay.refuse-local-host": True})
    expect_refused(gateway.rcpt("127.0.0.1"))


def test_none_does_not_spare_others(gateway: Gateway) -> None:
    gateway.apply({"smtp.relay.allow": "none", "smtp.relay.refuse-local-host": False})
    explain_agrees(gateway, "192.0.2.77", FOREIGN, False, "nobody")


def test_near_domains_alone(gateway: Gateway, client: str) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.near-domains": True, "general.near-domains": ["near.example", "*.wide.example"]})
    expect_taken(gateway.rcpt(client, "x@near.example"))
    expect_taken(gateway.rcpt(client, "x@NEAR.Example"))
    expect_taken(gateway.rcpt(client, "x@a.wide.example"))
    expect_taken(gateway.rcpt(client, "x@b.a.wide.example"))
    for recipient in ("x@wide.example", "x@sub.near.example", "x@notnear.example", "x@near.example.org", FOREIGN):
        expect_refused(gateway.rcpt(client, recipient))
    explain_agrees(gateway, client, "x@near.example", True, "near-domain")


def test_near_domains_not_ticked(gateway: Gateway, client: str) -> None:
    gateway.apply(NO_RULES)
    expect_refused(gateway.rcpt(client, "x@near.example"))


@pytest.mark.parametrize("row", ["127.44.5.6", "127.44.0.0/16", "127.44.99.1/255.255.0.0", "127.44.5.6/32",
                                 "127.44.5.7/255.255.255.254", "::ffff:127.44.5.6"])
def test_address_list_alone(gateway: Gateway, row: str) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.address-list": True, "smtp.relay.addresses": [row]})
    expect_taken(gateway.rcpt("127.44.5.6"))
    expect_refused(gateway.rcpt("127.45.5.6"))
    explain_agrees(gateway, "127.44.5.6", FOREIGN, True, "address-list")
    explain_agrees(gateway, "::ffff:127.44.5.6", FOREIGN, True, "address-list")
    explain_agrees(gateway, "::ffff:127.45.5.6", FOREIGN, False, "no-rule")


def test_address_list_of_one_lets_nobody_else(gateway: Gateway) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.address-list": True, "smtp.relay.addresses": ["127.44.5.6"]})
    expect_taken(gateway.rcpt("127.44.5.6"))
    expect_refused(gateway.rcpt("127.44.5.7"))


def test_address_list_not_ticked(gateway: Gateway) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.addresses": ["127.44.0.0/16"]})
    expect_refused(gateway.rcpt("127.44.5.6"))


def test_pop_client_alone(gateway: Gateway, client: str, other_client: str) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.pop-client": True})
    expect_refused(gateway.rcpt(client))
    gateway.log_on(client)
    expect_taken(gateway.rcpt(client))
    expect_refused(gateway.rcpt(other_client))
    explain_agrees(gateway, client, FOREIGN, True, "pop-client")
    explain_agrees(gateway, f"::ffff:{client}", FOREIGN, True, "pop-client")


def test_pop_client_not_ticked(gateway: Gateway, client: str) -> None:
    gateway.log_on(client)
    gateway.apply(NO_RULES)
    expect_refused(gateway.rcpt(client))


def test_authenticated_alone(gateway: Gateway) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.authenticated": True})
    assert gateway.explain("192.0.2.9", FOREIGN)[0] is False
    allowed, rule, setting, _reason, _reply = gateway.explain("192.0.2.9", FOREIGN, authenticated="alice")
    assert (allowed, rule, setting) == (True, "authenticated", "smtp.relay.authenticated")


def test_authenticated_not_ticked(gateway: Gateway) -> None:
    gateway.apply(NO_RULES)
    assert gateway.explain("192.0.2.9", FOREIGN, authenticated="alice")[:2] == (False, "no-rule")


@pytest.mark.parametrize("allow", ["none", "specified", "all"])
def test_local_mail_is_never_relay(gateway: Gateway, client: str, allow: str) -> None:
    gateway.apply({**NO_RULES, "smtp.relay.allow": allow})
    expect_taken(gateway.rcpt(client, "alice@demo.example"))
    expect_taken(gateway.rcpt(client, "ALICE@DEMO.EXAMPLE"))
    explain_agrees(gateway, client, "alice@demo.example", True, "local-domain")


def test_unknown_local_user_is_refused(gateway: Gateway, client: str) -> None:
    code, text = gateway.rcpt(client, "nobody@demo.example")
    assert code == 550 and text.startswith("5.1.1 "), (code, text)
    assert gateway.explain(client, "nobody@demo.example")[1] == "unknown-user"


def test_forged_local_sender_does_not_help(gateway: Gateway, client: str) -> None:
    for sender in ("alice@demo.example", "alice@mail.demo.example", "alice@[127.0.0.1]", ""):
        expect_refused(gateway.rcpt(client, FOREIGN, sender))


@pytest.mark.parametrize("recipient", [
    "someone%elsewhere.example@demo.example", "elsewhere.example!someone@demo.example",
    '"someone@elsewhere.example"@demo.example', "@demo.example:someone@elsewhere.example",
    "someone@elsewhere.example.", "someone@[192.0.2.9]", "someone@demo.example@elsewhere.example",
])
def test_tricks_with_addresses(gateway: Gateway, client: str, recipient: str) -> None:
    code, text = gateway.rcpt(client, recipient)
    assert 500 <= code <= 599, (code, text)


def test_ipv6_client(gateway: Gateway) -> None:
    port = gateway.smtp_port
    gateway.apply({"smtp.listeners": [f"127.0.0.1:{port}", f"[::1]:{port}"],
                   "pop3.listeners": [f"127.0.0.1:{gateway.pop_port}", f"[::1]:{gateway.pop_port}"]})
    expect_refused(gateway.rcpt("::1"))
    gateway.log_on("::1")
    expect_taken(gateway.rcpt("::1"))
    assert ("::1", "alice") in [row[:2] for row in gateway.log_ons()]
    gateway.apply({**NO_RULES, "smtp.relay.address-list": True, "smtp.relay.addresses": ["::/64"]})
    expect_taken(gateway.rcpt("::1"))
    gateway.apply({"smtp.relay.addresses": ["::2/128"]})
    expect_refused(gateway.rcpt("::1"))


def test_change_bites_in_a_session_that_is_open(gateway: Gateway, client: str) -> None:
    with gateway.smtp(client) as session:
        session.ehlo()
        expect_refused(try_recipient(session))
        gateway.apply({"smtp.relay.allow": "all"})
        expect_taken(try_recipient(session))
        gateway.apply({"smtp.relay.allow": "specified"})
        expect_refused(try_recipient(session))
        gateway.log_on(client)
        expect_taken(try_recipient(session))


def test_recipients_are_decided_one_by_one(gateway: Gateway, client: str, next_hop) -> None:
    gateway.apply({"smtp.relay.near-domains": True})
    with gateway.smtp(client) as session:
        refused = session.sendmail("me@elsewhere.example", [FOREIGN, "both@near.example"], "Subject: two\r\n\r\ntext\r\n")
    assert list(refused) == [FOREIGN] and refused[FOREIGN][0] == 550
    assert next_hop.wait_for("both@near.example")[0].recipients == ("both@near.example",)


