# SPDX-License-Identifier: GPL-3.0-or-later
"""posternctl: its verbs, its JSON and its exit statuses."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Iterator

import pytest
from gi.repository import GLib

from gateway.gateway import SOURCE
from private_bus import AuthorityAlone, Service

OK, FAILED, NO, NOT_AUTHORIZED, STALE, NOT_RUNNING, USAGE, INVALID = 0, 1, 2, 3, 4, 5, 64, 65


@pytest.fixture
def authority() -> Iterator[AuthorityAlone]:
    with AuthorityAlone() as alone:
        yield alone


def run(authority: AuthorityAlone, status: int, *arguments: str, text: str = "") -> subprocess.CompletedProcess:
    result = authority.run(*arguments, text=text)
    assert result.returncode == status, result
    assert status in (OK, NO) or result.stderr.startswith("posternctl: "), result
    assert "GDBus" not in result.stderr, result
    return result


def as_json(authority: AuthorityAlone, status: int, *arguments: str) -> Any:
    return json.loads(run(authority, status, *arguments, "--json").stdout)


def test_get(authority: AuthorityAlone) -> None:
    lines = run(authority, OK, "get").stdout.splitlines()
    assert "smtp.relay.allow=specified" in lines and "general.local-domains=" in lines
    assert run(authority, OK, "get", "--value", "smtp.relay.allow").stdout == "specified\n"
    run(authority, INVALID, "get", "smtp.relay.alow")
    answer = as_json(authority, OK, "get", "smtp.relay.allow", "smtp.relay.pop-client", "smtp.relay.pop-client-minutes")
    assert answer == {"revision": 1, "settings": {"smtp.relay.allow": "specified", "smtp.relay.pop-client": True,
                                                  "smtp.relay.pop-client-minutes": 15}}


def test_describe(authority: AuthorityAlone) -> None:
    text = run(authority, OK, "describe", "smtp.relay.pop-client-minutes").stdout
    assert "How many minutes" in text and "15" in text and "65535" in text
    assert len(as_json(authority, OK, "describe")) == len(authority.get()[1])
    run(authority, INVALID, "describe", "nothing")
    assert "Each row: an alias such as sales: joe" in run(authority, OK, "describe", "general.aliases").stdout
    assert "One of: tls1.0,tls1.1" in run(authority, OK, "describe", "security.minimum-tls").stdout


def test_rows_may_have_commas(authority: AuthorityAlone) -> None:
    run(authority, OK, "set", r"general.aliases=Sales: joe\,ann, info: sales")
    assert authority.get()[1]["general.aliases"] == ["sales: joe, ann", "info: sales"]
    assert run(authority, OK, "get", "general.aliases").stdout == "general.aliases=sales: joe\\, ann,info: sales\n"
    run(authority, OK, "set", r"general.aliases-=sales: joe\, ann", "general.aliases+=boss: ann")
    assert authority.get()[1]["general.aliases"] == ["info: sales", "boss: ann"]
    assert "\"boss\" is not an alias" in run(authority, INVALID, "set", "general.aliases=boss").stderr


def test_every_setting_goes_out_and_in_again(authority: AuthorityAlone, tmp_path: Path) -> None:
    whole = SOURCE / "tests" / "data" / "settings" / "whole.xml"
    run(authority, OK, "import", str(whole))
    revision, settings = authority.get()
    defaults = {name: entry["default"] for name, entry in authority.call("Describe").items()}
    assert [name for name, value in settings.items() if value == defaults[name]] == []
    printed = run(authority, OK, "get").stdout
    run(authority, OK, "set", *printed.splitlines())
    assert authority.get() == (revision, settings)
    run(authority, OK, "restore", "1")
    run(authority, OK, "apply", "-", text=printed)
    assert authority.get()[1] == settings
    exported = run(authority, OK, "export").stdout
    assert "in another order than the schema's" not in exported and "<alias>sales: joe, ann@Example.org</alias>" in exported


def test_set(authority: AuthorityAlone) -> None:
    run(authority, OK, "set", "smtp.relay.allow=none", "smtp.relay.addresses=10.0.0.0/8,192.0.2.7", "smtp.relay.address-list=yes")
    settings = authority.get()[1]
    assert settings["smtp.relay.addresses"] == ["10.0.0.0/8", "192.0.2.7"] and settings["smtp.relay.address-list"] is True
    run(authority, OK, "set", "smtp.relay.addresses-=10.0.0.0/8", "smtp.relay.addresses+=2001:db8::/32")
    assert authority.get()[1]["smtp.relay.addresses"] == ["192.0.2.7", "2001:db8::/32"]
    assert as_json(authority, OK, "set", "smtp.relay.addresses=") == {"revision": 4, "changed": True}
    assert as_json(authority, OK, "set", "smtp.relay.addresses=") == {"revision": 4, "changed": False}
    assert "open relay" in run(authority, OK, "set", "smtp.relay.allow=all").stderr


@pytest.mark.parametrize("assignment", [
    "smtp.relay.pop-client-minutes=14", "smtp.relay.pop-client-minutes=65536", "smtp.relay.pop-client-minutes=655535",
    "smtp.relay.pop-client-minutes=-15", "smtp.relay.pop-client-minutes=many", "smtp.relay.pop-client-minutes=",
    "smtp.relay.pop-client-minutes+=15", "smtp.relay.allow=some", "smtp.relay.near-domains=perhaps",
    "smtp.relay.addresses=300.1.1.1", "smtp.relay.addresses-=192.0.2.1", "no.such.setting=1", "smtp.listeners=25"])
def test_wrong_values(authority: AuthorityAlone, assignment: str) -> None:
    name = assignment.split("=")[0].rstrip("+-")
    assert name in run(authority, INVALID, "set", assignment).stderr
    assert name in run(authority, NO, "check", assignment).stdout
    problems = as_json(authority, NO, "check", assignment)["problems"]
    assert [problem["setting"] for problem in problems] == [name] and problems[0]["message"]
    assert name in run(authority, INVALID, "apply", "-", text=assignment).stderr
    assert authority.get()[0] == 1


def test_check(authority: AuthorityAlone) -> None:
    assert as_json(authority, OK, "check", "smtp.relay.allow=none") == {"problems": [], "warnings": []}
    assert as_json(authority, OK, "check", "smtp.relay.allow=all")["warnings"][0]["setting"] == "smtp.relay.allow"
    both = as_json(authority, NO, "check", "no.such=1", "smtp.relay.allow=some")["problems"]
    assert [problem["setting"] for problem in both] == ["no.such", "smtp.relay.allow"]
    assert authority.get()[0] == 1


def test_expect(authority: AuthorityAlone) -> None:
    run(authority, OK, "set", "--expect", "1", "smtp.relay.allow=none")
    run(authority, STALE, "set", "--expect=1", "smtp.relay.allow=all")
    run(authority, STALE, "restore", "--expect=1", "1")
    run(authority, OK, "restore", "--expect=2", "1")
    for wrong in ("0", "-1", "abc", ""):
        run(authority, USAGE, "set", f"--expect={wrong}", "smtp.relay.allow=all")


def test_many_at_once_lose_nothing(authority: AuthorityAlone) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda number: authority.run("set", f"general.near-domains+=d{number}.example"), range(6)))
    assert [result.returncode for result in results] == [OK] * 6, results
    revision, settings = authority.get()
    assert revision == 7 and sorted(settings["general.near-domains"]) == [f"d{number}.example" for number in range(6)]


def test_apply_reads_what_get_prints(authority: AuthorityAlone, tmp_path: Path) -> None:
    run(authority, OK, "set", "smtp.relay.allow=none", "general.near-domains=a.example,b.example")
    saved = tmp_path / "settings"
    saved.write_text("# as it was\n\n" + run(authority, OK, "get").stdout)
    run(authority, OK, "restore", "1")
    run(authority, OK, "apply", str(saved))
    assert authority.call("Diff", "(tt)", 2, 4) == []
    assert "not NAME=VALUE" in run(authority, INVALID, "apply", "-", text="nonsense\n").stderr
    run(authority, FAILED, "apply", str(tmp_path / "missing"))


def test_history_diff_restore(authority: AuthorityAlone) -> None:
    run(authority, FAILED, "diff")
    run(authority, OK, "set", "smtp.relay.allow=none", "general.near-domains=a.example")
    rows = as_json(authority, OK, "history")
    assert [row["revision"] for row in rows] == [2, 1] and rows[0]["names"] == ["general.near-domains", "smtp.relay.allow"]
    assert rows[0]["who"] and rows[0]["time"] > 1_700_000_000
    assert run(authority, OK, "history").stdout.splitlines()[1].startswith("2 ")
    assert run(authority, OK, "diff").stdout.splitlines() == [
        "general.near-domains", "  + a.example", "smtp.relay.allow", "  - specified", "  + none"]
    assert as_json(authority, OK, "diff", "2", "1")[1] == {"setting": "smtp.relay.allow", "from": "none", "to": "specified"}
    run(authority, OK, "restore", "1")
    assert as_json(authority, OK, "diff", "1") == []
    run(authority, FAILED, "restore", "99")
    run(authority, USAGE, "restore", "one")
    run(authority, USAGE, "diff", "0")


def test_export_and_import(authority: AuthorityAlone, tmp_path: Path) -> None:
    backup = tmp_path / "backup.xml"
    run(authority, OK, "export", str(backup))
    assert run(authority, OK, "export").stdout == backup.read_text() == authority.config.read_text()
    run(authority, OK, "set", "smtp.relay.allow=none")
    run(authority, OK, "import", str(backup))
    assert authority.get()[1]["smtp.relay.allow"] == "specified"
    assert "revision" in run(authority, OK, "import", "-", text=backup.read_text()).stdout
    run(authority, INVALID, "import", "-", text="no XML")
    run(authority, FAILED, "import", str(tmp_path / "missing"))
    run(authority, FAILED, "export", str(tmp_path / "no" / "folder"))


def test_usage(authority: AuthorityAlone) -> None:
    for arguments in ([], ["nonsense"], ["set"], ["set", "nonsense"], ["set", "=x"], ["--nonsense"], ["get", "--nonsense"],
                      ["status", "more"], ["explain"], ["explain", "--client", "192.0.2.1"], ["log-ons", "revoke"],
                      ["log-ons", "sing"], ["queue", "retry"], ["queue", "retry", "--all", "1"], ["queue", "remove"],
                      ["queue", "--limit", "-1"], ["start"], ["start", "imap"], ["check", "nonsense"], ["completion", "x"]):
        run(authority, USAGE, *arguments)


def test_help_and_version(authority: AuthorityAlone) -> None:
    assert run(authority, OK, "--version").stdout.startswith("posternctl ")
    text = run(authority, OK, "--help").stdout
    verbs = run(authority, OK, "completion", "verbs").stdout.split()
    page = (SOURCE / "data/man/posternctl.1").read_text().replace("\\-", "-")
    completion = (SOURCE / "data/completions/posternctl").read_text()
    for verb in verbs:
        assert f"  {verb} " in text and "Usage:" in run(authority, OK, verb, "--help").stdout
        assert verb == "completion" or verb in page
    assert "--expect" in run(authority, OK, "set", "--help").stdout and "--expect" in completion


def test_help_of_a_verb(authority: AuthorityAlone) -> None:
    assert run(authority, OK, "help", "set").stdout == run(authority, OK, "set", "--help").stdout
    assert run(authority, OK, "--help", "set").stdout == run(authority, OK, "set", "--help").stdout
    assert run(authority, OK, "help").stdout == run(authority, OK, "--help").stdout
    run(authority, USAGE, "help", "nonsense")
    assert "--client=ADDRESS --to=RECIPIENT" in run(authority, USAGE, "explain", "192.0.2.1", "me@a.example", "you@b.example").stderr


@pytest.mark.parametrize("arguments", [["get"], ["get", "--json"], ["status"], ["export"], ["--help"], ["history"], ["describe"]])
def test_output_that_cannot_be_written(authority: AuthorityAlone, arguments: list[str]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([authority.ctl, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
                                env={"POSTERN_BUS": authority.bus.address, "LC_ALL": "C.UTF-8"})
    assert result.returncode == FAILED and "could not be written" in result.stderr


def test_export_replaces_files_alone(authority: AuthorityAlone, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        run(authority, OK, "export", str(pipe))
        assert reader.communicate(timeout=60)[0] == authority.config.read_text()
    assert pipe.is_fifo()
    run(authority, FAILED, "export", str(tmp_path))


def test_import_has_an_end(authority: AuthorityAlone, tmp_path: Path) -> None:
    assert "larger" in run(authority, FAILED, "import", "/dev/zero").stderr
    strange = tmp_path / "strange.xml"
    strange.write_bytes(b"<a>\0</a>")
    assert "UTF-8" in run(authority, FAILED, "import", str(strange)).stderr
    assert authority.get()[0] == 1


def test_bash_completion(authority: AuthorityAlone) -> None:
    script = f"""PATH={authority.folder}:$PATH; . {SOURCE}/data/completions/posternctl
    compopt () {{ :; }}
    try () {{ COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _posternctl; echo "${{COMPREPLY[*]}}"; }}
    try posternctl his; try posternctl set smtp.relay.pop-client-m; try posternctl --json get general.h; try posternctl queue re
    try posternctl set --e; try posternctl queue remove re; try posternctl help hist
    try posternctl set smtp.relay.allow = s; try posternctl --bus = "$POSTERN_BUS" set general.h"""
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=60,
                            env={"PATH": "/usr/bin:/bin", "POSTERN_BUS": authority.bus.address})
    assert result.stdout.splitlines() == ["history", "smtp.relay.pop-client-minutes=", "general.host-name", "release retry remove",
                                          "--expect", "", "history", "", "general.host-name="], result


def test_without_a_bus_or_an_authority(authority: AuthorityAlone) -> None:
    run(authority, NOT_RUNNING, "--bus", "unix:path=/nonexistent/bus", "get")
    run(authority, NOT_RUNNING, "status", "--bus=unix:path=/nonexistent/bus")
    for arguments in (["explain", "--client=192.0.2.1", "--to=a@b.example"], ["log-ons"], ["queue"]):
        assert "does not run" in run(authority, NOT_RUNNING, *arguments).stderr


def test_status(authority: AuthorityAlone) -> None:
    assert as_json(authority, OK, "status") == {
        "authority": {"running": True, "revision": 1, "problems": [], "warnings": []},
        "servers": [{"server": name, "running": False} for name in ("smtp", "pop3", "delivery")]}
    interface = """<node><interface name='org.postern.Server1'>
      <method name='Counters'><arg type='a{st}' direction='out'/></method></interface></node>"""

    def counters(_method, _arguments, invocation, _sender) -> None:
        invocation.return_value(GLib.Variant("(a{st})", ({"sessions": 3},)))

    server = Service(authority, "org.postern.SmtpServer1", "/org/postern/SmtpServer1", interface, counters)
    smtp = as_json(authority, OK, "status")["servers"][0]
    assert smtp["running"] is True and smtp["sessions"] == 3
    assert "running" in run(authority, OK, "status").stdout


def test_status_tells_of_the_settings(authority: AuthorityAlone) -> None:
    run(authority, OK, "set", "smtp.relay.allow=all")
    assert "open relay" in run(authority, OK, "status").stderr
    authority.config.write_text(authority.config.read_text().replace("</relay>", "<pop-client-minutes>9</pop-client-minutes></relay>"))
    line = 1 + [row.count("<pop-client-minutes>9") for row in authority.config.read_text().splitlines()].index(1)
    assert f"line {line}: smtp.relay.pop-client-minutes: 9 is outside" in run(authority, OK, "status").stdout
    told = as_json(authority, OK, "status")["authority"]
    assert [problem["setting"] for problem in told["problems"]] == ["smtp.relay.pop-client-minutes"]
    assert told["revision"] == 2 and told["running"] is True


def test_status_of_a_server_that_does_not_answer(authority: AuthorityAlone) -> None:
    service = Service(authority, "org.postern.SmtpServer1", "/org/postern/SmtpServer1", "<node><interface name='a.b'/></node>", lambda *_: None)
    assert service
    result = run(authority, FAILED, "status", "--json")
    assert result.stderr.startswith("posternctl: smtp: ")
    smtp = json.loads(result.stdout)["servers"][0]
    assert smtp["running"] is True and smtp["problem"] and "sessions" not in smtp


def test_start_and_stop(authority: AuthorityAlone) -> None:
    assert "pop3: " in run(authority, FAILED, "start", "pop3").stderr
    assert run(authority, OK, "stop", "all").stdout.count("stopped") == 3
    assert as_json(authority, OK, "stop", "smtp") == [{"server": "smtp", "running": False}]


QUEUE = """<node><interface name='org.postern.Queue1'>
  <method name='List'><arg type='a{sv}' direction='in'/><arg type='u' direction='in'/><arg type='aa{sv}' direction='out'/></method>
  <method name='Show'><arg type='s' direction='in'/><arg type='a{sv}' direction='out'/></method>
  <method name='Content'><arg type='s' direction='in'/><arg type='t' direction='in'/><arg type='ay' direction='out'/></method>
  <method name='Hold'><arg type='as' direction='in'/><arg type='u' direction='out'/></method>
  <method name='Release'><arg type='as' direction='in'/><arg type='u' direction='out'/></method>
  <method name='Retry'><arg type='as' direction='in'/><arg type='u' direction='out'/></method>
  <method name='Remove'><arg type='as' direction='in'/><arg type='u' direction='out'/></method>
