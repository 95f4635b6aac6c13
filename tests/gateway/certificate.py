# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests, made by openssl: an authority, and certificates that it has signed."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

DAYS = 2


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path

    @property
    def row(self) -> str:
        """As it stands in the setting security.certificates."""
        return f"{self.certificate} {self.key}"


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


class CertificateAuthority:
    """Signs certificates in FOLDER; clients that trust `certificate` trust all of them."""

    def __init__(self, folder: Path, name: str = "Postern tests"):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority.key"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(DAYS),
                 "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
                 "-keyout", str(self._key), "-out", str(self.certificate))

    def issue(self, *hosts: str, name: str = "", days: int = DAYS) -> Certificate:
        """A certificate for HOSTS (names or IP addresses), in files called after NAME, or after the first of them."""
        stem = self.folder / (name or hosts[0])
        made = Certificate(stem.with_name(stem.name + ".pem"), stem.with_name(stem.name + ".key"))
        request = stem.with_name(stem.name + ".csr")
        extensions = stem.with_name(stem.name + ".ext")
        extensions.write_text(f"subjectAltName={','.join(_alternative_names(hosts))}\n")
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-subj", f"/CN={hosts[0]}", "-keyout", str(made.key), "-out", str(request))
        _openssl("x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey", str(self._key), "-CAcreateserial",
                 "-days", str(days), "-extfile", str(extensions), "-out", str(made.certificate))
        return made


def _alternative_names(hosts: Sequence[str]) -> list[str]:
    return [f"IP:{host}" if host.replace(".", "").isdigit() or ":" in host else f"DNS:{host}" for host in hosts]
