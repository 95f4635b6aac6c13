# SPDX-License-Identifier: GPL-3.0-or-later
"""The log: its places, and what fail2ban reads from it."""

import json
import os
import poplib
import re
import shutil
import smtplib
import subprocess
import sys
from pathlib import Path
from typing import Sequence

import pytest

from gateway.gateway import SOURCE, Gateway, build_folder
from gateway.ports import free_port
from gateway.wait import until

UNSHARE = ["unshare", "--map-root-user", "--mount"]
FILTER = SOURCE / "data/fail2ban/postern-filter.conf"
EVIL_NAME = 'x" client=10.9.9.9 ü'

needs_room = pytest.mark.skipif(subprocess.run([*UNSHARE, "true"], capture_output=True).returncode != 0,
                                reason="this system gives no mount namespace (unshare --map-root-user --mount)")
needs_fail2ban = pytest.mark.skipif(shutil.which("fail2ban-regex") is None, reason="fail2ban-regex (package fail2ban) is not installed")


def logs_of_a_failed_log_on(folder: Path, *options: str) -> dict[str, list[str]]:
    """What a POP3 server writes to the journal, and to syslog."""
    port = free_port()
    shutil.copy(SOURCE / "data/demo/users", folder / "users")
    (folder / "settings.xml").write_text(re.sub("127.0.0.1:2110", f"127.0.0.1:{port}", (SOURCE / "data/demo/server-properties.xml").read_text()))
    said = subprocess.check_output([*UNSHARE, sys.executable, Path(__file__).with_name("log_room.py"), str(port),
                                    build_folder() / "servers/pop3/postern-pop3d", "--bus=none", f"--config={folder}/settings.xml",
                                    f"--state-dir={folder}/state", *options], text=True,
                                   env=dict(os.environ, PYTHONPATH=str(SOURCE / "tests")))
    return json.loads(said)


def fields_of(datagram: str) -> dict[str, str]:
    """The fields that have no line breaks, of an entry in the journal's own protocol."""
    return dict(line.split("=", 1) for line in datagram.splitlines() if "=" in line)


@needs_room
def test_the_journal_gets_fields(tmp_path: Path) -> None:
    logs = logs_of_a_failed_log_on(tmp_path)
    assert logs["syslog"] == []
    entries = [fields_of(datagram) for datagram in logs["journal"]]
    entry, = (entry for entry in entries if entry.get("POSTERN_EVENT") == "log-on-failed")
    assert entry["POSTERN_CLIENT"] == "127.0.0.1" and entry["POSTERN_USER"] == EVIL_NAME and entry["POSTERN_HOW"] == "pass"
    assert entry["SYSLOG_IDENTIFIER"] == "postern-pop3d" and entry["SYSLOG_FACILITY"] == "2" and entry["PRIORITY"] == "5"
    assert entry["MESSAGE"].startswith('log-on-failed client=127.0.0.1 user="x\\" client=10.9.9.9 ü" how=pass reason=')
    assert any(entry["MESSAGE"].startswith("settings: revision") and entry["PRIORITY"] == "5" for entry in entries)


@needs_room
def test_no_field_has_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("G_MESSAGES_DEBUG", "all")
    for options in ((), ("--log=syslog",)):
        folder = tmp_path / str(len(options))
        folder.mkdir()
        said = [text for texts in logs_of_a_failed_log_on(folder, *options).values() for text in texts]
        assert any("log-on-failed" in text for text in said) and not any("canary" in text for text in said)


@needs_room
@needs_fail2ban
def test_syslog_gets_the_same_line(tmp_path: Path) -> None:
    logs = logs_of_a_failed_log_on(tmp_path, "--log=syslog")
    assert logs["journal"] == []
    line, = (line for line in logs["syslog"] if "log-on-failed" in line)
    assert re.fullmatch(r"<21>\w+ +\d+ [\d:]+ postern-pop3d\[\d+\]: log-on-failed client=127\.0\.0\.1 user=.*\0?", line), line
    # As rsyslog writes it into a file, and as fail2ban composes it of the journal's fields.
    written = re.sub(r"^<\d+>(\w+ +\d+ [\d:]+) ", r"\1 gatehost ", line).rstrip("\0")
    assert found_by_fail2ban([written], tmp_path) == ["127.0.0.1"]


