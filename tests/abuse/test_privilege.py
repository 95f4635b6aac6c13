# SPDX-License-Identifier: GPL-3.0-or-later
"""Least privilege: what each daemon may, against ARCHITECTURE.md, and what it can, tried from inside."""

import os
import poplib
import re
import stat
import subprocess
from pathlib import Path
from typing import Iterator, Sequence

import pytest

from gateway.figures import record
from gateway.gateway import AUTHORITY, AUTHORITY_PATH, SERVERS, SOURCE, Gateway, build_folder
from gateway.sink import NextHop
from gateway.wait import until
from own_users import GROUP, NOBODY, USERS, GatewayOfUsers, as_user

PROMISE = "Least privilege"
PROGRAMS = {"posternd": "posternd", "smtp": "postern-smtpd", "pop3": "postern-pop3d", "delivery": "postern-deliverd"}
CONFINED = build_folder() / "tests/abuse/confined"
NET_BIND_SERVICE = 1 << 10

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start programs as other users")


def is_sanitized() -> bool:
    return b"__asan_init" in (build_folder() / SERVERS["smtp"].program).read_bytes()


# --- The table ---

def read_table() -> dict[str, dict[str, str]]:
    """The table below "## Processes" in ARCHITECTURE.md: program -> column -> text."""
    section = (SOURCE / "ARCHITECTURE.md").read_text().split("\n## Processes\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return {re.match(r"`([^`]+)`", row[0])[1]: dict(zip(rows[0], row)) for row in rows[2:]}


TABLE = read_table()


def parts(text: str) -> set[str]:
    """The folders of a cell: those in back quotes that end with a slash."""
    return {name.rstrip("/") for name in re.findall(r"`([-\w/]+/)`", text)}


def test_the_table_is_what_the_daemons_do() -> None:
    lines = subprocess.check_output([CONFINED], text=True).splitlines()
    assert len(lines) == len(PROGRAMS)
    for line in lines:
        program, user, *writable = line.split()
        assert TABLE[program]["user"] == f"`{user}`"
        assert parts(TABLE[program]["may write"]) == set(writable), program
        unit = (SOURCE / f"data/systemd/{program}.service.in").read_text()
        allowed = re.search(r"^ReadWritePaths=(.*)$", unit, re.MULTILINE)[1].split()
        assert {Path(path).name for path in allowed} - {"@CONFIG@"} == set(writable), program
        assert re.search(r"^User=(.*)$", unit, re.MULTILINE)[1] == user
        # What the unit hides is what the table does not let it read; all else of the state folder is there.
        hidden = {Path(path).name for path in re.findall(r"-@STATE@/(\S+)", unit)}
        readable = parts(TABLE[program]["may read"]) | set(writable)
        everything = {"revisions", "image", "queue", "log-ons", "bans", "activity", "mailboxes"}
        assert hidden == everything - readable, program


# --- The daemons as their own users ---

@pytest.fixture(scope="module", name="installed")
def gateway_of_users() -> Iterator[GatewayOfUsers]:
    with NextHop() as hop, GatewayOfUsers(mail_router=hop.endpoint) as gateway:
        # Everything is used once: a log-on that fails, one that does not, a message for here and one for elsewhere.
        stranger = gateway.pop3("127.9.200.1")
        stranger.user("alice")
        with pytest.raises(poplib.error_proto):
            stranger.pass_("wrong")
        stranger.quit()
        gateway.log_on("127.9.200.2")
        with gateway.smtp("127.9.200.2") as session:
            session.sendmail("sender@elsewhere.example", ["alice@demo.example"], "Subject: here\r\n\r\nhere\r\n")
            session.sendmail("alice@demo.example", ["someone@elsewhere.example"], "Subject: there\r\n\r\nthere\r\n")
        until(lambda: len(hop.messages) == 1, "the message at the next hop")
        until(lambda: list(gateway.state.glob("mailboxes/alice/new/*")), "the message in the mailbox")
        gateway.log_on("127.9.200.2")
        yield gateway


def status_of(path: Path) -> dict[str, str]:
    return dict(line.split(":\t", 1) for line in path.read_text().splitlines() if ":\t" in line)


def check_threads(gateway: Gateway) -> int:
    """All threads of all daemons; how many there are."""
    count = 0
    for name in PROGRAMS:
        for task in Path(f"/proc/{gateway.pid(name)}/task").iterdir():
            status = status_of(task / "status")
            count += 1
            assert status["NoNewPrivs"] == "1", name
            assert status["Seccomp"] == ("0" if is_sanitized() else "2"), name
            allowed = NET_BIND_SERVICE if name in ("smtp", "pop3") else 0
            for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                assert int(status[kind], 16) & ~allowed == 0, (name, kind, status[kind])
        limits = Path(f"/proc/{gateway.pid(name)}/limits").read_text()
        assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE), name
    return count


def test_every_thread_is_confined(gateway: Gateway) -> None:
    assert check_threads(gateway) >= 8


@only_root
def test_own_users(installed: GatewayOfUsers) -> None:
    tried = check_threads(installed)
    for name, program in PROGRAMS.items():
        folder = Path(f"/proc/{installed.pid(name)}")
        user = str(USERS[TABLE[program]["user"].strip("`")])
        status = status_of(folder / "status")
        assert status["Uid"].split() == [user] * 4 and set(status["Gid"].split()) == {str(GROUP)} and status["Groups"].strip() == ""
        # What is not dumpable belongs to root, and nobody of the same user may look at it.
        assert (folder / "environ").stat().st_uid == 0
        assert subprocess.run([*as_user(int(user)), "cat", folder / "environ"], capture_output=True).returncode != 0
        core = subprocess.run([*as_user(int(user)), "head", "-c1", folder / "mem"], capture_output=True)
        assert core.returncode != 0 and core.stdout == b""
    record(PROMISE, "threads of daemons with a privilege, without a filter or open to their own user", tried, 0)


