# SPDX-License-Identifier: GPL-3.0-or-later
"""
What people need who use no mouse, or no eyes: each control has a name, is reached by Tab, and lets the focus go on.
"""

import re
from typing import Callable, Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.atspi import FOCUSED, TIMEOUT_S, Widget
from gateway.gateway import SOURCE, Gateway
from gateway.wait import until

OPERABLE = ("push button", "radio button", "check box", "spin button", "text", "table", "tree table", "page tab", "toggle button",
            "combo box", "password text", "link", "slider")
LIVE_PAGES = re.findall(r'^  { "([a-z-]+)",', (SOURCE / "gui" / "live" / "live-page.c").read_text(), re.MULTILINE)
ENOUGH = 120  # no page has so many controls


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway(settings={"smtp.relay.addresses": ["192.0.2.0/24"]}) as gateway:
        gateway.log_on()
        gateway.rcpt("127.0.0.9")
        yield gateway


def focused(window: Widget) -> str:
    """The path of the widget below WINDOW that has the focus. Of a combo box GTK tells it by an event alone: then it is empty."""
    return next((widget.path for widget in window.shown_below() if widget.has(FOCUSED)), "")


def settled(window: Widget, before: str, boxes: int) -> str:
    """Where the focus is, once it has left BEFORE and stays; a combo box is "" and stands for where GTK tells nothing."""
    now = focused(window)
    return (now or COMBO_BOX) if now != before and (now or boxes) and focused(window) == now else ""


def step(window: Widget, keys: Callable[..., None], key: str, boxes: int) -> str:
    """
    Presses KEY, and returns where the focus is then. Combo boxes that follow each other count as one place, and so do a list
    and its headings, which are one stop each.
    """
    before = focused(window)
    stops = boxes + 1 if before == "" else 2
    for stop in range(stops):
        keys(key)
        try:
            return until(lambda: settled(window, before, boxes), f"the focus leaving {before or 'a combo box'} with {key}",
                         TIMEOUT_S if stop == stops - 1 else 1.0)
        except TimeoutError:
            if stop == stops - 1:
                raise
    raise AssertionError("not reached")


COMBO_BOX = "a combo box"


def walk(window: Widget, keys: Callable[..., None], key: str) -> list[str]:
    """The controls that the focus comes by with KEY, until it is at one of them again."""
    boxes = sum(widget.role == "combo box" for widget in window.shown_below())
    places = [until(lambda: focused(window), "a focus")]
    while len(places) < ENOUGH:
        place = step(window, keys, key, boxes)
        if place in places and place != COMBO_BOX:
            return places
        places.append(place)
    raise AssertionError(f"the focus does not come back: {places[-5:]}")


def nameless(window: Widget) -> list[tuple[str, str]]:
    return [(widget.role, widget.path) for widget in window.shown_below() if widget.role in OPERABLE and not widget.name]


def check(window: Widget, keys: Callable[..., None]) -> None:
    assert nameless(window) == []
    for key in ("Tab", "shift+Tab"):
        controls = {place for place in walk(window, keys, key) if place != COMBO_BOX}
        assert len(controls) >= 3, controls


@pytest.mark.parametrize("page", LIVE_PAGES)
def test_page(page: str, desktop: Desktop, gateway: Gateway, keys: Callable[..., None]) -> None:
    with desktop.open(gateway, "--page", page) as program:
        frame = program.find("frame")
        check(frame, keys)
    assert not program.complaints()


def test_servers(desktop: Desktop, gateway: Gateway, keys: Callable[..., None]) -> None:
    with desktop.open(gateway) as program:
        until(lambda: "Started" in program.states().values(), "servers that are started")
        check(program.find("frame"), keys)
    assert not program.complaints()


@pytest.fixture(scope="module", params=["smtp", "pop"])
def sheet_of(request: pytest.FixtureRequest, desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway, "--properties", request.param) as program:
        yield program
    assert not program.complaints()


def test_each_tab(sheet_of: ServerProperties, keys: Callable[..., None]) -> None:
    dialog = sheet_of.find("dialog")
    notebook = dialog.find("page tab list")
    for number, tab in enumerate(notebook.children()):
        notebook.call("Selection", "SelectChild", "(i)", number)
        notebook.focus()
        until(lambda: notebook.has(FOCUSED), f"the focus on the tab {tab.name}")
        check(dialog, keys)
