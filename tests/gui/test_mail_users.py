# SPDX-License-Identifier: GPL-3.0-or-later
"""The page Mail Users, from the click to the log-on."""

import poplib
from typing import Callable, Iterator

import pytest
from gi.repository import GLib

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import FOCUSED, TIMEOUT_S, Table, Widget
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, Gateway
from gateway.wait import until

Keys = Callable[..., None]


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway, "--page", "mail-users") as program:
        yield program
    assert not program.complaints()


def users(program: ServerProperties) -> Table:
    return Table.of(program.find("table", "Mail users"))


def can_log_on(gateway: Gateway, user: str, password: str, *, apop: bool = False) -> bool:
    session = gateway.pop3()
    try:
        if apop:
            session.apop(user, password)
        else:
            session.user(user)
            session.pass_(password)
    except poplib.error_proto:
        session.close()
        return False
    session.quit()
    return True


def row_of(program: ServerProperties, user: str) -> list[str]:
    table = users(program)
    rows = table.rows()
    return [table.cell(rows.index(user), column) for column in range(5)] if user in rows else []


def wait_for_row(program: ServerProperties, *cells: str) -> None:
    until(lambda: row_of(program, cells[0]) == list(cells), f"{cells}, not {row_of(program, cells[0])}", TIMEOUT_S)


def press_ok(dialog: Widget) -> None:
    dialog.press("OK")
    dialog.wait_until_gone()


def type_password(dialog: Widget, field: str, password: str) -> None:
    dialog.find("password text", field).set_text(password)


def more(program: ServerProperties, item: str) -> None:
    program.find("toggle button", "More").click()
    program.press(item)


def remove(program: ServerProperties, user: str) -> None:
    users(program).select(user)
    program.press("Remove…")
    question = program.find("alert")
    assert any("mailbox, and the mail in it, stay" in label for label in question.labels())
    question.press("Remove")
    until(lambda: user not in users(program).rows(), f"the end of {user}", TIMEOUT_S)


def test_a_user_from_the_click_to_the_log_on(program: ServerProperties, gateway: Gateway) -> None:
    wait_for_row(program, "alice", "Password set", "–", "As for all", "")
    assert not can_log_on(gateway, "carol", "tanstaaf")
    program.press("Add…")
    dialog = program.dialog("Add Mail User")
    assert not dialog.find("push button", "OK").sensitive
    dialog.fill_in("User", "Carol")
    type_password(dialog, "Password:", "tanstaaf")
    dialog.choose("At most")
    dialog.set_number("Mailbox size in MiB", 20)
    press_ok(dialog)
    program.wait_for_status("“Carol” was added.")
    wait_for_row(program, "carol", "Password set", "–", "20 MiB", "")
    assert can_log_on(gateway, "carol", "tanstaaf")
    assert not can_log_on(gateway, "carol", "tanstaaf", apop=True)

    users(program).select("carol")
    more(program, "APOP Secret…")
    dialog = program.dialog("APOP Secret of “carol”")
    dialog.press("Generate")
    secret = until(lambda: dialog.find("text", "Secret:").text, "a secret")
    assert len(secret) == 20
    press_ok(dialog)
    wait_for_row(program, "carol", "Password set", "Secret set", "20 MiB", "")
    assert can_log_on(gateway, "carol", secret, apop=True) and not can_log_on(gateway, "carol", "tanstaaf")

    more(program, "APOP Secret…")
    dialog = program.dialog("APOP Secret of “carol”")
    dialog.tick("Log on with APOP, too", False)
    press_ok(dialog)
    wait_for_row(program, "carol", "Password set", "–", "20 MiB", "")
    assert can_log_on(gateway, "carol", secret) and not can_log_on(gateway, "carol", secret, apop=True)

    program.press("Change Password…")
    dialog = program.dialog("Password of “carol”")
    type_password(dialog, "New password:", "new: one")
    press_ok(dialog)
    program.wait_for_status("“carol” has a new password.")
    assert can_log_on(gateway, "carol", "new: one") and not can_log_on(gateway, "carol", secret)

    more(program, "Mailbox Size…")
    dialog = program.dialog("Mailbox Size of “carol”")
    assert dialog.find("spin button", "Mailbox size in MiB").text == "20"
    dialog.choose("No limit")
    press_ok(dialog)
    wait_for_row(program, "carol", "Password set", "–", "No limit", "")
    remove(program, "carol")
    assert not can_log_on(gateway, "carol", "new: one")


