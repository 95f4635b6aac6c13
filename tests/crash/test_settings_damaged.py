# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings never break: what is damaged, strange or foreign at the settings file's place is refused in words; the last good revision stays."""

import os
import random
from pathlib import Path
from typing import Callable, Iterator

import pytest
from gateway import figures
from gateway.gateway import AUTHORITY, Gateway
from gateway.wait import until

PROMISE = "Settings never break"
OPENING = '<server-properties xmlns="urn:postern:server-properties" version="2">'
BOMB = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 20))
GIB = 1 << 30
MIB = 1 << 20
NOBODY = 65534

# A process that had read 2 GiB, or had expanded a bomb, would have more.
MEMORY_MAX_MIB = 400

Damage = Callable[[Path, bytes], object]


def text(content: str, encoding: str = "utf-8") -> Damage:
    return lambda path, good: path.write_bytes(content.encode(encoding))


def document(inside: str) -> Damage:
    return text(f"{OPENING}{inside}</server-properties>")


def make_sparse(path: Path, good: bytes) -> None:
    path.write_bytes(good)
    os.truncate(path, 2 * GIB)


def replaced(make: Callable[[Path, bytes], object]) -> Damage:
    def do(path: Path, good: bytes) -> None:
        path.unlink()
        make(path, good)
    return do


def link_to_good(path: Path, good: bytes) -> None:
    (path.parent / "elsewhere.xml").write_bytes(good)
    path.symlink_to(path.parent / "elsewhere.xml")


def write_in_folder_of(path: Path, good: bytes) -> None:
    path.write_bytes(good)
    os.chown(path, NOBODY, NOBODY)


