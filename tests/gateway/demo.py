# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev run: the whole gateway, to be tried by hand. With --check it tries itself."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Optional

from .bus import BusError
from .gateway import DEMO_DOMAIN, DEMO_USERS, SOURCE, Gateway
from .ports import free_port, is_free
from .sink import NextHop

BROADWAY_PORT = 8087
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

EXAMPLES = """
Try it, in another terminal:
  swaks --server {smtp} --from me@{domain} --to someone@elsewhere.example   # refused: 550 5.7.1
  curl pop3://{pop}/ --user bob:{bob}                                  # log on to POP
  swaks --server {smtp} --from me@{domain} --to someone@elsewhere.example   # relayed: 250
  swaks --server {smtp} --from me@elsewhere.example --to bob@{domain}       # delivered to bob
  curl pop3://{pop}/1 --user bob:{bob}                                 # read it
The command line for administrators:
  export POSTERN_BUS='{bus}'
  {ctl} status
  {ctl} explain --client 127.0.0.1 --to someone@elsewhere.example
  {ctl} set smtp.relay.pop-client-minutes=240
"""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev run", description="Runs the whole gateway below this checkout. Ctrl-C ends it.")
    parser.add_argument("--check", action="store_true", help="do the main job with no person, and exit 0 or 1")
    parser.add_argument("--headless", action="store_true", help="do not open Server Properties")
    parser.add_argument("--broadway", action="store_true", help="show Server Properties in a web browser, on this machine only")
    parser.add_argument("--smtp-port", type=port, metavar="N", help="listen for SMTP on 127.0.0.1:N (default: 2525)")
    parser.add_argument("--pop-port", type=port, metavar="N", help="listen for POP on 127.0.0.1:N (default: 2110)")
    parser.add_argument("--state", type=Path, metavar="DIR", default=SOURCE / "run",
                        help="keep settings, mail and logs in DIR (default: run/ in the checkout)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="use and change this settings file, not the one in DIR")
    return parser.parse_args()


def port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: a number from 1 to 65535 is wanted")
    return number


class Face:
    """Server Properties, on a display or in a web browser."""

    def __init__(self, gateway: Gateway, broadway: bool):
        self._processes: list[subprocess.Popen] = []
        self._log_path = gateway.log_folder / "server-properties.log"
        environment = dict(os.environ, POSTERN_BUS=gateway.bus.address,
                           POSTERN_AUTHORITY=str(gateway.build / "core/authority/posternd"))
        if broadway:
            environment.update(GDK_BACKEND="broadway", BROADWAY_DISPLAY=self._start_broadway())
        self._start([str(gateway.build / "gui/server-properties"), "--bus", gateway.bus.address], environment)

    def _start(self, command: list[str], environment: Optional[dict[str, str]] = None,
               stdout: Optional[int] = None) -> subprocess.Popen:
        with open(self._log_path, "ab") as log:
            process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], env=environment,
                                       stdin=subprocess.DEVNULL, stdout=stdout or log, stderr=log, start_new_session=True)
        self._processes.append(process)
        return process

    def _start_broadway(self) -> str:
        web_port = BROADWAY_PORT if is_free(BROADWAY_PORT) else free_port()
        display = f":{web_port - 8080}"
        process = self._start(["broadwayd", "--address", "127.0.0.1", "--port", str(web_port), display],
                              stdout=subprocess.PIPE)
        if not process.stdout.readline():  # "Listening on ..."
            raise RuntimeError("broadwayd did not start")
        print(f"Server Properties is at http://127.0.0.1:{web_port}/ in a web browser of this machine.\n"
              "It asks nobody for a password: each user of this machine can open that page.")
        return display

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait()


def tell(gateway: Gateway, next_hop: Optional[NextHop]) -> None:
    settings = gateway.settings()
    smtp, pop = ", ".join(settings["smtp.listeners"]), ", ".join(settings["pop3.listeners"])
    print(f"Postern runs in {gateway.state}")
    print(f"  SMTP server    {smtp}")
    print(f"  POP server     {pop}")
    print(f"  settings file  {gateway.config}")
    print(f"  logs           {gateway.log_folder}/*.log")
    if next_hop is not None:
        print(f"  next hop       {next_hop.endpoint}, keeps what is relayed in {next_hop.folder}")
    if gateway.config.parent == gateway.state:
        print(f"  local domain   {DEMO_DOMAIN}")
        print(f"  mail users     alice, password {DEMO_USERS['alice']}; kept as a hash, so USER and PASS only")
        print(f"                 bob, password {DEMO_USERS['bob']}; kept in clear, so APOP, too (curl insists on it)")
        print(EXAMPLES.format(smtp=settings["smtp.listeners"][0], pop=settings["pop3.listeners"][0], domain=DEMO_DOMAIN,
                              bus=gateway.bus.address, ctl=gateway.build / "core/ctl/posternctl", **DEMO_USERS))


def demo_next_hop(gateway: Gateway) -> Optional[NextHop]:
    """The demonstration's own next hop, where the settings name one on this machine that nobody is yet."""
    host, _, number = gateway.settings()["smtp.mail-router"].rpartition(":")
    if host != "127.0.0.1" or not is_free(int(number)):
        return None
    return NextHop(gateway.state / "next-hop", int(number))


def open_face(gateway: Gateway, options: argparse.Namespace) -> Optional[Face]:
    has_display = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if options.headless:
        return None
    if options.broadway or has_display:
        return Face(gateway, options.broadway)
    print("There is no display here, so Server Properties was not opened.\n"
          "To see it in a web browser of this machine: ./dev run --broadway")
    return None


class Ended(Exception):
    """Somebody wants this to end: Ctrl-C, SIGTERM, or the terminal is gone."""


def end_on_signals() -> None:
    def end(_number: int, _frame: object) -> None:
        for number in ENDING_SIGNALS:
            signal.signal(number, lambda *_: None)  # once is enough: the end goes its way
        raise Ended

    for number in ENDING_SIGNALS:
        signal.signal(number, end)


def run(options: argparse.Namespace) -> None:
    """Runs until it is ended by a signal, and then ends everything in order."""
    gateway = Gateway(options.state, config=options.config, smtp_port=options.smtp_port, pop_port=options.pop_port)
    face: Optional[Face] = None
    next_hop: Optional[NextHop] = None
    try:
        end_on_signals()
        gateway.start()
        next_hop = demo_next_hop(gateway)
        if next_hop is not None:
            next_hop.start()
        tell(gateway, next_hop)
        face = open_face(gateway, options)
        print("Ctrl-C ends all of it.", flush=True)
        signal.pause()
    except Ended:
        print("\nStopping.", flush=True)
    finally:
        if face is not None:
            face.stop()
        gateway.stop()
        if next_hop is not None:
            next_hop.stop()


def main() -> int:
    options = parse_arguments()
    if options.check:
        from .check import check
        return check()
    try:
        run(options)
    except (BusError, RuntimeError, OSError) as error:
        print(f"./dev run: {error}", file=sys.stderr)
        if isinstance(error, BusError):
            print(f"The logs in {options.state / 'log'} may say more.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
