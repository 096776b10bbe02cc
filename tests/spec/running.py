"""How a case becomes events, a rule and a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from impact_metrics import Catalogue, Retraction, SamePerson, Stream, count, distinct, evaluate
from impact_metrics.engines.spark import SparkTables
from impact_metrics.expressions import Condition, Expr
from impact_metrics.reports.sources import EngineName
from impact_metrics.reports.table import Table
from impact_metrics.rules import Average, Count, Listing, Measure, SubjectTable
from tests.spark.session import session
from tests.spec.cases import Case, Row
from tests.spec.model import SOURCE
from tests.test_english import metric_of

Engine = Callable[[Measure, Stream, date], Any]


@cache
def names() -> dict[str, Any]:
    """Run the model's text, and give the names that rules are written with."""
    space: dict[str, Any] = {"__name__": __name__}
    exec(compile(SOURCE, "model", "exec", dont_inherit=True), space)  # noqa: S102 - the text that the page prints

    def paid_up() -> Any:
        """The guest paid."""
        return space["Visit"].paid

    return {**space, "paid_up": paid_up}


def measure_of(case: Case) -> Measure:
    """Build the rule from its text; a condition is asked of visits, and counts their guests."""
    rule = eval(case.rule, names())  # noqa: S307 - the text that the page prints
    if isinstance(rule, Condition | Expr):
        rule = distinct(names()["Visit"].guest).where(rule)
    return rule if isinstance(rule, Measure) else count(rule)


def day(number: int) -> date:
    """Give a day, counted from the first of January 2024."""
    return date(2024, 1, 1) + timedelta(days=number - 1)


def record(row: Row) -> Any:
    """Make a record from a row of a case."""
    space = names()
    values: dict[str, Any] = {key: value for key, value in row.items() if key not in {"type", "day", "recorded"}}
    if "day" in row:
        values["occurred_on"] = day(row["day"])
    if "recorded" in row:
        values["recorded_at"] = datetime(2024, 2, row["recorded"], tzinfo=UTC)
    for key, convert in (("mood", space["Mood"]), ("due", day)):
        if key in values:
            values[key] = convert(values[key])
    for key, each in (("moods", space["Mood"]), ("hosts", str)):
        if key in values:
            values[key] = frozenset(map(each, values[key]))
    kinds: Mapping[str, Any] = {**space, "Retraction": Retraction, "SamePerson": SamePerson}
    return kinds[row["type"]](**values)


def shown(entries: Table) -> list[str]:
    """Give each entry of a list as one text; days are counted as in the cases."""
    first = day(1)

    def text(value: Any) -> str:
        return f"day {(value - first).days + 1}" if isinstance(value, date) else "" if value is None else str(value)

    return [" / ".join(map(text, row)) for row in entries.rows]


def asking(engine: EngineName) -> Callable[[Measure, Stream | SparkTables, date], Any]:
    """Evaluate with an engine: members in order, or the number."""

    def ask(measure: Measure, stream: Stream | SparkTables, as_at: date) -> Any:
        model = names()["HOUSE"]
        only = Catalogue(id="c", version="1", title="C", model=model, metrics=(metric_of(measure),))
        report = evaluate(only, stream, as_at=as_at, engine=engine)
        result = report["m"]
        if result.parts is not None and result.parts.stages is not None:
            return " > ".join(map(str, result.parts.stages))
        if isinstance(measure, SubjectTable):
            return shown(report.subject_table("m"))
        if isinstance(measure, Average):
            told = {"with a number": result.told["known"], "without": result.told["missing"]}
            return f"{result.value}: {', '.join(f'{number} {what}' for what, number in told.items())}"
        if isinstance(measure, Listing):
            return shown(report.listing("m"))
        if result.parts is not None:
            told = {
                "not known": result.parts.unknown,
                "not yet due": result.parts.not_yet_due,
                "lost": result.parts.lost,
            }
            changes = result.parts.changes
            if changes is not None:
                told = {
                    "unchanged": changes.unchanged,
                    "worsened": changes.worsened,
                    "before only": changes.before_only,
                    "after only": changes.after_only,
                    "unscored": changes.unscored,
                }
            more = "".join(f", {number} {what}" for what, number in told.items() if number is not None)
            return f"{result.parts.numerator} of {result.parts.denominator}{more}"
        if result.times is not None:
            told = {"ended": result.times.ended, "not yet": result.times.not_yet, "lost": result.times.lost}
            told_of = ", ".join(f"{number} {what}" for what, number in told.items() if number is not None)
            return f"median {'not reached' if result.value is None else result.value}: {told_of}"
        return sorted(report.subjects("m")) if isinstance(measure, Count) else result.value

    return ask


def on_spark(measure: Measure, stream: Stream, as_at: date) -> Any:
    """Evaluate with Spark, which is handed a stream once for all the dates that are asked for."""
    return asking("auto")(measure, opened_in_spark(stream), as_at)


@lru_cache(maxsize=1)
def opened_in_spark(stream: Stream) -> SparkTables:
    """Hand a stream over to Spark."""
    return SparkTables(stream, names()["HOUSE"], session=session())


ENGINES: dict[str, Engine] = {"reference": asking("reference"), "duckdb": asking("duckdb"), "spark": on_spark}
"""Every engine must pass every case: a new one is one more entry here."""
