"""What a metric says, for a reader who knows no programming: generated whole from the metric's tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.documents.english.points import Point
from impact_metrics.documents.english.populations import say_measure
from impact_metrics.documents.english.scales import say_scale, scales_of
from impact_metrics.documents.english.words import event_noun, field_words, listed, number_word, sentence, value_words
from impact_metrics.expressions import FieldRef, OneOf, Overlaps, walk
from impact_metrics.expressions.operands import Constant
from impact_metrics.expressions.walk import operands
from impact_metrics.rules import Metric
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.listings import Listing
from impact_metrics.rules.measures import Count, Measure, Proportion, RowCount, Share, Total, measure_rows
from impact_metrics.rules.paired_change import KIRKPATRICK, PairedChange
from impact_metrics.rules.polarity import can_end, conditions_of
from impact_metrics.rules.populations import Distinct, distincts, entering
from impact_metrics.rules.scales import Scale
from impact_metrics.rules.time_between import TimeBetween
from impact_metrics.values import CodeSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.rules.populations import Population


@attrs.frozen
class Word:
    """An event type or one of its fields, as the rule uses it, and what the model says it is."""

    name: str
    meaning: str


@attrs.frozen(kw_only=True)
class Description:
    """A metric in plain English.

    ``counted`` is the rule as a nested list; ``placed`` says on which date a figure takes something up, and whether it
    can lose it again; ``sets`` are the named sets of the rule, ``words`` the events and fields it reads, and ``scales``
    those that its scores are on.
    """

    metric: Metric
    counted: Point
    placed: tuple[str, ...]
    sets: tuple[CodeSet[Any], ...]
    words: tuple[Word, ...]
    scales: tuple[Scale, ...] = ()

    @property
    def paragraph(self) -> str:
        """The rule as one paragraph."""
        return " ".join([sentence(str(self.counted)), *self.placed])

    def __str__(self) -> str:
        """Lay the description out for a terminal: the rule as a list, then what a reader needs to follow it."""
        lines = [f"{self.metric.title} ({self.metric}), in {self.metric.unit.plural}", ""]
        if self.metric.definition is not None:
            lines += [f'Published definition: "{self.metric.definition}"', f"Source: {self.metric.source}", ""]
        lines += ["What the rule does", *self.counted.lines(), "", *self.placed]
        if self.sets:
            lines += ["", "Named sets", *(f"- {_members(among)}" for among in self.sets)]
        if self.scales:
            lines += ["", "Scale", *(f"- {say_scale(scale)}" for scale in self.scales)]
        if self.metric.assumptions:
            lines += ["", "Our readings", *(f"- {assumption}" for assumption in self.metric.assumptions)]
        lines += ["", "Words", *(f"- {word.name}: {word.meaning}" for word in self.words)]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Give the description as plain data."""
        return {
            "metric": self.metric.id,
            "version": self.metric.version,
            "counted": self.counted.to_dict(),
            "paragraph": self.paragraph,
            "placed": list(self.placed),
            "sets": [{"name": item.name, "members": [*map(str, item)], "source": item.source} for item in self.sets],
            "scales": [{"id": scale.id, "title": scale.title, "text": say_scale(scale)} for scale in self.scales],
            "words": [{"name": word.name, "meaning": word.meaning} for word in self.words],
        }


def describe(metric: Metric) -> Description:
    """Say in plain English what a metric counts, once or how often, under which conditions, and on which date."""
    return Description(
        metric=metric,
        counted=say_measure(metric.measure, metric.unit),
        placed=tuple(_placed(metric)),
        sets=tuple(named_sets(metric.measure)),
        words=tuple(_words(metric.measure)),
        scales=scales_of(metric.measure),
    )


def _placed(metric: Metric) -> Iterator[str]:
    match metric.measure:
        case Share() as measure:
            return _placed_in_share(measure, metric)
        case FollowUp() as measure:
            return _placed_in_course(measure, metric)
        case PairedChange() as measure:
            return _placed_in_pairs(measure, metric)
        case TimeBetween() as measure:
            return _placed_in_time(measure, metric)
        case Funnel() as measure:
            return _placed_in_funnel(measure, metric)
        case Listing() as measure:
            return _placed_in_list(measure, metric)
        case Count() as measure:
            return _placed_once(measure, metric)
        case RowCount() | Total() as measure:
            return _placed_rows(measure)
        case _:
            assert_never(metric.measure)


def _placed_once(measure: Count, metric: Metric) -> Iterator[str]:
    unit = metric.unit.singular
    yield _counts_from(measure, unit)
    yield f"A breakdown places the {unit} by {_which(measure.population)}."


