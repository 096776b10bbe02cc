"""Explanations: why a metric counts a subject at the date of a report, or why it does not."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.documents.english.conditions import Scope, parts
from impact_metrics.documents.english.populations import say_population
from impact_metrics.documents.english.words import event_noun, field_words, listed, number_word, plural
from impact_metrics.documents.explanation.conditions import SHOWN, Asker, describe_event
from impact_metrics.documents.explanation.findings import Finding, Verdict, every, lacking, some, yes
from impact_metrics.engines.spans.columns import entry_events, event_read, events_read
from impact_metrics.engines.spans.intervals import NEVER
from impact_metrics.errors import RuleError
from impact_metrics.rules import Metric
from impact_metrics.rules.measures import (
    Average,
    Ending,
    FollowUp,
    Funnel,
    Measure,
    PairedChange,
    Proportion,
    Share,
    Spell,
    Standing,
    TimeBetween,
)
from impact_metrics.rules.measures.changes import written
from impact_metrics.rules.measures.columns import FirstDate, Known, Picked, Window
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.expressions import Condition, Row
    from impact_metrics.model import Event
    from impact_metrics.reports import Report


@attrs.frozen(kw_only=True)
class Explanation:
    """Why one subject is counted by a metric, or is not, as at a date and known at a moment.

    A share, follow-up rate or paired change counts whoever is in its numerator; ``standing`` says where the subject
    stands in one, ``None`` where it is not in the denominator, or cohort, at all. A funnel counts whoever is in its
    last stage, and ``reached`` says how many of its stages the subject has reached; it is ``None`` for other metrics.
    Times count whoever ended; ``spell`` says for how many days the subject was watched, and how that ended, ``None``
    where it is not in the cohort.
    """

    metric: Metric
    subject: str
    as_at: date
    known_at: datetime | None
    finding: Finding
    standing: Standing | None = None
    spell: Spell | None = None
    reached: int | None = None

    @property
    def counted(self) -> bool:
        """Whether the metric counts the subject."""
        return self.finding.verdict is Verdict.YES

    @property
    def summary(self) -> str:
        """The answer in a sentence or two; for a subject that is not counted, what would have to be otherwise."""
        known = "" if self.known_at is None else f", as known at {self.known_at.isoformat()}"
        answer = "is counted by" if self.counted else "is not counted by"
        if isinstance(self.metric.measure, Funnel):
            answer = f"{self._stage(self.metric.measure)} of"
        elif isinstance(self.metric.measure, Proportion):
            whole = "denominator" if isinstance(self.metric.measure, Share) else "cohort"
            answer = f"is not in the {whole} of" if self.standing is None else f"is {self.standing.value}, of"
        if isinstance(self.metric.measure, TimeBetween):
            answer = "is not in the cohort of" if self.spell is None else f"{_told(self.spell)}, of"
        said = f"{self.subject} {answer} {self.metric.title} ({self.metric}) as at {self.as_at.isoformat()}{known}."
        if self.counted or not self.finding.needed:
            return said
        needed = listed(list(dict.fromkeys(self.finding.needed)))
        return f"{said} Nearest to counting: it would have to be so that {needed.removesuffix('.')}."

    def _stage(self, funnel: Funnel) -> str:
        if not self.reached:
            return "is in no stage"
        title = funnel.stages[self.reached - 1].title
        return f'is in stage {self.reached:,}, "{title}", the last reached of {len(funnel.stages):,}'

    def __str__(self) -> str:
        """Lay the explanation out for a terminal."""
        return "\n".join([self.summary, "", *self.finding.lines()])

    def to_html(self) -> str:
        """Lay the explanation out as nested lists. Every text is escaped."""
        return f"<p>{escape(self.summary)}</p><ul>{_html(self.finding)}</ul>"

    _repr_html_ = to_html

    def to_dict(self) -> dict[str, Any]:
        """Give the explanation as plain data."""
        return {
            "metric": self.metric.id,
            "version": self.metric.version,
            "subject": self.subject,
            "as_at": self.as_at.isoformat(),
            "known_at": None if self.known_at is None else self.known_at.isoformat(),
            "counted": self.counted,
            "standing": None if self.standing is None else self.standing.value,
            "days": None if self.spell is None else self.spell.days,
            "ending": None if self.spell is None else self.spell.ending.value,
            "reached": self.reached,
            "needed": list(self.finding.needed),
            "finding": self.finding.to_dict(),
        }


def _told(spell: Spell) -> str:
    """Say for how long somebody was watched, and how that ended."""
    days = f"{spell.days:,} day{'' if spell.days == 1 else 's'}"
    match spell.ending:
        case Ending.OUTCOME:
            return f"ended after {days}"
        case Ending.NOT_YET:
            return f"has not yet ended after {days}"
        case Ending.LOST:
            return f"was lost after {days}, before it ended"
        case _:
            assert_never(spell.ending)


def _html(finding: Finding) -> str:
    since = f" since {finding.since.isoformat()}" if finding.since is not None else ""
    through = f" <code>{escape(', '.join(finding.events))}</code>" if finding.events else ""
    below = f"<ul>{''.join(map(_html, finding.findings))}</ul>" if finding.findings else ""
    mark = f'<strong class="{finding.verdict.name.lower()}">{finding.verdict.value}{since}</strong>'
    return f"<li>{mark}: {escape(finding.text)}{through}{below}</li>"


def explain(report: Report, metric_id: str, subject: str) -> Explanation:
    """Explain why a metric counts a subject at the date of a report, or why not.

    A person who was merged into another is explained under the id that counts. For metrics that count or sum rows the
    subject is the id of an event. Raises ``RuleError`` for a metric that is not in the report, and for an event that is
    not known.
    """
    metric = report.catalogue[metric_id]
    measure = metric.measure
    if measure.subjects is not None:
        subject = report.canonical(subject)
    explainer = _Explainer(
        Asker(report.reference(metric_id, subject), report.as_at), report.as_at, metric.unit.singular
    )
    finding = explainer.measure(measure, subject)
    state = (
        None if measure.subjects is None else explainer.asker.engine.states(measure.subjects, report.as_at).get(subject)
    )
    standing = None if state is None or isinstance(measure, Funnel) else measure.standing(state)
    spell = state if isinstance(state, Spell) else None
    reached = (state if isinstance(state, int) else 0) if isinstance(measure, Funnel) else None
    return Explanation(
        metric=metric,
        subject=subject,
        as_at=report.as_at,
        known_at=report.known_at,
        finding=finding,
        standing=standing,
        spell=spell,
        reached=reached,
    )


def _named(name: str, inside: Finding) -> Finding:
    """Put a name above a finding, which decides on it."""
    return attrs.evolve(inside, text=name, events=(), findings=(inside,))


@attrs.frozen
class _Explainer:
    """Explains populations and rows at one date; ``person`` is what one subject is called."""

    asker: Asker
    day: date
    person: str

    def population(self, population: Population[Any], subject: str) -> Finding:
        since = self._since(population, subject)
        match population:
            case Distinct():
                return self._distinct(population, subject, since)
            case Both(items):
                return every("all of these hold", [self.population(item, subject) for item in items], since)
            case Either(items):
                return some("at least one of these holds", [self.population(item, subject) for item in items], since)
            case Without(base, removed):
                found = [self.population(base, subject), self._not_in(removed, subject)]
                return every("all of these hold", found, since)
            case _:
                assert_never(population)

    def measure(self, measure: Measure, subject: str) -> Finding:
        """Find out whether a measure counts a subject, or a row."""
        match measure:
            case Share():
                return self.share(measure, subject)
            case FollowUp():
                return self.course(measure, subject)
            case PairedChange():
                return self.paired(measure, subject)
            case TimeBetween():
                return self.time(measure, subject)
            case Funnel():
                return self.funnel(measure, subject)
            case Average():
                return self.average(measure, subject)
            case _ if measure.lines is not None:
                return self.row(measure.lines.row, measure.lines.condition, subject)
            case _ if measure.subjects is None:
                raise RuleError(
                    f"a {measure.called} is of nobody by itself",
                    where=measure.called,
                    hint="explain a metric of one of the numbers that it is made of",
                )
            case _:
                return self.population(measure.subjects.population, subject)

    def funnel(self, measure: Funnel, subject: str) -> Finding:
        """Find out to which of the stages the subject belongs: all of them make the last."""
        found = [
            _named(f'in stage {number:,}, "{stage.title}"', self.population(stage.population, subject))
            for number, stage in enumerate(measure.stages, 1)
        ]
        return every("in every stage", found, self._since(measure.inside, subject))

    def share(self, measure: Share, subject: str) -> Finding:
        """Find out whether the subject is in the denominator, in the numerator, and of those who are not known."""
        names = ("in the denominator", "in the numerator", "the outcome is not known")
        found = [
            _named(name, self.population(population, subject))
            for name, population in zip(names, measure.populations, strict=False)
        ]
        # Whether the outcome is known decides on nothing: it is told beside the rest.
        both = every("in the denominator and in the numerator", found[:2], self._since(measure.inside, subject))
        return attrs.evolve(both, findings=tuple(found))

    def course(self, measure: FollowUp, subject: str) -> Finding:
        """Find out whether the subject is in the cohort, was followed long enough, and had the outcome in its time."""
        cohort = self.population(measure.cohort, subject)
        found = [_named("in the cohort", cohort)]
        entry = dict(entry_events(self.asker.engine, measure.cohort, self.day)).get(subject)
        outcome = self.population(measure.outcome, subject)
        if entry is not None:
            entered = f"entered by {describe_event(entry)}"
            last = measure.until(entry.occurred_on)
            until = last.isoformat()
            had = Known(FirstDate(measure.outcome, Window(1, measure.months)))
            outcomes = events_read(self.asker.engine, had, self.day)(subject, entry.occurred_on)
            complete = f"{entered}, and follow-up is complete on {until}"
            late = f"follow-up is complete on {until}, after {self.day.isoformat()}"
            found.append(
                yes(complete, since=last, events=[entry.id])
                if last <= self.day
                else lacking(f"{entered}, and {late}", unknown=False, needed=[f"the report is of {until} or later"])
            )
            text = f"the outcome happened after {entry.occurred_on.isoformat()}, and by {until}"
            ids = [event.id for event in outcomes]
            found.append(
                yes(text, since=outcomes[0].occurred_on, events=ids, findings=[outcome])
                if outcomes
                else lacking(text, unknown=False, needed=[text], findings=[outcome])
            )
        whole = every("in the cohort, with complete follow-up, and with the outcome", found, None)
        if measure.lost is None:
            return whole
        lost = _named("lost to follow-up", self.population(measure.lost, subject))
        return attrs.evolve(whole, findings=(*found, lost))

    def time(self, measure: TimeBetween, subject: str) -> Finding:
        """Find out whether the subject is in the cohort, and had the outcome since it entered."""
        found = [_named("in the cohort", self.population(measure.cohort, subject))]
        entry = dict(entry_events(self.asker.engine, measure.cohort, self.day)).get(subject)
        outcome = self.population(measure.outcome, subject)
        if entry is not None:
            entered = entry.occurred_on
            ended = event_read(self.asker.engine, FirstDate(measure.outcome, Window()), self.day)(subject, entered)
            text = f"the outcome happened on {entered.isoformat()}, the day of entry, or later"
            found.append(yes(f"entered by {describe_event(entry)}", since=entered, events=[entry.id]))
            found.append(
                lacking(text, unknown=False, needed=[text], findings=[outcome])
                if ended is None
                else yes(text, since=ended.occurred_on, events=[ended.id], findings=[outcome])
            )
        whole = every("in the cohort, and with the outcome", found, None)
        if measure.lost is None:
            return whole
        lost = _named("lost", self.population(measure.lost, subject))
        return attrs.evolve(whole, findings=(*found, lost))

    def paired(self, measure: PairedChange, subject: str) -> Finding:
        """Find out whether the subject has a score before and one after, and whether it is better by enough."""
        names = ("a score before", "a score after", "looked at")
        found = [
            _named(name, self.population(population, subject))
            for name, population in zip(names, measure.populations, strict=False)
        ]
        first, last = (
            event_read(self.asker.engine, column, self.day)(subject, self.day)
            for column in measure.frames[0].columns
            if isinstance(column, Picked)
        )
        pair = self.asker.engine.states(measure.frames[0], self.day).get(subject)
        if pair is not None and first is not None and found[1].verdict is Verdict.YES:
            start = first.occurred_on.isoformat()
            if last is None:
                text = f"the score after is of a later day than {start}"
                found.append(lacking(text, unknown=False, needed=[text]))
            else:
                change = measure.change(pair.before, pair.after)
                word = "above" if measure.scale.better == "higher" else "below"
                text = (
                    f"the score after is at least {measure.at_least} {word} the score before: "
                    f"{pair.before} on {start}, {pair.after} on {last.occurred_on.isoformat()}"
                )
                ids = [first.id, last.id]
                found.append(
                    yes(text, since=last.occurred_on, events=ids)
                    if measure.judged(change) > 0
                    else lacking(text, unknown=False, needed=[text])
                )
        return every("with a score before and after, and better by enough", found, None)

    def average(self, measure: Average, subject: str) -> Finding:
        """Find out whether the subject is in the cohort, and has a number."""
        cohort = self.population(measure.cohort, subject)
        text = "it has the number that is averaged"
        number = self.asker.engine.states(measure.frames[0], self.day).get(subject)
        if number is None:
            has = lacking(text, unknown=True, needed=[text])
        else:
            has = yes(f"{text}: {written(number)}", since=None)
        return every("in the cohort, and with a number", [_named("in the cohort", cohort), has], None)

    def _since(self, population: Population[Any], subject: str) -> date | None:
        spans = self.asker.engine.members(population).get(subject, NEVER)
        held = [day for day in spans[::2] if day <= self.day]
        return held[-1] if held else None

    def _not_in(self, removed: Population[Any], subject: str) -> Finding:
        inside = self.population(removed, subject)
        text = f"it is not so that {say_population(removed, self.person)}"
        if inside.verdict is Verdict.YES:
            return lacking(text, unknown=False, needed=[text], findings=[inside])
        return yes(text, since=None, findings=[inside])

    def _distinct(self, population: Distinct[Any], subject: str, since: date | None) -> Finding:
        event = event_noun(population.row.record.name)
        words = field_words(population.subject.spec)
        role = f"among the {words}" if population.subject.spec.many else f"the {words}"
        own = list(self._of(population, subject))
        visible = [found for found in own if found.occurred_on <= self.day]
        scope = Scope.of(population.row, population.subject, self.person)
        findings = sorted(
            (self._event(found, population.row, population.condition, scope) for found in visible),
            key=lambda finding: (finding.lacking, finding.text),
        )
        fitting = [finding for finding in findings if finding.verdict is Verdict.YES]
        needs = population.minimum
        asked = f"at least {number_word(needs)} {plural(event)}" if needs > 1 else f"a fitting {event}"
        text = f"the {self.person} is {role} in {asked}{self._different(population)}"
        if subject in self.asker.engine.members_at(population, self.day):
            return yes(text, since=since, findings=fitting[:SHOWN])
        if not visible:
            needed = f"the {self.person} is {role} in {asked} by {self.day.isoformat()}"
            later = [describe_event(found) for found in own]
            if later:
                needed += f"; {later[0]} is the first and comes later"
            return lacking(text, unknown=False, needed=[needed])
        short = max(needs - len(fitting), 1)
        near = [finding for finding in findings if finding.verdict is not Verdict.YES]
        needed_ones = [f"{item} ({finding.text})" for finding in near[:short] for item in finding.needed]
        needed_ones += [f"there is another fitting {event}"] * (short - len(near[:short]))
        unknown = short == 1 and bool(near) and near[0].verdict is Verdict.UNKNOWN
        shown = (*fitting[:SHOWN], *near[:SHOWN])
        return lacking(text, unknown=unknown, needed=needed_ones, findings=shown)

    def _different(self, population: Distinct[Any]) -> str:
        if population.on is None:
            return ""
        if population.on.name == "occurred_on":
            return " on different days"
        return f' with different values of "{field_words(population.on.spec)}"'

    def _of(self, population: Distinct[Any], subject: str) -> Iterator[Event]:
        """Give the events of the subject, earliest first."""
        name, many = population.subject.name, population.subject.spec.many
        found = [
            event
            for event in self.asker.engine.rows_of(population.row)
            if (subject in (getattr(event, name) or ()) if many else getattr(event, name) == subject)
        ]
        yield from sorted(found, key=lambda event: (event.occurred_on, event.id))

    def _event(self, event: Event, row: Row, condition: Condition, scope: Scope) -> Finding:
        asked = [self.asker.ask(part, {row: event}, scope) for part in parts(condition)]
        held = self.asker.since(condition, {row: event})
        since = None if held is None else max(held, event.occurred_on)
        return every(describe_event(event), asked, since)

    def row(self, row: Row, condition: Condition, event_id: str) -> Finding:
        for event in self.asker.engine.rows_of(row):
            if event.id == event_id:
                if event.occurred_on > self.day:
                    text = f"{describe_event(event)} has happened by {self.day.isoformat()}"
                    return lacking(text, unknown=False, needed=[text])
                return self._event(event, row, condition, Scope.of(row))
        raise RuleError(
            f"no {event_noun(row.record.name)} with this id is known",
            where=repr(event_id),
            hint="the metric counts events: give the id of one",
        )
