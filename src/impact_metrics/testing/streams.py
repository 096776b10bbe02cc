"""Strategies for streams of any model: links meet, days tie, values are missing, and the books are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from impact_metrics.model import Event, Retraction, SamePerson, revised
from impact_metrics.streams import Stream
from impact_metrics.testing.repair import satisfying
from impact_metrics.testing.values import MOMENTS, USUAL, Pools, field_values, values_of
from impact_metrics.values import EventId, IdKind, PersonId

if TYPE_CHECKING:
    from collections.abc import Callable

    from impact_metrics.model import Model, Person
    from impact_metrics.streams.versions import AnyRecord

BOOKKEEPING = 6
"""The most corrections, retractions and merges that are drawn, of each kind."""

PERSON = IdKind("PersonId")


@st.composite
def records(
    draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, max_events: int = 10, pools: Pools = USUAL
) -> list[AnyRecord]:
    """Draw events and persons of a model, each recorded once; ids are ``E-1``, ``E-2`` and so on."""
    found: list[AnyRecord] = []
    # Sizes are drawn alike, not small ones first: a rule over several types needs several events to bite.
    for number in range(1, draw(st.sampled_from(range(max_events + 1))) + 1):
        event = draw(st.sampled_from(model.events))
        found.append(_draw_event(draw, event, EventId(f"E-{number}"), pools))
    if model.person is not None:
        found.extend(_draw_persons(draw, model.person, pools))
    return found


def _draw_event(
    draw: Callable[[st.SearchStrategy[Any]], Any], event: type[Event], event_id: EventId, pools: Pools
) -> Event:
    specs = [spec for spec in event.__record__.fields if spec.name not in {"id", "recorded_at"}]
    values = {spec.name: draw(field_values(spec, pools)) for spec in specs}
    made: Event = event(id=event_id, recorded_at=draw(st.sampled_from([None, *MOMENTS[:3]])), **values)
    return made


def _draw_persons(draw: Callable[[st.SearchStrategy[Any]], Any], person: type[Person], pools: Pools) -> list[Person]:
    specs = [spec for spec in person.__record__.fields if spec.name != "id"]
    known = draw(st.frozensets(values_of(PERSON, pools)))
    return [
        person(id=PersonId(name), **{spec.name: draw(field_values(spec, pools)) for spec in specs})
        for name in sorted(known)
    ]


@st.composite
def streams(  # noqa: PLR0913 - how large, with which parts, over which values
    draw: Callable[[st.SearchStrategy[Any]], Any],
    model: Model,
    *,
    max_events: int = 10,
    bookkeeping: bool = False,
    satisfying_constraints: bool = False,
    pools: Pools = USUAL,
) -> Stream:
    """Draw a stream of a model, in random order, some records repeated.

    With ``bookkeeping``, records are corrected and retracted, and persons merged. With ``satisfying_constraints``,
    every constraint of the model holds at every date, as known at every moment: see
    :func:`~impact_metrics.testing.repair.satisfying`, which adds
    events where others need them, so that there can be more than ``max_events``. ``pools`` are the values drawn.
    """
    drawn = with_bookkeeping if bookkeeping else records
    found = draw(drawn(model, max_events=max_events, pools=pools))
    if satisfying_constraints:
        found = satisfying(model, found)
    repeats = draw(st.lists(st.sampled_from(found), max_size=2)) if found else []
    return Stream(draw(st.permutations([*found, *repeats])))


@st.composite
def with_bookkeeping(
    draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, max_events: int = 10, pools: Pools = USUAL
) -> list[AnyRecord]:
    """Draw records with corrections, retractions and merges, each at a moment of its own: nothing contradicts."""
    found: list[AnyRecord] = draw(records(model, max_events=max_events, pools=pools))
    events = [record for record in found if isinstance(record, Event)]
    corrected = draw(st.lists(st.sampled_from(events), max_size=BOOKKEEPING)) if events else []
    merges, retractions = draw(st.integers(0, 2)), draw(st.integers(0, BOOKKEEPING))
    moments = iter(draw(st.permutations(MOMENTS[3 : 3 + len(corrected) + merges + retractions])))
    books: list[AnyRecord] = []
    for event in corrected:
        again = _draw_event(draw, type(event), event.id, pools)
        books.append(revised(again, recorded_at=next(moments)))
    for number in range(merges):
        # The person with the greater number stays, so that merges do not go round in a circle.
        person, same_as = sorted(draw(st.lists(values_of(PERSON, pools), min_size=2, max_size=2, unique=True)))
        books.append(
            SamePerson(
                id=EventId(f"M-{number}"),
                person=PersonId(person),
                same_as=PersonId(same_as),
                recorded_at=next(moments),
            )
        )
    # Corrections have the ids of the events that they correct.
    targets = list(dict.fromkeys(record.id for record in (*events, *books)))
    for number in range(retractions if targets else 0):
        withdrawn = draw(st.sampled_from([*targets, *(EventId(f"R-{other}") for other in range(number))]))
        books.append(Retraction(id=EventId(f"R-{number}"), of=withdrawn, recorded_at=next(moments)))
    return [*found, *books]
