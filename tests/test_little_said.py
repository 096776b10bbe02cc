"""What need not be written: the model of a catalogue, and the unit of persons; nothing else is guessed."""

from datetime import date

import pytest

from impact_metrics import (
    Catalogue,
    Event,
    EventId,
    Field,
    Metric,
    Model,
    PersonId,
    RuleError,
    Source,
    Stream,
    StreamError,
    Unit,
    count,
    distinct,
    evaluate,
    exists,
    role,
    rows,
)
from impact_metrics.rules import Measure
from tests.toys import TOYS, Broken, Made, Sold

SOURCE = Source("A", "B")
RETURNED = distinct(Made.maker).where(exists(Broken, Broken.case == Made.case))


def metric(measure: Measure, name: str = "m") -> Metric:
    return Metric(id=name, version="1", title="M", definition=None, source=SOURCE, measure=measure)


def test_a_catalogue_is_of_what_its_rules_read() -> None:
    """Of the event types at any depth of its metrics and other versions, by name; of no person and no constraint."""
    one = Catalogue(id="c", version="1", title="C", metrics=[metric(count(RETURNED))])
    assert one.model == Model(name="c", events=(Broken, Made))
    assert one.metrics == (metric(count(RETURNED)),)
    stream = Stream([Made(id=EventId("M"), occurred_on=date(2024, 1, 1), maker=PersonId("Ann"), helpers=frozenset())])
    assert evaluate(one, stream).values() == {"m": 0}
    said = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(metric(count(RETURNED)),))
    assert said.model is TOYS


class Repaired(Event, abstract=True):
    """What several kinds of repair have in common."""

    owner: Field[PersonId] = role("the person whose toy it is")


class Glued(Repaired):
    """A toy is glued."""


def test_types_that_share_fields_are_found_below_what_they_share() -> None:
    """What they share is no event by itself."""
    one = Catalogue(id="c", version="1", title="C", metrics=[metric(count(distinct(Glued.owner)))])
    assert one.model.events == (Glued,)


def test_a_list_of_records_is_not_taken_for_a_stream() -> None:
    """Not even an empty one: the error says how to make one of it."""
    one = Catalogue(id="c", version="1", title="C", metrics=[metric(count(RETURNED))])
    with pytest.raises(StreamError, match="list is nothing that events can be read from") as caught:
        evaluate(one, [])  # type: ignore[call-overload]
    assert "Stream([...])" in caught.value.hint


def test_persons_go_without_saying_and_nothing_else_does() -> None:
    """Cases, and rows, have a unit that is written, and the error says how."""
    assert metric(count(RETURNED)).unit == Unit("person", "persons", PersonId)
    for measure, counted in ((count(distinct(Made.case)), "CaseId"), (count(rows(Sold)), "rows")):
        with pytest.raises(RuleError, match=f"the measure counts by {counted}") as caught:
            metric(measure)
        assert 'unit=Unit("case", "cases", CaseId)' in caught.value.hint
