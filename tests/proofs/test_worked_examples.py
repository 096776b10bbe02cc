"""Worked examples: a pair of streams for each clause, in which it alone decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from impact_metrics import all_of, any_of, at_least, count, distinct, exists, not_, rows, total
from impact_metrics.expressions import Clause
from impact_metrics.model import Constraint
from impact_metrics.proofs import ProofError, TimeScope, solving
from impact_metrics.proofs.clauses import turns
from impact_metrics.proofs.examples import WorkedExamples, worked_examples
from impact_metrics.proofs.replay import Replay
from impact_metrics.rules import Measure
from tests.proofs import judging
from tests.proofs.battery import AGAIN, PLAYERS
from tests.proofs.toy import Colour, Feast, Game, catalogue, one, other, rule


def examples_of(measure: Measure, *constraints: Constraint) -> WorkedExamples:
    """The examples of a metric of its own."""
    rules = catalogue(*constraints, it=measure)
    found = worked_examples(rules["it"], rules)
    for example in found.examples:
        counted, not_counted = (
            judging.counted(measure, side.events, None, example.as_at, TimeScope.AS_AT) for side in example.sides
        )
        assert example.subject in counted - not_counted
        for side in example.sides:
            assert judging.valid(constraints, side.events)
    return found


MEASURES: dict[str, Any] = {
    "a comparison": count(PLAYERS.where(Game.won)),
    "an alternative": count(PLAYERS.where(any_of(Game.won, Game.points > 3))),
    "what must not be": count(PLAYERS.where(not_(exists(Feast, Feast.guests.contains(Game.player))))),
    "a threshold": count(PLAYERS.at_least(2)),
    "a threshold of others": count(PLAYERS.where(at_least(2, other, other.won))),
    "one of others": count(PLAYERS.where(at_least(1, other, other.won))),
    "both": count(PLAYERS.where(Game.won) & distinct(Feast.guests)),
    "either": count(PLAYERS.where(Game.won) | distinct(Feast.guests).where(Feast.colours.overlaps({Colour.RED}))),
    "without": count(PLAYERS - distinct(Feast.guests).where(Feast.cost > Decimal(3))),
    "rows": count(rows(Game).where(Game.colour.in_({Colour.RED}))),
    "all rows": count(rows(Game)),
    "a total of all": total(Game.points),
    "everybody": count(PLAYERS),
    "nobody else": count(PLAYERS - (distinct(Feast.guests) | distinct(Game.player).where(Game.won))),
    "a total": total(Game.points).where(Game.won, not_(Game.table.is_missing())),
}


@pytest.mark.parametrize("name", MEASURES)
def test_every_clause_decides_in_some_pair(name: str) -> None:
    """Each clause has a pair that shows it, and the oracle agrees whom each stream counts; none of them is idle."""
    found = examples_of(MEASURES[name])
    assert found.examples
    assert not found.idle
    for example in found.examples:
        assert example.changed


def test_clauses_that_are_named_are_told_by_their_names() -> None:
    """A clause that the author named is told as such, with each of its parts if it has several."""
    both = Clause("played_well", "The game was played well.", all_of(Game.won, Game.points > 3))
    single = Clause("won", "The game was won.", Game.won == True)  # noqa: E712 - builds a condition
    metrics = [catalogue(it=count(PLAYERS.where(clause)))["it"] for clause in (both, single)]
    assert [len(list(turns(metric.measure, metric.unit))) for metric in metrics] == [3, 1]


def test_a_clause_that_never_decides_alone_is_idle() -> None:
    """What a constraint has seen to already is named as idle, and has no example."""
    won = rule("won", Game, Game.won)
    found = examples_of(count(PLAYERS.where(Game.won)), won)
    assert not found.examples
    assert len(found.idle) == 1


def test_a_clause_that_cannot_be_decided_is_idle_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no pair is found in a circle of events, for all the time that is given, there is no example."""
    monkeypatch.setattr(solving, "PATIENCE", 300)
    assert not examples_of(count(PLAYERS.where(Game.won)), AGAIN).examples


def test_streams_differ_in_as_little_as_can_be() -> None:
    """Of a game that counts if it was won, only the winning is changed."""
    (example,) = examples_of(count(PLAYERS.where(Game.won))).examples
    (game,), (again,) = (side.events for side in example.sides)
    assert isinstance(game, Game)
    assert isinstance(again, Game)
    assert (game.id, game.player, game.occurred_on) == (again.id, again.player, again.occurred_on)
    assert (game.won, again.won) == (True, False)
    assert example.changed == (game.id,)


def test_the_id_of_an_event_is_one_in_both_streams() -> None:
    """An event whose id a rule reads has the same id in both streams."""
    alone = not_(exists(one, one.id != Game.id))
    found = examples_of(count(PLAYERS.where(alone, exists(other, other.id == Game.id, other.won))))
    assert found.examples


def test_a_pair_that_the_engine_does_not_agree_with_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the reference engine finds another thing than the prover, it is an error that names the clause."""
    monkeypatch.setattr(Replay, "subjects", lambda *_: frozenset())
    rules = catalogue(it=count(PLAYERS.where(Game.won)))
    with pytest.raises(ProofError, match="it 1"):
        worked_examples(rules["it"], rules)
