"""Populations and measures in words: what is counted, and through which events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.documents.english.conditions import Scope, parts, say
from impact_metrics.documents.english.points import Joiner, Point
from impact_metrics.documents.english.words import (
    event_noun,
    field_noun,
    number_word,
    plural,
    subject_words,
    with_article,
)
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.listings import Listing
from impact_metrics.rules.measures import Count, Measure, RowCount, Rows, Share, Total
from impact_metrics.rules.paired_change import PairedChange
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without
from impact_metrics.rules.time_between import TimeBetween

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.expressions import Condition
    from impact_metrics.rules import Stage, Unit


def _say_stages(stages: Sequence[Stage[Any]], unit: Unit) -> Point:
    text = f"follows {unit.plural} through {number_word(len(stages))} stages"
    said = (
        _each(stage.population, f'in stage {number_word(number)}, "{stage.title}",{nested} is', unit.singular)
        for number, stage in enumerate(stages, 1)
        for nested in ["" if number == 1 else " if in all the stages before,"]
    )
    return Point(text, Joiner.AS_FOLLOWS, tuple(said))


def _say_share(measure: Share, unit: Unit) -> Point:
    said = [
        _each(measure.denominator, "in the denominator is", unit.singular),
        _each(measure.numerator, "in the numerator, if in the denominator, is", unit.singular),
    ]
    if measure.unknown is not None:
        said.append(_each(measure.unknown, "not known, if in the denominator only, is", unit.singular))
    text = f"divides the number of {unit.plural} in the numerator by that in the denominator"
    return Point(text, Joiner.AS_FOLLOWS, tuple(said))


def _say_follow_up(measure: FollowUp, unit: Unit) -> Point:
    months, lost = measure.months, measure.lost
    within = f"within {number_word(months)} month{'' if months == 1 else 's'}"
    parts_said = [
        _each(measure.cohort, "in the cohort is", unit.singular),
        _each(
            measure.outcome,
            f"with the outcome, if it happens after the day of entry and {within} of it, is",
            unit.singular,
        ),
    ]
    if lost is not None:
        parts_said.append(_each(lost, "lost to follow-up, if due and without the outcome, is", unit.singular))
    text = f"gives the share of {unit.plural} of a cohort with an outcome {within} of their entry"
    return Point(text, Joiner.AS_FOLLOWS, tuple(parts_said))


def _say_time(measure: TimeBetween, unit: Unit) -> Point:
    said = [
        _each(measure.cohort, "in the cohort is", unit.singular),
        _each(measure.outcome, "with the outcome, if it happens on the day of entry or later, is", unit.singular),
    ]
    if measure.lost is not None:
        said.append(_each(measure.lost, "lost, if without the outcome, is", unit.singular))
    text = f"gives the days from the entry of each {unit.singular} into a cohort to the outcome"
    return Point(text, Joiner.AS_FOLLOWS, tuple(said))


def say_measure(measure: Measure, unit: Unit) -> Point:
    """Put into words what a measure counts or adds up, from the verb on."""
    match measure:
        case Count(population):
            return _each(population, "counts once", unit.singular)
        case Listing(entries):
            return _each(entries, "lists once", unit.singular)
        case Funnel(stages):
            return _say_stages(stages, unit)
        case Share():
            return _say_share(measure, unit)
        case FollowUp():
            return _say_follow_up(measure, unit)
        case TimeBetween():
            return _say_time(measure, unit)
        case PairedChange():
            return _paired(measure, unit)
        case RowCount(Rows(row, condition)):
            return _asked(f"counts every {event_noun(row.record.name)} by itself", condition, Scope.of(row))
        case Total(field, condition):
            noun = field_noun(field.spec)
            text = f'adds up "{noun}" over every {event_noun(field.row.record.name)}'
            return _asked(text, condition, Scope.of(field.row))
        case _:
            assert_never(measure)


def _paired(measure: PairedChange, unit: Unit) -> Point:
    parts_said = [
        _each(measure.scored_before, "with a score before is", unit.singular),
        _each(measure.scored_after, "with a score after, on a later day than the score before, is", unit.singular),
    ]
    if measure.of is not None:
        parts_said.append(_each(measure.of, "looked at is", unit.singular))
    text = (
        f'gives the share of {unit.plural} whose score on the scale "{measure.scale.title}" is better after than '
        f"before by at least {measure.at_least}, of those with both scores"
    )
    return Point(text, Joiner.AS_FOLLOWS, tuple(parts_said))


def _each(population: Population[Any], does: str, person: str) -> Point:
    """Say what is done with each member of a population."""
    if isinstance(population, Distinct):
        pronoun = "who" if subject_words(population.subject) == "person" else "that"
        return _member(population, f"{does} each {person} {pronoun}", person)
    return attrs.evolve(say_population(population, person), text=f"{does} each {person} such that")


def say_population(population: Population[Any], person: str) -> Point:
    """Put into words who belongs to a population."""
    match population:
        case Distinct():
            return _member(population, f"the {person}", person)
        case Both(items):
            return Point("", Joiner.ALL, tuple(say_population(item, person) for item in items))
        case Either(items):
            return Point("", Joiner.ANY, tuple(say_population(item, person) for item in items))
        case Without(base, removed):
            denied = Point("it is not so", Joiner.THAT, (say_population(removed, person),))
            return Point("", Joiner.ALL, (say_population(base, person), denied))
        case _:
            assert_never(population)


def lead(population: Distinct[Any], who: str) -> str:
    """Say in which role of how many events somebody is, without the conditions on these."""
    event = event_noun(population.row.record.name)
    role = field_noun(population.subject.spec)
    being = f"is among {role}" if population.subject.spec.many else f"is {role}"
    return f"{who} {being} in {_how_often(population, event)}"


def _member(population: Distinct[Any], who: str, person: str) -> Point:
    return _asked(lead(population, who), population.condition, Scope.of(population.row, population.subject, person))


def _how_often(population: Distinct[Any], event: str) -> str:
    n = population.minimum
    if population.on is None:
        return with_article(event) if n == 1 else f"at least {number_word(n)} {plural(event)}"
    if population.on.name == "occurred_on":
        return f"{plural(event)} on at least {number_word(n)} different days"
    noun = field_noun(population.on.spec)
    return f'{plural(event)} with at least {number_word(n)} different values of "{noun}"'


def _asked(text: str, condition: Condition, scope: Scope) -> Point:
    asked = parts(condition)
    if not asked:
        return Point(text)
    points = tuple(say(part, scope) for part in asked)
    if len(points) == 1 and not points[0].points:
        return Point(f"{text} where {points[0].text}")
    if len(points) == 1 and not points[0].text:
        return Point(f"{text} where", points[0].joiner, points[0].points)
    return Point(f"{text} where", Joiner.ALL, points)
