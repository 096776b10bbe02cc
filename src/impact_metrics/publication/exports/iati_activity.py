"""What IATI asks of an activity besides its results, which the caller says: whose it is, what it is, and since when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias

import attrs

from impact_metrics.errors import ExportError, nearest

ResultType: TypeAlias = Literal["output", "outcome", "impact", "other"]

RESULT_TYPES: Mapping[str, str] = {"output": "1", "outcome": "2", "impact": "3", "other": "9"}
"""The codes of IATI's code list ResultType."""
STATUSES: Mapping[str, str] = {
    "pipeline": "1",
    "implementation": "2",
    "finalisation": "3",
    "closed": "4",
    "cancelled": "5",
    "suspended": "6",
}
"""The codes of IATI's code list ActivityStatus."""
DATES: Mapping[str, str] = {"planned start": "1", "actual start": "2", "planned end": "3", "actual end": "4"}
"""The codes of IATI's code list ActivityDateType."""
ROLES: Mapping[str, str] = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
"""The codes of IATI's code list OrganisationRole."""

_REF = re.compile(r"[^\s/&|?]+")


def _one_of(known: Mapping[str, str], what: str, name: str) -> None:
    if name not in known:
        raise ExportError(f"there is no {what} {name!r}", where="activity", hint=nearest(name, known))


def _check_ref(what: str, ref: str) -> None:
    if not _REF.fullmatch(ref):
        raise ExportError(
            f"{ref!r} cannot be {what}", where="activity", hint="it has no spaces and none of the characters / & | ?"
        )


def _said(what: str, text: str) -> None:
    if not text.strip():
        raise ExportError(f"{what} is empty", where="activity")


@attrs.frozen(kw_only=True)
class Organisation:
    """An organisation: its IATI identifier, its type by code (``22`` a national NGO), its name, and, taking part, how.

    ``type`` is a code of IATI's code list OrganisationType. ``role`` says as what it takes part in an activity.
    """

    ref: str
    type: str
    name: str
    role: Literal["funding", "accountable", "extending", "implementing"] = "implementing"

    def __attrs_post_init__(self) -> None:
        """Identifiers and codes are written as IATI has them."""
        _check_ref("the identifier of an organisation", self.ref)
        _said("the name of an organisation", self.name)
        _one_of(ROLES, "role", self.role)
        if not re.fullmatch("[0-9]{2}", self.type):
            raise ExportError(
                f"{self.type!r} is no type of organisation", where="activity", hint="give the code, such as 22"
            )


@attrs.frozen(kw_only=True)
class Activity:
    """The activity whose results are reported.

    ``identifier`` begins with that of the reporting organisation, as IATI asks. ``dates`` are by kind, as in
    ``{"actual start": date(2019, 4, 1)}``: there is a start among them. ``participating`` are the organisations that
    take part: where it is empty the reporting one does, as implementing. ``language`` is the code of the language of
    all texts. Raises ``ExportError`` for what IATI does not take.
    """

    identifier: str
    reporting: Organisation
    title: str
    description: str
    status: Literal["pipeline", "implementation", "finalisation", "closed", "cancelled", "suspended"]
    dates: Mapping[str, date]
    participating: tuple[Organisation, ...] = ()
    language: str = "en"

    def __attrs_post_init__(self) -> None:
        """What is mandatory is there."""
        _check_ref("the identifier of an activity", self.identifier)
        _said("the title", self.title)
        _said("the description", self.description)
        _one_of(STATUSES, "status", self.status)
        for kind in self.dates:
            _one_of(DATES, "date", kind)
        if not re.fullmatch("[a-z]{2}", self.language):
            raise ExportError(f"{self.language!r} is no language", where="activity", hint="give its code, such as en")
        if not self.identifier.startswith(f"{self.reporting.ref}-"):
            raise ExportError(
                f"{self.identifier!r} does not begin with {self.reporting.ref + '-'!r}",
                where="activity",
                hint="an activity's identifier begins with that of the reporting organisation",
            )
        if not {"planned start", "actual start"} & self.dates.keys():
            raise ExportError("the activity has no start", where="activity", hint="give the planned or actual start")


@attrs.frozen(kw_only=True)
class Reported:
    """A metric that is reported to IATI: as which type of result, and under which code of which list of indicators.

    ``ascending`` says that more is better. ``vocabulary`` is a code of IATI's code list IndicatorVocabulary (``99``:
    the reporting organisation's own), ``code`` what the indicator is called there, and ``uri`` where that is defined.
    """

    metric: str
    type: ResultType = "other"
    ascending: bool = True
    vocabulary: str = "99"
    code: str = ""
    uri: str = ""

    def __attrs_post_init__(self) -> None:
        """The type is one that IATI has."""
        _one_of(RESULT_TYPES, "type of result", self.type)
