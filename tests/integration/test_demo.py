# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev run, as a person starts and ends it."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

from gateway.gateway import SOURCE, build_folder
from gateway.ports import free_port
from gateway.wait import ended


class Demo:
    def __init__(self, state: Path, *options: str):
        self.state = state
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway.demo", "--state", str(state), "--headless", *options], cwd=SOURCE,
            env=dict(os.environ, PYTHONPATH=str(SOURCE / "tests"), POSTERN_BUILD=str(build_folder())),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.text = ""
        for line in self.process.stdout:
            self.text += line
            if line.startswith("Ctrl-C"):
                break

    def pids(self) -> list[int]:
        """Every process that names the state folder."""
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()
                and entry.name != str(os.getpid()) and str(self.state).encode() in read_if_there(entry / "cmdline")]

    def end(self, number: int = signal.SIGINT) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.text += self.process.communicate(timeout=60)[0]


def read_if_there(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def ports() -> Iterator[list[str]]:
    yield ["--smtp-port", str(free_port()), "--pop-port", str(free_port())]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_says_what_runs_and_leaves_nothing(tmp_path: Path, ports: list[str], number: int) -> None:
    demo = Demo(tmp_path / "state", *ports)
    try:
        assert f"127.0.0.1:{ports[1]}" in demo.text and f"127.0.0.1:{ports[3]}" in demo.text, demo.text
        for words in ("alice, password wonderland", "bob, password builder", "demo.example"):
            assert words in demo.text, demo.text
        with smtplib.SMTP("127.0.0.1", int(ports[1]), timeout=30) as session:
            assert session.noop()[0] == 250
        assert len(demo.pids()) >= 6
    finally:
        demo.end(number)
    assert demo.process.returncode == 0, demo.text
    assert demo.pids() == []


def test_state_is_kept(tmp_path: Path, ports: list[str]) -> None:
    state = tmp_path / "state"
    for expected in ("550", "250"):
        demo = Demo(state, *ports)
        try:
            address = re.search(r"POSTERN_BUS='([^']+)'", demo.text).group(1)
            with smtplib.SMTP("127.0.0.1", int(ports[1]), timeout=30) as session:
                session.ehlo()
                session.mail("me@demo.example")
                assert str(session.rcpt("x@elsewhere.example")[0]) == expected
            subprocess.run([str(build_folder() / "core/ctl/posternctl"), "set", "smtp.relay.allow=all"], check=True,
                           env=dict(os.environ, POSTERN_BUS=address))
        finally:
            demo.end()


def test_settings_file_of_ones_own(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "own").mkdir()
    config = tmp_path / "own" / "mine.xml"
    text = (SOURCE / "data/demo/server-properties.xml").read_text()
    config.write_text(text.replace(":2525<", f":{port}<").replace(":2110<", f":{free_port()}<"))
    (tmp_path / "own" / "users").write_text("zoe:{PLAIN}z\n")
    demo = Demo(tmp_path / "state", "--config", str(config))
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as session:
            session.ehlo()
            session.mail("me@elsewhere.example")
            assert session.rcpt("zoe@demo.example")[0] == 250
        assert str(config) in demo.text and "wonderland" not in demo.text
    finally:
        demo.end()
    assert demo.process.returncode == 0, demo.text


def test_main_job_with_no_person() -> None:
    """./dev run --check, from a stranger's refused mail to a click in Server Properties."""
    if not (build_folder() / "gui/server-properties").exists():
        pytest.skip("Server Properties is not built here")
    result = subprocess.run([sys.executable, "-m", "gateway.demo", "--check"], cwd=SOURCE, text=True, timeout=150,
                            env=dict(os.environ, PYTHONPATH=str(SOURCE / "tests"), POSTERN_BUILD=str(build_folder())),
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.returncode == 0, result.stdout
    assert "FAIL" not in result.stdout and "from OK to enforcement: " in result.stdout


def test_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        demo = Demo(tmp_path / "state", "--smtp-port", port, "--pop-port", str(free_port()))
        demo.end()
    assert demo.process.returncode == 1
    assert port in demo.text and "another program has that port" in demo.text and "Traceback" not in demo.text
    assert demo.pids() == []


def test_folder_that_is_in_use_is_said(tmp_path: Path, ports: list[str]) -> None:
    first = Demo(tmp_path / "state", *ports)
    try:
        second = Demo(tmp_path / "state", "--smtp-port", str(free_port()), "--pop-port", str(free_port()))
        second.end()
        assert second.process.returncode == 1 and "in use" in second.text and "Traceback" not in second.text
        address = re.search(r"POSTERN_BUS='([^']+)'", first.text).group(1)
        subprocess.run([str(build_folder() / "core/ctl/posternctl"), "status"], check=True, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, POSTERN_BUS=address))
    finally:
        first.end()


def test_long_state_folder(tmp_path: Path, ports: list[str]) -> None:
    """Longer than a socket's path may be."""
    demo = Demo(tmp_path / ("x" * 120) / "state", *ports)
    demo.end()
    assert demo.process.returncode == 0, demo.text


def test_killed_from_outside_it_leaves_nothing(tmp_path: Path, ports: list[str]) -> None:
    demo = Demo(tmp_path / "state", *ports)
    pids = demo.pids()
    demo.end(signal.SIGKILL)
    assert all(ended(pid, 20) for pid in pids)


@pytest.mark.parametrize("option", ["--smtp-port=0", "--pop-port=65536", "--smtp-port=x", "--frobnicate"])
def test_wrong_option_is_said(tmp_path: Path, option: str) -> None:
    demo = Demo(tmp_path / "state", option)
    demo.end()
    assert demo.process.returncode == 2 and option.partition("=")[0] in demo.text
