# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail programs that people really use, with their own ways of speaking."""

import os
import subprocess
from pathlib import Path
from typing import Optional

import pytest

from gateway.gateway import DEMO_USERS, Gateway
from gateway.sink import NextHop
from gateway.wait import until

CONTENT = "From: me@demo.example\nTo: someone@elsewhere.example\nSubject: from a real client\n\nHello.\n.dot\n"


def run(*command: str, text: Optional[str] = None, home: Optional[Path] = None) -> subprocess.CompletedProcess:
    environment = dict(os.environ, LC_ALL="C", **({"HOME": str(home)} if home else {}))
    return subprocess.run(command, input=text, text=True, capture_output=True, timeout=60, env=environment)


def swaks(gateway: Gateway, client: str, recipient: str, *more: str) -> subprocess.CompletedProcess:
    return run("swaks", "--server", f"127.0.0.1:{gateway.smtp_port}", "--local-interface", client, "--from", "me@demo.example",
               "--to", recipient, "--helo", "client.example", *more)


def private_file(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def test_swaks(gateway: Gateway, next_hop: NextHop, client: str) -> None:
    refused = swaks(gateway, client, "swaks@elsewhere.example")
    assert refused.returncode == 24 and "550 5.7.1" in refused.stdout, refused.stdout
    gateway.log_on(client)
    taken = swaks(gateway, client, "swaks@elsewhere.example")
    assert taken.returncode == 0, taken.stdout
    next_hop.wait_for("swaks@elsewhere.example")


def test_swaks_pipelined(gateway: Gateway, next_hop: NextHop, client: str) -> None:
    gateway.log_on(client)
    taken = swaks(gateway, client, "pipeline@elsewhere.example,pipeline2@elsewhere.example", "--pipeline")
    assert taken.returncode == 0, taken.stdout
    next_hop.wait_for("pipeline2@elsewhere.example")


def test_curl_both_ways(gateway: Gateway, next_hop: NextHop, client: str, tmp_path: Path) -> None:
    mail = private_file(tmp_path / "mail", CONTENT.replace("\n", "\r\n"))
    send = ["curl", "-sS", "--interface", client, f"smtp://127.0.0.1:{gateway.smtp_port}/client.example", "--mail-from",
            "me@demo.example", "--mail-rcpt", "curl@elsewhere.example", "-T", mail]
    assert run(*send).returncode == 55
    listed = run("curl", "-sS", "--interface", client, f"pop3://127.0.0.1:{gateway.pop_port}/", "-u", "bob:builder")
    assert listed.returncode == 0, listed.stderr
    assert run(*send).returncode == 0
    next_hop.wait_for("curl@elsewhere.example")


def test_msmtp(gateway: Gateway, next_hop: NextHop, client: str) -> None:
    command = ["msmtp", "--file=/dev/null", "--host=127.0.0.1", f"--port={gateway.smtp_port}", f"--source-ip={client}",
               "--from=me@demo.example", "--tls=off", "--auth=off", "msmtp@elsewhere.example"]
    refused = run(*command, text=CONTENT)
    assert refused.returncode != 0 and "550 5.7.1" in refused.stderr, refused.stderr
    gateway.log_on(client)
    taken = run(*command, text=CONTENT)
    assert taken.returncode == 0, taken.stderr
    assert b"\r\n.dot\r\n" in next_hop.wait_for("msmtp@elsewhere.example")[0].content


def put_mails(gateway: Gateway, user: str, count: int) -> None:
    session = gateway.pop3("127.0.0.7")
    session.user(user)
    session.pass_(DEMO_USERS[user])
    for number in range(session.stat()[0]):
        session.dele(number + 1)
    session.quit()
    for number in range(count):
        with gateway.smtp("127.0.0.1") as smtp:
            smtp.sendmail("me@elsewhere.example", [f"{user}@demo.example"], f"Subject: mail {number}\r\n\r\n.dot {number}\r\n")
    until(lambda: not gateway.queue(), "an empty queue")


def in_maildir(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.glob("new/*"))


@pytest.mark.parametrize("user, method", [("alice", "user"), ("bob", "user"), ("bob", "apop")])
def test_mpop_fetches_and_may_then_send(gateway: Gateway, client: str, tmp_path: Path, user: str, method: str) -> None:
    put_mails(gateway, user, 3)
    maildir = tmp_path / "Maildir"
    for folder in ("cur", "new", "tmp"):
        (maildir / folder).mkdir(parents=True)
    configuration = private_file(tmp_path / "mpoprc", f"""
account test
host 127.0.0.1
port {gateway.pop_port}
source_ip {client}
user {user}
password {DEMO_USERS[user]}
auth {method}
tls off
uidls_file {tmp_path}/uidls
delivery maildir {maildir}
""")
    result = run("mpop", f"--file={configuration}", "test", home=tmp_path)
    assert result.returncode == 0, result.stderr
    mails = in_maildir(maildir)
    assert len(mails) == 3 and all(b"\n.dot " in mail for mail in mails)
    assert gateway.rcpt(client)[0] == 250
    assert "no new" in (again := run("mpop", f"--file={configuration}", "test", home=tmp_path)).stdout.lower() or again.returncode == 0
    assert len(in_maildir(maildir)) == 3


def test_fetchmail(gateway: Gateway, tmp_path: Path) -> None:
    put_mails(gateway, "alice", 2)
    fetched = tmp_path / "fetched"
    script = private_file(tmp_path / "keep", f"#!/bin/sh\ncat >>{fetched}\n")
    os.chmod(script, 0o700)
    configuration = private_file(tmp_path / "fetchmailrc", f"""
poll 127.0.0.1 service {gateway.pop_port} protocol POP3 auth password
  user alice password {DEMO_USERS["alice"]} sslproto "" mda "{script}"
""")
    result = run("fetchmail", "-f", configuration, "--nodetach", "--nosyslog", "--pidfile", str(tmp_path / "pid"), "-v",
                 home=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    text = fetched.read_text()
    assert "Subject: mail 0" in text and "Subject: mail 1" in text and ".dot 1" in text
    assert gateway.rcpt("127.0.0.1")[0] == 250
    again = run("fetchmail", "-f", configuration, "--nodetach", "--nosyslog", "--pidfile", str(tmp_path / "pid"), home=tmp_path)
    assert again.returncode == 1, again.stdout + again.stderr  # "no mail": the two were deleted


def test_fetchmail_with_apop(gateway: Gateway, tmp_path: Path) -> None:
    put_mails(gateway, "bob", 1)
    fetched = tmp_path / "fetched"
    script = private_file(tmp_path / "keep", f"#!/bin/sh\ncat >>{fetched}\n")
    os.chmod(script, 0o700)
    configuration = private_file(tmp_path / "fetchmailrc", f"""
poll 127.0.0.1 service {gateway.pop_port} protocol APOP
  user bob password {DEMO_USERS["bob"]} sslproto "" mda "{script}"
""")
    result = run("fetchmail", "-f", configuration, "--nodetach", "--nosyslog", "--pidfile", str(tmp_path / "pid"), "-v",
                 home=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Subject: mail 0" in fetched.read_text()