</interface></node>"""


def queued(ident: str, **others: GLib.Variant) -> dict[str, GLib.Variant]:
    return {"id": GLib.Variant("s", ident), "state": GLib.Variant("s", "waiting"), "sender": GLib.Variant("s", ""),
            "size": GLib.Variant("t", 2048), "recipients": GLib.Variant("as", ["a@b.example"]), "arrived": GLib.Variant("x", 1),
            "attempts": GLib.Variant("u", 2), "next-attempt": GLib.Variant("x", 1_700_000_000),
            "reason": GLib.Variant("s", "450 \x1b[31mlater\r\nthan"), "hold-reason": GLib.Variant("s", "")} | others


class FakeQueue:
    """A queue of two messages, one of which is held; the bus gives one at a time."""

    CONTENT = b"Subject: \xff\x1b\r\n\r\n.body\r\n"

    def __init__(self, authority: AuthorityAlone):
        self.calls: list[tuple] = []
        self.messages = [queued("17"), queued("18", state=GLib.Variant("s", "held"), **{"hold-reason": GLib.Variant("s", "ann")})]
        self._service = Service(authority, "org.postern.Delivery1", "/org/postern/Delivery1", QUEUE, self._answer)

    def _answer(self, method, arguments, invocation, _sender) -> None:
        asked = arguments.unpack() if isinstance(arguments, GLib.Variant) else arguments
        self.calls.append((method, *asked))
        if method == "List":
            rest = [row for row in self.messages if row["id"].unpack() > asked[0].get("after", "")]
            invocation.return_value(GLib.Variant("(aa{sv})", (rest[:1],)))
        elif method == "Show":
            recipient = {name: GLib.Variant("s", name) for name in ("address", "state", "reason")}
            more = {"all-recipients": GLib.Variant("aa{sv}", [recipient]), "client": GLib.Variant("s", "192.0.2.1")}
            invocation.return_value(GLib.Variant("(a{sv})", (self.messages[1] | more,)))
        elif method == "Content":
            invocation.return_value(GLib.Variant("(ay)", (self.CONTENT[asked[1]:asked[1] + 7],)))
        else:
            invocation.return_value(GLib.Variant("(u)", (1,)))

    def deeds(self) -> list[tuple]:
        """What was called since, but for lists."""
        calls, self.calls = self.calls, []
        return [call for call in calls if call[0] != "List"]


def test_queue_list(authority: AuthorityAlone) -> None:
    queue = FakeQueue(authority)
    text = run(authority, OK, "queue").stdout
    assert "a@b.example" in text and "<>" in text and "\x1b" not in text and "?[31mlater??than" in text
    held, = (line for line in text.splitlines() if line.startswith("18"))
    assert "held" in held and held.endswith("ann") and "2023" not in held
    rows = as_json(authority, OK, "queue", "list", "--limit=5")
    assert [row["id"] for row in rows] == ["17", "18"] and rows[0]["reason"] == "450 \x1b[31mlater\r\nthan"
    assert len(as_json(authority, OK, "queue", "--limit=1")) == 1
    queue.calls.clear()
    run(authority, OK, "queue", "--sender=<>", "--recipient=a*", "--destination=*.example", "--held", "--kept")
    asked = {"sender": "", "recipient": "a*", "destination": "*.example", "held": True, "kept": True}
    assert queue.calls[0] == ("List", asked, 0) and queue.calls[1] == ("List", asked | {"after": "17"}, 0)


def test_queue_show_and_content(authority: AuthorityAlone) -> None:
    queue = FakeQueue(authority)
    text = run(authority, OK, "queue", "show", "18").stdout
    assert "192.0.2.1" in text and "Held: ann" in text and "Next attempt" not in text and "address" in text
    assert as_json(authority, OK, "queue", "show", "18")["all-recipients"][0]["state"] == "state"
    assert queue.deeds() == [("Show", "18")] * 2
    content = subprocess.run([authority.ctl, f"--bus={authority.bus.address}", "queue", "content", "18"], stdout=subprocess.PIPE,
                             timeout=30, check=True)
    assert content.stdout == FakeQueue.CONTENT


def test_queue_changes(authority: AuthorityAlone) -> None:
    queue = FakeQueue(authority)
    run(authority, OK, "queue", "retry", "17")
    assert "1 of the messages are held, or are not" in run(authority, FAILED, "queue", "retry", "17", "18").stderr
    assert as_json(authority, OK, "queue", "remove", "17") == {"count": 1}
    run(authority, OK, "queue", "hold", "17")
    run(authority, OK, "queue", "release", "18")
    assert queue.deeds() == [("Retry", ["17"]), ("Retry", ["17", "18"]), ("Remove", ["17"]), ("Hold", ["17"]), ("Release", ["18"])]
    run(authority, OK, "queue", "retry", "--all")
    assert "1" in run(authority, OK, "queue", "release", "--kept").stdout
    assert queue.deeds() == [("Retry", ["17", "18"]), ("Release", ["17", "18"])]
    queue.messages.clear()
    assert as_json(authority, OK, "queue", "remove", "--sender=x@*") == {"count": 0}
    assert queue.deeds() == []


@pytest.mark.parametrize("words", [["show"], ["show", "17", "18"], ["show", "17", "--held"], ["content"], ["hold"], ["release"],
                                   ["remove", "17", "--all"], ["retry", "17", "--held"], ["retry", "--all", "--limit=1"],
                                   ["list", "17"], ["list", "--all"], ["purge", "17"]])
def test_queue_wrong_usage(authority: AuthorityAlone, words: list[str]) -> None:
    assert "usage" in run(authority, USAGE, "queue", *words).stderr


LOG_ONS = """<node><interface name='org.postern.LogOns1'>
  <method name='List'><arg type='a(ssxu)' direction='out'/></method>
  <method name='Revoke'><arg type='s' direction='in'/><arg type='b' direction='out'/></method>
