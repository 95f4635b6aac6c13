# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev soak MINUTES: mixed load with faults. Are memory and descriptors flat, and is all there that was promised?"""

import argparse
import random
import sys
import time
from contextlib import ExitStack

from crash.finders import Collector, TallyHop, read_mailboxes
from crash.ledger import Ledger
from crash.senders import Sender
from gateway.figures import record
from gateway.gateway import SERVERS, SOURCE, Gateway
from gateway.wait import until

from .faults import Faults
from .plot import draw
from .watch import Watch, trends

SENDERS = 4
PAUSE_S = 0.2  # between two messages of a sender, on average
USERS = ("alice", "bob", "postmaster")
RESULTS = SOURCE / "soak-results"
DRAINED_S = 300
SHORTEST_MINUTES = 1


def soak(gateway: Gateway, hop: TallyHop, ledger: Ledger, rng: random.Random, minutes: float) -> tuple[Watch, Faults]:
    """Loads GATEWAY, and returns when nothing waits any more."""
    pids = {name: gateway.pid(name) for name in SERVERS}  # of the authority, too, there would be one after the other
    watch = Watch(lambda: pids, RESULTS / "samples.tsv")
    faults = Faults(gateway, hop, rng)
    ports = (gateway.smtp_port, gateway.pop_port)
    threads = [*(Sender(number, ports, ledger, random.Random(rng.random()), PAUSE_S) for number in range(SENDERS)),
               *(Collector(user, gateway.pop_port, ledger, random.Random(rng.random())) for user in ("alice", "bob")), watch]
    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join, 60)
        for thread in threads:
            stack.callback(thread.stop)
        faults.run(minutes * 60)
    gateway.posternctl("queue", "retry", "--all")
    until(lambda: not gateway.queue(), "an empty queue", DRAINED_S)
    assert pids == {name: gateway.pid(name) for name in SERVERS}, "a server has ended"
    return watch, faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev soak", description="Mixed load with faults. Samples and a plot come into soak-results/.")
    parser.add_argument("minutes", type=float)
    minutes = parser.parse_args().minutes
    if minutes < SHORTEST_MINUTES:
        parser.error(f"a trend shows in {SHORTEST_MINUTES} minutes or more")
    RESULTS.mkdir(exist_ok=True)
    seed = time.time_ns()
    print(f"seed {seed}, {minutes:g} minutes", flush=True)
    ledger = Ledger()
    with TallyHop(ledger) as hop, Gateway(mail_router=hop.endpoint) as gateway:
        watch, faults = soak(gateway, hop, ledger, random.Random(seed), minutes)
        read_mailboxes(gateway.state, ledger)
    draw(watch.samples, RESULTS / "soak.png")
    found = trends(watch.samples)
    for trend in found:
        print(f"{trend.daemon}: {trend.own_kb[0]:,.0f} kB, then {trend.own_kb[1]:,.0f}; descriptors {trend.descriptors[0]:g}, "
              f"then {trend.descriptors[1]:g}: {'flat' if trend.is_flat() else 'NOT FLAT'}")
    troubles = ledger.troubles()
    record("250 is a promise", f"{minutes:g} minutes of mixed load with faults", ledger.messages, len(troubles),
           f"messages; {faults.count:,} faults; double: {ledger.doubles():,}")
    print(f"{ledger.messages:,} messages, {faults.count:,} faults, {len(troubles)} lost or wrong, {ledger.doubles():,} double", *troubles[:20], sep="\n")
    return 0 if not troubles and all(trend.is_flat() for trend in found) else 1


if __name__ == "__main__":
    sys.exit(main())
