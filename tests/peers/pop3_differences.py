# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Dovecot gives other verdicts than Postern, and why: RFC 1939 where nothing else is said."""

from .dialogue import Explained

EXPLANATIONS = (
    Explained("an argument to a command that has none", rb"(STAT|NOOP|RSET|QUIT|CAPA|STLS) +\S.*", r"-( \+)?", r"\+.*",
              "5: \"Arguments: none\"; Dovecot does not look"),
    Explained("two blanks before a number", rb"(LIST|UIDL|RETR|TOP|DELE)  .*", "-", r"\+.*",
              "3: a single blank stands between a command and its argument"),
    Explained("two blanks before a mechanism", rb"AUTH  PLAIN\r\n.*", "-", r"\+.*", "as above"),
    Explained("a blank behind a number", rb"((LIST|UIDL|RETR|DELE) |TOP \d+ +)\d+ \r\n", r"\+.*", "-",
              "nothing else can be meant; some devices end lines so"),
    Explained("UTF8", rb"UTF8\r\n", r"\+", "-", "RFC 6856: Dovecot 2.3 does not offer it"),
    Explained("USER without a name", rb"USER *\r\n", "-", r"\+", "7: the name is needed; Dovecot says so at PASS"),
    Explained("a name with a blank behind it", rb"PASS .*", r"\+", "-",
              "3: blanks stand between arguments; Dovecot takes it for a part of the name", after=r"USER~$"),
    Explained("PASS under TLS, USER in clear", rb"PASS .*", "-", r"\+", "RFC 2595, 4: what was said in clear is forgotten",
              after=r"\bUSER~?( [a-z~]+)* STLS$"),
    Explained("TOP with a number beyond 64 bits", rb"TOP [0-9]+ +[0-9]{20,}\r\n", r"\+ .*", "-", "7: more lines than there are means all"),
    Explained("a command of 3,000 bytes", rb"L{3000}\r\n", "-", "closed",
              "RFC 2449, 4: 255 bytes at most; Dovecot ends the session, Postern says so alone"),
    Explained("the next command behind that", rb".*", r"[-+].*", "closed|", "as above", after=r"l{12}$"),
    Explained("a line of 9,000 bytes", rb"Q{9000}\r\nQUIT\r\n", r"- \+", "-", "as above"),
    Explained("a name of 600 bytes", rb"USER u{600}\r\n", "-", r"\+", "RFC 2449, 4: as above; Dovecot takes it before the log-on"),
    Explained("a bare LF in a command", rb"[A-Z0-9 ]*\n+[A-Z]*\r\n(QUIT\r\n)?", r"- \+", r"([-+] )*\+",
              "3: only CR LF ends a line; what is one line here and two there is how commands are smuggled"),
    Explained("a NUL in a command", rb"NOOP\0\r\nQUIT\r\n", r"- \+", r"\+ \+", "3: printable characters; Dovecot reads up to the NUL"),
    Explained("a word with a colon", rb"GET .*Host: .*", r"(- )+\+", "|- ",
              "Dovecot 2.3.19 fails an assertion at `Host:` after the log-on, and its session ends"),
)