def opened_files(pid: int) -> Iterator[tuple[str, bool]]:
    """Each file that is open or mapped, and whether for writing."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(descriptor)
        flags = re.search(r"^flags:\s+(\d+)$", Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text(), re.MULTILINE)[1]
        if target.startswith("/"):
            yield target, int(flags, 8) & os.O_ACCMODE != os.O_RDONLY
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and fields[5].startswith("/"):
            yield fields[5], "w" in fields[1] and "s" in fields[1]


@only_root
def test_open_files_are_those_of_the_table(installed: GatewayOfUsers) -> None:
    seen, foreign = 0, []
    for name, program in PROGRAMS.items():
        writable = parts(TABLE[program]["may write"])
        readable = writable | parts(TABLE[program]["may read"])
        for path, writes in opened_files(installed.pid(name)):
            seen += 1
            if path.startswith(f"{installed.state}/"):
                part = Path(path).relative_to(installed.state).parts[0]
                allowed = part in (writable if writes else readable)
            elif path.startswith(f"{installed.config.parent}/"):
                allowed = program == "posternd" or not writes
            else:
                allowed = not writes or path == "/dev/null" or path.startswith(str(installed.log_folder))
            if not allowed:
                foreign.append((program, path, writes))
    record(PROMISE, "open and mapped files against the table", seen, len(foreign))
    assert seen > 40 and foreign == []


@only_root
def test_nothing_is_open_to_others(installed: GatewayOfUsers) -> None:
    """Whatever the daemons have made: nobody but the group may read it, nobody but the authority the settings."""
    seen, wrong = 0, []
    for root in (installed.state, installed.config.parent):
        for path in root.rglob("*"):
            status = path.lstat()
            if path.name == "lock" and path.parent == installed.state:
                continue  # of the tests
            seen += 1
            rest = status.st_mode & 0o007
            if path == installed.config:
                rest &= ~0o004  # has no secrets, and is public
            if rest or (status.st_uid not in USERS.values()) or (root == installed.config.parent and status.st_mode & 0o020):
                wrong.append((str(path), stat.filemode(status.st_mode), status.st_uid))
    revisions = installed.state / "revisions"
    assert stat.S_IMODE(revisions.stat().st_mode) & 0o077 == 0
    record(PROMISE, "files and folders that others may read", seen, len(wrong))
    assert seen > 20 and wrong == []


# --- What a daemon that has been taken over can do ---

REFUSED = {"EPERM", "EACCES", "ENOSYS", "EXDEV", "EAFNOSUPPORT", "ENODATA", "ENOTTY", "killed"}
KILLED = {"run-opened", "trace", "read-memory", "mount", "change-root", "new-namespace", "bpf", "perf", "module", "make-device",
          "make-pipe", "set-clock"}


def attempts(installed: GatewayOfUsers, program: str) -> Iterator[tuple[str, str]]:
    """Deeds that the program may not do."""
    state, config = installed.state, installed.config.parent
    listens = program in ("postern-smtpd", "postern-pop3d")
    for place in (installed.folder / "elsewhere", Path("/etc"), Path("/tmp"), state):
        yield "make", str(place / "made-by-confined")
        yield "make-folder", str(place / "made-by-confined")
        yield "link-by-name", str(place / "made-by-confined")
    for part in {"revisions", "image", "queue", "log-ons", "bans", "activity", "mailboxes"} - parts(TABLE[program]["may write"]):
        yield "make", str(state / part / "made-by-confined")
        yield "make-folder", str(state / part / "made-by-confined")
    for name in ("server-properties.xml", "users") if program != "posternd" else ():
        for deed in ("write", "truncate", "remove", "rename"):
            yield deed, str(config / name)
    for deed in ("write", "truncate", "remove", "rename"):
        yield deed, str(installed.folder / "elsewhere" / "file")
        yield deed, "/etc/passwd"
    own = state / sorted(parts(TABLE[program]["may write"]))[0]
    for deed in ("link-by-name", "make-device", "make-pipe"):
        yield deed, str(own / "made-by-confined")
    yield "read", "/etc/shadow"
    for command in ("/bin/sh", "/usr/bin/env", str(installed.folder / "postern-smtpd")):
        yield "run", command
        yield "run-opened", command
    for deed in ("trace", "read-memory", "signal", "change-root", "new-namespace", "process-in-namespace", "bpf", "perf", "keys", "uring",
                 "module", "raw-socket", "packet-socket", "kernel-socket", "join-groups", "writable-code", "make-code", "become-dumpable",
                 "see-dumpable", "change-limits", "set-clock", "type-into-terminal"):
        yield deed, "/"
    yield "mount", str(own)
    yield "become", "0"
    yield "become", "12345"
    if not listens:
        yield from (("fork", "/"), ("listen", "/"), ("low-port", "80"))
    if program == "posternd":
        yield "internet-socket", "/"


def try_all(installed: GatewayOfUsers, program: str, user: int, deeds: Sequence[tuple[str, str]]) -> list[str]:
    """What each was answered with."""
    done = subprocess.run([*as_user(user), installed.folder / "confined", program, installed.state, installed.config.parent],
                          input="".join(f"{deed} {word}\n" for deed, word in deeds), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    assert len(answers) >= len(deeds), done.stdout
    return answers


def is_fenced() -> bool:
    """Whether the kernel has Landlock."""
    import ctypes
    return ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1) >= 2


@only_root
@pytest.mark.skipif(is_sanitized(), reason="there is no filter for system calls in a program that is built with sanitizers")
@pytest.mark.parametrize("as_root", [False, True], ids=["own-user", "root"])
@pytest.mark.parametrize("program", PROGRAMS.values())
def test_what_is_forbidden(installed: GatewayOfUsers, program: str, as_root: bool) -> None:
    if not is_fenced():
        pytest.skip("this kernel has no Landlock: what keeps others' files from a daemon is who owns them, and its unit")
    subprocess.run(["install", CONFINED, installed.folder], check=True)
    elsewhere = installed.folder / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    elsewhere.chmod(0o777)
    (elsewhere / "file").write_text("keep me")
    (elsewhere / "file").chmod(0o666)
    user = 0 if as_root else USERS[TABLE[program]["user"].strip("`")]
    if as_root:  # root stays root by name only where the state folder is root's
        os.chown(installed.state, 0, GROUP)
    # Root is the owner of the one, and is already the other.
    own = {("read", "/etc/shadow"), ("become", "0")} if as_root else set()
    deeds = [deed for deed in attempts(installed, program) if deed not in own]
    try:
        answers = try_all(installed, program, user, deeds)
    finally:
        os.chown(installed.state, USERS["postern"], GROUP)
    gone_through = [(*deed, told) for deed, told in zip(deeds, answers)
                    if told not in REFUSED or (deed[0] in KILLED and told != "killed")]
    record(PROMISE, f"forbidden deeds from within {program}{', started by root' if as_root else ''}", len(deeds), len(gone_through))
    assert gone_through == []
    assert (elsewhere / "file").read_text() == "keep me" and not list(elsewhere.glob("made*"))


@only_root
@pytest.mark.parametrize("program", PROGRAMS.values())
def test_what_is_needed_is_allowed(installed: GatewayOfUsers, program: str) -> None:
    """The same program is no proof where it can't do anything."""
    subprocess.run(["install", CONFINED, installed.folder], check=True)
    user = USERS[TABLE[program]["user"].strip("`")]
    deeds = [("read", str(installed.config)), ("read", str(installed.config.parent / "users"))]
    for part in parts(TABLE[program]["may write"]):
        place = str(installed.state / part / "made-by-confined")
        deeds += [(deed, place) for deed in ("make", "write", "truncate", "rename")] + [("remove", f"{place}.moved")]
    if program in ("postern-smtpd", "postern-pop3d"):
        deeds += [("internet-socket", "/"), ("listen", "/"), ("fork", "/")]
    refused = [(deed, told) for deed, told in zip(deeds, try_all(installed, program, user, deeds)) if told != "done"]
    assert refused == []


