# SPDX-License-Identifier: GPL-3.0-or-later
"""Server Properties on a screen of its own, driven through the accessibility tree."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Mapping, Optional

from .atspi import SELECTED, TIMEOUT_S, AccessibilityBus, Table, Widget
from .wait import until

PROGRAM = "gui/server-properties"
TITLES = {"smtp": "SMTP", "pop": "POP"}

# Lines on stderr that no program should write, but for those that GTK writes of itself: when a notebook ends while it is watched, and
# when its file chooser is walked through while it fills.
COMPLAINTS = ("-CRITICAL", "-WARNING", "-ERROR", "CRITICAL **", "WARNING **")
HARMLESS = ("gtk_notebook_get_tab_label: assertion 'list != NULL' failed",
            "gtk_container_forall: assertion 'GTK_IS_CONTAINER (container)' failed")


class Desktop:
    """
    A screen and a session bus, with the accessibility bus on it. With WINDOW_MANAGER windows lie as they would for a person,
    and keys go where the focus is. Ends everything that it has started.
    """

    def __init__(self, log_folder: Path, *, window_manager: bool = False, size: str = "1400x1000"):
        self.log_folder = log_folder
        self.environment: dict[str, str] = {}
        self.accessibility: Optional[AccessibilityBus] = None
        self._window_manager = window_manager
        self._size = size
        self._folder: Optional[str] = None
        self._processes: list[subprocess.Popen] = []
        self._programs: list["ServerProperties"] = []

    def __enter__(self) -> "Desktop":
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_exception) -> None:
        self._stop()

    def open(self, gateway: Any, *options: str, environment: Optional[Mapping[str, str]] = None) -> "ServerProperties":
        """Starts Server Properties on the bus of GATEWAY, and returns when its window is there."""
        program = self.open_on(gateway.bus.address, gateway.build / PROGRAM, *options, environment=environment)
        program.find("frame")
        return program

    def open_on(self, bus: str, program: Path, *options: str,
                environment: Optional[Mapping[str, str]] = None) -> "ServerProperties":
        """Starts PROGRAM on any bus, and returns when it can be asked."""
        number = len(self._programs) + 1
        log = self.log_folder / f"server-properties-{number}.log"
        environment = {"POSTERN_HELP_DIR": str(program.parents[1] / "data" / "help"),
                       "XDG_CONFIG_HOME": f"{self._folder}/config-{number}", **(environment or {})}
        process = self.spawn([str(program), "--bus", bus, *options], log, environment)
        self._programs.append(ServerProperties(self, process, log))
        return self._programs[-1]

    def spawn(self, command: list[str], log: Path, environment: Optional[Mapping[str, str]] = None,
              stdout: Any = None) -> subprocess.Popen:
        """Starts COMMAND on this desktop; it ends when this process does, at the latest."""
        with open(log, "ab") as stream:
            return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], stdin=subprocess.DEVNULL,
                                    stdout=stdout or stream, stderr=stream, start_new_session=True,
                                    env={**self.environment, **(environment or {})})

    def _start(self) -> None:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.mkdtemp(prefix="postern-desktop-")
        unwanted = ("NO_AT_BRIDGE", "WAYLAND_DISPLAY", "LANGUAGE", "AT_SPI_BUS_ADDRESS", "GTK_THEME", "POSTERN_BUS")
        self.environment = {name: value for name, value in os.environ.items() if name not in unwanted}
        self.environment.update(XDG_RUNTIME_DIR=self._folder, GDK_BACKEND="x11", GSETTINGS_BACKEND="memory", LC_ALL="C.UTF-8")
        display = self._start_service(["Xvfb", "-displayfd", "1", "-screen", "0", f"{self._size}x24", "-nolisten", "tcp", "-noreset", "-wr"])
        self.environment["DISPLAY"] = f":{display}"
        session = self._start_service(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"])
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = session
        if self._window_manager:
            self._processes.append(self.spawn(["openbox", "--sm-disable"], self._log))
        self.accessibility = AccessibilityBus(session)

    @property
    def _log(self) -> Path:
        return self.log_folder / "desktop.log"

    def _start_service(self, command: list[str]) -> str:
        """Starts COMMAND and returns the line by which it says that it is ready."""
        process = self.spawn(command, self._log, stdout=subprocess.PIPE)
        self._processes.append(process)
        line = process.stdout.readline().decode().strip()
        if not line:
            raise RuntimeError(f"{command[0]} did not start; see {self._log}")
        return line

    def _stop(self) -> None:
        for program in self._programs:
            program.close()
        if self.accessibility is not None:
            self.accessibility.close()
        for process in reversed(self._processes):
            process.terminate()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._processes.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


class ServerProperties(Widget):
    """The running program."""

    def __init__(self, desktop: Desktop, process: subprocess.Popen, log: Path):
        self.desktop = desktop
        self.process = process
        self.log = log
        widget = until(self._appear, "Server Properties on the accessibility bus", TIMEOUT_S)
        super().__init__(widget.bus, widget.bus_name, widget.path)

    def _appear(self) -> Optional[Widget]:
        if self.process.poll() is not None:
            raise RuntimeError(f"Server Properties has ended: {self.log.read_text(errors='replace')}")
        return self.desktop.accessibility.program(self.process.pid)

    def __enter__(self) -> "ServerProperties":
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    def dialog(self, title: str) -> Widget:
        return self.find("dialog", title)

    def status(self) -> str:
        """The status line of the main window."""
        return self.find("statusbar").name

    def wait_for_status(self, words: str) -> str:
        return until(lambda: next((status for status in (self.status(),) if words in status), ""), f"the status “{words}”", TIMEOUT_S)

    def tree(self) -> Table:
        return Table.of(self.find("tree table"))

    def states(self) -> dict[str, str]:
        """The name of each row of the tree, and its state."""
        tree = self.tree()
        return dict(zip(tree.rows(0), tree.rows(1)))

    def choose_from_menu(self, name: str) -> None:
        """Chooses NAME in the main menu."""
        self.find("toggle button", "Menu").click()
        self.press(name)

    def open_properties(self, server: str) -> "Sheet":
        """Opens the sheet of "smtp" or "pop"."""
        self.tree().select(TITLES[server])
        self.press("Properties")
        return self.sheet(server)

    def sheet(self, server: str) -> "Sheet":
        """The sheet of SERVER, which is open or opening."""
        return Sheet.of(self.dialog(f"{TITLES[server]} Properties"))

    def save(self, sheet: "Sheet") -> None:
        """Presses OK, says yes where the change could shut people out, and returns when the sheet has closed."""
        def closed() -> bool:
            if question := self.look("push button", "Save for Good"):
                question.click()
                question.wait_until_gone()
            return not sheet.showing
        sheet.press("OK")
        until(closed, "the end of the sheet", TIMEOUT_S)

    def close_sheets(self) -> None:
        """Closes what is open beside the main window, and lets edits go."""
        while windows := [window for window in self.children() if window.showing and window.role != "frame"]:
            window = windows[-1]
            window.press("Discard" if window.look("push button", "Discard") else "Cancel")
            until(lambda: not window.showing or self.look("alert"), "the end of a dialog", TIMEOUT_S)

    def complaints(self) -> list[str]:
        return [line for line in self.log.read_text(errors="replace").splitlines()
                if any(word in line for word in COMPLAINTS) and not any(words in line for words in HARMLESS)]

    def close(self) -> None:
        """Ends the program, if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()


