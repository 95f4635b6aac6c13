# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules that a machine can see. HACKING.md says why they are there."""

import ast
import os
import re
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("POSTERN_BUILD", SOURCE / "build"))

LONGEST_FILE = 500
NEEDS_SPDX = {".build", ".c", ".css", ".h", ".policy", ".py", ".service", ".sh", ".ui", ".xml", ".xsd"}
# Files that are input for tests, exactly as an outsider would send them.
TEST_INPUT = ("tests/data/", "tests/fuzz/corpus/", "tests/transcripts/")
WAITING = "tests/gateway/wait.py"
SLEEP = re.compile(r"\b(?:time\.sleep|g_usleep|usleep|nanosleep|sleep) ?\(")
LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
# A second noun that is too little for a file of its own.
SECOND_NOUNS = {"servers/queue/envelope.c": "recipient"}
BUS_HEADERS = {"server-properties-bus.h", "server-bus.h"}
BUS_WORDS = "generated bus code"


def project_files() -> list[str]:
    listing = subprocess.check_output(["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard"],
                                      cwd=SOURCE, text=True)
    return sorted(name for name in listing.splitlines() if (SOURCE / name).is_file())


FILES = project_files()
CODE = [name for name in FILES if name.endswith((".c", ".h"))]
PRODUCT = [name for name in CODE if not name.startswith("tests/")]
PYTHON = [name for name in FILES if name.endswith(".py")]


def text_of(name: str) -> str:
    return (SOURCE / name).read_text(encoding="utf-8")


def check(findings: Iterator[str]) -> None:
    found = list(findings)
    assert not found, "\n" + "\n".join(found)


# Layers.

def read_layers() -> dict[str, str]:
    """The table below "## Layers" in ARCHITECTURE.md: folder -> what it may include."""
    section = text_of("ARCHITECTURE.md").split("\n## Layers\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", section, re.MULTILINE)
    return {folder: allowed for folder, allowed in rows}


LAYERS = read_layers()


def layer_of(name: str) -> str:
    return max((folder for folder in LAYERS if name.startswith(folder + "/")), key=len, default="")


def wrong_includes() -> Iterator[str]:
    for name in PRODUCT:
        layer = layer_of(name)
        if not layer:
            yield f"{name}: its folder is not in ARCHITECTURE.md's table of layers"
            continue
        for included in re.findall(r'^#\s*include "([^"]+)"', text_of(name), re.MULTILINE):
            if included in BUS_HEADERS:
                if BUS_WORDS not in LAYERS[layer]:
                    yield f"{name}: {layer} may not include {BUS_WORDS}"
            elif "/" in included and layer_of(included) != layer and f"`{layer_of(included)}`" not in LAYERS[layer]:
                yield f"{name}: {layer} may not include {included}"
            elif ".." in included:
                yield f"{name}: {included} is to be written from the top"


def test_includes_never_point_backwards() -> None:
    check(wrong_includes())


def test_each_layer_exists() -> None:
    check(f"ARCHITECTURE.md names {folder}, which is not there" for folder in LAYERS if not (SOURCE / folder).is_dir())


# Names.

def foreign_symbols() -> Iterator[str]:
    for name in PRODUCT:
        path = Path(name)
        objects = list((BUILD / path.parent).glob(f"*.p/{path.name}.o"))
        if path.suffix != ".c" or not objects:
            continue
        family = path.stem.split("-")[0]
        nouns = (family, SECOND_NOUNS.get(name, family), *(["postern_"] if name.startswith("gui/") else []))
        symbols = subprocess.check_output(["nm", "--defined-only", "--extern-only", "--format=just-symbols", objects[0]],
                                          text=True).split()
        for symbol in symbols:
            if symbol == "main" and path.stem.endswith("-main") or symbol.startswith(("__asan", "__odr_asan")):
                continue
            if not symbol.lower().startswith(nouns):
                yield f"{name}: {symbol} does not begin with {family}"


def test_symbols_begin_with_their_files_first_word() -> None:
    check(foreign_symbols())


def test_each_source_file_is_built() -> None:
    def unwired() -> Iterator[str]:
        for name in CODE:
            path = SOURCE / name
            builds = [folder / "meson.build" for folder in path.parents if SOURCE in (folder, *folder.parents)]
            wired = any(path.name in build.read_text() or f"'{path.stem}'" in build.read_text()
                        or f"'{path.stem.removeprefix('test-').removeprefix('fuzz-')}'" in build.read_text()
                        for build in builds if build.exists())
            if path.suffix == ".c" and not wired:
                yield f"{name} stands in no meson.build"
    check(unwired())


def test_each_module_has_a_header() -> None:
    check(f"{name} has no header" for name in PRODUCT
          if name.endswith(".c") and not name.endswith("-main.c") and name[:-1] + "h" not in PRODUCT)


def test_each_setting_has_a_widget() -> None:
    """The schema and the table of settings are held together by tests/core/test-setting.c; this adds the window."""
    names = [set(re.findall(r'"((?:general|security|smtp|pop3)\.[a-z0-9.-]+)"', text_of(name)))
             for name in ("core/settings/setting.c", "gui/pages/sheet.c")]
    assert names[0] and names[0] == names[1], f"in one of the two only: {names[0] ^ names[1]}"


# Files.

def test_licence_stands_at_the_top() -> None:
    def without() -> Iterator[str]:
        for name in FILES:
            wanted = Path(name).suffix in NEEDS_SPDX or name in ("dev", ".ci/run")
            if wanted and not name.startswith(TEST_INPUT):
                if "SPDX-License-Identifier: GPL-3.0-or-later" not in "\n".join(text_of(name).splitlines()[:4]):
                    yield f"{name} has no SPDX line"
    check(without())


def test_files_are_short() -> None:
    check(f"{name} has {length} lines, more than {LONGEST_FILE}" for name in CODE + PYTHON + ["dev"]
          if (length := len(text_of(name).splitlines())) > LONGEST_FILE)


def test_tests_wait_for_conditions() -> None:
    """A pause is right only in a loop that asks for a condition: below `while (...)`, or in wait.py."""
    def pauses() -> Iterator[str]:
        for name in CODE + PYTHON:
            if not name.startswith("tests/") or name == WAITING:
                continue
            before = ""
            for number, line in enumerate(text_of(name).splitlines(), 1):
                if SLEEP.search(line) and not before.startswith("while ("):
                    yield f"{name}:{number}: waits for time to pass, not for a condition"
                before = line.strip()
    check(pauses())


def test_nothing_is_put_off() -> None:
    check(f"{name}:{number}: {line.strip()}" for name in CODE + PYTHON + ["dev"]
          for number, line in enumerate(text_of(name).splitlines(), 1) if LATER.search(line))


def test_python_can_be_parsed() -> None:
    for name in PYTHON:
        ast.parse(text_of(name), filename=name)


def test_documents_link_to_files_that_exist() -> None:
    check(f"{name}: {target} is not there" for name in FILES if name.endswith(".md")
          for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text_of(name))
          if not (SOURCE / name).parent.joinpath(target).exists())


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="the style is checked when CI=true; ./dev format mends it")
def test_code_has_the_projects_style() -> None:
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", *CODE], cwd=SOURCE, text=True, capture_output=True)
    assert result.returncode == 0, result.stderr[:4000]
