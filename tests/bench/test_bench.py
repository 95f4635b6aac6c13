# SPDX-License-Identifier: GPL-3.0-or-later
"""Does each measure of ./dev bench give sound figures? How good they are depends on the machine, and is no matter of a test."""

import pytest

from bench import measure, report
from bench.limit import Limit
from bench.measure import Measure, Result
from bench.measures import FIGURES, MEASURES
from bench.opensmtpd import OpenSmtpd
from bench.postern import Postern
from bench.spread import Spread
from bench.target import Bound, Ratio

QUICK = 0.02


@pytest.mark.parametrize("each", MEASURES, ids=lambda each: each.name)
def test_measure_is_sound(each: Measure) -> None:
    contenders = [kind for kind in each.contenders if kind.kind != "peer"]
    result = measure.run(each, contenders, 1, QUICK, print)
    assert not result.problems
    for kind in contenders:
        (figures,) = result.rounds[kind.name]
        assert figures and all(value >= 0 for value in figures.values())
    for target in each.targets:
        assert target.figure in result.rounds[Postern.name][0], f"{target.figure} was asked for, and not measured"


def test_each_figure_can_be_written() -> None:
    assert all(target.figure in FIGURES for each in MEASURES for target in each.targets)


class Forgetful(Limit):
    """Says 250, and keeps nothing."""

    name = "Forgetful"

    def kept(self, wanted: set[str]) -> set[str]:
        return super().kept(wanted) - {min(wanted)}


def test_message_that_is_not_there_is_found_out() -> None:
    accept = next(each for each in MEASURES if each.name == "accept-20")
    result = measure.run(accept, [Forgetful], 1, QUICK, print)
    assert "accepted messages are not there" in result.problems["Forgetful"] and not result.rounds["Forgetful"]


def test_contenders_take_turns() -> None:
    told: list[str] = []
    accept = next(each for each in MEASURES if each.name == "accept-1")
    measure.run(accept, [Limit, Forgetful], 2, QUICK, told.append)
    assert [line.split(":")[0].split("  ")[-1] for line in told] == ["limit", "Forgetful", "limit"]


def spreads_of(**rates: float) -> Result:
    return Result({name: [{"rate": rate}] for name, rate in rates.items()}, {})


def test_targets_compare_with_the_strongest() -> None:
    each = Measure("x", "x", None, (Postern, Limit, OpenSmtpd), (Ratio("rate", "peer", 5), Ratio("rate", "limit", 0.6)))
    result = spreads_of(Postern=500, limit=1000, OpenSMTPD=100)
    best = measure.strongest(each, result, "rate")
    assert [target.reached(best).met for target in each.targets] == [True, False]
    assert [target.reached(best).text for target in each.targets] == ["5", "50 %"]
    alone = measure.strongest(each, spreads_of(Postern=500), "rate")
    assert [target.reached(alone).met for target in each.targets] == [False, False]
    assert Bound("rate", 500).reached(best).met and not Bound("rate", 499).reached(best).met


def test_spread() -> None:
    assert report.in_figures(Spread.of([3000, 1000, 2000]), 0) == "2,000 (1,000–3,000)"
    assert report.in_figures(Spread.of([0.25]), 3) == "0.250"
