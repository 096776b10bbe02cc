"""Scales: what a score means, refused where it contradicts itself, and what is asked of a score on one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from impact_metrics import (
    Catalogue,
    Code,
    Event,
    EventId,
    Field,
    Model,
    PersonId,
    RuleError,
    Scale,
    Stream,
    count,
    distinct,
    evaluate,
    field,
    role,
)
from impact_metrics.documents.english.scales import say_scale
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.rules.scales import short
from tests.test_shares import metric

DAY = date(2024, 1, 5)


class Area(Code):
    """Areas of life."""

    HOUSING = "housing"
    WORK = "work"
    MIND = "mind"


class Score(Event):
    """Somebody's life is scored in one area."""

    person: Field[PersonId] = role("the person scored")
    area: Field[Area | None] = field("what was scored", default=None)
    areas: Field[frozenset[Area] | None] = field("what else", default=None)
    score: Field[int | None] = field("the score", default=None)
    rating: Field[Decimal | None] = field("the score in decimals", default=None)
    note: Field[str | None] = field("a remark", default=None)


WELL = Scale(
    id="well", title="Well enough", least=1, most=5, better="higher", least_change=1, source="us", stable=4,
    domains=("housing", "work"), licence="free",
)  # fmt: skip
ILL = attrs.evolve(WELL, id="ill", better="lower", stable=2)


def scored(name: str, person: str, score: int | None, area: Area | None = None, **more: Any) -> Score:
    return Score(id=EventId(name), occurred_on=DAY, person=PersonId(person), score=score, area=area, **more)


SCORES = Stream(
    [
        *(scored(f"S{number}", f"P{number}", number) for number in range(7)),
        scored("SX", "PX", None),
        scored("A1", "A1", 3, Area.HOUSING),
        scored("A2", "A2", 3, Area.WORK),
        scored("A3", "A3", 5, Area.MIND),
    ]
)


def people(condition: Any, model: Model | None = None) -> set[str]:
    own = Model(name="scores", events=(Score,)) if model is None else model
    only = metric(count(distinct(Score.person).where(condition)), "m")
    report = evaluate(Catalogue(id="c", version="1", title="C", model=own, metrics=(only,)), SCORES, as_at=DAY)
    return set(report.subjects("m"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"id": "Well-being"}, "lower-case words joined by _"),
        ({"title": " "}, "a scale has a title"),
        ({"source": ""}, "a scale has a source"),
        ({"better": "up"}, "'up' is no direction"),
        ({"least": 0.5}, "least is 0.5, and no exact number"),
        ({"most": True}, "most is True, and no exact number"),
        ({"most": Decimal("Infinity")}, "most is .*, and no exact number"),
        ({"least": 5}, "no score lies between 5 and 5"),
        ({"least_change": 0}, "are better by 0"),
        ({"least_change": Decimal("4.5")}, "are better by 4.5"),
        ({"stable": 6}, "stable is 6, which is no score from 1 to 5"),
        ({"stable_in": {"work": 0}}, "stable_in 'work' is 0, which is no score"),
        ({"stable_in": {"wrok": 3}}, "no domain 'wrok'"),
        ({"domains": ("work", "work")}, "a domain stands there twice"),
        ({"stable_in": (("work", 2), ("work", 3))}, "a domain stands there twice"),
        ({"domains": "work"}, "domains are several, and this is 'work'"),
    ],
)
def test_a_scale_that_contradicts_itself_is_refused(wrong: dict[str, Any], message: str) -> None:
    """Each fault is named with the scale it stands in."""
    with pytest.raises(RuleError, match=message) as told:
        attrs.evolve(WELL, **wrong)
    assert told.value.where.startswith("scale")


def test_numbers_are_kept_in_one_way() -> None:
    """A whole number in decimals is that whole number, and zeros at the end go; so equal scales are equal."""
    assert attrs.evolve(WELL, least=Decimal("1.0"), most=Decimal("5.00"), stable=Decimal(4)) == WELL
    assert attrs.evolve(WELL, stable_in={Area.WORK: Decimal("3.50")}).stable_in == (("work", Decimal("3.5")),)
    assert [str(short(number)) for number in (Decimal("1E+2"), Decimal("-0.0"), Decimal("2.50"), 3)] == [
        "100", "0", "2.5", "3",
    ]  # fmt: skip
    assert str(WELL) == "Well enough"
    assert attrs.evolve(WELL, domains=list(Area)).domains == ("housing", "work", "mind")


