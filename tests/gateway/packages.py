# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages that a test runs without installing them: other mail servers, which can't be installed side by side."""

import os
import subprocess
from pathlib import Path

UNPACK = Path(__file__).resolve().parents[1] / "peers" / "unpack"


def unpacked(package: str) -> Path:
    """The folder that stands for "/" of PACKAGE; fetched and unpacked where it is not there yet."""
    return Path(subprocess.check_output([UNPACK, package], text=True).strip())


def environment(folder: Path) -> dict[str, str]:
    """This process' environment, and the libraries below FOLDER."""
    libraries = sorted({str(library.parent) for library in folder.glob("usr/lib/**/*.so*")})
    return dict(os.environ, LD_LIBRARY_PATH=":".join(libraries))
