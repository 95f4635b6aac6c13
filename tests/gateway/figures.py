# SPDX-License-Identifier: GPL-3.0-or-later
"""
How hard the tests of a promise tried, and what was lost: docs/reliability.md is made of these. A test tries as often as is good for
each day; with `./dev test --thorough` as often as the document says. `python3 -m gateway.figures` prints the table.
"""

import json
import os
import re
from pathlib import Path
from typing import Iterator

from .gateway import build_folder


def is_thorough() -> bool:
    return os.environ.get("POSTERN_THOROUGH") == "1"


def tries(daily: int, thorough: int) -> int:
    """How often this run is to try."""
    return thorough if is_thorough() else daily


def folder() -> Path:
    return build_folder() / "reliability"


def record(promise: str, what: str, tried: int, lost: int, remark: str = "") -> None:
    """
    WHAT was TRIED so often to break PROMISE (its words in SECURITY.md: "250 is a promise"), and LOST is how often it broke: a test
    asserts 0, but writes this first. REMARK: what else was counted, in one sentence.
    """
    folder().mkdir(exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", f"{promise} {what}".lower()).strip("-")
    row = {"promise": promise, "what": what, "tried": tried, "lost": lost, "remark": remark, "thorough": is_thorough()}
    (folder() / f"{name}.json").write_text(json.dumps(row, indent=1, sort_keys=True) + "\n")


def table() -> Iterator[str]:
    """Markdown, a line a figure."""
    yield "| promise | tried | how often | lost | |"
    yield "|---|---|---|---|---|"
    rows = [json.loads(path.read_text()) for path in folder().glob("*.json")]
    for row in sorted(rows, key=lambda row: (row["promise"], row["what"])):
        yield f"| {row['promise']} | {row['what']} | {row['tried']:,} | {row['lost']:,} | {row['remark']} |"


if __name__ == "__main__":
    print("\n".join(table()))
