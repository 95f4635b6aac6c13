# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Dovecot gives other verdicts than Postern, and why: RFC 1939 where nothing else is said."""

from .dialogue import Explained

EXPLANATIONS = (
    Explained("an argument to a command that has none", rb"(STAT|NOOP|RSET|QUIT|CAPA|STLS) +\S.*", r"-( \+)?", r"\+.*",
              "5: \"Arguments: none\"; Dovecot does not look"),
    Explained("two blanks before a number", rb"(LIST|UIDL|RETR|TOP|DELE)  .*", "-", r"\+.*",
              "3: a single blank stands between a command and its argument"),
    Explained("a blank behind a number", rb"(LIST|UIDL|RETR|DELE) \d+ \r\n", r"\+.*", "-",
              "nothing else can be meant; some devices end lines so"),
    Explained("UTF8", rb"UTF8\r\n", r"\+", "-", "RFC 6856: Dovecot 2.3 does not offer it"),
    Explained("USER without a name", rb"USER *\r\n", "-", r"\+", "7: the name is needed; Dovecot says so at PASS"),
)
