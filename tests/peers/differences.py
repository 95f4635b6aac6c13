# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/differences.md: `PYTHONPATH=tests /usr/bin/python3 -m peers.differences` prints it."""

from . import pop3_differences, smtp_differences
from .dialogue import table

INTRODUCTION = """# Where others answer differently

`tests/peers/test_dialogues.py` says the same generated dialogues, valid and broken, to Postern and to another server, and compares them
command by command: the first digit of an SMTP reply, `+` or `-` of a POP3 reply with the counts, sizes and contents that it tells, and
whether the connection is closed. A difference that is in none of these tables is an error. Postern refuses more than the others do: what
one server mends in silence, the next one reads in another way.

What stands in the columns is a pattern: `3 5` is 354 and then 5xx to the message, `closed` the end of the connection."""


def document() -> str:
    return "\n".join([INTRODUCTION, "", "## SMTP: Postfix", "", "Sections are those of RFC 5321 where no other RFC is named.", "",
                      *table(smtp_differences.EXPLANATIONS), "", "## POP3: Dovecot", "",
                      "Sections are those of RFC 1939. Counts, sizes and contents are the same at both servers, to the byte.", "",
                      *table(pop3_differences.EXPLANATIONS)]) + "\n"


if __name__ == "__main__":
    print(document(), end="")
