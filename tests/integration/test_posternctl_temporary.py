# SPDX-License-Identifier: GPL-3.0-or-later
"""posternctl: changes that have an end, restarts, and the start with the system."""

import json
import subprocess
import time
from typing import Any, Iterator

import pytest

from gateway.gateway import Gateway
from private_bus import AuthorityAlone, Listener

OK, NO, USAGE, FAILED, INVALID = 0, 2, 64, 1, 65


@pytest.fixture
def authority() -> Iterator[AuthorityAlone]:
    with AuthorityAlone() as alone:
        yield alone


def run(authority: AuthorityAlone, status: int, *arguments: str, text: str = "") -> subprocess.CompletedProcess:
    result = authority.run(*arguments, text=text)
    assert result.returncode == status, result
    return result


def as_json(authority: AuthorityAlone, status: int, *arguments: str) -> Any:
    return json.loads(run(authority, status, *arguments, "--json").stdout)


def test_until(authority: AuthorityAlone) -> None:
    run(authority, OK, "set", "--until=+90", "smtp.relay.addresses+=192.0.2.7", "smtp.relay.allow=none")
    row, = as_json(authority, OK, "temporary")
    assert row["id"] == 2 and row["end"] == pytest.approx(time.time() + 90 * 60, abs=5)
    assert row["before"] == {"smtp.relay.addresses": [], "smtp.relay.allow": "specified"}
    assert "smtp.relay.allow,smtp.relay.addresses" in run(authority, OK, "temporary", "list").stdout
    assert "(temporary)" in run(authority, OK, "history").stdout
    run(authority, OK, "temporary", "end", "2")
    assert authority.get()[1]["smtp.relay.addresses"] == [] and as_json(authority, OK, "temporary") == []
    assert "(taken back)" in run(authority, OK, "history").stdout


def test_keep(authority: AuthorityAlone) -> None:
    run(authority, OK, "apply", "-", "--until", "+1", text="smtp.relay.allow=none\n")
    assert as_json(authority, OK, "temporary", "keep", "2") == [{"id": 2, "done": "keep"}]
    assert "no temporary change" in run(authority, FAILED, "temporary", "keep", "2").stderr
    assert authority.get()[1]["smtp.relay.allow"] == "none" and as_json(authority, OK, "temporary") == []


@pytest.mark.parametrize("answer, status, allow", [("y\n", OK, "all"), ("n\n", NO, "specified"), ("\n", NO, "specified"),
                                                   ("", NO, "specified")])
def test_trial(authority: AuthorityAlone, answer: str, status: int, allow: str) -> None:
    result = run(authority, status, "set", "--trial", "smtp.relay.allow=all", text=answer)
    assert "60 seconds" in result.stderr
    assert authority.get()[1]["smtp.relay.allow"] == allow and as_json(authority, OK, "temporary") == []


def test_trial_of_a_client_that_dies(authority: AuthorityAlone) -> None:
    """What posternctl does not live to take back, the authority has in its list."""
    listener = Listener(authority)
    started = int(time.time())
    with subprocess.Popen([authority.ctl, f"--bus={authority.bus.address}", "set", "--trial", "smtp.relay.allow=all"],
                          stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        listener.wait_for(2)
        process.kill()
    row, = as_json(authority, OK, "temporary")
    assert started + 60 <= row["end"] <= row["made"] + 60 and row["names"] == ["smtp.relay.allow"]


@pytest.mark.parametrize("words", [["set", "--until=noon", "smtp.relay.allow=all"], ["set", "--until=+0", "smtp.relay.allow=all"],
                                   ["set", "--until=+5", "--trial", "smtp.relay.allow=all"], ["temporary", "keep"],
                                   ["temporary", "end", "x"], ["temporary", "list", "2"], ["temporary", "drop", "2"],
                                   ["start"], ["start", "--autostart", "smtp"], ["restart"], ["restart", "imap"]])
def test_wrong_usage(authority: AuthorityAlone, words: list[str]) -> None:
    assert run(authority, USAGE, *words).stderr.startswith("posternctl: ")
    assert authority.get()[0] == 1


def test_a_change_that_changes_nothing(authority: AuthorityAlone) -> None:
    assert "nothing would change" in run(authority, INVALID, "set", "--until=+5", "smtp.relay.allow=specified").stderr


def test_restart_and_autostart() -> None:
    with Gateway() as gateway:
        before = gateway.pid("pop3")
        gateway.posternctl("restart", "pop3")
        assert gateway.is_running("pop3") and gateway.pid("pop3") != before
        gateway.apply({"smtp.autostart": False})
        gateway.posternctl("stop", "all")
        started = json.loads(gateway.posternctl("start", "--autostart", "--json").stdout)
        assert [row["server"] for row in started] == ["pop3", "delivery"]
        assert not gateway.is_running("smtp") and gateway.is_running("pop3") and gateway.is_running("delivery")
        gateway.posternctl("start", "smtp")
        gateway.apply({"smtp.autostart": True})
