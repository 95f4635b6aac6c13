# SPDX-License-Identifier: GPL-3.0-or-later
"""Long lists: filter, order, paste and import with a preview, export; and a list of a hundred thousand rows."""

import subprocess
from pathlib import Path
from typing import Callable, Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties, Sheet
from gateway.atspi import FOCUSED, Table, Widget
from gateway.gateway import Gateway
from gateway.wait import until

from screenshots import take_picture

Keys = Callable[..., None]
LIST = "Address relay list"
SETTING = "smtp.relay.addresses"
ROWS = [f"10.0.0.{number}" for number in range(12, 0, -1)]
MANY = [f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in range(100000)]
NEW = [f"172.16.{number >> 8}.{number & 255}" for number in range(1000)]

TABLE = """# a table
192.0.2.7 REJECT
192.0.2.0/24 OK
!10.0.0.0/8 OK
"""


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        yield program
    assert not program.complaints()


@pytest.fixture
def rows() -> list[str]:
    return ROWS


@pytest.fixture
def sheet(program: ServerProperties, gateway: Gateway, rows: list[str]) -> Iterator[Sheet]:
    gateway.send_changes({"smtp.relay.allow": "specified", SETTING: rows})
    program.tree().select("SMTP")
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    until(lambda: count(sheet.list(LIST)) == len(rows), f"{len(rows)} rows in the sheet")
    yield sheet
    program.close_sheets()


def count(table: Table) -> int:
    return table._property("Table", "NRows")


def filter_entry(sheet: Sheet) -> Widget:
    return sheet.find("text", f"Filter “{LIST}”")


def show_in_order(sheet: Sheet) -> None:
    button = sheet.find("toggle button", f"Show “{LIST}” in order")
    ticked = button.ticked
    button.click()
    button.wait(lambda widget: widget.ticked != ticked, "pressed")


def go_to_list(sheet: Sheet) -> Table:
    table = sheet.list(LIST)
    table.cell_at(0).focus()
    until(lambda: table.has(FOCUSED) or table.cell_at(0).has(FOCUSED), "the focus in the list")
    return table


def clipboard(desktop: Desktop) -> str:
    return subprocess.run(["xclip", "-selection", "clipboard", "-o"], env=desktop.environment, text=True,
                          stdout=subprocess.PIPE, timeout=20).stdout


def copy(desktop: Desktop, text: str) -> None:
    """xclip goes into the background, and ends with the screen, or when another program copies something."""
    subprocess.run(["xclip", "-selection", "clipboard", "-i"], env=desktop.environment, input=text, text=True, check=True,
                   stdout=subprocess.DEVNULL, timeout=20)


def results(dialog: Widget) -> list[tuple[str, str]]:
    """The rows of the preview, and what it says of each."""
    table = Table.of(dialog.find("table", "Lines"))
    return list(zip(table.rows(1), table.rows(2)))


def tool(desktop: Desktop, *command: str) -> str:
    return subprocess.run(["xdotool", *command], env=desktop.environment, text=True, stdout=subprocess.PIPE, timeout=20).stdout


def choose_file(desktop: Desktop, title: str, file: Path) -> None:
    """Types the path of FILE. GTK itself complains when its file chooser is walked through by assistive technology."""
    until(lambda: tool(desktop, "getactivewindow", "getwindowname").strip() == title, f"the window “{title}”")
    for keys in (("key", "ctrl+a" if title == "Export Rows" else "ctrl+l"), ("type", "--delay", "5", str(file)), ("key", "Return")):
        take_picture(desktop, file.with_name("chooser.png"))  # once all is drawn, keys are taken
        tool(desktop, *keys)
    until(lambda: tool(desktop, "getactivewindow", "getwindowname").strip() != title, f"the end of “{title}”")


def use_menu(program: ServerProperties, keys: Keys, item: str) -> None:
    keys("shift+F10")
    program.find("menu item", item).click()


