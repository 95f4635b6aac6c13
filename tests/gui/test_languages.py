# SPDX-License-Identifier: GPL-3.0-or-later
"""Languages: every text of every catalogue is there, has the right plural forms, and is seen when the program runs."""

import ast
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Iterator, NamedTuple

import pytest

from gateway.accessibility import Desktop
from gateway.gateway import SOURCE, Gateway, build_folder

PO = SOURCE / "po"
LANGUAGES = [line for line in (PO / "LINGUAS").read_text().split("\n") if line and not line.startswith("#")]

# By the plural rules of Unicode; Arabic tells six forms apart.
PLURALS = {"ar": 6, "de": 2, "es": 2, "fr": 2, "ja": 1}
PLACEHOLDER = re.compile(r"%(?:\d+\$)?[-0-9.*]*(?:l|ll|z|\" PRI[^\"]*\")?[a-zA-Z]|\{[a-z]+\}")


class Entry(NamedTuple):
    context: str
    key: str
    values: list[str]


def run(*command: object) -> str:
    return subprocess.run([str(word) for word in command], cwd=SOURCE, check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120).stdout


def potfiles() -> list[str]:
    return [line for line in (PO / "POTFILES").read_text().splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All texts that are marked now."""
    output = tmp_path_factory.mktemp("texts") / "postern.pot"
    subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
                    "--keyword=ngettext:1,2", "--files-from=-", f"--output={output}"],
                   cwd=SOURCE, check=True, text=True, timeout=120, input="\n".join(potfiles()),
                   env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "GETTEXTDATADIRS": str(PO / "gettext")})
    return output


def entries(catalogue: Path) -> Iterator[Entry]:
    text = run("msgcat", "--no-wrap", "--no-location", catalogue)

    def read(lines: str) -> str:
        return "".join(ast.literal_eval(line) for line in re.findall(r'".*"$', lines, re.MULTILINE))
    for block in text.split("\n\n"):
        parts = dict(re.findall(r'^(msg\w+(?:\[\d\])?) ((?:".*"\n?)+)', block, re.MULTILINE))
        if read(parts.get("msgid", "")) and "#~" not in block:
            values = [read(value) for name, value in parts.items() if name.startswith("msgstr")]
            yield Entry(read(parts.get("msgctxt", "")), read(parts["msgid"]), values)


def test_all_six_languages_are_there() -> None:
    assert set(LANGUAGES) == set(PLURALS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_or_fuzzy(language: str, template: Path, tmp_path: Path) -> None:
    merged = tmp_path / "merged.po"
    run("msgmerge", "--quiet", "--no-fuzzy-matching", f"--output-file={merged}", PO / f"{language}.po", template)
    assert run("msgattrib", "--untranslated", "--no-obsolete", merged) == ""
    assert run("msgattrib", "--only-fuzzy", "--no-obsolete", merged) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_sound(language: str) -> None:
    catalogue = PO / f"{language}.po"
    run("msgfmt", "--check-format", "--check-header", "--output-file=/dev/null", catalogue)
    header = run("msgcat", "--no-wrap", catalogue)
    assert f'"Language: {language}\\n"' in header
    assert re.search(rf'"Plural-Forms: nplurals={PLURALS[language]};', header)
    wrong = [entry for entry in entries(catalogue) if len(entry.values) not in (1, PLURALS[language]) or not all(entry.values)]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_stay(language: str) -> None:
    """A plural form that stands for one number alone (one, two, none) may leave the number out."""
    for entry in entries(PO / f"{language}.po"):
        for value in entry.values:
            plural = len(entry.values) > 1
            wanted, found = (sorted(re.sub(r"\d+\$", "", mark) for mark in PLACEHOLDER.findall(text.replace("%%", "")))
                             for text in (entry.key, value))
            assert wanted == found or plural and set(found) <= set(wanted), (entry.key, value)
            assert sorted(re.findall(r"</?[a-z]+>", entry.key)) == sorted(re.findall(r"</?[a-z]+>", value)), entry.key
            if "</" in value:
                ElementTree.fromstring(f"<text>{value}</text>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_program_speaks_it(language: str, desktop: Desktop, gateway: Gateway) -> None:
    words = {(entry.context, entry.key): entry.values[0] for entry in entries(PO / f"{language}.po")}
    environment = {"LANGUAGE": language, "POSTERN_LOCALE_DIR": str(build_folder() / "po")}
    with desktop.open(gateway, "--properties", "smtp", environment=environment) as program:
        title = words["", "SMTP Properties"]
        sheet = program.dialog(title)
        assert sheet.name == title != "SMTP Properties"
        sheet.find("push button", words["", "_Help"].replace("_", "").split("(")[0].strip())
    assert not program.complaints()