def test_stable_is_at_the_threshold_or_better_and_on_the_scale() -> None:
    """A number that the scale does not have is not stable, however good it would be."""
    assert people(WELL.is_stable(Score.score)) == {"P4", "P5", "A3"}
    assert people(ILL.is_stable(Score.score)) == {"P1", "P2"}


def test_stable_by_domain() -> None:
    """Housing has its own threshold, work that of all others; what is of no domain of the scale is not stable."""
    own = attrs.evolve(WELL, stable_in={Area.HOUSING: 3})
    assert people(own.is_stable(Score.score, domain=Score.area)) == {"A1"}
    only_own = attrs.evolve(own, stable=None, stable_in={Area.HOUSING: 3, Area.WORK: 2})
    assert people(only_own.is_stable(Score.score, domain=Score.area)) == {"A1", "A2"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: attrs.evolve(WELL, stable=None).is_stable(Score.score), "does not say what is stable"),
        (lambda: attrs.evolve(WELL, stable_in={"work": 3}).is_stable(Score.score), "other thresholds for some domains"),
        (
            lambda: attrs.evolve(WELL, stable=None, stable_in={"work": 3}).is_stable(Score.score, domain=Score.area),
            "does not say what is stable in 'housing'",
        ),
        (lambda: attrs.evolve(WELL, domains=()).is_stable(Score.score, domain=Score.area), "has no domains"),
        (lambda: WELL.is_stable(Score.score, domain=Score.person), "a domain is a code"),
        (lambda: WELL.is_stable(Score.score, domain=Score.areas), "a domain is a code"),
        (lambda: attrs.evolve(WELL, domains=("wrk",)).is_stable(Score.score, domain=Score.area), "no code 'wrk'"),
        (lambda: WELL.is_stable(Score.note), "a score is a number, and this is str"),
        (lambda: WELL.is_stable(4), "a field of an event type is needed"),
        (lambda: attrs.evolve(WELL, stable=Decimal("3.5")).is_stable(Score.score), "compared with 3.5"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: Any, message: str) -> None:
    """A threshold that is not there, a domain that is none, and a field that holds no score."""
    with pytest.raises(RuleError, match=message):
        wrong()


def test_decimals_are_scores_too() -> None:
    """A threshold between whole numbers needs a field of decimals, and is asked of it exactly."""
    half = attrs.evolve(WELL, stable=Decimal("3.5"))
    own = Model(name="scores", events=(Score,))
    stream = Stream(
        [scored("S1", "Ann", None, rating=Decimal("3.50")), scored("S2", "Ben", None, rating=Decimal("3.49"))]
    )
    only = metric(count(distinct(Score.person).where(half.is_stable(Score.rating))), "m")
    catalogue = Catalogue(id="c", version="1", title="C", model=own, metrics=(only,))
    assert evaluate(catalogue, stream, as_at=DAY).subjects("m") == {"Ann"}
    assert from_plain(to_plain(catalogue), own) == catalogue


def test_a_number_outside_of_the_scale_is_found() -> None:
    """The constraint that a scale gives names every event whose number is none of its scores; a missing one is none."""
    model = Model(name="scores", events=(Score,), constraints=(WELL.constraint(Score.score),))
    only = metric(count(distinct(Score.person)), "m")
    report = evaluate(Catalogue(id="c", version="1", title="C", model=model, metrics=(only,)), SCORES, as_at=DAY)
    (found,) = {violation.constraint.because for violation in report.violations}
    assert found == "the scale 'Well enough' goes from 1 to 5, and any other number is an error"
    assert [violation.event.id for violation in report.violations] == ["S0", "S6"]
    assert model.constraints[0].id == "well_within_range"
    assert WELL.constraint(Score.score, name="own").id == "own"


def test_a_scale_is_told_in_plain_words() -> None:
    """Range, direction, what counts as a change and as stable, the domains, and whose scale it is."""
    told = say_scale(attrs.evolve(WELL, stable_in={"work": 3}))
    assert told == (
        '"Well enough": scores from 1 to 5, of which higher ones are better. Any other number is an error, and no '
        "score. The least change that means something is 1. It is asked of housing and work. A score of 4 or more "
        "counts as stable. In work, 3 or more counts as stable. Source: us. Terms of use: free."
    )
    assert "A score of 2 or less counts as stable." in say_scale(ILL)
    bare = attrs.evolve(WELL, stable=None, domains=(), licence="")
    assert say_scale(bare).endswith("The least change that means something is 1. Source: us.")
