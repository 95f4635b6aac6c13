# SPDX-License-Identifier: GPL-3.0-or-later
"""What the administrator is told of files that the settings name, at once and later."""

import json
import socket
from pathlib import Path
from typing import Any

from gateway.certificate import CertificateAuthority
from gateway.gateway import Gateway
from gateway.ports import free_port


def status(gateway: Gateway) -> dict[str, dict[str, Any]]:
    told = json.loads(gateway.posternctl("--json", "status").stdout)
    return {server["server"]: server for server in told["servers"]}


def test_who_changes_settings_hears_what_a_server_makes_of_them(gateway: Gateway) -> None:
    held = gateway.revision()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        result = gateway.posternctl("set", f"smtp.submission-listeners={taken}")
    revision = gateway.revision()
    assert f"Saved as revision {revision}." in result.stdout
    said, = [line for line in result.stderr.splitlines() if "could not take" in line]
    assert f"smtp could not take revision {revision}, and stays with revision {held}: " in said and taken in said
    assert status(gateway)["smtp"]["revision"] == held

    result = gateway.posternctl("set", "smtp.submission-listeners=")
    assert "could not take" not in result.stderr
    assert gateway.revision_in_force("smtp") == gateway.revision(), "posternctl has not waited"


def test_certificate_that_is_not_there(gateway: Gateway, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    result = gateway.posternctl("set", f"security.certificates={missing}")
    assert [line.split()[2] for line in result.stderr.splitlines() if str(missing) in line] == ["smtp", "pop3"]
    assert f"{missing}: can't be opened: No such file or directory" in result.stderr
    assert gateway.smtp().ehlo()[0] == 250


def test_certificate_that_ends_soon(gateway: Gateway, tmp_path: Path) -> None:
    certificate = CertificateAuthority(tmp_path).issue("mail.demo.example", days=2)
    gateway.apply({"security.certificates": [certificate.row], "pop3.tls-listeners": [f"127.0.0.1:{free_port()}"]})
    for name in ("smtp", "pop3"):
        trouble, = status(gateway)[name]["troubles"]
        assert trouble.startswith(f"TLS: {certificate.certificate}: the certificate ends in less than ")
    assert 'postern_troubles{server="pop3"} 1\n' in gateway.posternctl("metrics").stdout


def test_users_file_that_is_gone(gateway: Gateway) -> None:
    revision = gateway.revision()
    users = gateway.state / "users"
    away = users.rename(gateway.state / "away")
    told = status(gateway)
    for name in ("smtp", "pop3"):
        trouble, = told[name]["troubles"]
        assert str(users) in trouble and trouble.endswith("No such file or directory; the users stay as they were")
        assert told[name]["revision"] == revision and told[name]["problem"] == ""
    result = gateway.posternctl("status")
    assert f"warning: pop3: cannot read the users file {users}" in result.stderr
    gateway.log_on()

    away.rename(users)
    assert [server["troubles"] for server in status(gateway).values()] == [[], [], []]


def test_files_of_the_delivery_that_can_not_be_read(gateway: Gateway, tmp_path: Path) -> None:
    gateway.apply({"smtp.delivery.ca-file": str(tmp_path / "missing.pem")})
    trouble, = status(gateway)["delivery"]["troubles"]
    assert trouble == f"no other host's certificate can be verified: {tmp_path}/missing.pem: No such file or directory"
    gateway.apply({"smtp.delivery.ca-file": "", "smtp.delivery.credentials": ["mail.example.net:587 plain joe secret"]})
    trouble, = status(gateway)["delivery"]["troubles"]
    assert trouble == f"there is no log-on to mail.example.net:587: {gateway.state}/secret: No such file or directory"
    (gateway.state / "secret").write_text("geheim\n")
    assert status(gateway)["delivery"]["troubles"] == []
