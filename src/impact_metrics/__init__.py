"""Impact metrics whose definitions are programs.

Typed events, declarative rules that turn streams of events into figures, and the evidence behind every figure. This
page re-exports what users need; everything else lives in the room that its meaning belongs to.

What writes rules is here at once. What reads and evaluates streams is loaded when it is first asked for: who only
declares event types and metrics, as every catalogue does, does not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from impact_metrics.errors import (
    ContradictionError,
    ExchangeError,
    ImpactMetricsError,
    MappingError,
    MissingExtraError,
    ModelError,
    RuleError,
    StreamError,
)
from impact_metrics.expressions import (
    Condition,
    Expr,
    alias,
    all_of,
    any_of,
    at_least,
    clause,
    exists,
    implies,
    not_,
)
from impact_metrics.model import (
    Constraint,
    Event,
    Field,
    Model,
    Person,
    Retraction,
    SamePerson,
    constraint,
    field,
    link,
    revised,
    role,
)
from impact_metrics.rules import (
    Catalogue,
    Metric,
    Population,
    Scale,
    Section,
    Source,
    Stage,
    Unit,
    at_most,
    average,
    best,
    count,
    covered_by,
    disjoint,
    distinct,
    entry_date,
    equivalent,
    first,
    first_date,
    first_of,
    followed_up,
    funnel,
    is_in,
    last_date,
    latest,
    latest_of,
    listing,
    median_of,
    monotone,
    number_of,
    paired_change,
    ratio,
    rows,
    satisfiable,
    share,
    subject_table,
    subset,
    sum_of,
    time_between,
    total,
    worst,
)
from impact_metrics.values import CaseId, Code, CodeSet, EventId, PersonId

if TYPE_CHECKING:
    from impact_metrics.reports import Report, evaluate
    from impact_metrics.streams import Stream

__all__ = [
    "CaseId",
    "Catalogue",
    "Code",
    "CodeSet",
    "Condition",
    "Constraint",
    "ContradictionError",
    "Event",
    "EventId",
    "ExchangeError",
    "Expr",
    "Field",
    "ImpactMetricsError",
    "MappingError",
    "Metric",
    "MissingExtraError",
    "Model",
    "ModelError",
    "Person",
    "PersonId",
    "Population",
    "Report",
    "Retraction",
    "RuleError",
    "SamePerson",
    "Scale",
    "Section",
    "Source",
    "Stage",
    "Stream",
    "StreamError",
    "Unit",
    "alias",
    "all_of",
    "any_of",
    "at_least",
    "at_most",
    "average",
    "best",
    "clause",
    "constraint",
    "count",
    "covered_by",
    "disjoint",
    "distinct",
    "entry_date",
    "equivalent",
    "evaluate",
    "exists",
    "field",
    "first",
    "first_date",
    "first_of",
    "followed_up",
    "funnel",
    "implies",
    "is_in",
    "last_date",
    "latest",
    "latest_of",
    "link",
    "listing",
    "median_of",
    "monotone",
    "not_",
    "number_of",
    "paired_change",
    "ratio",
    "revised",
    "role",
    "rows",
    "satisfiable",
    "share",
    "subject_table",
    "subset",
    "sum_of",
    "time_between",
    "total",
    "worst",
]

_LATER = {"Report": "impact_metrics.reports", "Stream": "impact_metrics.streams", "evaluate": "impact_metrics.reports"}
"""The names that are loaded when they are asked for, each with its room."""

if not TYPE_CHECKING:  # a checker would take every misspelt name for one that is loaded later

    def __getattr__(name: str) -> object:
        """Load a name when it is first asked for, and keep it."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        found: object = getattr(import_module(_LATER[name]), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    """List every name, loaded or not."""
    return sorted({*globals(), *_LATER})
