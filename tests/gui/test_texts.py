# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts: each is marked for translation, mnemonics are unique, German is seen; the files for the desktop are right."""

import ast
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Iterator

import pytest

from gateway.accessibility import Desktop, Sheet
from gateway.gateway import SOURCE, Gateway, build_folder

GUI = SOURCE / "gui"
LANGUAGES = [line for line in (SOURCE / "po" / "LINGUAS").read_text().split("\n") if line and not line.startswith("#")]
PAGES = sorted(path.stem for path in (GUI / "pages").glob("*.ui"))
TRANSLATED = (".c", ".ui")
MARKED = re.compile(r"\b(?:_|N_|ngettext) \(\s*\"|translatable=\"yes\"")


def run(*command: str) -> str:
    return subprocess.run(command, cwd=SOURCE, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120).stdout


def potfiles() -> list[str]:
    return [line for line in (SOURCE / "po" / "POTFILES").read_text().splitlines() if line and not line.startswith("#")]


def test_potfiles_names_each_file_with_texts() -> None:
    marked = {str(path.relative_to(SOURCE)) for folder in ("gui", "core/ctl") for path in (SOURCE / folder).rglob("*")
              if path.suffix in TRANSLATED and MARKED.search(path.read_text())}
    assert marked - set(potfiles()) == set()


def translations(language: str) -> dict[str, str]:
    """The catalogue: msgid -> msgstr."""
    text = run("msgcat", "--no-wrap", "--no-location", str(SOURCE / "po" / f"{language}.po"))
    pairs = re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', text, re.MULTILINE)

    def read(lines: str) -> str:
        return "".join(ast.literal_eval(line) for line in lines.splitlines())
    return {read(key): read(value) for key, value in pairs}


def mnemonics(file: Path, keys: tuple[str, ...] = ("label",)) -> list[str]:
    """The texts of a .ui file that have a mnemonic."""
    tree = ElementTree.parse(file)
    underlined = [element for element in tree.iter("object")
                  if any(child.get("name") == "use-underline" and child.text == "True" for child in element.findall("property"))]
    return [child.text for element in underlined for child in element.findall("property") if child.get("name") in keys]


def tab_titles() -> list[str]:
    return re.findall(r'N_ \("([^"]*_[^"]*)"\)', (GUI / "pages" / "sheet.c").read_text())


def letters(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield text[text.index("_") + 1].lower()


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
@pytest.mark.parametrize("page", PAGES)
def test_mnemonics_are_unique_on_each_page(page: str, language: str) -> None:
    texts = mnemonics(GUI / "sheets" / "postern-properties-dialog.ui") + sorted(set(tab_titles())) + mnemonics(GUI / "pages" / f"{page}.ui")
    if language != "en":
        texts = [translations(language)[text] for text in texts]
    found = list(letters(texts))
    assert len(found) == len(set(found)), sorted(texts, key=lambda text: text[text.index("_") + 1].lower())


def joined_literals(file: Path) -> str:
    """The code, with a text that goes over several lines on one."""
    return re.sub(r'"\s*\n\s*"', "", file.read_text())


def test_sentences_of_the_authority_are_its_own() -> None:
    """authority-words.c lists what the authority says; this fails when one of the two is changed alone."""
    code = "\n".join(joined_literals(path) for room in ("settings", "users", "authority")
                     for path in sorted((SOURCE / "core" / room).glob("*.c")))
    said = re.sub(r'\\"%s\\"|%\.40s|%[ud]', "%s", code)
    sentences = re.findall(r'N_ \("([^"]+)"\)', joined_literals(GUI / "client" / "authority-words.c"))
    assert len(sentences) > 10
    assert [sentence for sentence in sentences if f'"{sentence}"' not in said] == []


def test_german_run(desktop: Desktop, gateway: Gateway) -> None:
    german = {"LANGUAGE": "de", "POSTERN_LOCALE_DIR": str(build_folder() / "po")}
    with desktop.open(gateway, "--properties", "smtp", environment=german) as program:
        sheet = Sheet.of(program.dialog("Eigenschaften von SMTP"))
        assert sheet.tabs() == ["Allgemein", "Relay-Einschränkungen", "Verbindungseinschränkungen", "Filter", "Wiederholungen",
                                "Domänen und Bindungen", "Zustellung", "Sicherheit", "Grenzen", "Protokoll", "Lokale Mail"]
        sheet.choose_tab("Relay-Einschränkungen")
        near = sheet.find("check box", "An nahe Domänen")
        assert near.description == "Nachrichten weiterleiten, deren Empfänger in einer nahen Domäne ist."
        sheet.set_number("Vom POP-Client", "14")
        sheet.wait_for_label("14 liegt nicht im Bereich 15 bis 65535")
        sheet.set_number("Vom POP-Client", "15")
    assert not program.complaints()


@pytest.mark.parametrize("tool", [("desktop-file-validate", "{}.desktop"), ("appstreamcli", "validate", "--no-net", "{}.metainfo.xml")])
def test_desktop_files_are_valid(tool: tuple[str, ...]) -> None:
    file = str(build_folder() / "data" / "desktop" / "org.postern.ServerProperties")
    run(*[part.format(file) for part in tool])


def test_version() -> None:
    output = run(str(build_folder() / "gui" / "server-properties"), "--version")
    assert re.fullmatch(r"server-properties \d+\.\d+\.\d+\n", output)
