"""Reading JSON Lines as barely as it can be done by hand: decode, convert field by field, construct.

Nothing is checked. One function a type of event, written out, as a programmer would write them who trusts the file.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from impact_metrics.anti_trafficking import (
    Arrest,
    Assessment,
    Charge,
    Intervention,
    LegalSupport,
    LegalSupportRecipient,
    Offence,
    OperationalSupport,
    Outcome,
    PreventionForm,
    PreventionSession,
    ProfessionalRole,
    Provider,
    SafeReturn,
    SupportKind,
    SupportSession,
    TrainingSession,
    Trial,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from impact_metrics import Event

Plain: TypeAlias = dict[str, Any]


def read(path: Path) -> list[Event]:
    """Read a file that is known to be right."""
    import orjson  # noqa: PLC0415 - an optional dependency

    events: list[Event] = []
    with path.open("rb") as lines:
        for line in lines:
            plain = orjson.loads(line)
            events.append(MAKERS[plain["type"]](plain))
    return events


def _support(codes: list[str] | None) -> frozenset[OperationalSupport] | None:
    return None if codes is None else frozenset([OperationalSupport(code) for code in codes])


def _session(plain: Plain) -> Event:
    return SupportSession(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        survivor=plain["survivor"],
        kind=SupportKind(plain["kind"]),
        provider=Provider(plain["provider"]),
        specialist=plain.get("specialist"),
        case=plain.get("case"),
    )


def _assessment(plain: Plain) -> Event:
    return Assessment(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        survivor=plain["survivor"],
        stable=plain.get("stable"),
        independent=plain.get("independent"),
    )


def _charge(plain: Plain) -> Event:
    return Charge(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        accused=plain["accused"],
        case=plain["case"],
        charge=plain["charge"],
        offence=Offence(plain["offence"]),
    )


def _arrest(plain: Plain) -> Event:
    return Arrest(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        suspect=plain["suspect"],
        operation=plain.get("operation"),
        support=_support(plain.get("support")),
    )


def _trial(plain: Plain) -> Event:
    return Trial(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        defendant=plain["defendant"],
        case=plain["case"],
        charges=frozenset([Offence(code) for code in plain["charges"]]),
    )


def _verdict(plain: Plain) -> Event:
    return Verdict(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        defendant=plain["defendant"],
        case=plain["case"],
        charge=plain["charge"],
        offence=Offence(plain["offence"]),
        outcome=Outcome(plain["outcome"]),
    )


def _intervention(plain: Plain) -> Event:
    return Intervention(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        victims=frozenset(plain["victims"]),
        operation=plain.get("operation"),
        support=_support(plain.get("support")),
        country=plain.get("country"),
    )


def _legal_support(plain: Plain) -> Event:
    return LegalSupport(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        case=plain["case"],
        recipients=frozenset([LegalSupportRecipient(code) for code in plain["recipients"]]),
        survivor=plain.get("survivor"),
    )


def _safe_return(plain: Plain) -> Event:
    return SafeReturn(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        survivor=plain["survivor"],
        supported=plain.get("supported"),
        assessed_safe=plain.get("assessed_safe"),
        from_country=plain.get("from_country"),
        to_country=plain.get("to_country"),
    )


def _training(plain: Plain) -> Event:
    return TrainingSession(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        audience=ProfessionalRole(plain["audience"]),
        front_line=plain.get("front_line"),
        head_count=plain.get("head_count"),
        programme=plain.get("programme"),
    )


def _prevention(plain: Plain) -> Event:
    return PreventionSession(
        id=plain["id"],
        occurred_on=date.fromisoformat(plain["occurred_on"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        form=PreventionForm(plain["form"]),
        targeted=plain.get("targeted"),
        vulnerable=plain.get("vulnerable"),
        head_count=plain.get("head_count"),
        programme=plain.get("programme"),
    )


MAKERS: dict[str, Callable[[Plain], Event]] = {
    "SupportSession": _session,
    "Assessment": _assessment,
    "Charge": _charge,
    "Arrest": _arrest,
    "Trial": _trial,
    "Verdict": _verdict,
    "Intervention": _intervention,
    "LegalSupport": _legal_support,
    "SafeReturn": _safe_return,
    "TrainingSession": _training,
    "PreventionSession": _prevention,
}
