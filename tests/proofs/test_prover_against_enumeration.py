"""The prover against trying every small stream: random claims over random models, and no disagreement.

``PROVER_TRIALS`` is how many claims are drawn: a few where it is not set, enough of every kind in a thorough run. For
more::

    PROVER_TRIALS=5000 pytest tests/proofs/test_prover_against_enumeration.py -s

``PROVER_SEED`` draws others. With ``-s`` the outcomes are counted by their kind. Of a disagreement, the claim is shown
with what is wrong.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import partial
from time import perf_counter
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from impact_metrics.model import Event
from impact_metrics.proofs import TimeScope, Unknown
from impact_metrics.proofs.solving import LEVELS, PATIENCE
from impact_metrics.rules import Count, Measure, RowCount
from impact_metrics.rules.invariants import AtMost, Monotone, Satisfiable, metrics_of
from impact_metrics.testing import models, streams, tallies
from tests.conftest import PROFILE
from tests.proofs import judging
from tests.proofs.claims import KINDS, POOLS, trials
from tests.proofs.enumeration import Content, Streams, Trial, View, Window, number_of
from tests.test_engine_properties import known_events

TRIALS = int(os.environ.get("PROVER_TRIALS", "280" if PROFILE == "thorough" else "40"))
SEED = int(os.environ.get("PROVER_SEED", "1"))
BUDGET = 6_000 if TRIALS <= 1000 else 20_000
"""How many streams of one length are tried at the most."""
SIZE = 5 if TRIALS <= 1000 else 9
"""How many events the rules and constraints of one claim speak of at the most."""


def drawn(strategy: st.SearchStrategy[Any], number: int, judge: Any, start: int = SEED) -> None:
    """Judge so many values, the same each time."""

    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def judged(value: Any) -> None:
        judge(value)

    seed(start)(judged)()


# --- what enumeration says is what the oracle says


@given(st.data())
def test_enumeration_reads_rules_as_the_oracle_does(data: st.DataObject) -> None:
    """For single streams, whom a measure counts and which constraints hold is the same on every day."""
    pools = data.draw(st.sampled_from(POOLS))
    model = data.draw(models(pools=pools))
    events = sorted(known_events(data.draw(streams(model, max_events=4, pools=pools))), key=lambda event: event.id)
    measure = data.draw(tallies(model, pools=pools))
    contents = [Content(type(event), values_in(event)) for event in events]
    some = Streams(contents, np.arange(len(events)).reshape(1, len(events)))
    trial = Trial(model, Satisfiable("a", "drawn"), {"a": measure}, data.draw(st.sampled_from(TimeScope)), pools)
    kept = [bool(View(some, day).keeps(model.constraints)[0]) for day in pools.days]
    assert all(kept) == judging.valid(model.constraints, events)
    every = attrs_evolved(trial)
    for window, (start, end) in zip(every.views(some), every.windows, strict=True):
        expected = judging.counted(measure, events, start, end, trial.time)
        assert counted(window, measure, trial.time) == {number_of(name) for name in expected}
        amount = judging.figure(measure, events, start, end, trial.time)
        assert window.figure(measure, trial.time)[0] == (
            amount if isinstance(measure, Count | RowCount) else amount * 1000
        )


def values_in(event: Event) -> dict[str, Any]:
    names = [spec.name for spec in event.__record__.fields if spec.name not in {"id", "recorded_at"}]
    return {name: getattr(event, name) for name in names}


def attrs_evolved(trial: Trial) -> Trial:
    """The same trial, of a claim that is made in every scope of time."""
    return attrs.evolve(trial, claim=AtMost("a", "a", "drawn"))


def counted(window: Window, measure: Measure, time: TimeScope) -> set[int]:
    """Whom a measure counts in the only stream there is, as numbers."""
    found = window.subjects(measure, time)[0]
    names = window.candidates(measure) if isinstance(measure, Count) else window.end.streams.held("id")[1][0]
    return {int(name) for name, counts in zip(names, found, strict=True) if counts}


# --- the prover


class Judged:
    """The outcomes of all the claims that were drawn, and what is wrong with them."""

    def __init__(self) -> None:
        """Start with none."""
        self.piles: Counter[tuple[str, TimeScope, str]] = Counter()
        self.faults: list[str] = []
        self.inexact: list[str] = []

    def judge(self, trial: Trial, levels: int = LEVELS) -> None:
        """Prove a claim, try every small stream, and compare."""
        began = perf_counter()
        outcome, rules = judging.outcome_of(trial, levels=levels)
        hurried = perf_counter() - began > PATIENCE / 2000
        found = trial.run(BUDGET)
        self.piles[type(trial.claim).__name__, trial.time, judging.kind_of(outcome)] += 1
        wrong = judging.faults(outcome, rules, found, hurried=hurried, levels=levels)
        open_still = isinstance(outcome, Unknown) or not getattr(outcome, "exact", True)
        by_figures = isinstance(trial.claim, AtMost | Monotone)
        if rules.exactness(*metrics_of(trial.claim)).exact and open_still and not hurried and not by_figures:
            self.inexact.append(f"{outcome}\n{trial}")
        if wrong:
            self.faults.append(f"{wrong}\n{outcome}\n{trial}\n{found}")

    def number(self, **wanted: Any) -> int:
        """How many outcomes are so."""
        names = ("claim", "time", "pile")
        return sum(
            count
            for key, count in self.piles.items()
            if all(value in wanted[name] for name, value in zip(names, key, strict=True) if name in wanted)
        )


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Claims over models in which nothing asks for events in a circle."""
    found = Judged()
    for number, kind in enumerate(KINDS):
        drawn(trials((kind,), size=SIZE), TRIALS // len(KINDS), found.judge, start=SEED * 10 + number)
    report(found)
    return found


def report(found: Judged) -> None:
    """Print the outcomes by kind; read with ``-s``."""
    for pile in sorted({pile for _, _, pile in found.piles}):
        print(f"{found.number(pile=[pile]):6}  {pile}")  # noqa: T201 - asked for with -s


def test_the_prover_agrees_with_trying_every_small_stream(judged: Judged) -> None:
    """What is proved no small stream breaks, what one breaks is refuted by no larger, and what is shown is so."""
    assert not judged.faults, "\n\n".join(judged.faults[:3])


def test_what_is_called_exact_is_decided_exactly(judged: Judged) -> None:
    """Claims about who is counted, of metrics that are called exact, are proved or refuted, and exactly."""
    assert not judged.inexact, "\n\n".join(judged.inexact[:3])


PROVED = ("proved", "proved with constraints")
SEVERAL = "refuted by several events"


def test_drawn_claims_are_proved_and_refuted(judged: Judged) -> None:
    """Even of a few claims, many are of either sort."""
    share = TRIALS / 280
    assert judged.number(pile=PROVED) > 60 * share
    assert judged.number(pile=["refuted", SEVERAL]) > 30 * share


@pytest.mark.slow
def test_drawn_claims_are_a_healthy_mix(judged: Judged) -> None:
    """Enough claims are proved, by constraints too, and refuted by several events, of every kind and scope."""
    share = TRIALS / 280
    assert judged.number(pile=PROVED) > 80 * share
    assert judged.number(pile=["proved with constraints"]) > 15 * share
    assert judged.number(pile=["refuted", SEVERAL]) > 40 * share
    assert judged.number(pile=[SEVERAL]) > 20 * share
    for time in TimeScope:
        assert judged.number(time=[time], pile=PROVED) > 8 * share
        assert judged.number(time=[time], pile=["proved with constraints"]) > 2 * share
        assert judged.number(time=[time], pile=[SEVERAL]) > 3 * share
    for kind in KINDS:
        assert judged.number(claim=[kind.__name__], pile=PROVED) > 3 * share
        assert judged.number(claim=[kind.__name__], pile=["refuted", SEVERAL])


def test_the_prover_is_right_where_asking_goes_round_in_a_circle() -> None:
    """Whatever is decided of claims over models with circles is right; what is not is called unknown."""
    found = Judged()
    drawn(trials(acyclic=False, size=3), TRIALS // 7, partial(found.judge, levels=1), start=SEED + 1)
    report(found)
    assert not found.faults, "\n\n".join(found.faults[:3])
