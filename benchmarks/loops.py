"""The eight headline figures as a good programmer writes them by hand: one pass over the events, sets and counters.

They know what the rules know and nothing of dates beyond 'by then': no evidence, no history, no known view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.anti_trafficking import (
    EXPLOITATION_OFFENCES,
    LEGAL_PROCESS_RECIPIENTS,
    OPERATIONAL_SUPPORT,
    Arrest,
    Intervention,
    LegalSupport,
    Outcome,
    PreventionForm,
    PreventionSession,
    Provider,
    SafeReturn,
    SupportSession,
    TrainingSession,
    Trial,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from impact_metrics import CaseId, Event, PersonId


def headline_figures(events: Iterable[Event], as_at: date) -> dict[str, int]:  # noqa: C901, PLR0912 - one pass
    """Give the eight figures by the ids of the metrics."""
    helped, offences = OPERATIONAL_SUPPORT.values, EXPLOITATION_OFFENCES.values
    recipients = LEGAL_PROCESS_RECIPIENTS.values
    rescued: set[PersonId] = set()
    arrested: set[PersonId] = set()
    backed: set[CaseId] = set()
    tried: list[Trial] = []
    convicted: list[Verdict] = []
    once: set[PersonId] = set()
    cared_for: set[PersonId] = set()
    returned: set[PersonId] = set()
    trained = reached = 0
    for event in events:
        if event.occurred_on > as_at:
            continue
        if isinstance(event, SupportSession):
            if event.specialist and event.provider is Provider.OUR_TEAMS:
                survivor = event.survivor
                if survivor in once:
                    cared_for.add(survivor)
                else:
                    once.add(survivor)
        elif isinstance(event, Trial):
            if not offences.isdisjoint(event.charges):
                tried.append(event)
        elif isinstance(event, Arrest):
            if event.support and not helped.isdisjoint(event.support):
                arrested.add(event.suspect)
        elif isinstance(event, TrainingSession):
            if event.front_line:
                trained += event.head_count or 0
        elif isinstance(event, PreventionSession):
            if event.vulnerable and (
                event.form is PreventionForm.HOLISTIC_SUPPORT
                or (event.form is PreventionForm.AWARENESS_TRAINING and event.targeted)
            ):
                reached += event.head_count or 0
        elif isinstance(event, Intervention):
            if event.support and not helped.isdisjoint(event.support):
                rescued.update(event.victims)
        elif isinstance(event, Verdict):
            if event.outcome is Outcome.CONVICTED and event.offence in offences:
                convicted.append(event)
        elif isinstance(event, LegalSupport):
            if not recipients.isdisjoint(event.recipients):
                backed.add(event.case)
        elif isinstance(event, SafeReturn) and event.supported and event.assessed_safe:
            returned.add(event.survivor)
    return {
        "victims_rescued": len(rescued),
        "arrests": len(arrested),
        "prosecutions": len({row.defendant for row in tried if row.defendant in arrested or row.case in backed}),
        "convictions": len({row.defendant for row in convicted if row.defendant in arrested or row.case in backed}),
        "survivors_cared_for": len(cared_for),
        "professionals_trained": trained,
        "vulnerable_people_reached": reached,
        "supported_safe_returns": len(returned),
    }
