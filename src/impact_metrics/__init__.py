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
    best,
    count,
    covered_by,
    disjoint,
    distinct,
    equivalent,
    first,
    followed_up,
    funnel,
    latest,
    listing,
    monotone,
    paired_change,
    rows,
    satisfiable,
    share,
    subset,
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
    "best",
    "clause",
    "constraint",
    "count",
    "covered_by",
    "disjoint",
    "distinct",
    "equivalent",
    "evaluate",
    "exists",
    "field",
    "first",
    "followed_up",
    "funnel",
    "implies",
    "latest",
    "link",
    "listing",
    "monotone",
    "not_",
    "paired_change",
    "revised",
    "role",
    "rows",
    "satisfiable",
    "share",
    "subset",
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
