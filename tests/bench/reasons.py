# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a target is not met. The measure's name, the figure and what it is compared with ("" for a bound) -> a sentence."""

REASONS: dict[tuple[str, str, str], str] = {
    ("refuse-connections", "rate", "peer"): "the bare limit itself is 2.4 times Postfix's postscreen; most of a connection is the kernel's",
    ("refuse-recipients", "rate", "peer"): "Postern fills one core and the client the other; by CPU a recipient it is four times Postfix's worth",
    ("pop3-retr", "rate", "peer"): "with the client on the same cores, more than half a gigabyte a second goes over loopback; by CPU a mail it is "
                                   "four times Dovecot's worth",
    ("refuse-100000", "rate", "peer"): "ten times would be more than the bare limit's own rate; the length of the list costs nothing any more",
}
