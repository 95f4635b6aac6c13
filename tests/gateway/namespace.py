# SPDX-License-Identifier: GPL-3.0-or-later
"""Network namespaces: a scene plays in one of its own, where the loopback interface has addresses for documentation, too."""

import fcntl
import socket
import struct
import subprocess

import pytest

# In front of the command that plays the scene.
NAMESPACE = ["unshare", "--map-root-user", "--net"]


def need_namespaces() -> None:
    if subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody make network namespaces")


def set_address(name: str, address: str, netmask: str = "255.255.255.0") -> None:
    set_interface_address, set_netmask, set_flags, up = 0x8916, 0x891c, 0x8914, 0x1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, value in ((set_interface_address, address), (set_netmask, netmask)):
            sockaddr = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(value))
            fcntl.ioctl(control, request, struct.pack("16s16s8x", name.encode(), sockaddr))
        fcntl.ioctl(control, set_flags, struct.pack("16sH22x", name.encode(), up))
