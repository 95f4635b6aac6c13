# SPDX-License-Identifier: GPL-3.0-or-later
"""
Programs as assistive technology sees them: the AT-SPI interfaces of D-Bus, asked directly. Nothing is cached, so what is read
here is what is so now; and nothing here needs focus or a pointer.
"""

from typing import Any, Callable, Iterator, Optional

from gi.repository import Gio, GLib

from .wait import until

TIMEOUT_S = 20.0
CALL_TIMEOUT_MS = 10000

# Bits of a state set (AtspiStateType).
CHECKED, EDITABLE, EXPANDED, FOCUSED, SELECTED, SENSITIVE, SHOWING = 4, 7, 10, 12, 23, 24, 25

# Never walked into: each cell is an accessible of its own.
TABLES = ("table", "tree table")


def connect(address: str) -> Gio.DBusConnection:
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


class AccessibilityBus:
    """The bus on which programs show their widgets, found through the session bus at ADDRESS."""

    def __init__(self, address: str):
        session = connect(address)
        answer = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                   Gio.DBusCallFlags.NONE, CALL_TIMEOUT_MS, None)
        session.close_sync(None)
        self.connection = connect(answer.unpack()[0])
        self.root = Widget(self, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")

    def close(self) -> None:
        self.connection.close_sync(None)

    def call(self, name: str, path: str, interface: str, method: str, arguments: Optional[GLib.Variant] = None) -> tuple:
        return self.connection.call_sync(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE,
                                         CALL_TIMEOUT_MS, None).unpack()

    def program(self, pid: int) -> Optional["Widget"]:
        """The program that runs as process PID, once it has come to the bus."""
        for program in self.root.children():
            try:
                owner = self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                  "GetConnectionUnixProcessID", GLib.Variant("(s)", (program.bus_name,)))[0]
            except GLib.Error:  # it has just gone
                continue
            if owner == pid:
                return program
        return None


