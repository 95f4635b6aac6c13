# SPDX-License-Identifier: GPL-3.0-or-later
"""
./dev screenshots [LOOK...]: every page and dialog, on a screen that nobody sees, into screenshots/LOOK/; without a LOOK all of
them, and the few that are shown to others anew in data/screenshots/.

The gateway in the pictures is a real one: it has users, devices that log on and send, strangers that are refused, and a next
hop that lets some mail wait.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.accessibility import Desktop, ServerProperties, Sheet  # noqa: E402
from gateway.atspi import EDITABLE, Table  # noqa: E402
from gateway.gateway import DEMO_DOMAIN, SOURCE, Gateway  # noqa: E402
from gateway.sink import NextHop  # noqa: E402
from gateway.wait import until  # noqa: E402

SHOWN = SOURCE / "data" / "screenshots"
ALL = SOURCE / "screenshots"
SIZE = (1180, 900)

# What is different on the desktop of each look.
LOOKS: dict[str, dict[str, str]] = {
    "light": {},
    "dark": {"GTK_THEME": "Adwaita:dark"},
    "contrast": {"GTK_THEME": "HighContrast"},
    "large": {"GDK_DPI_SCALE": "1.5"},
    "de": {"LANGUAGE": "de"}, "fr": {"LANGUAGE": "fr"}, "es": {"LANGUAGE": "es"}, "ja": {"LANGUAGE": "ja"},
    "ar": {"LANGUAGE": "ar"},  # from right to left
}

PAGES = ("activity", "pop-clients", "check-message", "queue", "old-devices", "mail-users")
SHEETS = {"smtp": "smtp", "pop": "pop"}
IN_PUBLIC = {"smtp-1": "relay-restrictions", "activity": "activity", "pop-clients": "pop-clients",
             "check-message": "check-message", "queue": "queue", "window": "window"}

SETTINGS = {
    "smtp.relay.address-list": True,
    "smtp.relay.addresses": ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32"],
    "smtp.relay.pop-client-minutes": 240,
    "smtp.relay.refuse-local-host": False,
    "smtp.filters": ["keep subject *offer*", "discard attachment *.exe"],
    "smtp.delivery.routes": ["*.example.org mail.example.net:587", "example.com direct"],
    "smtp.delivery.tls-rules": ["example.com verify"],
    "general.aliases": ["sales: alice, bob", "office: bob"],
    "pop3.log-ons.windows": ["bob 60"],
}
DEVICES = ("127.0.0.11", "127.0.0.12", "127.0.0.21", "127.0.0.34")
STRANGERS = ("127.0.0.90", "127.0.0.91", "127.0.0.99")


def tool(desktop: Desktop, *command: str) -> str:
    return subprocess.run(command, env=desktop.environment, check=True, text=True, stdout=subprocess.PIPE, timeout=60).stdout


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


# The gateway in the pictures.

def send(gateway: Gateway, client: str, sender: str, recipient: str, subject: str) -> None:
    with gateway.smtp(client) as session:
        session.sendmail(sender, [recipient], f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n\r\nHello.\r\n")


def live_a_day(gateway: Gateway, hop: NextHop) -> None:
    """What happens on a day: devices log on and send, strangers are refused, some mail has to wait."""
    hop.replies_to_rcpt["orders@far.example"] = "451 4.2.1 Mailbox busy, try again later"
    hop.replies_to_rcpt["list@far.example"] = "451 4.7.1 Greylisted, try again in five minutes"
    for number, device in enumerate(DEVICES):
        gateway.log_on(device, ("alice", "bob")[number % 2])
        for count in range(number + 2):
            send(gateway, device, f"scanner{number + 1}@{DEMO_DOMAIN}", f"customer{count}@far.example", f"Scan {count + 1}")
    send(gateway, DEVICES[0], f"alice@{DEMO_DOMAIN}", "orders@far.example", "Order 4711")
    send(gateway, DEVICES[1], f"bob@{DEMO_DOMAIN}", "list@far.example", "Price list")
    send(gateway, DEVICES[1], "news@shop.example", f"bob@{DEMO_DOMAIN}", "An offer that you can't refuse")
    for stranger in STRANGERS:
        gateway.rcpt(stranger, "victim@far.example", "spam@elsewhere.example")
        gateway.rcpt(stranger, f"nobody@{DEMO_DOMAIN}", "spam@elsewhere.example")
    until(lambda: len(gateway.queue()) >= 3 and all(message["state"] != "active" for message in gateway.queue()),
          "the messages that wait")


# The pictures of one look.

def window_of(desktop: Desktop) -> str:
    """The window that came last."""
    return tool(desktop, "xdotool", "search", "--onlyvisible", "--class", "server-properties").split()[-1]


def place(desktop: Desktop, x: int, y: int) -> None:
    tool(desktop, "xdotool", "windowmove", "--sync", window_of(desktop), str(x), str(y))
    tool(desktop, "xdotool", "mousemove", str(SIZE[0] - 2), str(SIZE[1] - 2))  # no tooltip in the picture


def tabs_of(sheet: Sheet) -> Iterator[int]:
    notebook = sheet.find("page tab list")
    for number in range(len(notebook.children())):
        notebook.call("Selection", "SelectChild", "(i)", number)
        yield number


def wait_for_rows(program: ServerProperties) -> None:
    """The list of a page has been asked for and filled."""
    until(lambda: any(Table.of(widget).row_count() for widget in program.shown_below() if widget.role == "table"), "a list with rows")


def ask(program: ServerProperties) -> None:
    """Two questions, as a person would ask them: one is refused, one is not."""
    for client in (STRANGERS[0], DEVICES[0]):
        fields = [widget for widget in program.shown_below() if widget.role == "text" and widget.has(EDITABLE)]
        top_down = sorted(fields, key=lambda widget: widget.call("Component", "GetExtents", "(u)", 0)[0][1])
        for field, text in zip(top_down, (client, f"scanner1@{DEMO_DOMAIN}", "customer@far.example")):
            field.set_text(text)
        top_down[2].focus()
        tool(program.desktop, "xdotool", "key", "Return")


def take_all(desktop: Desktop, gateway: Gateway, folder: Path, environment: dict[str, str]) -> None:
    environment = {"POSTERN_LOCALE_DIR": str(gateway.build / "po"), "XDG_CONFIG_HOME": str(desktop.log_folder / "config"), **environment}

    def opened(*options: str) -> ServerProperties:
        return desktop.open(gateway, *options, environment=environment)
    with opened() as program:
        program.find("tree table")
        place(desktop, 20, 20)
        take_picture(desktop, folder / "window.png")
    for page in PAGES:
        with opened("--page", page) as program:
            if page == "check-message":
                ask(program)
            wait_for_rows(program)
            place(desktop, 20, 20)
            take_picture(desktop, folder / f"{page}.png")
    for server in SHEETS:
        with opened("--properties", server) as program:
            sheet = Sheet.of(program.find("dialog"))
            place(desktop, 120, 20)
            for number in tabs_of(sheet):
                take_picture(desktop, folder / f"{server}-{number}.png")


def main() -> None:
    looks = sys.argv[1:] or list(LOOKS)
    if unknown := [look for look in looks if look not in LOOKS]:
        sys.exit(f"unknown: {', '.join(unknown)}; there are: {', '.join(LOOKS)}")
    with (tempfile.TemporaryDirectory() as logs, NextHop() as hop, Gateway(mail_router=hop.endpoint, settings=SETTINGS) as gateway):
        live_a_day(gateway, hop)
        for look in looks:
            folder = ALL / look
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            with Desktop(Path(logs) / look, window_manager=True, size=f"{SIZE[0]}x{SIZE[1]}") as desktop:
                take_all(desktop, gateway, folder, LOOKS[look])
            print(f"{folder.relative_to(SOURCE)}: {len(list(folder.iterdir()))} pictures", flush=True)
    if not sys.argv[1:]:
        SHOWN.mkdir(parents=True, exist_ok=True)
        for name, shown in IN_PUBLIC.items():
            shutil.copy(ALL / "light" / f"{name}.png", SHOWN / f"{shown}.png")


if __name__ == "__main__":
    main()