# What is there, and a word of the refusal.
DAMAGES: dict[str, tuple[Damage, str]] = {
    "empty": (text(""), "empty"),
    "zeros": (lambda path, good: path.write_bytes(bytes(len(good))), "NUL byte"),
    "a NUL in the middle": (lambda path, good: path.write_bytes(good.replace(b"</smtp>", b"\0</smtp>")), "NUL byte"),
    "half": (lambda path, good: path.write_bytes(good[:len(good) // 2]), "line "),
    "half of one, half of another": (lambda path, good: path.write_bytes(good[:len(good) // 2] + good[len(good) // 3:]), "line "),
    "two": (lambda path, good: path.write_bytes(good * 2), "line "),
    "noise": (lambda path, good: path.write_bytes(random.Random(1).randbytes(5000)), "XML"),
    "another root": (text('<properties xmlns="urn:postern:server-properties" version="2"/>'), "no settings file"),
    "another namespace": (text('<server-properties version="2"/>'), "no settings file"),
    "a newer version": (text(OPENING.replace('"2"', '"99"') + "</server-properties>"), "99"),
    "out of range": (document("<smtp><relay><pop-client-minutes>655535</pop-client-minutes></relay></smtp>"), "15 to 65535"),
    "an unknown setting": (document("<smtp><relais/></smtp>"), "relais"),
    "DOCTYPE": (text(f"<!DOCTYPE server-properties>\n{OPENING}</server-properties>"), "DOCTYPE"),
    "entity bomb": (text(f"<!DOCTYPE a [<!ENTITY e0 'x'>{BOMB}]>{OPENING}&e19;</server-properties>"), "DOCTYPE"),
    "external entity": (text(f"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{OPENING}&e;</server-properties>"), "DOCTYPE"),
    "an entity of nobody's": (document("&e;"), "line 1"),
    "other encoding": (lambda path, good: path.write_bytes(b'<?xml version="1.0" encoding="UTF-8"?>' + b"<a>\xff\xfe</a>"), "line 1"),
    "UTF-16 without saying so": (lambda path, good: path.write_bytes("<a/>".encode("utf-16-le")), "NUL byte"),
    "deep nesting": (text(f"{OPENING}{'<a>' * 100_000}"), "line 1"),
    "many attributes": (text("<server-properties " + " ".join(f"a{i}='1'" for i in range(1_000_000)) + "/>"), "too many attributes"),
    "many problems": (document("<a/>" * 20_000), "line 1"),
    "one long word": (document(f"<{'a' * 20_000_000}/>"), "line 1"),
    "2 GiB": (make_sparse, "larger than"),
    "FIFO": (replaced(lambda path, good: os.mkfifo(path)), "not a regular file"),
    "folder": (replaced(lambda path, good: path.mkdir()), "not a regular file"),
    "link to a good file": (replaced(link_to_good), "symbolic link"),
    "link to nowhere": (replaced(lambda path, good: path.symlink_to("nowhere")), "symbolic link"),
    "link to itself": (replaced(lambda path, good: path.symlink_to(path)), "symbolic link"),
    "link to endless zeros": (replaced(lambda path, good: path.symlink_to("/dev/zero")), "symbolic link"),
    "everybody's": (lambda path, good: path.chmod(0o666), "everybody may write"),
}
if os.geteuid() == 0:
    DAMAGES["device"] = (replaced(lambda path, good: os.mknod(path, 0o020644, os.makedev(1, 5))), "not a regular file")
    DAMAGES["another user's"] = (write_in_folder_of, "belongs to user 65534")
else:
    print("no device and no other user's file: only root can make these")


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway(settings={"smtp.relay.near-domains": True, "general.near-domains": ["near.example"]}) as started:
        for name in ("pop3", "delivery"):
            started.stop_server(name)
        yield started


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def memory_mib(gateway: Gateway, name: str) -> int:
    status = Path(f"/proc/{gateway.pid(name)}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) // 1024


def restart(gateway: Gateway) -> None:
    """The authority and the server die, and start with what is there."""
    for name in ("posternd", "smtp"):
        gateway.kill(name)
    gateway.bus.activate(AUTHORITY)
    gateway.start_server("smtp")


def assert_goes_on(gateway: Gateway, revision: int, word: str) -> None:
    """The last good revision is used, by both; each says why."""
    assert gateway.revision() == revision and gateway.revision_in_force("smtp") == revision
    assert gateway.explain("192.0.2.1", "someone@near.example")[:2] == (True, "near-domain")
    problems = gateway.check({})[0]
    assert problems and any(word in problem[2] for problem in problems) or word == "line 1" and problems[0][0] == 1, problems[:3]
    assert gateway.server_property("smtp", "RevisionProblem")
    for name in ("posternd", "smtp"):
        assert "stays in force" in gateway.log(name), gateway.log(name)
    status = gateway.posternctl("status", check=False)
    assert word in status.stdout + status.stderr or word == "line 1", status
    with pytest.raises(Exception, match="can't be used"):
        gateway.send_changes({"smtp.relay.pop-client-minutes": 20})


def restore(gateway: Gateway, revision: int) -> None:
    """The way back, which every administrator has: what was there is kept beside."""
    kept = set(gateway.state.glob("*.refused-*"))
    now = gateway._authority("Restore", "(tt)", revision, revision)[0]
    assert gateway.config.is_file() and not gateway.config.is_symlink() and gateway.config.stat().st_mode & 0o777 == 0o644
    until(lambda: gateway.revision_in_force("smtp") == now, "the restored revision")
    assert gateway.check({})[0] == [] and not gateway.server_property("smtp", "RevisionProblem")
    aside = set(gateway.state.glob("*.refused-*")) - kept
    assert len(aside) == 1
    remove(aside.pop())


@pytest.mark.parametrize("damage, word", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_at_the_start(gateway: Gateway, damage: Damage, word: str) -> None:
    gateway.config.chmod(0o644)
    revision = gateway.revision()
    for name in ("posternd", "smtp"):
        (gateway.log_folder / f"{name}.log").write_text("")
    damage(gateway.config, gateway.config.read_bytes())
    restart(gateway)
    assert_goes_on(gateway, revision, word)
    for name in ("posternd", "smtp"):
        assert memory_mib(gateway, name) < MEMORY_MAX_MIB
    restore(gateway, revision)


def test_all_damages(gateway: Gateway) -> None:
    figures.record(PROMISE, "strange things at the settings file's place", len(DAMAGES), 0, "authority and server start with the last good revision")


def test_cut_and_flipped(gateway: Gateway) -> None:
    """While they run: whatever byte is wrong, what is in force is the former revision, or the file as it stands, which is valid."""
    good = gateway.config.read_bytes()
    chance = random.Random(2)
    tried = figures.tries(150, 5000)
    for _ in range(tried):
        at = chance.randrange(len(good))
        bad = good[:at] if chance.random() < 0.5 else good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1:]
        revision, settings = gateway.revision(), gateway.settings()
        gateway.config.write_bytes(bad)
        problems = gateway.check({})[0]
        assert not problems or (gateway.revision(), gateway.settings()) == (revision, settings)
        gateway.config.write_bytes(good)
        gateway.check({})
    figures.record(PROMISE, "settings file cut short, or a bit flipped", tried, 0)
    gateway.send_changes({"smtp.relay.pop-client-minutes": 21})


def test_everything_else_damaged(gateway: Gateway) -> None:
    """The newest revisions, a prepared one, the image, the notes of temporary changes: all of them, with a damaged settings file, too."""
    for minutes in (30, 31, 32):
        revision = gateway.send_changes({"smtp.relay.pop-client-minutes": minutes})
    folder = gateway.state / "revisions"
    newest = sorted(folder.glob("*.revision"))
    newest[-1].write_bytes(newest[-1].read_bytes()[:-40])
    newest[-2].unlink()
    os.mkfifo(newest[-2])
    os.mkfifo(folder / "prepared")
    (folder / "temporary").unlink(missing_ok=True)
    os.mkfifo(folder / "temporary")
    (folder / "junk.revision").symlink_to("/dev/zero")
    (gateway.state / "image/settings").write_bytes(b"\xff" * 5000)
    gateway.config.write_text("")
    restart(gateway)
    assert gateway.settings()["smtp.relay.pop-client-minutes"] == 30
    assert gateway.explain("192.0.2.1", "someone@near.example")[:2] == (True, "near-domain")
    until(lambda: gateway.revision_in_force("smtp") == gateway.revision(), "the same revision")
    former = gateway.revision()
    restored = gateway._authority("Restore", "(tt)", former, former)[0]
    assert restored > revision, "a number that was given is not given again"
    until(lambda: gateway.revision_in_force("smtp") == restored, "the restored revision")
    (folder / "junk.revision").unlink()
    figures.record(PROMISE, "all files of the authority damaged at once", 1, 0)


def test_users_file(gateway: Gateway) -> None:
    """A users' file that can't be used makes nobody a user, and hangs nobody."""
    users = gateway.state / "users"
    good = users.read_bytes()
    strange: list[Damage] = [lambda path, _: os.mkfifo(path), lambda path, _: path.mkdir(), lambda path, _: path.symlink_to(path),
                             make_sparse]
    for make in strange:
        users.unlink()
        make(users, good)
        with pytest.raises(Exception, match="Failed"):
            gateway.bus.call(AUTHORITY, "/org/postern/ServerProperties1", "org.postern.MailUsers1.List")
        remove(users)
        users.write_bytes(good)
        assert gateway.bus.call(AUTHORITY, "/org/postern/ServerProperties1", "org.postern.MailUsers1.List")
    figures.record(PROMISE, "strange things at the users' file's place", len(strange), 0)
