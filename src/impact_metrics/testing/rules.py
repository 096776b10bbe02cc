"""Strategies for random rules over any model: conditions, populations and measures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

import attrs
from hypothesis import strategies as st

from impact_metrics.expressions import AllOf, FieldRef, Row
from impact_metrics.rules import (
    Average,
    Count,
    FollowUp,
    Funnel,
    Listing,
    MedianOf,
    PairedChange,
    Pick,
    Ratio,
    RowCount,
    Rows,
    Scale,
    Share,
    Stage,
    SubjectTable,
    TimeBetween,
    Total,
)
from impact_metrics.rules.measures import NamedPick
from impact_metrics.rules.measures.picks import How
from impact_metrics.rules.populations import entering
from impact_metrics.testing.authoring import DEPTH, Author, id_fields
from impact_metrics.testing.values import USUAL, Pools
from impact_metrics.values import IdKind, NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from impact_metrics.expressions import Condition
    from impact_metrics.model import Model
    from impact_metrics.rules import Measure, Population, Tally


@st.composite
def conditions(
    draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, row: Row, *, pools: Pools = USUAL
) -> Condition:
    """Draw a condition on one row of a model."""
    return Author(draw, model, pools).condition([row], DEPTH)


@st.composite
def populations(
    draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL
) -> Population[Any]:
    """Draw a population of a model: of persons, of anything else that has an id, or of events where nothing has."""
    kinds = sorted({field.spec.kind for field in id_fields(model)}, key=str)
    return Author(draw, model, pools).population(draw(st.sampled_from(kinds)), 1)


@st.composite
def shares(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Share:
    """Draw a share of a model; half of them name subjects whose outcome is not known."""
    author = Author(draw, model, pools)
    kind = draw(st.sampled_from(sorted({field.spec.kind for field in id_fields(model)}, key=str)))
    numerator, denominator = author.population(kind, 1), author.population(kind, 1)
    return Share(numerator, denominator, author.population(kind, 0) if draw(st.booleans()) else None)


@st.composite
def follow_ups(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> FollowUp:
    """Draw a follow-up rate of a model, over one month or some; half of them name subjects who are lost."""
    author = Author(draw, model, pools)
    kind = draw(st.sampled_from(sorted({field.spec.kind for field in id_fields(model)}, key=str)))
    drawn = next(entering(author.population(kind, 0)))
    outcome = attrs.evolve(drawn, minimum=1, on=None)
    lost = author.population(kind, 0) if draw(st.booleans()) else None
    return FollowUp(outcome, draw(st.sampled_from([1, 2, 12, 1200])), author.population(kind, 1), lost)


def scored_fields(model: Model) -> list[tuple[FieldRef, FieldRef]]:
    """Give each number of an event type of a model with each id in it whose score it can be."""
    return [
        (FieldRef(subject.row, score.name), subject)
        for subject in id_fields(model)
        for score in subject.row.record.fields
        if isinstance(score.kind, NumberKind) and not score.many
    ]


SCALES = (
    Scale(id="any_number", title="Any number", least=-(10**6), most=10**6, better="higher", least_change=1, source="S"),
    Scale(id="few_numbers", title="Few numbers", least=0, most=3, better="lower", least_change=1, source="S"),
)
"""Scales of drawn measures: one that has all usual numbers, and one that has few of them."""


@st.composite
def paired_changes(
    draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL
) -> PairedChange:
    """Draw a paired change of a model in which some event type has a number and an id; half of them are of some.

    Some have no condition on either end: they compare the first score with the last.
    """
    author = Author(draw, model, pools)
    score, subject = draw(st.sampled_from(scored_fields(model)))
    before, after = (
        author.condition([score.row], 1) if draw(st.booleans()) else AllOf(()) for _ in ("before", "after")
    )
    of = author.population(subject.spec.kind, 0) if draw(st.booleans()) else None
    scale = draw(st.sampled_from(SCALES))
    return PairedChange(score, subject, before, after, scale, draw(st.sampled_from([1, 2, Decimal("0.5")])), of)


@st.composite
def times(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> TimeBetween:
    """Draw a time of a model, from a cohort to an outcome; half of them name subjects who are lost."""
    author = Author(draw, model, pools)
    kind = draw(st.sampled_from(sorted({field.spec.kind for field in id_fields(model)}, key=str)))
    outcome = attrs.evolve(next(entering(author.population(kind, 0))), minimum=1, on=None)
    lost = author.population(kind, 0) if draw(st.booleans()) else None
    return TimeBetween(outcome, author.population(kind, 1), lost)


@st.composite
def funnels(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Funnel:
    """Draw a funnel of a model, of two to four stages."""
    author = Author(draw, model, pools)
    kind = draw(st.sampled_from(sorted({field.spec.kind for field in id_fields(model)}, key=str)))
    number = draw(st.sampled_from([2, 2, 3, 4]))
    return Funnel(tuple(Stage(f"Stage {place}", author.population(kind, 1)) for place in range(1, number + 1)))


@st.composite
def listings(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Listing:
    """Draw a list of a model, with some fields of its events or none."""
    author = Author(draw, model, pools)
    kind = draw(st.sampled_from(sorted({field.spec.kind for field in id_fields(model)}, key=str)))
    entries = next(entering(author.population(kind, 0)))
    shown = [
        FieldRef(entries.row, spec.name)
        for spec in entries.row.record.fields
        if spec.name not in {entries.subject.name, "id", "occurred_on"}
    ]
    return Listing(entries, tuple(draw(st.lists(st.sampled_from(shown), max_size=3, unique=True)) if shown else ()))


@st.composite
def ratios(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Ratio:
    """Draw a ratio of two counts or totals of a model."""
    return Ratio(draw(tallies(model, pools=pools)), draw(tallies(model, pools=pools)), draw(st.sampled_from([1, 100])))


def _pick(author: Author, draw: Callable[[st.SearchStrategy[Any]], Any], kind: IdKind, hows: Sequence[How]) -> Pick:
    """Draw what is taken of the events of subjects of a kind."""
    how: How = draw(st.sampled_from(hows))
    if how in {"member", "entry_date"}:
        return Pick(how, author.population(kind, 1))
    events = attrs.evolve(next(entering(author.population(kind, 0))), minimum=1, on=None)
    if how not in {"sum", "first", "latest"}:
        return Pick(how, events)
    numbers = [
        FieldRef(events.row, spec.name)
        for spec in events.row.record.fields
        if isinstance(spec.kind, NumberKind) and not spec.many
    ]
    return Pick(how, events, draw(st.sampled_from(numbers))) if numbers else Pick("number", events)


@st.composite
def averages(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Average:
    """Draw an average or a median of a model, of a number of each subject."""
    author = Author(draw, model, pools)
    kind = draw(st.sampled_from(sorted({field.spec.kind for field in id_fields(model)}, key=str)))
    number = _pick(author, draw, kind, ("number", "sum", "latest", "first"))
    made: type[Average] = draw(st.sampled_from([Average, MedianOf]))
    return made(number, author.population(kind, 1))


@st.composite
def subject_tables(
    draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL
) -> SubjectTable:
    """Draw a subject table of a model, of up to three columns."""
    author = Author(draw, model, pools)
    kind = draw(st.sampled_from(sorted({field.spec.kind for field in id_fields(model)}, key=str)))
    columns = tuple(
        NamedPick(f"column_{place}", _pick(author, draw, kind, get_args(How)))
        for place in range(draw(st.integers(0, 3)))
    )
    return SubjectTable(author.population(kind, 1), columns)


@st.composite
def measures(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Measure:
    """Draw a measure of a model, of any kind."""
    changes = [tallies, paired_changes] if scored_fields(model) else []
    others = (shares, follow_ups, times, funnels, listings, ratios, averages, averages, subject_tables)
    of = draw(st.sampled_from([*[tallies] * 9, *others, *changes]))
    measure: Measure = draw(of(model, pools=pools))
    return measure


@st.composite
def tallies(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Tally:
    """Draw a measure of a model that is one number by itself: a count of subjects, a count of rows, or a total."""
    author = Author(draw, model, pools)
    rows = [Row(event.__record__) for event in model.events]
    numbers = [
        FieldRef(row, spec.name)
        for row in rows
        for spec in row.record.fields
        if isinstance(spec.kind, NumberKind) and not spec.many
    ]
    match draw(st.sampled_from(["count", "rows"] + ["total"] * bool(numbers))):
        case "count":
            return Count(draw(populations(model, pools=pools)))
        case "rows":
            row = draw(st.sampled_from(rows))
            return RowCount(Rows(row, author.condition([row], DEPTH)))
        case _:
            number = draw(st.sampled_from(numbers))
            return Total(number, author.condition([number.row], DEPTH))
