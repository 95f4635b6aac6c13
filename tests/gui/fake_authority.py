# SPDX-License-Identifier: GPL-3.0-or-later
"""An authority and two servers that do as a test says: refuse, be late, be stale. The real ones can't be made to."""

import threading
import xml.etree.ElementTree as ElementTree

from typing import Any, Callable

from gi.repository import Gio, GLib

from gateway.gateway import AUTHORITY, AUTHORITY_PATH, SERVERS, SOURCE, variant

XS = "{http://www.w3.org/2001/XMLSchema}"


def describe() -> dict[str, dict[str, Any]]:
    """What Describe gives, read from the schema."""
    schema, types = (ElementTree.parse(SOURCE / "schemas" / name).getroot() for name in ("server-properties.xsd", "types.xsd"))

    def named(root: ElementTree.Element, tag: str) -> dict[str, ElementTree.Element]:
        return {element.get("name"): element for element in root.findall(f"{XS}{tag}")}

    groups, lists, texts = named(schema, "complexType"), named(types, "complexType"), named(types, "simpleType")

    def walk(element: ElementTree.Element, path: str) -> dict[str, dict[str, Any]]:
        settings: dict[str, dict[str, Any]] = {}
        for child in element.iter(f"{XS}element"):
            name = f"{path}.{child.get('name')}".lstrip(".")
            if child.get("type") in groups:
                settings |= walk(groups[child.get("type")], name)
            elif name != "server-properties":
                settings[name] = {"documentation": child.findtext(f".//{XS}documentation"), **shape(child)}
        return settings

    def shape(element: ElementTree.Element) -> dict[str, Any]:
        kind, default = element.get("type"), element.get("default", "")
        if kind is None:
            low, high = (int(element.find(f".//{XS}{end}Inclusive").get("value")) for end in ("min", "max"))
            return {"type": "integer", "minimum": low, "maximum": high, "default": int(default)}
        if kind == "xs:boolean":
            return {"type": "boolean", "default": default == "true"}
        if kind in lists:
            row = lists[kind].find(f".//{XS}element").get("type")
            return {"type": "list", "default": [], "expected": texts[row].findtext(f".//{XS}documentation")}
        if words := [word.get("value") for word in texts[kind].iter(f"{XS}enumeration")]:
            return {"type": "word", "words": words, "default": default}
        return {"type": "text", "default": default}

    return walk(schema.find(f"{XS}element"), "")


def to_dictionary(values: dict[str, Any]) -> dict[str, GLib.Variant]:
    return {name: variant(value) for name, value in values.items()}


