"""Findings: one condition of a rule with what became of it."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Verdict(Enum):
    """Whether a condition holds. It does not hold where a value is not known; ``UNKNOWN`` says that this is why."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "not known"


@attrs.frozen(kw_only=True)
class Finding:
    """A condition in words, whether it holds, since when, and through which events.

    ``findings`` are those of the conditions inside. ``lacking`` is how many single conditions would have to become
    otherwise for it to hold, 0 where it does; ``needed`` are those, along the shortest way.
    """

    text: str
    verdict: Verdict
    since: date | None = None
    events: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    lacking: int = 0
    needed: tuple[str, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Give the lines of a nested list, each with its verdict."""
        since = f" since {self.since.isoformat()}" if self.since is not None and self.verdict is Verdict.YES else ""
        through = f" [{', '.join(self.events)}]" if self.events else ""
        yield f"{'  ' * depth}{self.verdict.value:>9}{since}: {self.text}{through}"
        for finding in self.findings:
            yield from finding.lines(depth + 1)

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        return {
            "text": self.text,
            "verdict": self.verdict.value,
            "since": None if self.since is None else self.since.isoformat(),
            "events": list(self.events),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def yes(text: str, *, since: date | None, events: Sequence[str] = (), findings: Sequence[Finding] = ()) -> Finding:
    """Make the finding of a condition that holds."""
    return Finding(text=text, verdict=Verdict.YES, since=since, events=tuple(events), findings=tuple(findings))


def lacking(
    text: str, *, unknown: bool, needed: Sequence[str], findings: Sequence[Finding] = (), events: Sequence[str] = ()
) -> Finding:
    """Make the finding of a condition that does not hold, with what would have to become otherwise."""
    return Finding(
        text=text,
        verdict=Verdict.UNKNOWN if unknown else Verdict.NO,
        events=tuple(events),
        findings=tuple(findings),
        lacking=len(needed),
        needed=tuple(needed),
    )


def every(text: str, findings: Sequence[Finding], since: date | None) -> Finding:
    """Join findings that must all hold: it is not known only where none of them is plainly wrong."""
    wrong = [finding for finding in findings if finding.verdict is not Verdict.YES]
    if not wrong:
        return yes(text, since=since, findings=findings)
    unknown = all(finding.verdict is Verdict.UNKNOWN for finding in wrong)
    return lacking(text, unknown=unknown, needed=[item for f in wrong for item in f.needed], findings=findings)


def some(text: str, findings: Sequence[Finding], since: date | None) -> Finding:
    """Join findings of which one must hold: the nearest tells what would have to change."""
    if any(finding.verdict is Verdict.YES for finding in findings):
        return yes(text, since=since, findings=findings)
    nearest = min(findings, key=lambda finding: finding.lacking, default=None)
    unknown = any(finding.verdict is Verdict.UNKNOWN for finding in findings)
    return lacking(text, unknown=unknown, needed=(text,) if nearest is None else nearest.needed, findings=findings)
