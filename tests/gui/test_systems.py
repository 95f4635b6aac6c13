# SPDX-License-Identifier: GPL-3.0-or-later
"""Several systems in one tree: others are reached by ssh, and a settings file alone is one, too."""

import os
import signal
from pathlib import Path
from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.gateway import Gateway
from gateway.wait import until

# It is found before the real one, and goes to the bus of the other gateway; each call leaves its words and its number.
SSH = """#!/bin/sh
echo "$$ $@" >> {folder}/calls
test -e {folder}/down && {{ echo "ssh: connect to host other.example port 22: Connection refused" >&2; exit 255; }}
exec systemd-stdio-bridge --bus-path='{bus}'
"""


class FakeSsh:
    """The command ssh, in FOLDER."""

    def __init__(self, folder: Path, bus: str):
        self.folder = folder
        program = folder / "ssh"
        program.write_text(SSH.format(folder=folder, bus=bus))
        program.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.folder}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(self.folder / "config")}

    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def go_down(self) -> None:
        """Ends the connection that there is, and refuses others."""
        (self.folder / "down").touch()
        os.kill(int(self.calls()[-1].split()[0]), signal.SIGTERM)

    def come_up(self) -> None:
        (self.folder / "down").unlink()


@pytest.fixture(scope="module")
def other_gateway() -> Iterator[Gateway]:
    with Gateway(settings={"general.near-domains": ["near.example"], "smtp.relay.near-domains": False}) as gateway:
        yield gateway


@pytest.fixture
def ssh(tmp_path: Path, other_gateway: Gateway) -> FakeSsh:
    return FakeSsh(tmp_path, other_gateway.bus.address)


@pytest.fixture
def program(desktop: Desktop, gateway: Gateway, ssh: FakeSsh) -> Iterator[ServerProperties]:
    with desktop.open(gateway, environment=ssh.environment) as program:
        yield program
    assert not program.complaints()


def connect(program: ServerProperties, host: str, user: str = "") -> None:
    program.choose_from_menu("Connect to System…")
    dialog = program.dialog("Connect to System")
    dialog.fill_in("Host", host)
    dialog.fill_in("User", user)
    dialog.press("Connect")
    dialog.wait_until_gone()


def rows(program: ServerProperties) -> list[str]:
    return program.tree().rows()


def states_of_servers(program: ServerProperties, system: str) -> list[str]:
    """What the tree says of SMTP, POP and Delivery of SYSTEM."""
    tree = program.tree()
    first = tree.rows().index(system) + 4
    return tree.rows(1)[first:first + 3]


def test_two_systems_in_one_tree(program: ServerProperties, ssh: FakeSsh, gateway: Gateway, other_gateway: Gateway) -> None:
    connect(program, "other.example", "admin")
    until(lambda: "admin@other.example" in rows(program), "the other system")
    until(lambda: states_of_servers(program, "admin@other.example") == ["Started"] * 3, "the other system's servers")
    words = ssh.calls()[0].split()[1:]
    assert words[-5:] == ["-l", "admin", "--", "other.example", "systemd-stdio-bridge"] and "BatchMode=yes" in words

    smtp = rows(program).index("admin@other.example") + 4
    program.tree().cell_at(smtp).focus()
    program.press("Properties")
    sheet = program.sheet("smtp")
    sheet.choose_tab("Relay Restrictions")
    sheet.tick("To near domains")
    sheet.set_pop_minutes(240)
    sheet.press_ok()
    sheet.wait_until_gone()
    program.wait_for_status("in force on SMTP and POP.")
    assert other_gateway.settings()["smtp.relay.pop-client-minutes"] == 240
    assert gateway.settings()["smtp.relay.pop-client-minutes"] != 240
    assert other_gateway.rcpt("127.0.0.2", "someone@near.example")[0] == 250
    assert gateway.rcpt("127.0.0.2", "someone@near.example")[0] == 550


def test_connection_lost_and_found(program: ServerProperties, ssh: FakeSsh) -> None:
    connect(program, "other.example")
    until(lambda: "other.example" in rows(program) and states_of_servers(program, "other.example") == ["Started"] * 3, "connected")
    program.wait_for_status("Settings: revision")
    ssh.go_down()
    program.wait_for_status("other.example cannot be reached: connect to host other.example port 22: Connection refused")
    assert program.states()["other.example"] == "Not connected"
    ssh.come_up()
    program.wait_for_status("Settings: revision")
    assert program.states()["other.example"] == ""


def test_systems_are_kept_and_removed(desktop: Desktop, gateway: Gateway, ssh: FakeSsh) -> None:
    with desktop.open(gateway, environment=ssh.environment) as program:
        connect(program, "other.example")
        until(lambda: "other.example" in rows(program), "the other system")
        program.find("frame").press("Close")
        assert program.process.wait(20) == 0
    with desktop.open(gateway, "--system", "other.example", environment=ssh.environment) as again:
        again.wait_for_status("Settings: revision")
        again.wait_for_label("Over ssh to other.example")
        again.choose_from_menu("Remove System")
        until(lambda: "other.example" not in rows(again), "the end of the other system")
        again.find("frame").press("Close")
        assert again.process.wait(20) == 0
    with desktop.open(gateway, environment=ssh.environment) as last:
        assert "other.example" not in rows(last)
    assert not program.complaints() + again.complaints() + last.complaints()


@pytest.mark.parametrize("host, user", [("-oProxyCommand=evil", ""), ("two words", ""), ("other.example", "-l"), ("a;b", "")])
def test_no_word_is_an_option(program: ServerProperties, ssh: FakeSsh, host: str, user: str) -> None:
    program.choose_from_menu("Connect to System…")
    dialog = program.dialog("Connect to System")
    dialog.fill_in("Host", host)
    dialog.fill_in("User", user)
    dialog.wait_for_label("This cannot be a")
    assert not dialog.find("push button", "Connect").sensitive
    dialog.press("Cancel")
    assert not ssh.calls()


def test_a_file_that_was_edited_gives_no_option(desktop: Desktop, gateway: Gateway, ssh: FakeSsh) -> None:
    folder = ssh.folder / "config" / "postern"
    folder.mkdir(parents=True)
    (folder / "server-properties.ini").write_text("[systems]\nplaces=-oProxyCommand=evil;other.example;\n")
    with desktop.open(gateway, environment=ssh.environment) as program:
        until(lambda: "other.example" in rows(program), "the other system")
        assert not any("evil" in row for row in rows(program))
        until(ssh.calls, "a call of ssh")
    assert not any("evil" in call for call in ssh.calls())


def test_unknown_system(desktop: Desktop, gateway: Gateway) -> None:
    with desktop.open(gateway, "--system", "nowhere") as program:
        program.wait_for_status("There is no system “nowhere” in the tree.")
    assert not program.complaints()