def _placed_rows(measure: RowCount | Total) -> Iterator[str]:
    event = event_noun((measure.field.row if isinstance(measure, Total) else measure.rows.row).record.name)
    if can_end(measure):
        yield f"Each {event} counts from its own day or later, on every day on which the rule holds for it."
    elif len(measure_rows(measure)) > 1:
        yield f"Each {event} counts from the first day on which the rule holds for it, and stays counted."
    else:
        yield f"Each {event} counts from its own day on, and stays counted."
    if isinstance(measure, Total):
        yield "An event for which the number is not known adds nothing, and a report says how many those are."


def _counts_from(measure: Count, unit: str) -> str:
    if can_end(measure):
        return (
            f"A {unit} counts from the first day on which all of this holds. The rule asks that something has not "
            f"happened; when it happens later, the {unit} leaves the figure again."
        )
    return f"A {unit} counts from the first day on which all of this has happened, and stays counted."


def _placed_in_funnel(measure: Funnel, metric: Metric) -> Iterator[str]:
    unit, which = metric.unit.singular, _which(measure.denominator)
    yield (
        f"All stages are as at one date, and a {unit} is in one only when in all those before, so that no stage has "
        "more than the one before it. The order is that of this list, and not of time: nothing asks that what makes "
        "for one stage happened before what makes for the next, unless the stage itself says so."
    )
    yield (
        "The figure is the share of the first stage that is in the last. Where nobody is in the first stage there is "
        "no share."
    )
    yield (
        f"Over periods, it is of those who entered the first stage in a period, by {which}, with the stages that they "
        f"have reached by the date of the report. A breakdown places the {unit} by the same event."
    )


def _placed_in_list(measure: Listing, metric: Metric) -> Iterator[str]:
    unit, event = metric.unit.singular, event_noun(measure.entries.row.record.name)
    shown = [*(field_words(field.spec) for field in measure.show), "the day", "the id"]
    yield _counts_from(Count(measure.entries), unit)
    yield (
        f"The figure is the number of entries. Each shows {listed(shown)} of its latest such {event}; of several on "
        "one day, of the one with the greatest id. What is missing there is shown as missing, and not filled in from "
        "an earlier one."
    )
    yield f"A breakdown places the {unit} by the same event, so that it is counted where it has come to."


def _which(population: Population[Any]) -> str:
    """Say which event is the entry event of a member."""
    entries = list(dict.fromkeys(event_noun(item.row.record.name) for item in entering(population)))
    simple = isinstance(population, Distinct) and population.minimum == 1
    return f"the earliest such {entries[0]}" if simple else f"the {listed(entries, 'or')} that completes the rule"


def _placed_in_share(measure: Share, metric: Metric) -> Iterator[str]:
    unit = metric.unit.singular
    yield (
        "Both are as at one date, and the share is never above 1. Where nobody is in the denominator there is no share."
    )
    if measure.unknown is not None:
        yield (
            f"A {unit} of whom the outcome is not known stays in the denominator, so that a record that is lacking "
            "never raises the share; a report says how many those are, and what the share would be at most."
        )
    which = _which(measure.denominator)
    of = "" if which.startswith("the earliest") else " of the denominator"
    yield (
        f"Over periods, the share is of those who entered the denominator in a period, by {which}{of}, with what has "
        f"become of them by the date of the report. A breakdown places the {unit} by the same event."
    )


def _placed_in_course(measure: FollowUp, metric: Metric) -> Iterator[str]:
    unit, which = metric.unit.singular, _which(measure.cohort)
    months = f"{number_word(measure.months)} month{'' if measure.months == 1 else 's'}"
    yield (
        f"A {unit} enters on the day of {which}{'' if which.startswith('the earliest') else ' of the cohort'}. An "
        f"outcome on that day does not count; one on the day {months} later does. Where that month has no such day, it "
        "is the last day of the month."
    )
    yield (
        "Only those whose follow-up is complete are in the denominator: they entered at least "
        f"{months} before the date of the report. Whoever entered later is not yet due, and is in no number, also not "
        "with an outcome already; a report says how many those are."
    )
    if measure.lost is not None:
        yield (
            "Whoever is lost to follow-up, as at the date of the report, is in no number either; a report says how "
            "many those are, and between which rates the truth lies, whatever became of them."
        )
    yield (
        f"Over periods, the rate is of those who entered in a period, as at the date of the report. A breakdown places "
        f"the {unit} by the same event. Where nobody's follow-up is complete there is no rate."
    )