def test_filter(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    """It hides rows, and loses none; what is typed is not hidden."""
    table = go_to_list(sheet)
    sheet.wait_for_label("12 rows")
    filter_entry(sheet).set_text(".0.1")
    sheet.wait_for_label("4 of 12 rows")
    table.wait_for_rows("10.0.0.12", "10.0.0.11", "10.0.0.10", "10.0.0.1")
    sheet.list_button(LIST, "Add…").click()
    dialog = program.dialog("Add to")
    dialog.fill_in("Address or network:", "192.0.2.9")
    dialog.press("OK")
    dialog.wait_until_gone()
    sheet.wait_for_label("13 rows")
    sheet.press("OK")
    sheet.wait_until_gone()
    assert gateway.settings()[SETTING] == [*ROWS, "192.0.2.9"]


def test_order_is_of_the_view_alone(program: ServerProperties, sheet: Sheet, gateway: Gateway) -> None:
    table = go_to_list(sheet)
    show_in_order(sheet)
    table.wait_for_rows(*reversed(ROWS))
    table.select("10.0.0.1")
    sheet.list_button(LIST, "Remove").click()
    table.wait_for_rows(*reversed(ROWS[:-1]))
    sheet.press("OK")
    sheet.wait_until_gone()
    assert gateway.settings()[SETTING] == ROWS[:-1]
    program.tree().select("SMTP")
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    show_in_order(sheet)
    sheet.list(LIST).wait_for_rows(*ROWS[:-1])


def test_typing_in_the_list_filters_it(sheet: Sheet, keys: Keys) -> None:
    table = go_to_list(sheet)
    keys("1", "2")
    sheet.wait_for_label("1 of 12 rows")
    table.wait_for_rows("10.0.0.12")
    keys("Escape")
    until(lambda: count(table) == 12, "all rows")
    assert sheet.showing


def test_copy_and_remove_all(sheet: Sheet, desktop: Desktop, keys: Keys) -> None:
    table = go_to_list(sheet)
    keys("ctrl+a", "ctrl+c")
    until(lambda: clipboard(desktop) == "".join(f"{row}\n" for row in ROWS), "the rows on the clipboard")
    keys("Delete")
    table.wait_for_rows()


def test_paste_shows_what_it_would_do(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys) -> None:
    copy(desktop, "192.0.2.7\n10.0.0.1\n192.0.2.7\n192.0.2.300\n# comment\n198.51.100.7/255.255.255.0\n")
    table = go_to_list(sheet)
    keys("ctrl+v")
    dialog = program.dialog("Add to")
    dialog.wait_for_label("2 new, 2 double, 1 wrong")
    found = results(dialog)
    assert [result for _, result in found[:3]] == ["New", "In the list already", "Twice in this text"]
    assert "is not an address or a network" in found[3][1] and found[4] == ("198.51.100.7/255.255.255.0", "New")
    dialog.press("Copy Wrong Lines")
    until(lambda: clipboard(desktop) == "192.0.2.300\n", "the wrong line on the clipboard")
    dialog.choose_item("Show:", "Wrong")
    until(lambda: [row for row, _ in results(dialog)] == ["192.0.2.300"], "the wrong line alone")
    dialog.press("Add 2 Rows")
    dialog.wait_until_gone()
    table.wait_for_rows(*ROWS, "192.0.2.7", "198.51.100.7/255.255.255.0")


def test_one_pasted_line_is_a_row_to_type(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys) -> None:
    copy(desktop, " 192.0.2.7\n")
    go_to_list(sheet)
    keys("ctrl+v")
    dialog = program.dialog("Add to")
    assert dialog.find("text", "Address or network:").text == "192.0.2.7"
    dialog.press("Cancel")


def test_lines_pasted_into_the_row_dialog(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys) -> None:
    copy(desktop, "192.0.2.7\n192.0.2.8\n")
    go_to_list(sheet)
    keys("Insert")
    program.find("text", "Address or network:").wait(lambda entry: entry.has(FOCUSED), "focused")
    keys("ctrl+v")
    program.dialog("Add to").wait_for_label("2 new")


@pytest.mark.parametrize("name, text, summary", [
    ("relays", "192.0.2.0 255.255.255.0 # office\n198.51.100.7\n", "2 new"),
    ("main.cf", "mynetworks = 10.0.0.1, [2001:db8::]/32 !192.0.2.1\n", "1 new, 1 double, 1 wrong"),
    ("networks.cidr", TABLE, "1 new, 1 wrong, 1 left out"),
    ("hosts.csv", 'Name;Address\n"a; b";192.0.2.7\nc;192.0.2.8\n', "2 new"),
])
def test_import(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys, tmp_path: Path, name: str, text: str,
                summary: str) -> None:
    (tmp_path / name).write_text(text)
    go_to_list(sheet)
    use_menu(program, keys, "Import…")
    choose_file(desktop, "Import Rows", tmp_path / name)
    program.dialog("Add to").wait_for_label(summary)


def test_what_a_table_refuses_can_be_taken(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys) -> None:
    copy(desktop, TABLE)
    go_to_list(sheet)
    keys("ctrl+v")
    dialog = program.dialog("Add to")
    dialog.wait_for_label("1 new, 1 wrong, 1 left out")
    assert ("192.0.2.7", "The table refuses it.") in results(dialog)
    dialog.choose_item("Take:", "Both")
    dialog.wait_for_label("2 new, 1 wrong")


def test_what_is_no_text_is_refused(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys,
                                    tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"\x7fELF\0\0")
    go_to_list(sheet)
    use_menu(program, keys, "Import…")
    choose_file(desktop, "Import Rows", tmp_path / "program")
    program.wait_for_label("It is not a text.")
    program.find("alert").press("Close")


@pytest.mark.parametrize("name, expected", [
    ("rows.txt", "".join(f"{row}\n" for row in ROWS)),
    ("rows.csv", "".join(f"{row}\r\n" for row in [LIST, *ROWS])),
])
def test_export(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys, tmp_path: Path, name: str,
                expected: str) -> None:
    go_to_list(sheet)
    use_menu(program, keys, "Export…")
    choose_file(desktop, "Export Rows", tmp_path / name)
    until(lambda: (tmp_path / name).exists() and (tmp_path / name).read_bytes() == expected.encode(), "the file")


@pytest.mark.parametrize("rows", [MANY])
def test_a_hundred_thousand_rows(program: ServerProperties, sheet: Sheet, desktop: Desktop, keys: Keys,
                                 gateway: Gateway) -> None:
    table = go_to_list(sheet)
    sheet.wait_for_label("100000 rows")
    filter_entry(sheet).set_text("10.1.134.15")
    sheet.wait_for_label("11 of 100000 rows")
    filter_entry(sheet).set_text("")
    until(lambda: count(table) == len(MANY), "all rows")

    sheet.list_button(LIST, "Add…").click()
    dialog = program.dialog("Add to")
    dialog.fill_in("Address or network:", "10.0.0.7/32")
    dialog.wait_for_label("is in the list twice")
    dialog.fill_in("Address or network:", "192.0.2.300")
    dialog.wait_for_label("is not an address or a network")
    dialog.fill_in("Address or network:", "192.0.2.1")
    dialog.press("OK")
    dialog.wait_until_gone()

    copy(desktop, "\n".join([*NEW, MANY[5], "x"]))
    table.cell_at(0).focus()
    keys("ctrl+v")
    dialog = program.dialog("Add to")
    dialog.wait_for_label("1000 new, 1 double, 1 wrong")
    dialog.press("Add 1000 Rows")
    dialog.wait_until_gone()
    sheet.wait_for_label("101001 rows")
    sheet.press("OK")
    sheet.wait_until_gone()
    saved = gateway.settings()[SETTING]
    assert sorted(saved[:100000]) == sorted(MANY)  # the authority leaves rows that were there before where they are
    assert saved[100000:] == ["192.0.2.1", *NEW]