def found_by_fail2ban(lines: Sequence[str], folder: Path, mode: str = "normal") -> list[str]:
    """The addresses that the filter finds, in order."""
    log = folder / "fail2ban.log"
    log.write_text("".join(f"{line}\n" for line in lines))
    done = subprocess.run(["fail2ban-regex", "--out", "ip", str(log), f"{FILTER}[mode={mode}]"],
                          text=True, capture_output=True)
    assert done.returncode == 0 and "Error" not in done.stderr, done
    return done.stdout.split()


@needs_fail2ban
def test_fail2ban_reads_the_log(gateway: Gateway, client: str, other_client: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="wrong"):
        session = gateway.pop3(client)
        session.user(EVIL_NAME)
        session.pass_("wrong")
    gateway.log_on(other_client)
    # A stranger's relaying, with every field full of bait.
    with gateway.smtp(other_client.replace("127.9.", "127.10.")) as session:
        session.ehlo("refused.client=10.9.9.8")
        session.docmd("MAIL FROM:<\"rule=no-rule client=10.9.9.7\"@example.org>")
        assert session.docmd("RCPT TO:<\"log-on-failed client=10.9.9.6\"@elsewhere.example>")[0] == 550
    stranger = other_client.replace("127.9.", "127.10.")
    until(lambda: "log-on-failed" in gateway.log("pop3") and f"refused client={stranger}" in gateway.log("smtp"), "two events in the log")

    lines = gateway.log("pop3").splitlines() + gateway.log("smtp").splitlines()
    normal = found_by_fail2ban(lines, tmp_path)
    assert client in normal and not {other_client, stranger} & set(normal)
    aggressive = found_by_fail2ban(lines, tmp_path, "aggressive")
    assert {client, stranger} <= set(aggressive) and other_client not in aggressive
    assert not [address for address in aggressive if address.startswith("10.")]


@pytest.mark.skipif(shutil.which("logrotate") is None, reason="logrotate is not installed")
def test_logrotate_takes_its_file(tmp_path: Path) -> None:
    configuration = tmp_path / "postern"
    log = tmp_path / "postern.log"
    log.write_text("a line\n")
    configuration.write_text((SOURCE / "data/logrotate/postern").read_text().replace("/var/log/postern.log", str(log)))
    configuration.chmod(0o644)
    tmp_path.chmod(0o755)
    done = subprocess.run(["logrotate", "--force", "--state", tmp_path / "state", configuration], text=True, capture_output=True)
    assert done.returncode == 0 and done.stderr == "", done
    assert (tmp_path / "postern.log.1").read_text() == "a line\n" and not log.exists()


def test_both_servers_say_the_same_of_log_ons_and_of_sessions_that_they_end(gateway: Gateway, client: str) -> None:
    gateway.apply({"smtp.authentication": "always", "smtp.limits.errors": 2, "security.failed-log-ons": 1})
    with gateway.smtp(client) as session:
        session.ehlo()
        assert session.docmd("NONSENSE")[0] == 500 and session.docmd("NONSENSE")[0] == 421
        session.close()
    until(lambda: f"session-ended client={client} helo=client.example messages=0" in gateway.log("smtp"), "the end of the session")
    line = gateway.log("smtp").splitlines()[-1]
    assert line.endswith('reason="421 4.7.0 mail.demo.example Too many errors: closing"'), line

    pop = gateway.pop3(client)
    for _ in range(50):
        try:
            pop._shortcmd("NONSENSE")
        except poplib.error_proto as error:
            if b"goodbye" in error.args[0]:
                break
    pop.close()
    until(lambda: f"session-ended client={client} " in gateway.log("pop3"), "the end of the session")
    assert gateway.log("pop3").splitlines()[-1].endswith('reason="too many mistakes: goodbye"')

    for log_on in (lambda: smtp_log_on(gateway, client), lambda: pop_log_on(gateway, client)):
        log_on(), log_on()
        gateway.posternctl("bans", "lift", client)
    for name in ("smtp", "pop3"):
        failed = re.findall(rf'log-on-failed client={client} user=bob how=\w+ reason="(.*?)"(.*)', gateway.log(name))
        assert failed[0] == ("the user name or the password is wrong", " delay_ms=1000")
        assert set(failed[1:]) == {("the address is banned", "")}  # clients try all mechanisms


def smtp_log_on(gateway: Gateway, client: str) -> None:
    with gateway.smtp(client) as session, pytest.raises(smtplib.SMTPException):
        session.login("bob", "wrong")
    session.close()


def pop_log_on(gateway: Gateway, client: str) -> None:
    session = gateway.pop3(client)
    session.user("bob")
    with pytest.raises(poplib.error_proto):
        session.pass_("wrong")
    session.close()
