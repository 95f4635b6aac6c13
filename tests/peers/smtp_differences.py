# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Postfix gives other verdicts than Postern, and why: RFC 5321 where nothing else is said."""

from .dialogue import Explained

# Paths as section 4.1.2 has them, in brackets.
_ATOM = rb"[\w!#$%&'*+/=?^`{|}~-]+"
_LOCAL = rb"(?:%s(?:\.%s)*|\"(?:[ !#-\[\]-~]|\\[ -~])*\")" % (_ATOM, _ATOM)
_LABEL = rb"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DOMAIN = rb"(?:%s(?:\.%s)*|\[[!-Z^-~]+\])" % (_LABEL, _LABEL)
_PATH = rb"<(?:@%s(?:,@%s)*:)?%s@%s>" % (_DOMAIN, _DOMAIN, _LOCAL, _DOMAIN)
MAIL = rb"MAIL FROM:"
RCPT = rb"RCPT TO:"
GOOD = rb"(?:MAIL FROM:(?:<>|%s)|RCPT TO:(?:%s|<postmaster>))(?= |\r)" % (_PATH, _PATH)
BROKEN = rb"(?!%s)(?:%s|%s).*" % (GOOD, MAIL, RCPT)
NO_COMMAND = rb"(?:\.+|%s%s%n|\x01|[\w-]+:.*)"

