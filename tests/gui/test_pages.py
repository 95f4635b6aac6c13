# SPDX-License-Identifier: GPL-3.0-or-later
"""Each page of the sheets: what is changed there is kept, by the real authority."""

from typing import Any, Callable, Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties, Sheet
from gateway.gateway import Gateway
from gateway.wait import until

# A change on a page, and what the settings say then.
Change = tuple[Callable[[ServerProperties, Sheet], None], dict[str, Any]]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """The authority alone: no server is needed to keep settings."""
    gateway = Gateway()
    try:
        gateway.start(servers=())
        yield gateway
    finally:
        alarms = gateway.stop()
    assert not alarms


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        yield program
    assert not program.complaints()


@pytest.fixture(autouse=True)
def same_start(program: ServerProperties, gateway: Gateway) -> Iterator[None]:
    initial = gateway.settings()
    yield
    program.close_sheets()
    gateway.send_changes(initial)


def number(label: str, value: int, setting: str) -> Change:
    return lambda _program, sheet: sheet.set_number(label, value), {setting: value}


def text(label: str, value: str, setting: str) -> Change:
    return lambda _program, sheet: sheet.fill_in(label, value), {setting: value}


def tick(label: str, setting: str) -> Change:
    return lambda _program, sheet: sheet.tick(label), {setting: True}


def untick(label: str, setting: str) -> Change:
    return lambda _program, sheet: sheet.tick(label, False), {setting: False}


def item(label: str, words: str, setting: str, value: str) -> Change:
    return lambda _program, sheet: sheet.choose_item(label, words), {setting: value}


def add_row(program: ServerProperties, sheet: Sheet, title: str, prompt: str, row: str) -> None:
    sheet.list_button(title, "Add…").click()
    dialog = program.dialog("Add to")
    dialog.fill_in(prompt, row)
    dialog.press("OK")
    dialog.wait_until_gone()


def row(title: str, prompt: str, typed: str, setting: str, kept: str) -> Change:
    return lambda program, sheet: add_row(program, sheet, title, prompt, typed), {setting: [kept]}


ADDRESS, NETWORK = "Address and port:", "Address or network:"
CERTIFICATE = row("Certificates", "Certificate and key:", "tls/mail.pem  tls/key.pem", "security.certificates",
                  "tls/mail.pem tls/key.pem")
PAGES: dict[tuple[str, str], tuple[Change, ...]] = {
    ("smtp", "General"): (
        text("Mail router:", "mail.example.net", "smtp.mail-router"), untick("Start the SMTP server", "smtp.autostart"),
    ),
    ("smtp", "Domains and Bindings"): (
        row("Addresses for submission", ADDRESS, "127.0.0.1:2587", "smtp.submission-listeners", "127.0.0.1:2587"),
        row("Addresses with host names of their own", "Address, host name, domains:", "127.0.0.2  Two.example.org example.org",
            "smtp.bindings", "127.0.0.2 two.example.org example.org"),
    ),
    ("smtp", "Journal"): (
        untick("Sessions", "journal.sessions"), untick("Messages", "journal.messages"), untick("Refusals", "journal.refusals"),
        untick("Log-ons", "journal.log-ons"), untick("Deliveries", "journal.deliveries"),
    ),
    ("smtp", "Connection Restrictions"): (
        (lambda _program, sheet: sheet.choose("Specified:"), {"smtp.connection.allow": "specified"}),
        row("DNS blocklists", "Blocklist:", "BL.example.net", "smtp.connection.blocklists", "bl.example.net"),
        item("Refuse who is on:", "All of these lists", "smtp.connection.blocklist-match", "all"),
        number("Pause before the greeting", 5, "smtp.connection.greet-pause-seconds"),
    ),
    ("smtp", "Filters"): (
        row("Messages that are not delivered", "Filter:", "keep  subject *offer*", "smtp.filters", "keep subject *offer*"),
    ),
    ("smtp", "Outbound Retries"): (
        number("First tries", 1, "smtp.retries.minutes-count"), number("Minutes between", 2, "smtp.retries.minutes-interval"),
        number("Then tries", 3, "smtp.retries.hours-count"), number("Hours between", 4, "smtp.retries.hours-interval"),
        number("Last tries", 5, "smtp.retries.days-count"), number("Days between", 6, "smtp.retries.days-interval"),
        number("Tell the sender", 7, "smtp.retries.delay-notice-hours"),
    ),
    ("smtp", "Delivery"): (
        row("Routes by domain", "Domain and host:", "*.Example.org mail.example.net:587", "smtp.delivery.routes",
            "*.example.org mail.example.net:587"),
        row("TLS by domain or host", "Domain or host, and TLS:", "example.com verify", "smtp.delivery.tls-rules",
            "example.com verify"),
        tick("Send mail for near domains directly", "smtp.delivery.near-domains-direct"),
        row("Credentials for hosts", "Host and credentials:", "mail.example.net:587 plain joe secret",
            "smtp.delivery.credentials", "mail.example.net:587 plain joe secret"),
        item("TLS:", "Always", "smtp.delivery.tls", "must"),
        text("Certificate authorities:", "own.pem", "smtp.delivery.ca-file"),
        number("Connections to one destination", 3, "smtp.delivery.connections-per-destination"),
        number("Messages per connection", 4, "smtp.delivery.messages-per-connection"),
        untick("Start the delivery server", "smtp.delivery.autostart"),
    ),
    ("smtp", "Security"): (
        CERTIFICATE,
        item("TLS (STARTTLS):", "Required", "smtp.tls", "only"),
        item("Authentication", "Without TLS, too (unsafe)", "smtp.authentication", "always"),
        row("Addresses that are never banned", NETWORK, "192.0.2.7/24", "security.never-banned", "192.0.2.0/24"),
        item("Oldest version of TLS:", "TLS 1.0 (unsafe)", "security.minimum-tls", "tls1.0"),
        text("Ciphers up to TLS 1.2:", "DEFAULT@SECLEVEL=0", "security.ciphers"),
        number("Failed log-ons before a ban", 3, "security.failed-log-ons"),
        number("Minutes of a ban", 60, "security.ban-minutes"),
    ),
    ("smtp", "Limits"): (
        number("Open sessions (", 10, "smtp.limits.sessions"), number("Open sessions of one", 2, "smtp.limits.client-sessions"),
        number("Connections of one", 30, "smtp.limits.client-connections-per-minute"),
        number("Inactivity", 60, "smtp.limits.inactivity-seconds"), number("Mistakes before", 5, "smtp.limits.errors"),
        number("Messages of one", 40, "smtp.limits.client-messages-per-minute"),
        number("Message size", 1024, "smtp.limits.message-size-kib"), number("Recipients", 100, "smtp.limits.recipients"),
        number("Minutes that the content", 15, "smtp.limits.message-minutes"),
    ),
    ("smtp", "Local Mail"): (
        text("Users file:", "people", "general.users-file"), tick("The users of this system, too", "general.system-users"),
        number("Mailbox size", 100, "general.mailbox-size-mib"),
        row("Aliases", "Alias:", "Sales: joe,ann@example.org", "general.aliases", "sales: joe, ann@example.org"),
        text("Postmaster:", "joe", "general.postmaster"), text("Catch-all:", "ann", "general.catch-all"),
    ),
    ("pop", "General"): (number("Inactivity time-out", 90, "pop3.inactivity-seconds"), untick("Start the POP server", "pop3.autostart")),
    ("pop", "Security"): (item("TLS (STLS):", "Not offered", "pop3.tls", "no"),),
    ("pop", "Log-ons"): (
        row("Shorter durations", "User or network, and minutes:", "Joe 10", "pop3.log-ons.windows", "joe 10"),
        row("Whose log-ons let nobody relay", NETWORK, "127.0.0.1", "pop3.log-ons.unrecorded", "127.0.0.1"),
        item("IPv6 log-ons count for:", "The network of its link (/64)", "pop3.log-ons.ipv6-prefix", "64"),
        item("Sender must belong to the user:", "At shared addresses", "pop3.log-ons.sender-check", "shared"),
        row("Addresses shared by several users", NETWORK, "198.51.100.1", "pop3.log-ons.shared-addresses", "198.51.100.1"),
        number("Messages for one log-on", 50, "pop3.log-ons.messages"),
        number("Recipients for one log-on", 500, "pop3.log-ons.recipients"),
    ),
    ("pop", "Limits"): (
        number("Sessions at the same time", 20, "pop3.limits.sessions"),
        number("Sessions of one address", 3, "pop3.limits.client-sessions"),
    ),
}