def test_what_is_refused_is_said_at_the_field(program: ServerProperties) -> None:
    program.press("Add…")
    dialog = program.dialog("Add Mail User")
    for user, password, words in (("a b", "x", "no blank, colon or slash"), ("alice", "x", "there is a user of that name already"),
                                  ("dave", "x" * 201, "a password has at most 200 bytes")):
        dialog.fill_in("User", user)
        type_password(dialog, "Password:", password)
        dialog.press("OK")
        dialog.wait_for_label(words)
        assert dialog.find("text", "User").text == user
    type_password(dialog, "Password:", "a:b")
    dialog.tick("Log on with APOP, too")
    dialog.press("OK")
    dialog.wait_for_label("a password for APOP can't have a colon in it")
    dialog.press("Cancel")
    dialog.wait_until_gone()
    assert "dave" not in users(program).rows()


def test_by_keys(program: ServerProperties, gateway: Gateway, keys: Keys) -> None:
    users(program).select("bob")
    until(lambda: users(program).cell_at(users(program).rows().index("bob")).has(FOCUSED), "the focus in the list")
    keys("Insert")
    dialog = program.dialog("Add Mail User")
    dialog.find("text", "User").wait(lambda entry: entry.has(FOCUSED), "focused")
    keys("e", "v", "e", "alt+p", "x", "y", "Return")
    dialog.wait_until_gone()
    until(lambda: "eve" in users(program).rows(), "eve", TIMEOUT_S)
    assert can_log_on(gateway, "eve", "xy")
    until(lambda: users(program).cell_at(users(program).rows().index("eve")).has(FOCUSED), "the focus on the new user")
    keys("Return")
    dialog = program.dialog("Password of “eve”")
    keys("Escape")
    dialog.wait_until_gone()
    keys("shift+F10")
    program.find("menu item", "Mailbox Size…")
    keys("Escape")
    until(lambda: not program.look("menu item", "Mailbox Size…"), "the end of the menu")
    keys("Delete")
    program.find("alert").press("Remove")
    until(lambda: "eve" not in users(program).rows(), "the end of eve", TIMEOUT_S)


def test_filter_and_aliases(program: ServerProperties, gateway: Gateway) -> None:
    gateway.apply({"general.aliases": ["sales: alice, ann@elsewhere.example", "info: bob@demo.example"]})
    wait_for_row(program, "alice", "Password set", "–", "As for all", "sales")
    wait_for_row(program, "bob", "Password set", "Secret set", "As for all", "info")
    program.fill_in("Filter", "INFO")
    until(lambda: users(program).rows() == ["bob"], "bob alone", TIMEOUT_S)
    program.fill_in("Filter", "nobody")
    program.wait_for_label("No user and no alias has that in it.")
    program.fill_in("Filter", "")
    until(lambda: users(program).rows() == ["alice", "bob"], "all", TIMEOUT_S)
    more(program, "Aliases…")
    sheet = program.find("dialog")
    assert sheet.find("table", "Aliases")
    sheet.press("Cancel")
    sheet.wait_until_gone()
    gateway.apply({"general.aliases": []})


def test_edits_of_the_file_are_seen(program: ServerProperties, gateway: Gateway) -> None:
    file = gateway.state / "users"
    before = file.read_text()
    file.write_text(before + "odd:{SSHA}x\n")
    wait_for_row(program, "odd", "No usable password", "–", "As for all", "")
    file.write_text(before)
    until(lambda: "odd" not in users(program).rows(), "the end of odd", TIMEOUT_S)


def test_thousands(program: ServerProperties, gateway: Gateway) -> None:
    file = gateway.state / "users"
    before = file.read_text()
    file.write_text(before + "".join(f"user{number:05}:{{PLAIN}}x\n" for number in range(10000)))
    program.wait_for_label("10002 users")
    program.fill_in("Filter", "user09999")
    until(lambda: users(program).row_count() == 1, "one of ten thousand", TIMEOUT_S)
    assert users(program).rows() == ["user09999"]
    assert gateway.bus.call(AUTHORITY, AUTHORITY_PATH, "org.postern.MailUsers1.SetQuota", GLib.Variant("(si)", ("user09999", 3))) == ()
    wait_for_row(program, "user09999", "Password set", "Secret set", "3 MiB", "")
    program.fill_in("Filter", "")
    file.write_text(before)
    until(lambda: users(program).row_count() == 2, "those from before", TIMEOUT_S)
    assert users(program).rows() == ["alice", "bob"]