EXPLANATIONS = (
    Explained("HELP", rb"HELP.*", "2", "5", "4.1.1.8: servers SHOULD support it; Postfix does not"),
    Explained("VRFY", rb"VRFY.*", "2", "5",
              "7.3: whether a mailbox exists is not told, so 252 for all; Postfix says 5xx to those it does not know"),
    Explained("VRFY among others", rb"RSET\r\nNOOP\r\nVRFY.*", "2 2 2 2 closed", "2 2 5 2 closed", "7.3: as above"),
    Explained("a broken path", BROKEN, "5", "2",
              "4.1.2: no domain, no or wrong brackets, blanks within, letters that belong into quotes or nowhere: "
              "Postfix makes what it can of them. What is read in two ways is a way past a check"),
    Explained("a parameter twice", rb"%s.*[ \t]([\w]+)(=\S*)?[ \t](.*[ \t])?\1(=\S*)?[ \t\r].*" % GOOD, "5", "2",
              "RFC 3461, 4 and RFC 1870: each has one value; Postfix takes the last"),
    Explained("STARTTLS in the middle of a transaction", rb"STARTTLS.*", "5", "2",
              "RFC 3207, 4.2: all that was said before would be forgotten without a word",
              after=r"MAIL"),
    Explained("STARTTLS before EHLO", rb"STARTTLS.*", "5", "2", "RFC 3207, 4: EHLO tells whether it is offered",
              after=r"^(?!.*(EHLO|HELO))"),
    Explained("a long local part", rb"(MAIL FROM|RCPT TO):<(@[^:]*:)?[^@]{65,}@.*", "5", "2",
              "4.5.3.1.1: 64 bytes at most; Postfix looks only at its own recipients"),
    Explained("a long ENVID", rb"MAIL FROM:.* ENVID=\S{101,}.*", "5", "2", "RFC 3461, 4.4: 100 characters at most"),
    Explained("an empty word in NOTIFY", rb"RCPT TO:.*NOTIFY=\S+,[ \r].*", "5", "2", "RFC 3461, 4.1: words with commas between them"),
    Explained("the server's own address in brackets", rb"(MAIL FROM|RCPT TO):.*@\[(127\.0\.0\.1|IPv6:::1)\].*", "[25]", "[25]",
              "4.1.3: a way to write a host; Postern has mail "
              "for domains alone, and what is none of them is relayed or not"),
    Explained("a parameter with nothing behind its =", rb"(MAIL FROM|RCPT TO):.*(=|ORCPT=rfc822;)[ \r].*", "5", "2",
              "4.1.2: a value has a character at least; and an original recipient without an address (RFC 3461, 4.2) names nobody"),
    Explained("a long ORCPT", rb"RCPT TO:.* ORCPT=\S{501,}.*", "5", "2", "RFC 3461, 4.2: 500 characters at most"),
    Explained("a new transaction after a refused chunk", rb"(MAIL|RCPT|DATA).*", "[23].*", "5",
              "RFC 3030, 2: the transaction has failed; Postfix wants RSET or LAST "
              "first", after=r"bdat [^B]*$|bdat$"),
    Explained("MAIL after one that was too large", rb"MAIL.*", "2", "5",
              "4.1.1.2: MAIL that was refused has begun nothing; Postfix wants RSET first",
              after=r"mail [a-z ]*$"),
    Explained("an end in the middle of a packet", rb".*", r"\d.*", "closed",
              "3.8: Postfix hangs up at a later line of the packet, which is no command, and its earlier replies are lost with the "
              "connection", then=rb"^%s\r$" % NO_COMMAND),
    Explained("a loop", rb"BDAT \d+\r\n(Received: x\r\n){101,}.*", "5", "2",
              "6.3: told at the chunk in which it shows; Postfix tells it at the last"),
    Explained("ETRN", rb"ETRN .*", "5", "4", "RFC 1985: not offered by either"),
    Explained("a bare CR in a command", rb"NOOP\r(\r\n|NOOP\r\n).*", "5 2 closed", "2 2 closed",
              "2.3.8: a bare CR must not be sent, and ends nothing"),
    Explained("a bare LF in a command", rb"(QUIT\n|NOOP\n).*", "5 2 closed", "2 closed|2 2 2 closed|2 5 2 closed",
              "2.3.8: only CR LF ends a line; what is one line here and two there is how commands are smuggled"),
    Explained("commands of web browsers", rb"(GET|POST|CONNECT).*", "4 closed", "2 closed",
              "both end the session; 221 is said where 421 is"),
    Explained("words that are no commands", rb"%s\r\n" % NO_COMMAND, "5", "2 closed",
              "4.2.4: 500; Postfix takes it for a message, and ends the session with 221"),
    Explained("QUIT with an argument", rb"QUIT x\r\n.*", "5( 2 closed)?", "2 closed",
              "4.1.1: QUIT takes none, and SHOULD be rejected with one"),
    Explained("bytes beyond ASCII that are no UTF-8", rb"[^\r]*[\x80-\xff].*", "2", "5",
              "4.1.4: a server must not refuse for a strange EHLO; in NOOP the "
              "argument says nothing. Both are written with ? for such bytes"),
    Explained("a message with a bare CR, a bare LF or NUL, after DATA", rb"DATA\r\n.*([^\r]\n|\r[^\n]|\0).*", "3 5", "3 2",
              "2.3.8 and 4.1.1.4: refused, since other servers might find an end of data there"),
    Explained("the same in chunks", rb"BDAT.*([^\r]\n|\r[^\n]|\0).*", "5", "2", "the next server may get it after DATA"),
    Explained("a local part that begins with a hyphen", rb"(MAIL FROM|RCPT TO):<(@[^:]*:)?-.*", "2", "5",
              "4.1.2: it may; Postfix fears for commands that get it as an option"),
    Explained("a domain of digits", rb"(MAIL FROM|RCPT TO):<?(@[^:]*:)?[^@]*@[\d.]+>?[ \r].*", "2", "5",
              "2.3.5: it may be one by its letters; Postfix takes it for an "
              "address without its brackets"),
    Explained("a long name in EHLO", rb"(EHLO|HELO) x{255,}\r\n", "5", "2", "4.5.3.1.2: 255 bytes at most"),
    Explained("a long line", rb"[^\r]{2000,}\r\n", "5", "2", "4.5.3.1.4: 512 bytes; Postfix cuts the line"),
    Explained("a blank before the command", rb"[ \t]+NOOP\r\n", "5", "2", "4.1.1: a line begins with its verb"),
    Explained("a chunk of no bytes that is not the last", rb"BDAT 0\r\n", "2", "5", "RFC 3030, 2: a size of 0 is not ruled out"),
)
