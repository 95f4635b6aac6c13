# SPDX-License-Identifier: GPL-3.0-or-later
"""250 is a promise also when there is no descriptor, no memory and no room left: then the answer is no for now, and nothing is lost."""

import random
import resource
import threading
import time
from collections import Counter
from pathlib import Path

from crash.finders import TallyHop, read_mailboxes
from crash.ledger import Ledger
from crash.load import Load
from gateway.certificate import CertificateAuthority
from gateway.figures import record, tries
from gateway.gateway import SERVERS, Gateway
from gateway.wait import until

PROMISE = "250 is a promise"


def empty_queue(gateway: Gateway) -> bool:
    """What was put off is tried again at once."""
    gateway.ask_server("delivery", "org.postern.Queue1.Retry", "(as)", [])
    return not gateway.queue()


def leave_descriptors(pid: int, count: int) -> None:
    """The process may open so many more; -1: as many as it wants."""
    hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
    used = {int(path.name) for path in Path(f"/proc/{pid}/fd").iterdir()}
    free = [number for number in range(max(used) + count + 2) if number not in used]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (free[count] if count >= 0 else hard, hard))


def test_descriptors(tmp_path: Path) -> None:
    """Each server recovers without a restart."""
    count = tries(daily=25, thorough=2000)
    rng = random.Random(time.time_ns())
    ledger = Ledger()
    pause = threading.Event()
    settings = {"smtp.delivery.ca-file": str(CertificateAuthority(tmp_path).certificate)}
    sums: Counter = Counter()
    with TallyHop(ledger) as hop, Gateway(mail_router=hop.endpoint, settings=settings) as gateway:
        pids = {name: gateway.pid(name) for name in SERVERS}
        load = Load(gateway, ledger, rng)
        with load:
            for _ in range(count):
                name = rng.choice(tuple(SERVERS))
                leave_descriptors(pids[name], rng.randint(0, 3))
                pause.wait(rng.uniform(0, 0.3))
                leave_descriptors(pids[name], -1)
                sums[name] += 1
                before = ledger.messages
                until(lambda: ledger.messages > before, "a message that is taken afterwards", 60)
        until(lambda: empty_queue(gateway), "an empty queue", 120)
        assert {name: gateway.pid(name) for name in SERVERS} == pids
        read_mailboxes(gateway.state, ledger)
    lost = ledger.troubles()
    record(PROMISE, "descriptors run out", count, len(lost),
           f"{ledger.messages:,} messages with {len(ledger.promised):,} recipients were promised, {load.log_ons():,} log-ons; "
           f"double: {ledger.doubles():,}; squeezed: " + ", ".join(f"{name} {sums[name]:,}" for name in SERVERS))
    assert not lost
