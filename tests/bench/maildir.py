# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes full of mail."""

import os
from pathlib import Path

FOLDERS = ("cur", "new", "tmp")
HEADER = "From: bench@bench.example\nTo: bench@bench.example\nSubject: number {}\nMessage-ID: <mail-{}@bench>\n\n"
NEWLINE = "\n"
LINE = "x" * 76 + NEWLINE


def fill(box: Path, mails: int, size: int) -> None:
    """Makes the Maildir BOX, with MAILS of about SIZE bytes that nobody has seen, and gives all to the owner of its folder. File names
    tell sizes, as those do that the servers give: S is the file's, W that of the mail on the wire."""
    for folder in FOLDERS:
        (box / folder).mkdir(parents=True, mode=0o700)
    text = LINE * max(1, (size - len(HEADER)) // len(LINE))
    for number in range(mails):
        mail = HEADER.format(number, number) + text
        name = f"1700000000.M{number:06}.bench,S={len(mail)},W={len(mail) + mail.count(NEWLINE)}"
        (box / "new" / name).write_text(mail)
    owner = box.parent.stat()
    for folder, _folders, names in os.walk(box):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.chown(path, owner.st_uid, owner.st_gid)
