# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` would put where: the files that name each other agree."""

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("POSTERN_BUILD", SOURCE / "build"))
MESON = ["/usr/bin/python3", "/usr/bin/meson"]

HIGHEST_EXPOSURE = 1.5  # "systemd-analyze security": 0 is shut, 10 is open
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze (package systemd) is not installed")


@pytest.fixture(scope="module", name="installed")
def read_plan() -> dict[str, Path]:
    """Where a file goes -> where it is now."""
    plan = subprocess.check_output([*MESON, "introspect", "--installed", str(BUILD)], text=True)
    return {target: Path(source) for source, target in json.loads(plan).items()}


def read_keys(text: str) -> dict[str, list[str]]:
    """The values of each key of a file in the style of a desktop entry."""
    keys: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        keys.setdefault(key, []).append(value)
    return keys


def bus_services(installed: dict[str, Path]) -> dict[str, dict[str, list[str]]]:
    """Bus name -> the file by which the bus starts who owns it."""
    return {Path(target).stem: read_keys(source.read_text()) for target, source in installed.items()
            if target.endswith(".service") and "/dbus-1/" in target}


def units(installed: dict[str, Path]) -> dict[str, dict[str, list[str]]]:
    return {Path(target).name: read_keys(source.read_text()) for target, source in installed.items() if "/systemd/system/" in target}


def test_the_bus_starts_programs_that_are_there(installed: dict[str, Path]) -> None:
    services = bus_services(installed)
    assert len(services) == 4
    for name, keys in services.items():
        assert keys["Name"] == [name]
        assert keys["Exec"][0].split()[0] in installed, f"{name} starts {keys['Exec']}, which is not installed"


def test_bus_and_systemd_start_the_same(installed: dict[str, Path]) -> None:
    policy = ElementTree.parse(next(source for target, source in installed.items() if target.endswith("org.postern.conf")))
    owners = {allow.get("own"): group.get("user") for group in policy.iter("policy") if group.get("user") != "root"
              for allow in group.iter("allow") if allow.get("own")}
    for name, keys in bus_services(installed).items():
        unit = units(installed)[keys["SystemdService"][0]]
        assert unit["ExecStart"] == keys["Exec"]
        assert unit["User"] == keys["User"] == [owners[name]]


def test_users_of_units_are_made(installed: dict[str, Path]) -> None:
    text = next(source for target, source in installed.items() if "/sysusers.d/" in target).read_text()
    made = set(re.findall(r"^u (\S+)", text, re.MULTILINE))
    groups = set(re.findall(r"^g (\S+)", text, re.MULTILINE)) | made
    services = {name: keys for name, keys in units(installed).items() if name.endswith(".service")}
    assert {user for keys in services.values() for user in keys["User"]} == made
    assert {group for keys in services.values() for group in keys["Group"]} <= groups
    polkit = next(source for target, source in installed.items() if target.endswith("org.postern.policy")).read_text()
    owners = {keys["User"][0] for keys in bus_services(installed).values()}
    for named in re.findall(r'policykit.owner">([^<]*)<', polkit):
        assert set(named.split()) == {f"unix-user:{owner}" for owner in owners}


