# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian packages of ./dev deb: they are in order, and live a whole life in a system of their own. Runs as root: ./dev deb --check."""

import re
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from booted import System, make_base

SOURCE = Path(__file__).resolve().parents[2]
FOLDER = SOURCE / "build-deb"
BASE = SOURCE / "build-debian"
SETTINGS = "general.local-domains=demo.example general.host-name=mail.demo.example"

# What a first user does, in a shell: a message comes in, is delivered, and is fetched.
MAIL = r"""
  swaks --server 127.0.0.1 --from joe@elsewhere.example --to bob@demo.example --header 'Subject: hello' --silent 2
  for attempt in $(seq 200); do
    curl -s pop3://127.0.0.1/ --user bob:builder | grep -q '^1 ' && break
    sleep 0.1
  done
  curl -s pop3://127.0.0.1/1 --user bob:builder | grep 'Subject: hello'
"""

# A system without systemd has a bus, which starts the servers.
BUS = """
  ip link set lo up
  echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
  rm -rf /run/dbus
  mkdir /run/dbus
  dbus-daemon --system --fork
"""


def package(name: str) -> Path:
    found = sorted(FOLDER.glob(f"{name}_*.deb"))
    assert len(found) == 1, f"./dev deb has not made one package {name}: {found}"
    return found[0]


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    make_base(BASE)
    system = System(BASE, tmp_path / "system")
    try:
        yield system
    finally:
        system.remove()


def newer(path: Path, folder: Path) -> Path:
    """The same package with a higher version."""
    content = folder / "content"
    subprocess.run(["dpkg-deb", "-R", path, content], check=True)
    control = content / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: (.*)$", r"Version: \1+next", control.read_text(), flags=re.MULTILINE))
    target = folder / path.name.replace("_amd64", "+next_amd64")
    subprocess.run(["dpkg-deb", "-b", "--root-owner-group", content, target], check=True, stdout=subprocess.DEVNULL)
    return target


def test_lintian_finds_nothing() -> None:
    done = subprocess.run(["lintian", "--allow-root", "--fail-on=error,warning", *FOLDER.glob("*.changes")], text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_life_without_systemd(system: System, tmp_path: Path) -> None:
    told = system.install([package("postern")])
    assert not re.search(r"warning: |error|not a valid", told.replace("libgpg-error", "")), told
    listing = system.run("stat -c '%n %U %G %a' /etc/postern /etc/postern/* /var/lib/postern /var/lib/postern/*").splitlines()
    assert "/etc/postern/users postern postern 640" in listing
    assert "/var/lib/postern/queue postern postern 2770" in listing and "/var/lib/postern/revisions postern postern 700" in listing
    assert "/var/lib/postern/image postern postern 2750" in listing

    status = system.run(f"""{BUS}
      posternctl set {SETTINGS} >/dev/null
      echo 'bob:{{PLAIN}}builder::::::' >>/etc/postern/users
      posternctl start all >/dev/null
      {MAIL}
      ps -eo user:20,comm 2>/dev/null || for p in /proc/[0-9]*; do echo $(stat -c %U $p) $(cat $p/comm); done
      posternctl stop all >/dev/null
    """)
    for user, program in (("postern", "posternd"), ("postern-smtp", "postern-smtpd"), ("postern-pop3", "postern-pop3d"),
                          ("postern-delivery", "postern-deliver")):
        assert re.search(rf"^{user} +{program}$", status, re.MULTILINE), status

    system.install([newer(package("postern"), tmp_path)])
    status = system.run(f"{BUS} posternctl start all >/dev/null; posternctl get general.host-name")
    assert status.strip() == "general.host-name=mail.demo.example"

    system.run("apt-get remove -y postern")
    assert "bob:" in system.run("cat /etc/postern/users") and system.run("ls /var/lib/postern/mailboxes/bob/new")
    told = system.run("dpkg --purge postern 2>&1")
    assert "There is mail in /var/lib/postern/mailboxes; it stays there." in told
    assert system.run("ls /var/lib/postern").split() == ["mailboxes"]
    assert system.shell("ls -d /etc/postern").returncode != 0


def test_purge_leaves_nothing(system: System) -> None:
    places = "find /etc /usr /var/lib -path /var/lib/dpkg -prune -o -path /var/lib/apt -prune -o -print | grep -e postern -e server-properties"
    system.install([package("postern"), package("server-properties")])
    assert "/usr/bin/server-properties" in system.run(places).split()
    system.run("dpkg --purge server-properties postern")
    assert system.shell(places).stdout == ""


def test_life_with_systemd(system: System) -> None:
    system.install([package("postern")])
    if not system.boot():
        pytest.skip(f"systemd can't be started in a folder here: {system.trouble}")
    units = "posternd postern-smtpd postern-pop3d postern-deliverd"
    system.run(f"for unit in {units}; do systemctl is-active --wait $unit; done")
    said = system.run("journalctl --no-pager -o cat -u 'postern*'")  # walls within walls: none is in the way of another
    assert not re.search("Failed|ignoring|does not let us|behind the fence", said), said
    system.run(f"posternctl set {SETTINGS}; echo 'bob:{{PLAIN}}builder::::::' >>/etc/postern/users")
    assert "Subject: hello" in system.run(MAIL)
    assert "StatusText=Revision 2 in force, on *:25" in system.run("systemctl reload postern-smtpd && systemctl show -p StatusText postern-smtpd")

    system.run("posternctl stop pop3 && ! systemctl is-active postern-pop3d && posternctl start pop3 && systemctl is-active postern-pop3d")
    numbers = system.run("systemctl start postern-metrics && curl -s --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:9157/metrics")
    assert 'postern_up{server="pop3"} 1' in numbers

    # A user of the system's, whose password PAM reads within all those walls.
    system.run("useradd -m joe && echo joe:geheim | chpasswd && posternctl set general.system-users=true")
    for password, answer in (("geheim", "+OK 0 messages"), ("wrong", "-ERR [AUTH]")):
        assert answer in system.run(f"printf 'USER joe\\r\\nPASS {password}\\r\\nQUIT\\r\\n' | curl -s telnet://127.0.0.1:110")

    # The journal has the events with their fields.
    assert "POSTERN_CLIENT=127.0.0.1" in system.run("journalctl -o export POSTERN_EVENT=log-on-failed")
    refused = system.shell("setpriv --reuid=65534 --clear-groups posternctl set smtp.relay.allow=all")
    assert refused.returncode == 3

    # What is not to start with the system does not.
    system.run("posternctl set pop3.autostart=false && systemctl stop postern-pop3d postern-smtpd && systemctl restart postern-autostart "
               "&& systemctl is-active postern-smtpd && ! systemctl is-active postern-pop3d "
               "&& posternctl set pop3.autostart=true && systemctl restart postern-autostart && systemctl is-active postern-pop3d")

    # The port is open while nobody serves it; the first client starts the server, which takes the socket over.
    system.run("systemctl stop postern-smtpd && systemctl start postern-smtpd.socket")
    assert "220 mail.demo.example" in system.run("swaks --server 127.0.0.1 --quit-after BANNER")
    assert "on *:25" in system.run("systemctl show -p StatusText postern-smtpd")

    system.run(f"systemctl restart {units} && systemctl stop postern-smtpd.socket postern.target {units}")
    assert "failed" not in system.run(f"systemctl is-failed {units} || true")
    problems = system.run("journalctl -p warning -u 'postern*' -o cat | grep -v pam_unix || true")
    assert problems == "", problems
