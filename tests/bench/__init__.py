# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev bench: Postern, other people's mail servers and the limit of the machine, measured side by side in one run."""