class Sheet(Widget):
    """An open property sheet."""

    @classmethod
    def of(cls, widget: Widget) -> "Sheet":
        return cls(widget.bus, widget.bus_name, widget.path)

    def tabs(self) -> list[str]:
        return [tab.name for tab in self.find("page tab list").children()]

    def choose_tab(self, name: str) -> None:
        notebook = self.find("page tab list")
        index = self.tabs().index(name)
        notebook.call("Selection", "SelectChild", "(i)", index)
        notebook.children()[index].wait(lambda tab: tab.has(SELECTED), "chosen")

    def list(self, title: str) -> Table:
        return Table.of(self.find("table", title))

    def list_button(self, title: str, name: str) -> Widget:
        """Add…, Change… or Remove of the list TITLE."""
        return until(lambda: next((widget for widget in self.shown_below() if widget.role == "push button"
                                   and widget.name == name and widget.description == title), None),
                     f"{name} of {title}", TIMEOUT_S)

    def choose_allow(self, word: str) -> None:
        """Relay Restrictions: all, none or specified."""
        self.choose_tab("Relay Restrictions")
        self.choose({"all": "All", "none": "None", "specified": "Specified:"}[word])

    def set_pop_minutes(self, minutes: Any) -> None:
        self.set_number("From the POP client", minutes)

    def press_ok(self) -> None:
        """Returns as soon as the program has been told, long before the settings are saved."""
        self.press("OK")
