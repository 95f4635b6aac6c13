# SPDX-License-Identifier: GPL-3.0-or-later
"""All measures. Each figure has a name with its unit; FIGURES says how it is written."""

from .accept import Accept
from .dovecot import Dovecot, FastDovecot
from .exim import Exim
from .growth import Growth, Libraries, SessionGrowth
from .idle import Idle
from .limit import Limit
from .mailbox import LargeMailbox
from .measure import Measure
from .opensmtpd import OpenSmtpd
from .postern import OneNetwork, Postern
from .postfix import Postfix
from .pop3 import Pop3
from .refuse import RefuseConnections, RefuseRecipients
from .relay import Relay
from .settings import Apply, PopThenSmtp
from .target import Bound, Ratio
from .window import Window

# Figure -> what it is, and how many digits stand after the point.
FIGURES = {
    "rate": ("a second", 0),
    "cpu_ms": ("ms of CPU each", 3),
    "p50_ms": ("median, ms", 2),
    "p99_ms": ("p99, ms", 2),
    "kb_each": ("kB each", 1),
    "banner_p99_ms": ("a newcomer's greeting, p99, ms", 2),
    "cold_ms": ("ms, the first time", 1),
    "warm_ms": ("ms, from then on", 1),
    "save_ms": ("ms to save", 0),
    "enforced_ms": ("ms from saved to enforced", 1),
    "dropped": ("sessions dropped", 0),
    "memory_mb": ("MB more in the server", 1),
    "window_ms": ("ms", 0),
    "look_up_ns": ("ns a look-up", 0),
    "steepness": ("growth of the time of an operation; a logarithm's is 1, a straight line's 500", 1),
}

SMTP = (Postern, Limit, Postfix, Exim)
PEERS = (Postern, Postfix, Exim)
# OpenSMTPD lets five connections wait to be taken, and no more: with many clients at once some wait for minutes.

# Constants apart: the caches of the processor hold less and less of what is looked through.
STEEP = 4

MEASURES = (
    Measure("accept-20", "durable accept of 10 KB, 20 clients, one message a connection", Accept(20, 1, 1500), SMTP,
            (Ratio("rate", "peer", 5), Ratio("rate", "limit", 0.6), Bound("cpu_ms", 0.25))),
    Measure("accept-100", "the same, 100 clients, 100 messages a connection", Accept(100, 100, 2000), SMTP,
            (Ratio("rate", "peer", 8), Ratio("rate", "limit", 0.6))),
    Measure("accept-1", "the same, 1 client, 100 messages a connection", Accept(1, 100, 800), (*SMTP, OpenSmtpd),
            (Ratio("rate", "peer", 2.5), Ratio("rate", "limit", 0.7))),
    Measure("accept-slow-flush", "the same, 100 clients, each flush 5 ms slower", Accept(100, 100, 2000, slow_flush=True), SMTP,
            (Ratio("rate", "peer", 7),)),
    Measure("relay", "relay of 10 KB end to end to a sink, 20 clients, 100 messages a connection", Relay(20, 100, 1500), PEERS,
            (Ratio("rate", "peer", 4),)),
    Measure("refuse-connections", "refused connections, one network in the list", RefuseConnections(1, 3000), SMTP,
            (Ratio("rate", "peer", 2.5),)),
    Measure("refuse-recipients", "refused recipients, 50 a connection", RefuseRecipients(20000, 50), PEERS, (Ratio("rate", "peer", 4),)),
    Measure("refuse-100000", "refused connections, 100,000 networks in the list", RefuseConnections(100_000, 3000),
            (Postern, OneNetwork, Postfix, Exim), (Ratio("rate", "peer", 10), Ratio("rate", "own", 0.95))),
    Measure("idle", "10,000 idle SMTP sessions", Idle(10_000), (Postern,), (Bound("kb_each", 4), Bound("banner_p99_ms", 1))),
    Measure("idle-tls", "10,000 idle SMTP sessions under TLS", Idle(10_000, tls=True), (Postern,), (Bound("kb_each", 20),)),
    Measure("pop3-log-ons", "POP3 log-ons (connect, USER, PASS, STAT, QUIT), 20 clients, cheap hash", Pop3("logon", 4000, 10),
            (Postern, Dovecot, FastDovecot), (Ratio("rate", "peer", 4),)),
    Measure("pop3-retr", "POP3 RETR of 10 KB, 20 clients", Pop3("retr", 20000, 100), (Postern, Dovecot, FastDovecot),
            (Ratio("rate", "peer", 3),)),
    Measure("pop-then-smtp", "POP log-on, then a recipient elsewhere at once, 10,000 addresses", PopThenSmtp(10_000), (Postern,),
            (Bound("p50_ms", 1.5),)),
    Measure("large-mailbox", "a mailbox of 100,000 mails, PASS and STAT", LargeMailbox(100_000), (Postern, FastDovecot),
            (Bound("cold_ms", 200), Bound("warm_ms", 20))),
    Measure("apply-100000", "from Apply to enforced, 100,000 networks, 200 sessions open", Apply(100_000), (Postern, Postfix),
            (Bound("enforced_ms", 10), Bound("dropped", 0))),
    Measure("apply-1000000", "the same, a million networks", Apply(1_000_000), (Postern, Postfix),
            (Bound("enforced_ms", 150), Bound("memory_mb", 64))),
    Measure("growth-networks", "networks in a list, up to a million", Growth("networks"), (Libraries,),
            (Bound("steepness", STEEP), Bound("look_up_ns", 200), Bound("memory_mb", 64))),
    Measure("growth-grants", "grants, up to a million", Growth("grants"), (Libraries,), (Bound("steepness", STEEP),)),
    Measure("growth-queue", "messages in the queue, up to a million", Growth("queue"), (Libraries,), (Bound("steepness", STEEP),)),
    Measure("growth-sessions", "sessions, up to 10,000", SessionGrowth(), (Postern,), (Bound("steepness", STEEP),)),
    Measure("window", "Server Properties, from its start to its window", Window(), (Postern,), (Bound("window_ms", 400),)),
)
