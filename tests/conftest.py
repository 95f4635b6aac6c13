# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes `from gateway.gateway import Gateway` work in each test, however pytest was started."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
