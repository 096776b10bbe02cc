"""Reports: figures at a date, with the people and events behind each, and the invariants between them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import attrs

from impact_metrics.engines import Engine
from impact_metrics.errors import RuleError
from impact_metrics.lazy import cached_property
from impact_metrics.reports import plots
from impact_metrics.reports.bookkeeping import keep_books
from impact_metrics.reports.books import Books, surprises
from impact_metrics.reports.changes import changes_table
from impact_metrics.reports.check import Violation, broken
from impact_metrics.reports.funnels import stages_table
from impact_metrics.reports.history import History, as_reference, evidence_of, history
from impact_metrics.reports.lists import entries_table
from impact_metrics.reports.reckoning import reckoning
from impact_metrics.reports.render import as_html, as_text
from impact_metrics.reports.results import Evidence, InvariantFinding, Result
from impact_metrics.reports.subject_rows import subject_rows, write_rows
from impact_metrics.reports.survival import Survival, survival
from impact_metrics.reports.table import Column, Table, Tabular
from impact_metrics.reports.told import part_columns, part_values, value_column
from impact_metrics.rules import Catalogue, Funnel, Listing, PairedChange, Proportion, SubjectTable, Timed
from impact_metrics.rules.dimensions import by as as_dimension
from impact_metrics.rules.periods import Period, TimeUnit, up_to
from impact_metrics.rules.periods import periods as periods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal
    from os import PathLike
    from pathlib import Path

    from matplotlib.figure import Figure

    from impact_metrics.engines.spans import SpansEngine
    from impact_metrics.expressions import Expr
    from impact_metrics.model import Constraint, Event
    from impact_metrics.model.persons import PersonAttribute
    from impact_metrics.rules.dimensions import Dimension
    from impact_metrics.rules.measures import Lines, Measure, Pair, Spell, Standing, States
    from impact_metrics.rules.populations import Population
    from impact_metrics.values import PersonId

PlotKind: TypeAlias = Literal["cumulative", "funnel", "survival", "change"]


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Report(Tabular):
    """The figures of a catalogue as at a date, as known at a moment (``None``: with everything that is recorded)."""

    catalogue: Catalogue
    as_at: date
    known_at: datetime | None
    results: tuple[Result, ...]
    invariants: tuple[InvariantFinding, ...]
    _engine: Engine = attrs.field(repr=False, alias="engine")

    @property
    def engine_name(self) -> str:
        """The name of the engine that worked it out: ``reference``, ``duckdb`` or ``spark``."""
        return self._engine.name

    def reference(self, metric_id: str, subject: str | None = None) -> SpansEngine:
        """Give a reference engine over the events that decide on one subject (or row), or on all, to explain them."""
        return as_reference(self._engine, self.catalogue[metric_id].measure, subject, self.as_at)

    def breaking(self, constraint: Constraint) -> Sequence[Event]:
        """Give the events that break a constraint at some date up to that of the report, though not in the end perhaps.

        Raises ``RuleError`` for a constraint that can come to be broken later, where the engine works on tables.
        """
        return self._engine.breaking(constraint, self.as_at)

    def canonical(self, person: str) -> str:
        """Give the id under which a person is counted, where several turned out to be one."""
        return self._engine.canonical(person)

    @cached_property
    def _by_id(self) -> Mapping[str, Result]:
        return {result.metric.id: result for result in self.results}

    def __getitem__(self, metric_id: str) -> Result:
        """Give the result of one metric, or raise ``RuleError`` with the nearest right id."""
        return self._by_id[self.catalogue[metric_id].id]

    def values(self) -> dict[str, int | Decimal | None]:
        """Give every figure by the id of its metric; a share of nobody, and a median not reached, is ``None``."""
        return {result.metric.id: result.value for result in self.results}

    def subjects(self, metric_id: str) -> frozenset[str]:
        """Give the subjects that a metric counts: of a share, follow-up rate or paired change those in the numerator.

        Of times those are the subjects who ended, and of a funnel those in its last stage.

        Raises ``RuleError`` for a metric that counts or sums rows.
        """
        measure = self.catalogue[metric_id].measure
        if measure.counted is None and measure.subjects is None:
            raise RuleError("the metric counts rows and has no subjects", where=metric_id, hint="ask for its evidence")
        return self._engine.counted(measure, self.as_at)

    def _states(self, measure: Measure) -> Mapping[str, Any]:
        assert measure.subjects is not None  # noqa: S101 - asked of figures of subjects
        return self._engine.states(measure.subjects, self.as_at)

    def standing_words(self, metric_id: str) -> Mapping[str, str]:
        """Say of each subject that a metric looks at how it counts; of a metric of rows, of nobody."""
        measure = self.catalogue[metric_id].measure
        if measure.subjects is None:
            return {}
        return {subject: measure.words_for(state) for subject, state in self._states(measure).items()}

    def reached(self, metric_id: str) -> Mapping[str, int]:
        """Give how many stages of a funnel each subject of its first stage has reached.

        Raises ``RuleError`` for other metrics.
        """
        return self._states(self._funnel(metric_id))

    def reckoning(self, metric_id: str) -> Table:
        """Give the steps from everybody in question to a share or rate, each with what it means, as a table.

        Raises ``RuleError`` for other metrics.
        """
        return reckoning(self[metric_id])

    def funnel(self, metric_id: str) -> Table:
        """Give the stages of a funnel as a table, with conversion and drop-off.

        Raises ``RuleError`` for other metrics.
        """
        self._funnel(metric_id)
        return stages_table(self[metric_id].stages)

    def _funnel(self, metric_id: str) -> Funnel:
        measure = self.catalogue[metric_id].measure
        if not isinstance(measure, Funnel):
            raise RuleError("only a funnel has stages", where=metric_id, hint="make one with funnel(Stage(...), ...)")
        return measure

    def listing(self, metric_id: str) -> Table:
        """Give the entries of a list as a table, under the fields that it shows.

        Raises ``RuleError`` for other metrics.
        """
        measure = self.catalogue[metric_id].measure
        if not isinstance(measure, Listing):
            raise RuleError("the metric is no list", where=metric_id, hint="ask for its subjects, or its evidence")
        return entries_table(measure, self[metric_id].entries)

    def subject_table(self, metric_id: str) -> Table:
        """Give the rows of a subject table, in the order of their subjects.

        Raises ``RuleError`` for other metrics.
        """
        measure = self._subject_table(metric_id)
        return subject_rows(measure, self._engine.states(measure.rows, self.as_at))

    def write_subject_table(
        self, path: str | PathLike[str], metric_id: str, *, pseudonyms: Callable[[str, str], str] | None = None
    ) -> None:
        """Write the rows of a subject table to a Parquet file, of any size, in no order.

        ``pseudonyms`` gives the pseudonym of an id of a type, as ``Pseudonyms.of`` does: every id is then replaced, and
        a table with free text is refused. Raises ``RuleError`` for that and for other metrics, ``StreamError`` where it
        cannot be written, and ``MissingExtraError`` without the extra ``arrow``.
        """
        measure = self._subject_table(metric_id)
        write_rows(self._engine, measure, self.as_at, path, pseudonyms)

    def _subject_table(self, metric_id: str) -> SubjectTable:
        measure = self.catalogue[metric_id].measure
        if not isinstance(measure, SubjectTable):
            raise RuleError("the metric is no subject table", where=metric_id, hint="make one: subject_table(...)")
        return measure

    def standings(self, metric_id: str) -> Mapping[str, Standing]:
        """Give where each subject of the denominator of a share, or of the cohort of a follow-up rate, stands.

        The denominator of a funnel is its first stage, and its numerator the last. Of a paired change, that is
        everybody with a row for either end. Raises ``RuleError`` for other metrics.
        """
        measure = self.catalogue[metric_id].measure
        if not isinstance(measure, Proportion):
            raise RuleError("only a share has a denominator", where=metric_id, hint="ask for its subjects")
        found = ((subject, measure.standing(state)) for subject, state in self._states(measure).items())
        return {subject: standing for subject, standing in found if standing is not None}

    def spells(self, metric_id: str) -> Mapping[str, Spell]:
        """Give for how many days each subject of a cohort was watched by the date of the report, and how that ended.

        That is for times and for follow-up rates: of the latter, an outcome ends it, and whoever was followed to the
        end without one counts as watched for as many days as so many months have at most. Raises ``RuleError`` for
        other metrics.
        """
        return self._engine.states(self._timed(metric_id).watching.frame, self.as_at)

    def survival(self, metric_id: str) -> Survival:
        """Estimate which part of a cohort had not ended after so many days, after Kaplan and Meier.

        That is for times and for follow-up rates, whose outcome is what ends them: whoever is not yet due, or was lost,
        counts for as long as they were watched. Raises ``RuleError`` for other metrics, and ``MissingExtraError``
        without the extra ``survival``.
        """
        watching = self._timed(metric_id).watching
        (states,) = self._engine.answers([watching.frame], self.as_at)
        return survival(self.catalogue[metric_id], self.as_at, watching.life_table(cast("States", states)))

    def _timed(self, metric_id: str) -> Timed:
        measure = self.catalogue[metric_id].measure
        if not isinstance(measure, Timed):
            raise RuleError(
                "only times and follow-up rates watch their subjects", where=metric_id, hint="ask for its subjects"
            )
        return measure

    def pairs(self, metric_id: str) -> Mapping[str, Pair]:
        """Give the two scores of each subject with a row for either end of a paired change; ``None`` for no score.

        Raises ``RuleError`` for other metrics.
        """
        return self._states(self._paired(metric_id))

    def _paired(self, metric_id: str) -> PairedChange:
        measure = self.catalogue[metric_id].measure
        if not isinstance(measure, PairedChange):
            raise RuleError("only a paired change has two scores", where=metric_id, hint="see paired_change(...)")
        return measure

    def changes(self, metric_id: str) -> Table:
        """Give how many subjects changed by how much, as a table, from the least change to the greatest.

        Raises ``RuleError`` for metrics that are no paired change.
        """
        measure = self._paired(metric_id)
        parts = self[metric_id].parts
        assert parts is not None  # noqa: S101 - a paired change tells what it is made of
        assert parts.changes is not None  # noqa: S101 - the same
        return changes_table(metric_id, measure, parts.changes)

    def evidence(self, metric_id: str) -> tuple[Evidence, ...]:
        """Give the evidence for every subject (or row) that a metric counts, in the order of ids.

        Of a share, those are the subjects in the numerator, of a funnel those in the last stage, and of times those who
        ended.
        """
        found = evidence_of(self._engine, self.catalogue[metric_id].measure, self.as_at)
        return tuple(Evidence(subject, witnesses.index, witnesses.linked) for subject, witnesses in found)

    def entries(self, *metrics: str) -> Table:
        """Give the events through which each subject (or row) counts, as a table: one row for each of its events.

        Without any named, for all metrics that have such events: all but follow-up rates, times and paired changes. Of
        a share, those are the subjects in the numerator. No event is read for it, so that it can be had of tables of
        any size; which further events a rule found for somebody is told by ``evidence``. Raises ``RuleError`` for a
        follow-up rate, a time or a paired change.
        """
        named = self._with_entries(metrics)
        rows = (
            (name, *entry) for name, counted in named.items() for entry in self._engine.entries(counted, self.as_at)
        )
        return Table(_ENTRIES, tuple(rows))

    def write_entries(self, path: str | PathLike[str], *metrics: str) -> None:
        """Write the entries to a Parquet file, with the columns of the table, in no order.

        Over tables the database writes it by itself, so that memory holds none of it; Spark makes a new folder of
        files. An old file is replaced when the new one is whole. Raises ``StreamError`` where it cannot be written,
        and ``MissingExtraError`` for a stream of objects without the extra ``arrow``.
        """
        self._engine.write_entries(self._with_entries(metrics), self.as_at, path)

    def _with_entries(self, metrics: Sequence[str]) -> dict[str, Population[Any] | Lines]:
        """Give what the metrics that are named count, or all that count a population or rows."""
        found: dict[str, Population[Any] | Lines] = {}
        for metric in [self.catalogue[name] for name in metrics or self.catalogue.by_id]:
            counted = metric.measure.counted or metric.measure.lines
            if counted is not None:
                found[metric.id] = counted
            elif metrics:
                raise RuleError(
                    f"a {metric.measure.called} has no such events", where=metric.id, hint="ask for its evidence"
                )
        return found

    def evidence_for(self, metric_id: str, subject: str) -> Evidence | None:
        """Give the evidence for one subject, or ``None`` where the metric does not count it."""
        if subject not in self.subjects(metric_id):
            return None
        reference, measure = self.reference(metric_id, subject), self.catalogue[metric_id].measure
        if measure.counted is None:
            witnesses = dict(reference.evidence(measure, self.as_at))[subject]
        else:
            witnesses = reference.witnesses(measure.counted, subject, self.as_at)
        return Evidence(subject, witnesses.index, witnesses.linked)

    def books(
        self,
        periods: Sequence[Period] | None = None,
        *,
        by: Sequence[Dimension | Expr[Any] | PersonAttribute] = (),
        metrics: Sequence[str] | None = None,
        every: bool = False,
    ) -> Books:
        """Break figures down by period and by dimensions, as known at the moment of the report.

        ``periods`` follow each other (see ``periods`` and ``periods_between``); without them there is one, to the date
        of the report. A period that lasts beyond that date is cut there, and says so; later ones are left out.
        ``by`` are fields of index events, attributes of persons (``Person.of(Trial.defendant).sex``),
        ``ByAge``, ``ByBand`` or ``ByTime``. By default each subject is placed once, by its entry event, so that cells
        add up; ``every`` places it in each cell it touches. The share of a period is of those who entered its
        denominator in the period, with what has become of them by the date of the report; so are times. Raises
        ``RuleError`` for a dimension that a metric does not have.
        """
        chosen = self.catalogue.metrics if metrics is None else tuple(self.catalogue[name] for name in metrics)
        shown_periods = self._to_date if periods is None else up_to(periods, self.as_at)
        dimensions = [as_dimension(item) for item in by]
        books = keep_books(self._engine, chosen, shown_periods, dimensions, every=every, as_at=self.as_at)
        return attrs.evolve(books, notes=surprises(books, self.catalogue.invariants))

    @property
    def _to_date(self) -> tuple[Period, ...]:
        return (Period(self._first_day, self.as_at, "to date"),)

    @cached_property
    def _first_day(self) -> date:
        first = self._engine.first_day()
        return self.as_at if first is None else min(self.as_at, first)

    def periods(self, unit: TimeUnit, *, year_starts: int = 1) -> tuple[Period, ...]:
        """Give the periods of a unit from the first event to the date of the report; years may start in any month."""
        return up_to(periods_of(unit, self._first_day, self.as_at, year_starts=year_starts), self.as_at)

    def plot(
        self,
        *metrics: str,
        kind: PlotKind = "cumulative",
        unit: TimeUnit = "year",
        year_starts: int = 1,
        path: Path | None = None,
    ) -> Figure:
        """Draw metrics as ``cumulative`` lines over periods of a unit, or as a ``funnel`` from the first to the last.

        One time or follow-up rate is drawn as a ``survival`` curve, which needs the extra ``survival`` too. A paired
        change is drawn by itself as ``change``: how many changed by how much, and who is not paired.

        Gives a matplotlib ``Figure``, and saves it as SVG, PNG or PDF where a path is given. Raises ``RuleError`` for
        metrics that cannot share a picture, and ``MissingExtraError`` without the extra ``plots``.
        """
        if kind == "change":
            return plots.change(self, metrics, path)
        if kind == "funnel":
            return plots.funnel(self, metrics, path)
        if kind == "survival":
            if len(metrics) != 1:
                raise RuleError("a survival curve is of one metric", where=" and ".join(metrics), hint="draw one each")
            return plots.survival(self.survival(metrics[0]), path)
        return plots.cumulative(self.books(self.periods(unit, year_starts=year_starts), metrics=metrics), metrics, path)

    def history(self, person: PersonId) -> History:
        """Tell when one person is counted by each metric, and through which events, over all dates."""
        return history(self._engine, self.catalogue.metrics, person)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Every visible event that breaks a constraint of the model, worked out when first asked for."""
        return broken(self._engine, self.catalogue.model, self.as_at)

    @property
    def table(self) -> Table:
        """The figures as a table, one row a metric, in the order of the catalogue."""
        behind = part_columns(metric.measure for metric in self.catalogue.metrics)
        values = value_column(_VALUE, (result.value for result in self.results))
        return Table((*_HEAD, values, *_TAIL, *behind), tuple(self._row(result, behind) for result in self.results))

    def _row(self, result: Result, behind: Sequence[Column]) -> tuple[Any, ...]:
        metric = result.metric
        head = metric.id, metric.version, metric.title, result.value, metric.unit.plural
        return (*head, self.as_at, self.known_at, *part_values(behind, result.told))

    def to_dicts(self, *, evidence: bool = False) -> list[dict[str, Any]]:
        """Give one dict a metric, keyed by the columns of the table.

        With ``evidence``, also under that key a list of dicts with ``subject``, ``events`` and ``linked``, the latter
        two lists of event ids.
        """
        dicts = self.table.to_dicts()
        if evidence:
            for plain, result in zip(dicts, self.results, strict=True):
                plain["evidence"] = [
                    {
                        "subject": item.subject,
                        "events": [event.id for event in item.events],
                        "linked": [event.id for event in item.linked],
                    }
                    for item in self.evidence(result.metric.id)
                ]
        return dicts

    def __str__(self) -> str:
        """Print the figures as a table."""
        return as_text(self)

    def _repr_html_(self) -> str:
        """Show the figures as a table in a notebook."""
        return as_html(self)


_ENTRIES = (
    Column("metric", "text", "the id of the metric"),
    Column("subject", "text", "who or what is counted; for row counts and totals, the event itself"),
    Column("type", "text", "the type of the event"),
    Column("event", "text", "the id of the event"),
)
_HEAD = (
    Column("metric", "text", "the id of the metric"),
    Column("version", "text", "the version of its definition"),
    Column("title", "text", "the title of the metric"),
)
_VALUE = "the figure; a share as a part of 1, and times by their median in days"
_TAIL = (
    Column("unit", "text", "what one of the figure is, in the plural"),
    Column("as_at", "date", "the date by which things must have occurred to count"),
    Column("known_at", "timestamp", "the moment by which they must have been recorded; empty for everything recorded"),
)
