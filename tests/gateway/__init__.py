# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole gateway in a folder: real daemons on a private bus. The tests use it, and so does ./dev run."""
