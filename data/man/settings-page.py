#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes postern-settings(5) from the schema: settings-page.py SCHEMA VERSION OUTPUT"""

import sys
import xml.etree.ElementTree as tree
from pathlib import Path
from typing import Iterator

XS = "{http://www.w3.org/2001/XMLSchema}"

HEAD = r""".\" SPDX-License-Identifier: GPL-3.0-or-later
.TH POSTERN\-SETTINGS 5 "" "Postern @VERSION@" "Postern"
.SH NAME
postern\-settings \- the settings file of the Postern mail gateway
.SH DESCRIPTION
The settings are one XML document, by default
.IR /etc/postern/server\-properties.xml .
Its elements are nested as a setting's name is: the setting
.B smtp.relay.allow
is the element
.I allow
in
.I relay
in
.IR smtp .
What is not there has its default. Lists hold an element for each of their rows. Where a row has several words, a blank inside one,
such as in the name of a file, has a backslash in front of it. Relative file names start at the folder of the settings file.
.PP
The file may be edited by hand while the gateway runs: comments and order stay, and
.BR posternd (8)
takes a valid change over as soon as it is saved. A file that breaks a rule is left alone, and the settings in force stay.
.PP
It holds no secrets, only the names of their files.
.SH SETTINGS
"""

TAIL = r""".SH EXAMPLE
.nf
<?xml version="1.0" encoding="UTF\-8"?>
<server\-properties xmlns="urn:postern:server\-properties" version="@FORMAT@">
  <general>
    <local\-domains><domain>example.org</domain></local\-domains>
  </general>
  <smtp>
    <listeners><endpoint>*:25</endpoint></listeners>
    <relay>
      <!\-\- the printers log on to POP first \-\->
      <pop\-client\-minutes>60</pop\-client\-minutes>
    </relay>
  </smtp>
</server\-properties>
.fi
.SH SEE ALSO
.BR posternctl (1),
.BR posternd (8)
"""

def roff(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-")


def settings(schema: tree.Element, type_name: str, prefix: str) -> Iterator[tuple[str, tree.Element]]:
    """Each setting below a complex type, with its name, in the order of the schema."""
    for element in schema.find(f"{XS}complexType[@name='{type_name}']").iter(f"{XS}element"):
        name = f"{prefix}{element.get('name')}"
        if element.find(f"{XS}annotation") is not None:
            yield name, element
        else:
            yield from settings(schema, element.get("type"), f"{name}.")


def documentation(element: tree.Element) -> str:
    return " ".join(element.find(f"{XS}annotation/{XS}documentation").text.split())


def one_of(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]])


def kind(types: tree.Element, element: tree.Element) -> str:
    type_name = element.get("type")
    if type_name is None:
        low, high = (element.find(f".//{XS}{end}Inclusive").get("value") for end in ("min", "max"))
        return f"a whole number from {low} to {high}"
    if type_name == "xs:boolean":
        return "true or false"
    row = types.find(f"{XS}complexType[@name='{type_name}']/{XS}sequence/{XS}element")
    if row is not None:
        row_type = types.find(f"{XS}simpleType[@name='{row.get('type')}']")
        return f"a list; each <{row.get('name')}> is {documentation(row_type)}"
    simple = types.find(f"{XS}simpleType[@name='{type_name}']")
    words = [word.get("value") for word in simple.iter(f"{XS}enumeration")]
    return one_of(words) if words else documentation(simple)


def entry(types: tree.Element, name: str, element: tree.Element) -> str:
    default = element.get("default") or "empty"
    return (f".TP\n.B {roff(name)}\n{roff(documentation(element))}\n"
            f"It is {roff(kind(types, element))}; by default {roff(default)}.\n")


def main() -> None:
    schema_path, version, output = sys.argv[1:]
    schema = tree.parse(schema_path).getroot()
    types = tree.parse(Path(schema_path).with_name("types.xsd")).getroot()
    file_format = schema.find(f".//{XS}attribute[@name='version']//{XS}enumeration").get("value")
    page = HEAD.replace("@VERSION@", version)
    for top in schema.find(f"{XS}element[@name='server-properties']").iter(f"{XS}element"):
        if top.get("type"):
            page += "".join(entry(types, *each) for each in settings(schema, top.get("type"), f"{top.get('name')}."))
    with open(output, "w", encoding="utf-8") as file:
        file.write(page + TAIL.replace("@FORMAT@", file_format))


if __name__ == "__main__":
    main()