class FakeAuthority:
    """Lives in a thread of its own. Attributes may be set at any time; they count from the next call on."""

    def __init__(self, address: str):
        self.descriptions = describe()
        self.settings = {name: entry["default"] for name, entry in self.descriptions.items()}
        self.revision = 1
        self.refuse_apply = ""  # "NotAuthorized", "Failed": the next Apply and all others are answered so
        self.steal = ({}, 0)  # changes that somebody else saves just before that many further Apply
        self.risks: list[tuple[str, str, str]] = []  # kind, setting, sentence: what Assess finds in any change
        self.hold: set[str] = set()  # calls of these methods wait for release()
        self.follow = True  # whether the servers take each revision at once
        self.applied: list[tuple[int, dict]] = []
        self._held: list[tuple] = []
        self._address = address
        self._context = GLib.MainContext()
        self._loop = GLib.MainLoop(self._context)
        self._ready = threading.Event()
        self._servers: dict[str, "FakeServer"] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "FakeAuthority":
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_exception) -> None:
        self._loop.quit()
        self._thread.join()

    def in_thread(self, deed: Callable[[], Any]) -> Any:
        """Does DEED in the thread of the authority, and returns what it returns."""
        done = threading.Event()
        result: list = []

        def run() -> bool:
            result.append(deed())
            done.set()
            return GLib.SOURCE_REMOVE
        source = GLib.idle_source_new()
        source.set_callback(lambda *_: run())
        source.attach(self._context)
        assert done.wait(20)
        return result[0]

    def save_for_somebody_else(self, changes: dict[str, Any]) -> None:
        self.in_thread(lambda: self._save(changes))

    def release(self) -> None:
        """Answers what was held, and holds nothing any more."""
        def answer() -> None:
            self.hold.clear()
            held, self._held = self._held, []
            for call in held:
                self._answer(*call)
        self.in_thread(answer)

    def is_asked(self) -> bool:
        """Whether a call is being held."""
        return bool(self._held)

    def start_servers(self, *names: str) -> None:
        """Starts smtp, pop3."""
        self.in_thread(lambda: [self._servers.setdefault(name, FakeServer(self, self._address, name)) for name in names])

    def report(self, name: str, revision: int, problem: str = "") -> None:
        """Lets the server NAME report that."""
        self.in_thread(lambda: self._servers[name].report(revision, problem))

    def _run(self) -> None:
        self._context.push_thread_default()
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self._connection = Gio.DBusConnection.new_for_address_sync(self._address, flags, None, None)
        interface = read_interface("org.postern.ServerProperties1.xml", AUTHORITY)
        self._connection.register_object(AUTHORITY_PATH, interface, self._on_call, lambda *_: GLib.Variant("t", self.revision), None)
        request_name(self._connection, AUTHORITY)
        self._ready.set()
        self._loop.run()
        for server in self._servers.values():
            server.connection.close_sync(None)
        self._connection.close_sync(None)
        self._context.pop_thread_default()

    def _on_call(self, _connection, _sender, _path, _interface, method, parameters, invocation) -> None:
        if method in self.hold:
            self._held.append((method, parameters, invocation))
        else:
            self._answer(method, parameters, invocation)

    def _answer(self, method, parameters, invocation) -> None:
        try:
            invocation.return_value(getattr(self, f"_{method.lower()}")(*parameters.unpack()))
        except PermissionError as error:
            invocation.return_dbus_error(f"org.postern.Error.{error}", "as the test says")

    def _describe(self) -> GLib.Variant:
        return GLib.Variant("(a{sa{sv}})", ({name: to_dictionary(entry) for name, entry in self.descriptions.items()},))

    def _get(self) -> GLib.Variant:
        return GLib.Variant("(ta{sv})", (self.revision, to_dictionary(self.settings)))

    def _check(self, changes: dict[str, Any]) -> GLib.Variant:
        problems = [(0, name, f"{value} is outside the range") for name, value in changes.items()
                    if isinstance(value, int) and not isinstance(value, bool)
                    and not self.descriptions[name]["minimum"] <= value <= self.descriptions[name]["maximum"]]
        return GLib.Variant("(a(uss)a(uss))", (problems, []))

    def _assess(self, _changes: dict[str, Any]) -> GLib.Variant:
        return GLib.Variant("(a(sss))", (self.risks,))

    def _temporary(self) -> GLib.Variant:
        return GLib.Variant("(aa{sv})", ([],))

    def _apply(self, expected: int, changes: dict[str, Any]) -> GLib.Variant:
        if self.refuse_apply:
            raise PermissionError(self.refuse_apply)
        stolen, times = self.steal
        if times:
            self.steal = (stolen, times - 1)
            self._save(stolen)
        if expected != self.revision:
            raise PermissionError("Stale")
        self.applied.append((expected, changes))
        self._save(changes)
        return GLib.Variant("(t)", (self.revision,))

    def _save(self, changes: dict[str, Any]) -> None:
        self.settings.update(changes)
        self.revision += 1
        self._connection.emit_signal(None, AUTHORITY_PATH, AUTHORITY, "Changed",
                                     GLib.Variant("(tas)", (self.revision, list(changes))))
        if self.follow:
            for server in self._servers.values():
                server.report(self.revision)

    def _startserver(self, server: str) -> None:
        raise PermissionError("NotAuthorized")

    _stopserver = _startserver


class FakeServer:
    """A server that reports what it is told to report."""

    def __init__(self, authority: FakeAuthority, address: str, name: str):
        self.server = SERVERS[name]
        self.values = {"Server": variant(name), "RevisionInForce": GLib.Variant("t", authority.revision),
                       "RevisionProblem": variant(""), "Endpoints": variant(["127.0.0.1:2525"])}
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        interface = read_interface("org.postern.Server1.xml", "org.postern.Server1")
        self.connection.register_object(self.server.object_path, interface, None, lambda *query: self.values[query[4]], None)
        request_name(self.connection, self.server.bus_name)

    def report(self, revision: int, problem: str = "") -> None:
        changed = {"RevisionInForce": GLib.Variant("t", revision), "RevisionProblem": variant(problem)}
        self.values.update(changed)
        self.connection.emit_signal(None, self.server.object_path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                    GLib.Variant("(sa{sv}as)", ("org.postern.Server1", changed, [])))


def read_interface(file: str, name: str) -> Gio.DBusInterfaceInfo:
    return Gio.DBusNodeInfo.new_for_xml((SOURCE / "schemas" / file).read_text()).lookup_interface(name)


def request_name(connection: Gio.DBusConnection, name: str) -> None:
    connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                         GLib.Variant("(su)", (name, 4)), None, Gio.DBusCallFlags.NONE, -1, None)
