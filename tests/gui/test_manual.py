# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual: right Mallard, whole, a page for everything that has a Help button, and read in the window."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Iterator

import pytest

from gateway.accessibility import Desktop, ServerProperties
from gateway.gateway import SOURCE, Gateway
from gateway.wait import until

HELP = SOURCE / "data" / "help"
PAGES = sorted((HELP / "C").glob("*.page"))
LANGUAGES = [line for line in (HELP / "LINGUAS").read_text().splitlines() if not line.startswith("#")]
SPACE = "{http://projectmallard.org/1.0/}"


@pytest.mark.parametrize("check", ["validate", "links", "orphans", "ids"])
def test_pages_are_right(check: str) -> None:
    files = [str(page) for page in PAGES] if check == "validate" else ["."]
    result = subprocess.run(["yelp-check", check, *files], cwd=HELP / "C", text=True, timeout=120,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.returncode == 0 and not result.stdout.strip(), result.stdout


def test_each_page_is_built() -> None:
    assert set(re.findall(r"'([a-z0-9-]+\.page)'", (HELP / "meson.build").read_text())) == {page.name for page in PAGES}


def test_each_tab_and_page_of_the_window_has_its_help() -> None:
    ids = {path.stem for path in (SOURCE / "gui" / "pages").glob("*.ui")}
    ids |= set(re.findall(r'^  { "([a-z-]+)",', (SOURCE / "gui" / "live" / "live-page.c").read_text(), re.MULTILINE))
    assert ids - {page.stem for page in PAGES} == set()


def test_index_names_each_page() -> None:
    index = ElementTree.parse(HELP / "C" / "index.page")
    named = {link.get("xref"): link.text for link in index.iter(f"{SPACE}link")}
    titles = {page.stem: ElementTree.parse(page).getroot().findtext(f"{SPACE}title") for page in PAGES if page.stem != "index"}
    assert named == titles


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_is_complete(language: str, tmp_path: Path) -> None:
    catalogue = HELP / language / f"{language}.po"
    subprocess.run(["itstool", "-o", tmp_path / "help.pot", *PAGES], check=True, timeout=120)
    subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", "-o", tmp_path / "merged.po", catalogue, tmp_path / "help.pot"],
                   check=True, timeout=120)
    for lack in ("--untranslated", "--only-fuzzy"):
        found = subprocess.run(["msgattrib", lack, "--no-obsolete", tmp_path / "merged.po"], check=True, text=True,
                               stdout=subprocess.PIPE, timeout=120).stdout
        assert found == ""
    for key, value in texts_of(catalogue):
        assert sorted(re.findall(r"<[^>]+>", key)) == sorted(re.findall(r"<[^>]+>", value)), key
        ElementTree.fromstring(f"<text>{value}</text>")


def texts_of(catalogue: Path) -> Iterator[tuple[str, str]]:
    text = subprocess.run(["msgcat", "--no-wrap", "--no-location", catalogue], check=True, text=True, stdout=subprocess.PIPE,
                          timeout=120).stdout
    for key, value in re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', text, re.MULTILINE):
        yield key.replace('\\"', '"'), value.replace('\\"', '"')


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway() as gateway:
        yield gateway


@pytest.fixture
def program(desktop: Desktop, gateway: Gateway) -> Iterator[ServerProperties]:
    with desktop.open(gateway) as program:
        yield program
    assert not program.complaints()


def test_contents_and_back(program: ServerProperties) -> None:
    sheet = program.open_properties("smtp")
    sheet.choose_tab("Relay Restrictions")
    sheet.press("Help")
    program.wait_for_label("To relay is to pass on mail")
    program.find("push button", "Contents").click()
    program.wait_for_label("Server Properties shows and changes the settings")
    program.find("push button", "Back").click()
    program.wait_for_label("To relay is to pass on mail")
    until(lambda: not program.find("push button", "Back").sensitive, "the beginning of the way back")
