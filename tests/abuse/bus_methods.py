# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls every method that some objects on a bus have, and prints what each was answered with: `python3 bus_methods.py ADDRESS NAME PATH...`"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Mapping, Sequence

from gi.repository import Gio, GLib

EXAMPLES = {"b": False, "y": 0, "n": 0, "q": 0, "i": 0, "u": 0, "x": 0, "t": 0, "d": 0.0, "s": "", "o": "/", "g": ""}


def example(signature: str) -> GLib.Variant:
    """The least value of a type."""
    if signature == "v":
        return GLib.Variant("v", GLib.Variant("s", ""))
    if signature in EXAMPLES:
        return GLib.Variant(signature, EXAMPLES[signature])
    if signature.startswith("a"):
        return GLib.Variant(signature, {} if signature.startswith("a{") else [])
    return GLib.Variant.new_tuple(*(example(child) for child in split(signature[1:-1])))


def split(signature: str) -> list[str]:
    """The single types of "a{sv}u"."""
    left, found = signature, []
    while left:
        length = next(n for n in range(1, len(left) + 1) if GLib.variant_type_string_is_valid(left[:n]))
        found.append(left[:length])
        left = left[length:]
    return found


def answer_of(bus: Gio.DBusConnection, name: str, path: str, interface: str, method: Gio.DBusMethodInfo) -> str:
    arguments = GLib.Variant.new_tuple(*(example(argument.signature) for argument in method.in_args))
    try:
        bus.call_sync(name, path, interface, method.name, arguments, None, Gio.DBusCallFlags.NONE, 20000, None)
    except GLib.Error as error:
        return Gio.DBusError.get_remote_error(error) or error.message
    return "answered"


def main(address: str, places: Sequence[str]) -> None:
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
    answers = {}
    for name, path in zip(places[::2], places[1::2]):
        told = bus.call_sync(name, path, "org.freedesktop.DBus.Introspectable", "Introspect", None, None, Gio.DBusCallFlags.NONE, -1, None)
        for interface in Gio.DBusNodeInfo.new_for_xml(told.unpack()[0]).interfaces:
            if interface.name.startswith("org.postern."):
                for method in interface.methods:
                    answers[f"{path} {interface.name}.{method.name}"] = answer_of(bus, name, path, interface.name, method)
    print(json.dumps(answers))


def call_every_method(prefix: Sequence[str], address: str, objects: Mapping[str, str]) -> dict[str, str]:
    """The same, in a process that PREFIX starts as somebody else: object and method -> the name of the error, or "answered"."""
    places = [word for place in objects.items() for word in place]
    program = Path(__file__).read_text()
    return json.loads(subprocess.check_output([*prefix, "/usr/bin/python3", "-c", program, address, *places], text=True))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
