"""What is proved is searched for a counterexample all the same: by drawn streams that satisfy the constraints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.model import Event, revised
from impact_metrics.proofs import Proved, TimeScope, prove
from impact_metrics.rules import Catalogue
from impact_metrics.rules.invariants import Invariant, Monotone, Satisfiable, metrics_of
from impact_metrics.testing import records, satisfying
from impact_metrics.values import IdKind
from tests.proofs import judging
from tests.proofs.battery import BATTERY
from tests.proofs.toy import catalogue

Proof = tuple[Invariant, Catalogue, TimeScope]


def toy_proofs() -> list[Proof]:
    """The decisive claims that are proved of something."""
    made = [(item, catalogue(*item.constraints, **item.measures)) for item in BATTERY]
    proofs = [(item.claim, rules, item.time) for item, rules in made if item.expected.startswith("proved")]
    return [proof for proof in proofs if not isinstance(proof[0], Monotone | Satisfiable)]


def shipped_proofs() -> list[Proof]:
    """The invariants of the shipped catalogue, in the scopes in which they are proved."""
    scoped = [(claim, time) for claim in CATALOGUE.relations for time in TimeScope]
    return [
        (claim, CATALOGUE, time) for claim, time in scoped if isinstance(prove(claim, CATALOGUE, time=time), Proved)
    ]


PROOFS = [*shipped_proofs(), *toy_proofs()]


def beginning(proof: Proof) -> list[Event]:
    """A stream in which the claim is about somebody: one that the prover finds, with ids of those that are drawn."""
    claim, rules, _ = proof
    found = prove(Satisfiable(metrics_of(claim)[0], "asked"), rules)
    if not isinstance(found, Proved) or found.example is None:
        return []
    return [revised(event, **dict(renamed(event))) for event in found.example.events]


def renamed(event: Event) -> Iterator[tuple[str, Any]]:
    """The ids in an event, each with the name of one that is drawn: ``person-1`` is ``PersonId-1``."""
    for spec in event.__record__.fields:
        held = getattr(event, spec.name)
        if isinstance(spec.kind, IdKind) and spec.kind != IdKind("EventId") and held is not None:
            names = {name: f"{spec.kind.name}-{name.rpartition('-')[2]}" for name in (held if spec.many else [held])}
            yield spec.name, frozenset(names.values()) if spec.many else names[held]


BEGINNINGS = [beginning(proof) for proof in PROOFS]
ABOUT_SOMEBODY = Counter[int]()


@pytest.mark.parametrize("number", range(len(PROOFS)), ids=lambda number: f"{PROOFS[number][0]}, {PROOFS[number][2]}")
@settings(max_examples=30)
@given(st.data())
def test_no_stream_breaks_what_is_proved(number: int, data: st.DataObject) -> None:
    """No drawn stream that satisfies the constraints breaks a claim that is proved, about somebody whom it counts."""
    claim, rules, time = PROOFS[number]
    drawn = data.draw(records(rules.model, max_events=5))
    kept = satisfying(rules.model, [*BEGINNINGS[number], *drawn])
    events = [record for record in kept if isinstance(record, Event)]
    days = sorted({event.occurred_on for event in events}) or [date(2024, 1, 1)]
    start, end = sorted((data.draw(st.sampled_from(days)), data.draw(st.sampled_from([*days, days[-1], days[-1]]))))
    opening = None if time is TimeScope.AS_AT else start - timedelta(days=data.draw(st.integers(0, 1)))
    assert not judging.broken(claim, rules, events, opening, end, time)
    first = rules[metrics_of(claim)[0]].measure
    ABOUT_SOMEBODY[number] += bool(judging.counted(first, events, opening, end, time))


def test_the_search_is_about_somebody() -> None:
    """Of the proofs that the search above went through, it met somebody who counts for nearly every one."""
    searched = len(ABOUT_SOMEBODY)
    assert sum(times > 3 for times in ABOUT_SOMEBODY.values()) >= 0.8 * searched


def test_proofs_are_there_to_be_searched() -> None:
    """Claims of the shipped catalogue are proved in some scope, and of each scope some are."""
    assert len(shipped_proofs()) >= 4
    assert {time for _, _, time in PROOFS} == set(TimeScope)
