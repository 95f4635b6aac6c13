# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window: a page for each row of the tree, what can be done there, and what is remembered."""

import subprocess
from pathlib import Path
from typing import Callable, Iterator

import pytest

from gateway.accessibility import PROGRAM, Desktop, ServerProperties
from gateway.atspi import FOCUSED
from gateway.bus import BusError
from gateway.gateway import Gateway
from gateway.wait import until


@pytest.fixture(scope="module")
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        until(lambda: list(program.states().values()).count("Started") == 3, "all servers started")
        yield program
    assert not program.complaints()


def test_servers_page_has_all_servers(program: ServerProperties, gateway: Gateway) -> None:
    program.tree().select("TCP/IP")
    for name in ("SMTP", "POP", "Delivery"):
        program.find("push button", f"Properties of {name}")
    endpoints = gateway.settings()["smtp.listeners"]
    program.wait_for_label(endpoints[0])


def test_page_of_one_server(program: ServerProperties) -> None:
    program.tree().select("POP")
    program.wait_for_label("The POP server gives users their mail")
    assert program.look("push button", "Stop SMTP") is None
    program.press("Properties of POP")
    program.sheet("pop").press("Cancel")


def runs_anew(gateway: Gateway, before: int) -> bool:
    """Whether the POP server runs as another process than BEFORE."""
    try:
        return gateway.pid("pop3") != before
    except BusError:  # between the two
        return False


def test_restarts(program: ServerProperties, gateway: Gateway) -> None:
    program.tree().select("POP")
    before = gateway.pid("pop3")
    program.press("Restart POP")
    until(lambda: runs_anew(gateway, before), "another process")
    until(lambda: program.states()["POP"] == "Started", "POP to be shown as started")


def test_autostart_is_a_setting(program: ServerProperties, gateway: Gateway) -> None:
    program.tree().select("POP")
    switch = program.find("toggle button", "Start POP automatically")
    assert switch.ticked
    switch.click()
    until(lambda: gateway.settings()["pop3.autostart"] is False, "the setting")
    switch.wait(lambda widget: not widget.ticked, "off")
    gateway.send_changes({"pop3.autostart": True})
    switch.wait(lambda widget: widget.ticked, "on again")


def test_overview(program: ServerProperties) -> None:
    program.tree().select(program.tree().rows()[0])
    program.wait_for_label("Connected")
    program.wait_for_label("Revision ")
    program.find("list item", "Servers").call("Component", "GrabFocus")


def test_delivery_has_its_page_in_the_smtp_sheet(program: ServerProperties) -> None:
    program.tree().select("Delivery")
    program.press("Properties of Delivery")
    sheet = program.sheet("smtp")
    sheet.find("table", "Routes").wait(lambda table: table.has(FOCUSED) or table.showing, "shown")
    sheet.press("Cancel")


def test_page_is_remembered(desktop: Desktop, gateway: Gateway, tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    with desktop.open(gateway, environment=environment) as program:
        program.tree().select("Delivery")
        program.wait_for_label("The delivery server brings messages")
        program.find("frame").press("Close")
        assert program.process.wait(20) == 0
    with desktop.open(gateway, environment=environment) as again:
        again.wait_for_label("The delivery server brings messages")
    assert not program.complaints() + again.complaints()


@pytest.mark.parametrize("content", ["[window]\nwidth=99999999\nheight=-4\npage=nothing\nsystem=", "\0\1\2 no key file", "[window"])
def test_broken_preferences_count_as_none(desktop: Desktop, gateway: Gateway, tmp_path: Path, content: str) -> None:
    (tmp_path / "postern").mkdir()
    (tmp_path / "postern" / "server-properties.ini").write_text(content)
    with desktop.open(gateway, environment={"XDG_CONFIG_HOME": str(tmp_path)}) as program:
        program.wait_for_status("Settings: revision")
    assert not program.complaints()


def test_wrong_page(gateway: Gateway, desktop: Desktop) -> None:
    outcome = subprocess.run([str(gateway.build / PROGRAM), "--page", "nowhere"], env=desktop.environment, text=True,
                             stderr=subprocess.PIPE, timeout=20, check=False)
    assert outcome.returncode == 64 and "There is no page “nowhere”." in outcome.stderr


def test_page_option(desktop: Desktop, gateway: Gateway) -> None:
    with desktop.open(gateway, "--page", "pop3") as program:
        program.wait_for_label("The POP server gives users their mail")
    assert not program.complaints()