@only_root
@pytest.mark.skipif(is_sanitized(), reason="PAM and the sanitizers do not go together")
def test_the_helper_of_pam_is_run(installed: GatewayOfUsers) -> None:
    """pam_unix can't check a password without unix_chkpwd; whoever looks for another program there gets none."""
    helper = next((path for path in ("/usr/sbin/unix_chkpwd", "/sbin/unix_chkpwd") if os.path.exists(path)), None)
    if helper is None:
        pytest.skip("this system has no unix_chkpwd")
    subprocess.run(["install", CONFINED, installed.folder], check=True)
    for program, told in (("postern-smtpd", "-1"), ("postern-pop3d", "-1"), ("postern-deliverd", "killed"), ("posternd", "killed")):
        user = USERS[TABLE[program]["user"].strip("`")]
        # The helper itself prints for how many days the password is good: there is no end to that.
        assert try_all(installed, program, user, [("run", helper)])[0] == told, program


@only_root
def test_root_becomes_somebody_else_or_ends(installed: GatewayOfUsers) -> None:
    for name, program in PROGRAMS.items():
        done = subprocess.run([installed.folder / program, "--config", installed.config, "--state-dir", installed.state, "--bus", "none"],
                              capture_output=True, text=True, timeout=30)
        assert done.returncode == 1 and f"there is no user {TABLE[program]['user'].strip('`')} to become" in done.stderr, name


