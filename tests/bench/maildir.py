# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes full of mail."""

import os
from pathlib import Path

FOLDERS = ("cur", "new", "tmp")
HEADER = "From: bench@bench.example\nTo: bench@bench.example\nSubject: number {}\nMessage-ID: <mail-{}@bench>\n\n"
LINE = "x" * 76 + "\n"


def fill(box: Path, mails: int, size: int) -> None:
    """Makes the Maildir BOX, with MAILS of about SIZE bytes that nobody has seen, and gives all to the owner of its folder."""
    for folder in FOLDERS:
        (box / folder).mkdir(parents=True, mode=0o700)
    text = LINE * max(1, (size - len(HEADER)) // len(LINE))
    for number in range(mails):
        (box / "new" / f"1700000000.M{number:06}.bench").write_text(HEADER.format(number, number) + text)
    owner = box.parent.stat()
    for folder, _folders, names in os.walk(box):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.chown(path, owner.st_uid, owner.st_gid)
