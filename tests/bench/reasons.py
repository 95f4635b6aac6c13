# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a target is not met. The measure's name, the figure and what it is compared with ("" for a bound) -> a sentence."""

REASONS: dict[tuple[str, str, str], str] = {
    ("refuse-connections", "rate", "peer"): "the bare limit itself is about 2.6 times Postfix's postscreen; most of a connection is the kernel's",
    ("refuse-100000", "rate", "peer"): "ten times would be more than the bare limit's own rate; the length of the list costs nothing any more",
}