# --- The bus ---

OWN_NAMES = """
import sys
from gi.repository import Gio, GLib
flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
bus = Gio.DBusConnection.new_for_address_sync(sys.argv[1], flags, None, None)
for name in sys.argv[2:]:
    try:
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                      GLib.Variant("(su)", (name, 2)), None, 0, -1, None)
        print("owned")
    except GLib.Error as error:
        print(Gio.DBusError.get_remote_error(error))
"""


@only_root
def test_names_belong_to_their_users(installed: GatewayOfUsers) -> None:
    owners = {AUTHORITY: "postern", **{server.bus_name: TABLE[PROGRAMS[name]]["user"].strip("`") for name, server in SERVERS.items()}}
    tried, taken = 0, []
    for user, number in [*USERS.items(), ("nobody", NOBODY)]:
        names = [name for name, owner in owners.items() if owner != user]
        told = subprocess.check_output([*as_user(number), "/usr/bin/python3", "-c", OWN_NAMES, installed.bus.address, *names], text=True)
        tried += len(names)
        taken += [(user, name, answer) for name, answer in zip(names, told.splitlines(), strict=True)
                  if answer != "org.freedesktop.DBus.Error.AccessDenied"]
    record(PROMISE, "names on the bus that another user owns", tried, len(taken))
    assert taken == []


@only_root
def test_nobody_may_call_anything(installed: GatewayOfUsers) -> None:
    """Each method of each interface, without polkit, as a user of the machine."""
    from bus_methods import call_every_method
    answers = call_every_method(as_user(NOBODY), installed.bus.address,
                                {AUTHORITY: AUTHORITY_PATH, **{server.bus_name: server.object_path for server in SERVERS.values()}})
    let_in = {method: answer for method, answer in answers.items() if answer not in ("org.postern.Error.NotAuthorized",)}
    record(PROMISE, "methods on the bus that a user without rights may call", len(answers), len(let_in))
    assert len(answers) > 30 and let_in == {}