</interface></node>"""


def test_log_ons(authority: AuthorityAlone) -> None:
    def answer(method, arguments, invocation, _sender) -> None:
        if method == "List":
            invocation.return_value(GLib.Variant("(a(ssxu))", ([("192.0.2.7", "anna", 1_700_000_000, 61)],)))
        else:
            invocation.return_value(GLib.Variant("(b)", (arguments[0] == "192.0.2.7",)))

    server = Service(authority, "org.postern.Pop3Server1", "/org/postern/Pop3Server1", LOG_ONS, answer)
    assert as_json(authority, OK, "log-ons") == [
        {"address": "192.0.2.7", "user": "anna", "time": 1_700_000_000, "seconds-left": 61}]
    assert "anna" in run(authority, OK, "log-ons", "list").stdout
    run(authority, OK, "log-ons", "revoke", "192.0.2.7")
    assert as_json(authority, FAILED, "log-ons", "revoke", "192.0.2.7", "192.0.2.8") == [
        {"address": "192.0.2.7", "revoked": True}, {"address": "192.0.2.8", "revoked": False}]
    run(authority, FAILED, "log-ons", "revoke", "192.0.2.7", "192.0.2.8")


EXPLAIN = """<node><interface name='org.postern.RelayDecision1'><method name='ExplainAt'>
  <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
  <arg type='s' direction='in'/><arg type='b' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/>
  <arg type='s' direction='out'/></method></interface></node>"""


def test_explain(authority: AuthorityAlone) -> None:
    asked = []

    def answer(_method, arguments, invocation, _sender) -> None:
        asked.append(arguments)
        yes = arguments[3] == "anna"
        invocation.return_value(GLib.Variant("(bssss)", (yes, "authenticated" if yes else "no-rule",
                                                         "smtp.relay.authenticated" if yes else "", "Because.", "250 2.1.5 OK")))

    server = Service(authority, "org.postern.SmtpServer1", "/org/postern/SmtpServer1", EXPLAIN, answer)
    assert "Because." in run(authority, NO, "explain", "--client=192.0.2.7", "--from=a@b.example", "--to=c@d.example").stdout
    answered = as_json(authority, OK, "explain", "--client=192.0.2.7", "--to=c@d.example", "--authenticated", "anna",
                       "--door=submission")
    assert answered["allowed"] is True and answered["rule"] == "authenticated"
    assert asked == [("192.0.2.7", "a@b.example", "c@d.example", "", "smtp"), ("192.0.2.7", "", "c@d.example", "anna", "submission")]
