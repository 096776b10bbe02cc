"""Invariants between metrics: how they are declared, checked on data, exchanged, and said in the documentation."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from impact_metrics import (
    Catalogue,
    EventId,
    PersonId,
    RuleError,
    Stream,
    at_most,
    count,
    disjoint,
    distinct,
    evaluate,
    rows,
    subset,
)
from impact_metrics.exchange.catalogue import from_plain, to_plain
from impact_metrics.rules.invariants import Invariant, covered_by, equivalent, metrics_of, monotone, satisfiable
from impact_metrics.sphinx.metric_page import relation
from tests.proofs.toy import Feast, Game, catalogue

DAY = date(2024, 1, 1)
RULES = catalogue(
    players=count(distinct(Game.player)),
    winners=count(distinct(Game.player).where(Game.won)),
    guests=count(distinct(Feast.guests)),
    games=count(rows(Game)),
    tables=count(distinct(Game.table)),
)
PLAYERS, WINNERS, GUESTS, GAMES, TABLES = RULES.metrics

SAID: dict[str, tuple[Invariant, str]] = {
    "subset": (subset(WINNERS, PLAYERS, because="so it is"), "Everybody counted by winners is counted by players"),
    "at_most": (at_most(GAMES, PLAYERS, because="so it is"), "The figure of games is at most that of players"),
    "disjoint": (disjoint(WINNERS, GUESTS, because="so it is"), "Nobody is counted both by winners and by guests"),
    "equivalent": (equivalent(WINNERS, PLAYERS, because="so it is"), "The same are counted by winners and by players"),
    "covered_by": (
        covered_by(PLAYERS, WINNERS, GUESTS, because="so it is"),
        "Everybody counted by players is counted by winners or by guests",
    ),
    "monotone": (monotone(PLAYERS, because="so it is"), "The figure of players never falls when events are added"),
    "satisfiable": (satisfiable(PLAYERS, because="so it is"), "The figure of players can be other than zero"),
}


@pytest.mark.parametrize("name", SAID)
def test_an_invariant_is_said_in_a_sentence(name: str) -> None:
    """The page of a metric names the metrics of each invariant in its words, and why it holds."""
    invariant, said = SAID[name]
    assert "".join(node.astext() for node in relation(invariant, RULES, "page")) == f"{said}: so it is."


@pytest.mark.parametrize("name", SAID)
def test_an_invariant_survives_exchange(name: str) -> None:
    """What is written as plain data and read again is the same catalogue, with the same invariant."""
    invariant, _ = SAID[name]
    declared = attrs.evolve(RULES, invariants=(invariant,))
    assert from_plain(to_plain(declared), declared.model) == declared


def game(name: str, player: str, **more: Any) -> Game:
    return Game(id=EventId(name), occurred_on=DAY, player=PersonId(player), **more)


def feast(name: str, *guests: str) -> Feast:
    return Feast(id=EventId(name), occurred_on=DAY, guests=frozenset(map(PersonId, guests)))


CHECKED: list[tuple[str, list[Any], bool, tuple[str, ...]]] = [
    ("subset", [game("1", "Anna", won=True)], True, ()),
    ("disjoint", [game("1", "Anna", won=True), feast("2", "Anna", "Bert")], False, ("Anna",)),
    ("equivalent", [game("1", "Anna", won=True), game("2", "Anna")], True, ()),
    ("equivalent", [game("1", "Anna", won=True), game("2", "Bert")], False, ("Bert",)),
    ("covered_by", [game("1", "Anna", won=True), game("2", "Bert"), feast("3", "Bert")], True, ()),
    ("covered_by", [game("1", "Anna", won=True), game("2", "Bert"), feast("3", "Carl")], False, ("Bert",)),
    ("at_most", [game("1", "Anna"), game("2", "Anna")], False, ()),
]


@pytest.mark.parametrize(("name", "events", "holds", "exceptions"), CHECKED)
def test_a_report_checks_relations_on_its_data(
    name: str, events: list[Any], *, holds: bool, exceptions: tuple[str, ...]
) -> None:
    """It says whether the relation holds, and names those who break it."""
    declared: Catalogue = attrs.evolve(RULES, invariants=(SAID[name][0],))
    (finding,) = evaluate(declared, Stream(events), as_at=DAY).invariants
    assert (finding.holds, finding.exceptions) == (holds, exceptions)


@pytest.mark.parametrize("name", ["monotone", "satisfiable"])
def test_what_only_a_proof_can_tell_is_not_checked_on_data(name: str) -> None:
    """A report has no finding on what streams there can be."""
    declared = attrs.evolve(RULES, invariants=(SAID[name][0],))
    assert evaluate(declared, Stream([game("1", "Anna")]), as_at=DAY).invariants == ()


def test_invariants_relate_what_is_alike() -> None:
    """Counts of rows are within nothing, and subjects of two kinds are not the same; nothing covers by itself."""
    with pytest.raises(RuleError, match="only counts of subjects"):
        covered_by(PLAYERS, GAMES, because="so it is")
    with pytest.raises(RuleError, match="one counts PersonId and the other CaseId"):
        equivalent(PLAYERS, TABLES, because="so it is")
    with pytest.raises(RuleError, match="nothing covers the metric"):
        covered_by(PLAYERS, because="so it is")


def test_a_catalogue_refuses_invariants_that_relate_what_is_not_alike() -> None:
    """An invariant that was made by hand is looked at when the catalogue is made."""
    made = attrs.evolve(SAID["equivalent"][0], other="tables")
    with pytest.raises(RuleError, match="one counts PersonId and the other CaseId"):
        attrs.evolve(RULES, invariants=(made,))
    unknown = attrs.evolve(SAID["monotone"][0], metric="plyers")
    with pytest.raises(RuleError, match="there is no metric 'plyers'"):
        attrs.evolve(RULES, invariants=(unknown,))


@pytest.mark.parametrize("name", SAID)
def test_an_invariant_names_its_metrics_in_order(name: str) -> None:
    """The metrics of an invariant are those of its sentence, in its order."""
    invariant, said = SAID[name]
    places = [said.index(f" {metric}") for metric in metrics_of(invariant)]
    assert places == sorted(places)
