# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong between Server Properties and the authority is said in words, and no edit is lost."""

from gateway.accessibility import PROGRAM, Desktop, ServerProperties, Sheet
from gateway.bus import PrivateBus
from gateway.gateway import build_folder
from gateway.wait import until

from fake_authority import FakeAuthority

SPIN = "From the POP client"


def minutes(sheet: Sheet) -> str:
    return sheet.find("spin button", SPIN).text


def test_not_authorized(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    _program, sheet = relay_sheet
    authority.refuse_apply = "NotAuthorized"
    sheet.set_pop_minutes(240)
    sheet.press("OK")
    assert "your changes are kept" in sheet.wait_for_label("You are not allowed to do this.")
    assert minutes(sheet) == "240"
    authority.refuse_apply = ""
    sheet.press("OK")
    sheet.wait_until_gone()
    assert authority.settings["smtp.relay.pop-client-minutes"] == 240


def test_ok_need_not_wait_for_the_check(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    """What was said of the value before says nothing of this one; Apply asks anyway."""
    _program, sheet = relay_sheet
    sheet.set_pop_minutes(14)
    sheet.find("push button", "OK").wait(lambda button: not button.sensitive, "not available")
    authority.hold.add("Check")
    sheet.set_pop_minutes(30)
    sheet.press("OK")
    sheet.wait_until_gone()
    assert authority.applied == [(1, {"smtp.relay.pop-client-minutes": 30})]


def test_refused_value(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    _program, sheet = relay_sheet
    authority.refuse_apply = "Invalid"
    sheet.set_pop_minutes(240)
    sheet.press("OK")
    assert "your changes are kept" in sheet.wait_for_label("A value was refused: as the test says.")
    assert minutes(sheet) == "240"


def test_closed_while_saving(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    """Nobody has to wait for polkit's question; when the answer is no, the sheet comes back with its edits."""
    _program, sheet = relay_sheet
    authority.hold.add("Apply")
    authority.refuse_apply = "NotAuthorized"
    sheet.set_pop_minutes(240)
    sheet.press("OK")
    until(authority.is_asked, "Apply")
    sheet.press("Cancel")
    sheet.wait_until_gone()
    authority.release()
    sheet.wait_for_label("You are not allowed to do this.")
    assert minutes(sheet) == "240" and sheet.find("push button", "Apply").sensitive


def test_window_closed_while_saving_and_stopping(desktop: Desktop, authority: FakeAuthority, bus: PrivateBus) -> None:
    authority.start_servers("smtp")
    with desktop.open_on(bus.address, build_folder() / PROGRAM) as program:
        until(lambda: program.states()["SMTP"] == "Started", "SMTP to be shown as started")
        authority.hold |= {"StopServer", "Apply"}
        program.press("Stop SMTP")
        sheet = program.open_properties("smtp")
        sheet.choose_tab("Relay Restrictions")
        sheet.set_pop_minutes(240)
        sheet.press("OK")
        until(authority.is_asked, "StopServer")
        program.find("frame").press("Close")
        authority.release()
        assert program.process.wait(20) == 0
    assert not program.complaints()


def test_failed(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    _program, sheet = relay_sheet
    authority.refuse_apply = "Failed"
    sheet.set_pop_minutes(240)
    sheet.press("Apply")
    assert "as the test says" in sheet.wait_for_label("The settings service failed")
    assert minutes(sheet) == "240"


def test_stale(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    """Somebody saves between the last look and Apply: the edit stays, their values appear, the next Apply takes both."""
    _program, sheet = relay_sheet
    authority.steal = ({"smtp.relay.near-domains": True}, 1)
    sheet.set_pop_minutes(240)
    sheet.press("OK")
    sheet.wait_for_label("Somebody else saved first.")
    assert minutes(sheet) == "240"
    sheet.find("check box", "To near domains").wait(lambda box: box.ticked, "ticked")
    assert authority.applied == []
    sheet.press("OK")
    sheet.wait_until_gone()
    assert authority.applied == [(2, {"smtp.relay.pop-client-minutes": 240})]


def test_somebody_else(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    _program, sheet = relay_sheet
    sheet.set_pop_minutes(240)
    authority.save_for_somebody_else({"smtp.relay.near-domains": True, "smtp.relay.pop-client-minutes": 30})
    assert "revision 2" in sheet.wait_for_label("Somebody else changed these settings")
    assert minutes(sheet) == "240" and sheet.find("check box", "To near domains").ticked
    sheet.press("Apply")
    sheet.wait_for_label("Saved as revision 3")
    assert authority.applied == [(2, {"smtp.relay.pop-client-minutes": 240})]


def test_somebody_elses_other_settings_disturb_nobody(authority: FakeAuthority,
                                                      relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    program, sheet = relay_sheet
    authority.save_for_somebody_else({"pop3.inactivity-seconds": 30})
    program.wait_for_status("revision 2")
    assert not any("Somebody else" in label for label in sheet.labels())
    sheet.set_pop_minutes(240)
    sheet.press("OK")
    sheet.wait_until_gone()
    assert authority.applied == [(2, {"smtp.relay.pop-client-minutes": 240})]


def test_dead_authority(desktop: Desktop, bus: PrivateBus) -> None:
    with desktop.open_on(bus.address, build_folder() / PROGRAM) as program:
        program.wait_for_status("The settings service does not answer.")
        with FakeAuthority(bus.address):
            program.wait_for_status("revision 1")
            sheet = program.open_properties("smtp")
            sheet.choose_tab("Relay Restrictions")
            sheet.set_pop_minutes(240)
        assert "Your changes are kept" in sheet.wait_for_label("The settings service does not answer.")
        sheet.press("Apply")
        sheet.wait_for_label("The settings service does not answer.")
        assert minutes(sheet) == "240"
        with FakeAuthority(bus.address) as back:
            until(lambda: not any("does not answer" in label for label in sheet.labels()), "the end of the warning")
            assert minutes(sheet) == "240"
            sheet.press("OK")
            sheet.wait_until_gone()
            assert back.settings["smtp.relay.pop-client-minutes"] == 240
    assert not program.complaints()


def test_bus_goes_and_comes_back(desktop: Desktop, bus: PrivateBus) -> None:
    with desktop.open_on(bus.address, build_folder() / PROGRAM) as program:
        program.wait_for_status("does not answer")
        bus.stop()
        program.wait_for_status("The bus cannot be reached.")
        bus.choose_address()
        bus.start()
        with FakeAuthority(bus.address):
            program.wait_for_status("Settings: revision 1.")
    assert not program.complaints()


def test_waits_for_both_servers(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    program, sheet = relay_sheet
    authority.follow = False
    authority.start_servers("smtp", "pop3")
    until(lambda: program.states()["POP"] == "Started", "POP to be shown as started")
    sheet.set_pop_minutes(240)
    sheet.press("Apply")
    sheet.wait_for_label("Saved as revision 2; waiting for SMTP and POP.")
    authority.report("smtp", 2)
    sheet.wait_for_label("Saved as revision 2; waiting for POP.")
    authority.report("pop3", 2)
    sheet.wait_for_label("Saved as revision 2; in force on SMTP and POP.")
    program.wait_for_status("in force on SMTP and POP.")


def test_tells_what_a_server_could_not_take(desktop: Desktop, bus: PrivateBus, authority: FakeAuthority,
                                            relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    program, sheet = relay_sheet
    authority.follow = False
    authority.start_servers("smtp")
    until(lambda: program.states()["SMTP"] == "Started", "SMTP to be shown as started")
    sheet.set_pop_minutes(240)
    sheet.press("Apply")
    authority.report("smtp", 1, "port 25 is taken")
    assert "POP is stopped." in sheet.wait_for_label("SMTP could not take it: port 25 is taken")
    with desktop.open_on(bus.address, build_folder() / PROGRAM) as another:
        another.wait_for_status("SMTP could not take it: port 25 is taken")
    assert not another.complaints()


def test_may_not_start(authority: FakeAuthority, relay_sheet: tuple[ServerProperties, Sheet]) -> None:
    program, sheet = relay_sheet
    sheet.press("Cancel")
    program.tree().select("SMTP")
    program.press("Start SMTP")
    program.wait_for_status("The server could not be started. You are not allowed to do this.")
