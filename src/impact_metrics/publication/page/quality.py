"""The section of data quality: what was read, what was set aside, and which records break constraints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from impact_metrics.publication.disclosure import Policy, Status, Sum, Tabulation, protect
from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import bullets, fold, table
from impact_metrics.publication.page.saying import count, legend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.publication.page.given import Accounted, Given
    from impact_metrics.reports import Report

FIRST = 100
"""How many findings an internal page lists."""
_WORDS = {
    "read": "Records read",
    "taken": "Taken, and counted where a rule counts them",
    "repeats": "Repeated",
    "left_out": "Left out by the mapping",
    "set_aside": "Set aside, and counted nowhere",
}
_BROKEN = "Break a constraint, and count all the same"


def quality(given: Given) -> Section | None:
    """Account for the records; a publishable page has totals only, protected as the figures are."""
    rows = [*_read(given), *_violations(given)]
    if not rows:
        return None
    made = table(
        "What became of the records",
        [("Records", "text"), ("Number", "number")],
        rows,
        note=legend(given.edition.policy),
    )
    return Section("quality", "Data quality", (made, *_findings(given)))


def _read(given: Given) -> Iterator[list[Content]]:
    if given.reading is not None:
        for name, text in _protected(_totals(given.reading), given.edition.policy).items():
            yield [_WORDS[name], text]


def _violations(given: Given) -> Iterator[list[Content]]:
    if given.report is not None and given.report.catalogue.model.constraints:
        number = len(given.report.violations)
        yield [_BROKEN, *_protected({"read": number}, given.edition.policy).values()]


def _totals(reading: Accounted) -> Mapping[str, int]:
    accounts = reading.accounts
    return {
        "read": sum(account.read for account in accounts),
        "taken": sum(account.taken for account in accounts),
        "repeats": sum(account.repeats for account in accounts),
        "left_out": sum(sum(account.filtered.values()) for account in accounts),
        "set_aside": sum(account.set_aside for account in accounts),
    }


def _protected(totals: Mapping[str, int], policy: Policy | None) -> Mapping[str, str]:
    """Protect the totals together: those that are read are the sum of the others, which at worst are all withheld."""
    if policy is None:
        return {name: count(number, Status.EXACT) for name, number in totals.items()}
    parts = tuple(name for name in totals if name != "read")
    tabulation = Tabulation(totals, (Sum("read", parts),) if parts else (), frozenset({"read"}))
    found = protect(tabulation, policy)
    return {name: count(found.shown(name), found.statuses[name]) for name in totals}


def _findings(given: Given) -> Iterator[Element]:
    """List the findings one by one, on an internal page only."""
    if not given.internal:
        return
    if given.reading is not None:
        yield table(
            "By file and type",
            [
                ("File", "text"),
                ("Type", "text"),
                *((name, "number") for name in ("Read", "Taken", "Repeated", "Set aside")),
            ],
            [
                [
                    account.file,
                    account.type or "not known",
                    *(f"{number:,}" for number in (account.read, account.taken, account.repeats, account.set_aside)),
                ]
                for account in given.reading.accounts
            ],
        )
        if given.reading.set_aside:
            yield from _listed("Set aside", list(map(str, given.reading.set_aside)), given.reading.set_aside_count)
            reasons = Counter(finding.reason for finding in given.reading.set_aside)
            yield table(
                "Set aside, by reason"
                + (
                    " (of the findings that are kept)"
                    if len(given.reading.set_aside) < given.reading.set_aside_count
                    else ""
                ),
                [("Reason", "text"), ("Records", "number")],
                [[reason, f"{number:,}"] for reason, number in reasons.most_common()],
            )
    if given.report is not None and given.report.violations:
        yield from _broken(given.report)


def _broken(report: Report) -> Iterator[Element]:
    found = Counter(violation.constraint.id for violation in report.violations)
    because = {constraint.id: constraint.because for constraint in report.catalogue.model.constraints}
    yield table(
        "Constraints that are broken",
        [("Constraint", "text"), ("Because", "text"), ("Records", "number")],
        [[name, because[name], f"{number:,}"] for name, number in found.most_common()],
    )
    lines = [f"{violation.event.id} breaks {violation.constraint.id}" for violation in report.violations]
    yield from _listed("Records that break constraints", lines, len(lines))


def _listed(title: str, lines: list[str], total: int) -> Iterator[Element]:
    more = total - len(lines[:FIRST])
    yield fold(
        f"{title}, one by one",
        bullets(lines[:FIRST]),
        tag("p", f"and {more:,} more: impact-metrics check") if more else None,
    )
