# SPDX-License-Identifier: GPL-3.0-or-later
"""posternctl metrics: what the servers count, as Prometheus fetches it."""

import subprocess
import urllib.error
import urllib.request
from typing import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.gateway import Gateway, build_folder


def samples(text: str) -> dict[str, float]:
    """The value of each sample, as Prometheus' own parser reads it; each family has its type and its help."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.type in ("counter", "gauge") and family.documentation, family
        for sample in family.samples:
            assert family.type != "counter" or sample.name.endswith("_total"), sample
            key = sample.name + "".join(f"[{value}]" for value in sample.labels.values())
            assert key not in found, f"{key} stands there twice"
            found[key] = sample.value
    return found


def run(gateway: Gateway, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([gateway.build / "core/ctl/posternctl", "--bus", gateway.bus.address, "metrics", *arguments],
                          capture_output=True, text=True)


@pytest.fixture
def port(gateway: Gateway) -> Iterator[str]:
    """The URL at which posternctl serves the gateway's metrics."""
    with subprocess.Popen([gateway.build / "core/ctl/posternctl", "--bus", gateway.bus.address, "metrics", "--listen", "127.0.0.1:0"],
                          stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_counts_on_the_command_line(gateway: Gateway) -> None:
    before = samples(run(gateway).stdout)
    assert all(before[f"postern_up[{name}]"] == 1 for name in ("smtp", "pop3", "delivery"))
    assert before["postern_settings_revision[smtp]"] >= 1 and before["postern_settings_problem[smtp]"] == 0
    gateway.log_on("127.0.0.1")
    after = samples(run(gateway).stdout)
    assert after["postern_pop3_log_ons_total"] == before["postern_pop3_log_ons_total"] + 1
    assert "postern_delivery_waiting" in after and "postern_smtp_sessions" in after


def test_a_stopped_server_is_down(gateway: Gateway) -> None:
    gateway.stop_server("pop3")
    try:
        found = samples(run(gateway).stdout)
    finally:
        gateway.start_server("pop3")
    assert found["postern_up[pop3]"] == 0 and found["postern_up[smtp]"] == 1
    assert not any(name.startswith("postern_pop3_") for name in found)
    assert "postern_settings_revision[pop3]" not in found


def test_port(gateway: Gateway, port: str) -> None:
    with urllib.request.urlopen(port) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert samples(answer.read().decode())["postern_up[smtp]"] == 1
    for url, method, status in ((port.replace("/metrics", "/"), "GET", 404), (port, "POST", 405)):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(urllib.request.Request(url, method=method, data=b"" if method == "POST" else None))
        assert refusal.value.code == status
    request = urllib.request.Request(port, method="HEAD")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200 and answer.read() == b""


def test_others_are_not_let_in_unasked(gateway: Gateway) -> None:
    for address in ("0.0.0.0:0", "192.0.2.1:0", "[::]:0"):
        refused = run(gateway, "--listen", address)
        assert refused.returncode == 64 and "--beyond-loopback" in refused.stderr
    assert run(gateway, "--listen", "localhost:0").returncode == 64


def test_a_port_that_is_taken(gateway: Gateway, port: str) -> None:
    address = port.removeprefix("http://").removesuffix("/metrics")
    refused = run(gateway, "--listen", address)
    assert refused.returncode == 1 and f"cannot listen on {address}: Address already in use" in refused.stderr


def test_no_bus_is_an_error() -> None:
    done = subprocess.run([build_folder() / "core/ctl/posternctl", "--bus", "unix:path=/nonexistent", "metrics"],
                          capture_output=True, text=True)
    assert done.returncode == 5 and done.stdout == "" and "/nonexistent" in done.stderr
