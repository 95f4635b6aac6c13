# SPDX-License-Identifier: GPL-3.0-or-later
"""
Blocklists that hang, or answer anything but what they were asked, while strangers come in a flood: the allowed client is served, each
stranger is greeted in the end, and one that another list names is refused.

Nobody asks about loopback addresses, so the scene plays in a network namespace of its own; this file is also the program that plays it.
"""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where this file is the program

from abuse.flooding import BASE_KIB, Flood, Regular, Watch  # noqa: E402
from abuse.stranger import Stranger  # noqa: E402
from gateway.fake_dns import FakeDns  # noqa: E402
from gateway.figures import record, tries  # noqa: E402
from gateway.gateway import SERVERS, Gateway  # noqa: E402
from gateway.namespace import NAMESPACE, need_namespaces, set_address  # noqa: E402

PROMISE = "Strangers can't tire it out"
ALLOWED, LISTED, STRANGERS = "192.0.2.10", "192.0.2.11", "198.18.0.1"
GOOD = "good.test"
SESSION_KIB = 32  # with its questions
CLIENTS = 20  # more questions at once than those about so many would be lost at the door of the DNS server that is played here
TRUNCATED = 0x02

MANNERS = {
    "silent": lambda answer: (),
    "garbage": lambda answer: (random.randbytes(100),),
    "another-id": lambda answer: (bytes([answer[0] ^ 1]) + answer[1:],),
    "another-name": lambda answer: (answer[:13] + b"x" + answer[14:],),
    "cut": lambda answer: (answer[:7],),
    "truncated": lambda answer: (answer[:2] + bytes([answer[2] | TRUNCATED]) + answer[3:],),
    "huge": lambda answer: (answer + bytes(5000),),
    "many": lambda answer: (answer,) * 100,
    "counts": lambda answer: (answer[:6] + b"\xff\xff" + answer[8:],),
    "loop": lambda answer: (answer[:6] + b"\0\1" + answer[8:] + b"\xc0" + bytes([len(answer)]),),
}


def test_blocklists_hang() -> None:
    need_namespaces()
    count = tries(200, 1500)
    played = subprocess.run([*NAMESPACE, sys.executable, __file__, str(count)], capture_output=True, text=True, timeout=300)
    assert played.returncode == 0, played.stderr
    seen = json.loads(played.stdout)
    record(PROMISE, f"blocklists that hang and lie, {len(MANNERS)} at a time", count, len(seen["failures"]), seen["words"])
    assert not seen["failures"]
    assert seen["listed"].startswith("554 5.7.1") and f"is listed by {GOOD}" in seen["listed"]
    assert seen["grown_kib"] < BASE_KIB + count * SESSION_KIB


# The scene.

def play(count: int) -> dict[str, Any]:
    dns = FakeDns()
    dns.manners = {f".{name}.test": manner for name, manner in MANNERS.items()}
    dns.add_listing(LISTED, GOOD, "sends spam")
    server = SERVERS["smtp"]
    with Gateway() as gateway:
        gateway.stop_server("smtp")
        gateway.bus.add_service(server.bus_name, "smtp", [*gateway.command(server.program), "--resolver", dns.endpoint])
        gateway.start_server("smtp")
        gateway.apply({"smtp.connection.allow": "specified", "smtp.connection.excepted": [ALLOWED],
                       "smtp.connection.blocklists": [*(f"{name}.test" for name in MANNERS), GOOD]})
        with Watch(gateway) as watch, Regular(gateway, ALLOWED, "smtp") as regular:
            with Flood(gateway.smtp_port, count, CLIENTS, **{"from": STRANGERS}) as flood:
                flood.wait_open()
                with Stranger(gateway.smtp_port, LISTED) as listed:
                    greeting = listed.greeting
                regular.wait_for(5)
                flood.wait(lambda now: now["replies"].get("220", 0) >= count, "all strangers to be greeted")
            watch.wait_for_descriptors()
    dns.stop()
    return {"failures": regular.failures, "listed": greeting, "grown_kib": watch.grown_kib("smtp"),
            "words": f"{regular.words()}; {len(dns.asked):,} questions; {watch.words()}"}


if __name__ == "__main__":
    set_address("lo", "127.0.0.1")
    set_address("lo:1", ALLOWED)
    set_address("lo:2", STRANGERS, "255.254.0.0")
    print(json.dumps(play(int(sys.argv[1]))))