@pytest.fixture(scope="module", name="root")
def install_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What systemd reads, as it lies in an installed system with the prefix /usr."""
    root = tmp_path_factory.mktemp("root")
    folder = root / "build"
    subprocess.run([*MESON, "setup", folder, SOURCE, "--prefix=/usr", "-Dgui=disabled"], check=True, capture_output=True)
    plan = json.loads(subprocess.check_output([*MESON, "introspect", "--installed", folder], text=True))
    for source, target in plan.items():
        if not target.startswith(("/usr/lib/", "/usr/bin/postern", "/usr/sbin/postern")):
            continue
        place = root / target.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if "bin/" in target:
            place.write_text("#!/bin/sh\n")
            place.chmod(0o755)
        else:
            shutil.copy(source, place)
    return root


@needs_systemd
def test_units_are_well_formed(root: Path) -> None:
    # What a system has around the gateway.
    shutil.copytree("/lib/systemd/system", root / "lib/systemd/system", symlinks=True)
    (root / "bin").mkdir()
    shutil.copy("/bin/sh", root / "bin")
    (root / "lib/systemd/system/dbus.socket").write_text("[Socket]\nListenStream=/run/dbus/system_bus_socket\n")
    names = sorted(unit.name for unit in (root / "usr/lib/systemd/system").iterdir())
    assert len(names) == 9
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--root={root}", *names], capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if "postern" in line]
    assert not told, "\n".join(told)


@needs_systemd
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_users_and_folders_can_be_made(root: Path, tmp_path: Path) -> None:
    for kind in ("sysusers", "tmpfiles"):
        folder = tmp_path / f"usr/lib/{kind}.d"
        folder.mkdir(parents=True)
        shutil.copy(root / f"usr/lib/{kind}.d/postern.conf", folder)
    (tmp_path / "etc").mkdir()
    shutil.copytree(SOURCE / "data" / "defaults", tmp_path / "usr/share/postern")
    for command in (["systemd-sysusers"], ["systemd-tmpfiles", "--create"]):
        done = subprocess.run([*command, f"--root={tmp_path}", "postern.conf"], capture_output=True, text=True)
        assert done.returncode == 0 and not [line for line in done.stderr.splitlines() if "postern.conf" in line], done.stderr
    users = (tmp_path / "etc/passwd").read_text()
    assert users.count("postern") >= 5 and (tmp_path / "var/lib/postern/queue").is_dir()
    assert (tmp_path / "etc/postern/users").stat().st_mode & 0o777 == 0o640


@needs_systemd
@pytest.mark.parametrize("name", ["posternd", "postern-smtpd", "postern-pop3d", "postern-deliverd", "postern-metrics"])
def test_services_are_hardened(root: Path, name: str) -> None:
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--root={root}", f"--threshold={HIGHEST_EXPOSURE * 10:.0f}",
                           "--no-pager", f"{name}.service"], capture_output=True, text=True)
    open_doors = [line for line in done.stdout.splitlines() if not line.startswith("✓")]
    assert done.returncode == 0 and "Overall" in done.stdout, "\n".join(open_doors)


def test_each_program_has_its_page(installed: dict[str, Path]) -> None:
    pages = {Path(target).stem for target in installed if "/man/man" in target}
    programs = {Path(target).name for target in installed if re.search(r"/s?bin/", target)}
    assert programs <= pages and "postern-settings" in pages


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff (package groff-base) is not installed")
def test_pages_are_well_formed(installed: dict[str, Path]) -> None:
    for target, source in installed.items():
        if "/man/man" in target:
            done = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-z", source], capture_output=True, text=True, check=True)
            assert done.stderr == "", target


def test_pages_name_each_option(installed: dict[str, Path]) -> None:
    pages = {Path(target).stem: source.read_text().replace("\\-", "-") for target, source in installed.items() if "/man/man" in target}
    programs = {Path(target).name: source for target, source in installed.items() if re.search(r"/s?bin/postern", target)}
    assert len(programs) == 5
    for name, program in programs.items():
        told = subprocess.check_output([program, "--help"], text=True, env={"LC_ALL": "C.UTF-8"})
        for option in set(re.findall(r"--[a-z][-a-z]+", told)) - {"--help", "--help-all"}:
            assert option in pages[name], f"{name}: {option} is not in its page"


def test_files_for_bus_and_polkit(installed: dict[str, Path]) -> None:
    policy = ElementTree.parse(next(source for target, source in installed.items() if target.endswith("org.postern.policy")))
    actions = {action.get("id") for action in policy.iter("action")}
    assert actions == set(re.findall(r'"(org\.postern\.[a-z]+)"', (SOURCE / "core/bus/gatekeeper.h").read_text()))
    configuration = ElementTree.parse(next(source for target, source in installed.items() if target.endswith("org.postern.conf")))
    names = set(bus_services(installed))
    assert {allow.get("own") for allow in configuration.iter("allow")} - {None} == names
    assert {allow.get("send_destination") for allow in configuration.iter("allow")} - {None} == names


def test_the_log_page_names_each_event_and_field(installed: dict[str, Path]) -> None:
    """postern-log(7) against the calls of log_event() in the code."""
    page = next(source for target, source in installed.items() if target.endswith("/postern-log.7")).read_text().replace("\\-", "-")
    events, fields = (set(re.findall(r"^\.B (\S+)$", page.split(f".SH {section}\n")[1].split(".SH ")[0], re.MULTILINE))
                      for section in ("EVENTS", "FIELDS"))
    used = {name for line in re.findall(r"^\.br\n(.*)$", page, re.MULTILINE) for name in line.split()}
    assert used == fields, f"in one of the page's lists only: {used ^ fields}"

    sources = [path.read_text() for path in (SOURCE / "servers").rglob("*.c") if "core/log/log-event.h" in path.read_text()]
    logged = {name for text in sources for name in re.findall(r'log_event \(\s*"([^"]+)"', text)}
    given = {name for text in sources for block in re.findall(r"LogField\b[^;]*?\{ NULL \}", text, re.DOTALL)
             for name in re.findall(r'\{ "([^"]+)",', block)}
    assert logged and logged <= events, f"not in the page: {logged - events}"
    assert given and given <= fields, f"not in the page: {given - fields}"
    unused = {event for event in events if not any(f'"{event}"' in text for text in sources)}
    assert not unused, f"in the page alone: {unused}"


def test_the_debian_package_is_built_from_the_same() -> None:
    """debian/control asks for the packages that ./dev build installs, and the version is this one's."""
    listed = re.search(r"^build_packages=\((.*?)\)", (SOURCE / "dev").read_text(), re.MULTILINE | re.DOTALL)[1].split()
    control = (SOURCE / "debian/control").read_text()
    wanted = re.search(r"^Build-Depends:(.*?)^\S", control, re.MULTILINE | re.DOTALL)[1]
    needed = {name.split()[0].removesuffix(":any") for name in wanted.split(",\n")}
    always_there = {"gcc", "libc6-dev"}
    assert set(listed) - always_there == needed - {"debhelper-compat", "dh-sequence-installsysusers", "python3"}
    version = re.search(r"version: '([^']+)'", (SOURCE / "meson.build").read_text())[1]
    assert (SOURCE / "debian/changelog").read_text().startswith(f"postern ({version})")