def _placed_in_time(measure: TimeBetween, metric: Metric) -> Iterator[str]:
    unit, which = metric.unit.singular, _which(measure.cohort)
    yield (
        f"A {unit} enters on the day of {which}{'' if which.startswith('the earliest') else ' of the cohort'}. The "
        "time ends with the earliest outcome on that day or later, and is 0 days where it is the same day; an outcome "
        "before that day does not count, and later ones change nothing."
    )
    yield (
        f"Where a {unit} has no outcome by the date of the report, the time has not yet ended: it is known to be "
        "longer than the days until then."
    )
    if measure.lost is not None:
        yield (
            f"Of a {unit} that is lost, this is known only until the day of the event that says so; where that day is "
            f"before entry, the {unit} is not lost by it. With the outcome it is not lost either, whatever came "
            "between."
        )
    yield (
        "The figure is the median of Kaplan and Meier: the first day by which at least half are estimated to have "
        f"ended, where each {unit} counts for the days for which it was watched. A report tells how many ended and how "
        "many did not, and the quartiles. Where too few have ended for it, there is no median."
    )
    yield (
        "The median of those who ended only is told beside it. It leaves out whoever takes long, and so is too short, "
        "or at best the same."
    )
    yield (
        f"Over periods, the times are of those who entered in a period, as at the date of the report. A breakdown "
        f"places the {unit} by the same event."
    )


def _placed_in_pairs(measure: PairedChange, metric: Metric) -> Iterator[str]:
    unit, scale = metric.unit, measure.scale
    up, down = f"higher by at least {measure.at_least}", f"lower by at least {measure.at_least}"
    better, worse = (up, down) if scale.better == "higher" else (down, up)
    yield (
        "The score before is of the earliest day that has one, the score after of the latest. Where that day has "
        "several, the best is the score before, and the worst the score after, so that no improvement is overstated. "
        f"A {unit.singular} with both scores is paired: improved when the score after is {better}, worsened when it is "
        f"{worse}, and otherwise without a change that counts. A report gives the number of each, and of each change."
    )
    yield (
        f"Only those who are paired are in the denominator. A report says how many {unit.plural} have a score before "
        "only, how many have one after only, and how many have no score on the scale: of these nothing is known."
    )
    if measure.kirkpatrick is not None:
        yield (
            f"It evaluates training on level {measure.kirkpatrick} of the four levels of Kirkpatrick: "
            f"{KIRKPATRICK[measure.kirkpatrick]}."
        )
    yield (
        f"Over periods, the share is of the {unit.plural} who entered in a period, by the row of the score before, "
        "with the score after by the date of the report; whoever has none before enters by the first row after. "
        f"A breakdown places the {unit.singular} by the same event. Where nobody is paired there is no share."
    )


def named_sets(measure: Measure) -> Iterator[CodeSet[Any]]:
    """Give the named sets of a rule, each once, in the order of the rule."""
    seen: set[str] = set()
    for condition in conditions_of(measure):
        for node in walk(condition):
            if isinstance(node, OneOf | Overlaps) and node.among.name and node.among.name not in seen:
                seen.add(node.among.name)
                yield node.among


def _members(among: CodeSet[Any]) -> str:
    source = f" (source: {among.source})" if among.source else ""
    return f'"{among.name}": {listed([value_words(member) for member in among])}{source}'


def _words(measure: Measure) -> Iterator[Word]:
    """Give the event types that a rule reads with their fields, as the model documents them."""
    read: dict[str, dict[str, FieldRef]] = {}
    for ref in refs_of(measure):
        read.setdefault(ref.row.record.name, {})[ref.name] = ref
    records = {row.record.name: row.record for row in measure_rows(measure)}
    for name in sorted(records):
        noun = event_noun(name)
        yield Word(noun, first_paragraph(records[name].doc))
        for field, ref in sorted(read.get(name, {}).items()):
            yield Word(f"{field.replace('_', ' ')} of {'an' if noun[0] in 'aeiou' else 'a'} {noun}", ref.spec.doc)


def first_paragraph(doc: str) -> str:
    """Give the first paragraph of a docstring in one line."""
    return " ".join(doc.strip().split("\n\n")[0].split())


def refs_of(measure: Measure) -> Iterator[FieldRef]:
    """Give every field that a measure reads, what it counts or adds up included."""
    yield from _added_or_shown(measure)
    for population in _populations(measure):
        for item in distincts(population):
            yield item.subject
            if item.on is not None:
                yield item.on
    for condition in conditions_of(measure):
        for node in walk(condition):
            for operand in operands(node):
                if not isinstance(operand, Constant):
                    yield operand if isinstance(operand, FieldRef) else operand.field


def _added_or_shown(measure: Measure) -> Iterator[FieldRef]:
    if isinstance(measure, Total):
        yield measure.field
    if isinstance(measure, Listing):
        yield from measure.show
    if isinstance(measure, PairedChange):
        yield measure.score


def _populations(measure: Measure) -> tuple[Population[Any], ...]:
    if isinstance(measure, Count):
        return (measure.population,)
    if isinstance(measure, Listing):
        return (measure.entries,)
    return measure.populations if isinstance(measure, Proportion | TimeBetween) else ()