class Widget:
    """A part of a program: the program itself, a window, a page, a button."""

    def __init__(self, bus: AccessibilityBus, bus_name: str, path: str):
        self.bus = bus
        self.bus_name = bus_name
        self.path = path

    def call(self, interface: str, method: str, signature: str = "()", *arguments: Any) -> tuple:
        return self.bus.call(self.bus_name, self.path, f"org.a11y.atspi.{interface}", method, GLib.Variant(signature, arguments))

    def _property(self, interface: str, name: str) -> Any:
        return self.bus.call(self.bus_name, self.path, "org.freedesktop.DBus.Properties", "Get",
                             GLib.Variant("(ss)", (f"org.a11y.atspi.{interface}", name)))[0]

    # Looking.

    def widget_at(self, reference: tuple[str, str]) -> "Widget":
        return Widget(self.bus, *reference)

    def children(self) -> list["Widget"]:
        return [self.widget_at(reference) for reference in self.call("Accessible", "GetChildren")[0]]

    def parent(self) -> "Widget":
        return self.widget_at(self._property("Accessible", "Parent"))

    @property
    def role(self) -> str:
        return self.call("Accessible", "GetRoleName")[0]

    @property
    def name(self) -> str:
        return self._property("Accessible", "Name")

    @property
    def description(self) -> str:
        return self._property("Accessible", "Description")

    @property
    def text(self) -> str:
        return self.call("Text", "GetText", "(ii)", 0, -1)[0]

    def has(self, state: int) -> bool:
        low, high = self.call("Accessible", "GetState")[0]
        return bool((high << 32 | low) >> state & 1)

    @property
    def sensitive(self) -> bool:
        return self.has(SENSITIVE)

    @property
    def ticked(self) -> bool:
        return self.has(CHECKED)

    @property
    def showing(self) -> bool:
        """Whether it is on the screen; false when it is no more."""
        try:
            return self.has(SHOWING)
        except GLib.Error:
            return False

    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.call("Component", "GetSize")

    def shown_below(self) -> Iterator["Widget"]:
        """Every widget below this one that is on the screen, but for the cells of tables."""
        try:
            children = [child for child in self.children() if child.showing]
        except GLib.Error:  # it has gone while we looked
            return
        for child in children:
            yield child
            if child.role not in TABLES:
                yield from child.shown_below()

    def look(self, role: str, name: str = "") -> Optional["Widget"]:
        """The widget with ROLE on the screen that is called NAME, or else whose name begins so."""
        try:
            found = [(widget, widget.name) for widget in self.shown_below() if widget.role == role]
        except GLib.Error:
            return None
        exact = [widget for widget, its_name in found if its_name == name]
        return next(iter(exact + [widget for widget, its_name in found if its_name.startswith(name)]), None)

    def find(self, role: str, name: str = "") -> "Widget":
        """The same, waited for."""
        return until(lambda: self.look(role, name), f"{role} “{name}”", TIMEOUT_S)

    def wait(self, condition: Callable[["Widget"], bool], what: str) -> "Widget":
        until(lambda: condition(self), f"{self.role} “{self.name}” {what}", TIMEOUT_S)
        return self

    def wait_until_gone(self) -> None:
        until(lambda: not self.showing, f"the end of {self.path}", TIMEOUT_S)

    def labels(self) -> list[str]:
        """The texts of all labels on the screen."""
        return [widget.name for widget in self.shown_below() if widget.role == "label"]

    def wait_for_label(self, words: str) -> str:
        """Waits until a label is showing that has WORDS in it, and returns all of it."""
        return until(lambda: next((label for label in self.labels() if words in label), ""), f"the words “{words}”", TIMEOUT_S)

    # Acting. Each returns as soon as the program has been told.

    def click(self) -> None:
        self.wait(lambda widget: widget.sensitive, "can be used")
        self.call("Action", "DoAction", "(i)", 0)

    def set_text(self, text: str) -> None:
        self.call("EditableText", "SetTextContents", "(s)", text)

    def focus(self) -> None:
        self.call("Component", "GrabFocus")

    def press(self, name: str) -> None:
        self.find("push button", name).click()

    def tick(self, name: str, on: bool = True) -> None:
        box = self.find("check box", name)
        if box.ticked != on:
            box.click()
            box.wait(lambda widget: widget.ticked == on, "ticked" if on else "not ticked")

    def choose(self, name: str) -> None:
        """Chooses the radio button NAME."""
        button = self.find("radio button", name)
        button.click()
        button.wait(lambda widget: widget.ticked, "chosen")

    def choose_item(self, name: str, item: str) -> None:
        """Chooses ITEM of the combo box NAME."""
        box = self.find("combo box", name)
        items = [entry.name for menu in box.children() for entry in menu.children()]
        box.call("Selection", "SelectChild", "(i)", items.index(item))

    def set_number(self, name: str, text: Any) -> None:
        """Types TEXT, right or wrong, into the spin button NAME."""
        self.find("spin button", name).set_text(str(text))

    def fill_in(self, name: str, text: str) -> None:
        """Types TEXT into the entry NAME."""
        self.find("text", name).set_text(text)


class Table(Widget):
    """A list or a tree."""

    @classmethod
    def of(cls, widget: Widget) -> "Table":
        return cls(widget.bus, widget.bus_name, widget.path)

    def cell_at(self, row: int, column: int = 0) -> Widget:
        return self.widget_at(self.call("Table", "GetAccessibleAt", "(ii)", row, column)[0])

    def cell(self, row: int, column: int = 0) -> str:
        """The text in a cell; one with an icon and a text is a cell with two cells in it."""
        cell = self.cell_at(row, column)
        parts = [child.name for child in cell.children()]
        return " ".join(part for part in parts if part) or cell.name

    def row_count(self) -> int:
        return self._property("Table", "NRows")

    def rows(self, column: int = 0) -> list[str]:
        return [self.cell(row, column) for row in range(self.row_count())]

    def select(self, text: str) -> None:
        """Selects the row whose first cell is TEXT."""
        rows = until(lambda: (rows := self.rows()) and text in rows and rows, f"the row “{text}”", TIMEOUT_S)
        cell = self.cell_at(rows.index(text))
        cell.focus()
        cell.wait(lambda widget: widget.has(SELECTED), "selected")

    def wait_for_rows(self, *rows: str) -> None:
        until(lambda: self.rows() == list(rows), f"{self.name}: {rows}", TIMEOUT_S)
