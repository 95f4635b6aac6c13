# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs in C that make the load and take it: each says what it has found as one JSON object."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Mapping, Optional

from gateway.gateway import build_folder

# No tool works longer than this; what does hangs.
TIMEOUT_S = 120


class Unsound(Exception):
    """A measurement whose figures mean nothing, in a sentence."""


def path_of(name: str) -> Path:
    return build_folder() / "tests" / "bench" / name


def _command(name: str, options: Mapping[str, Any]) -> list[str]:
    """OPTIONS become --name=value; True stands for an option without a value, None and False for none."""
    words = [str(path_of(name))]
    for option, value in options.items():
        if value is not None and value is not False:
            words.append(f"--{option.replace('_', '-')}")
            words += [] if value is True else [str(value)]
    return words


def _answer(name: str, status: int, stdout: str, stderr: str) -> dict[str, Any]:
    if status != 0:
        raise Unsound(f"{name} ended with {status}: {(stderr.strip() or stdout.strip())[-300:]}")
    return json.loads(stdout)


def run(name: str, **options: Any) -> dict[str, Any]:
    """Runs the tool NAME to its end, and returns what it says."""
    try:
        done = subprocess.run(_command(name, options), capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise Unsound(f"{name} had not ended after {TIMEOUT_S} s") from None
    return _answer(name, done.returncode, done.stdout, done.stderr)


class Server:
    """A tool that serves until it is told to stop, or has what it waited for. Starts with `with`."""

    def __init__(self, name: str, environment: Optional[Mapping[str, str]] = None, **options: Any):
        self.name = name
        self._options = options
        self._environment = dict(os.environ, **(environment or {}))
        self._process: Optional[subprocess.Popen] = None

    def __enter__(self) -> "Server":
        command = ["setpriv", "--pdeathsig", "TERM", *_command(self.name, self._options)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         text=True, env=self._environment)
        return self

    def __exit__(self, *_exception) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.communicate()

    @property
    def pid(self) -> int:
        return self._process.pid

    def answer(self, timeout_s: float = TIMEOUT_S) -> dict[str, Any]:
        """What it says at its end, which comes by itself within TIMEOUT_S."""
        try:
            stdout, stderr = self._process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            raise Unsound(f"{self.name} still waited after {timeout_s:g} s") from None
        return _answer(self.name, self._process.returncode, stdout, stderr)
