# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev screenshots: the pictures in data/screenshots/, made anew on a screen that nobody sees."""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.accessibility import Desktop, ServerProperties  # noqa: E402
from gateway.gateway import SOURCE, Gateway  # noqa: E402
from gateway.ports import free_port, is_free  # noqa: E402
from gateway.wait import until  # noqa: E402

FOLDER = SOURCE / "data" / "screenshots"
SIZE = (1016, 984)
WINDOWS = {"Server Properties": (0, 0, 860, 420), "SMTP Properties": (148, 262, 850, 684)}
SETTINGS = {
    "smtp.relay.address-list": True,
    "smtp.relay.addresses": ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32"],
    "smtp.relay.pop-client-minutes": 240,
    "smtp.relay.refuse-local-host": False,
}


def tool(desktop: Desktop, *command: str) -> str:
    return subprocess.run(command, env=desktop.environment, check=True, text=True, stdout=subprocess.PIPE, timeout=60).stdout


def place_windows(desktop: Desktop) -> None:
    for title, (x, y, width, height) in WINDOWS.items():
        window = tool(desktop, "xdotool", "search", "--onlyvisible", "--name", f"^{title}$").split()[0]
        tool(desktop, "xdotool", "windowsize", "--sync", window, str(width), str(height))
        tool(desktop, "xdotool", "windowmove", "--sync", window, str(x), str(y))


def picture(desktop: Desktop, file: Path) -> bytes:
    tool(desktop, "import", "-window", "root", str(file))
    return file.read_bytes()


def take_picture(desktop: Desktop, file: Path) -> None:
    """Once two pictures in a row are the same: then everything has been drawn."""
    def settled() -> bool:
        former = file.read_bytes() if file.exists() else b""
        return picture(desktop, file) == former
    file.unlink(missing_ok=True)
    until(settled, "a picture that stays as it is")


def relay_restrictions(desktop: Desktop, program: ServerProperties) -> None:
    until(lambda: set(program.states().values()) == {"", "Started"}, "all servers started")
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    place_windows(desktop)
    sheet.find("push button", "OK").focus()
    tool(desktop, "xdotool", "mousemove", "2", str(SIZE[1] - 2))  # no tooltip in the picture
    take_picture(desktop, FOLDER / "server-properties.png")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    smtp_port, pop_port = (port if is_free(port) else free_port() for port in (2525, 2110))
    with (tempfile.TemporaryDirectory() as logs, Gateway(smtp_port=smtp_port, pop_port=pop_port, settings=SETTINGS) as gateway,
          Desktop(Path(logs), window_manager=True, size=f"{SIZE[0]}x{SIZE[1]}") as desktop, desktop.open(gateway) as program):
        relay_restrictions(desktop, program)
    print(f"{FOLDER.relative_to(SOURCE)}/server-properties.png")


if __name__ == "__main__":
    main()
