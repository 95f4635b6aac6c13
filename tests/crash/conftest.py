# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway of these tests."""

from gateway.fixtures import client, gateway, next_hop, other_client, shared_gateway

__all__ = ["client", "gateway", "next_hop", "other_client", "shared_gateway"]
