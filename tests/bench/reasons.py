# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a target is not met. The measure's name, the figure and what it is compared with ("" for a bound) -> a sentence."""

REASONS: dict[tuple[str, str, str], str] = {}