@pytest.mark.parametrize("server, page", PAGES, ids=[" ".join(place) for place in PAGES])
def test_page_is_kept(program: ServerProperties, gateway: Gateway, server: str, page: str) -> None:
    sheet = program.open_properties(server)
    sheet.choose_tab(page)
    wanted: dict[str, Any] = {}
    for change, result in PAGES[server, page]:
        change(program, sheet)
        wanted |= result
    program.save(sheet)
    settings = gateway.settings()
    assert {name: settings[name] for name in wanted} == wanted
    again = program.open_properties(server)
    again.choose_tab(page)
    assert not again.find("push button", "Apply").sensitive


@pytest.mark.parametrize("server", ["smtp", "pop"])
def test_everything_has_a_name_and_each_page_its_help(program: ServerProperties, server: str) -> None:
    """A screen reader must be able to say what each control is."""
    sheet = program.open_properties(server)
    nameless, helps = [], set()
    for tab in sheet.tabs():
        sheet.choose_tab(tab)
        nameless += [(tab, widget.role) for widget in sheet.shown_below() if not widget.name and widget.role in (
            "push button", "radio button", "check box", "spin button", "text", "table", "page tab", "toggle button", "combo box")]
        sheet.press("Help")
        title = {"smtp": "SMTP: ", "pop": "POP: "}[server] + tab
        helps.add(until(lambda: next((label for label in program.labels() if label == title), ""), f"the help “{title}”"))
    assert not nameless and len(helps) == len(sheet.tabs())


def test_clash_is_explained(program: ServerProperties) -> None:
    """TLS for everybody needs a certificate; then it goes."""
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Security")
    sheet.choose_item("TLS (STARTTLS):", "Required")
    sheet.wait_for_label("without one there is no TLS, and nobody could send")
    sheet.find("push button", "OK").wait(lambda button: not button.sensitive, "not available")
    CERTIFICATE[0](program, sheet)
    sheet.find("push button", "OK").wait(lambda button: button.sensitive, "available")


def test_warning_is_shown_and_saves(program: ServerProperties, gateway: Gateway) -> None:
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Security")
    sheet.choose_item("Oldest version of TLS:", "TLS 1.1 (unsafe)")
    sheet.wait_for_label("TLS 1.0 and 1.1 are unsafe")
    sheet.press("OK")
    sheet.wait_until_gone()
    assert gateway.settings()["security.minimum-tls"] == "tls1.1"


def test_row_dialog_says_what_a_row_is(program: ServerProperties) -> None:
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Local Mail")
    sheet.list_button("Aliases", "Add…").click()
    dialog = program.dialog("Add to")
    dialog.wait_for_label("an alias such as sales: joe, ann@example.org")
    dialog.fill_in("Alias:", "sales")
    dialog.wait_for_label("\"sales\" is not an alias")
    dialog.press("Cancel")
    dialog.wait_until_gone()
