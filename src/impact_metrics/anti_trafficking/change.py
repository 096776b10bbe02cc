"""Systemic change: not a number of people, but a list of what changed, where, and how far it has come."""

from impact_metrics.anti_trafficking.events import SystemicChange
from impact_metrics.anti_trafficking.ids import ChangeId
from impact_metrics.anti_trafficking.metrics import PAGE, VERSION
from impact_metrics.rules import Metric, Unit, distinct, listing

CHANGE = Unit("change", "changes", ChangeId)

SYSTEMIC_CHANGE = Metric(
    id="systemic_change",
    version=VERSION,
    title="Systemic change by stage",
    definition=None,
    source=PAGE,
    unit=CHANGE,
    measure=listing(
        distinct(SystemicChange.change),
        show=[
            SystemicChange.stage,
            SystemicChange.level,
            SystemicChange.country,
            SystemicChange.institution,
            SystemicChange.kind,
            SystemicChange.summary,
            SystemicChange.evidence,
        ],
    ),
    assumptions=(
        (
            "The page names practice change amongst law enforcement and stakeholders, and evidence-based policy "
            "recommendations, with examples, and gives neither a definition nor a figure."
        ),
        "A change is there once, from the record of its first stage on, and is told as its latest record tells it.",
        (
            "The stages are proposed, piloted, adopted and scaled. A change that goes back, such as a pilot that ends, "
            "is counted in the stage of its latest record."
        ),
        "Each record tells the whole change: what the latest one leaves open is not filled in from an earlier one.",
    ),
    limits=(
        "The number of changes says nothing of their weight: a procedure at one port and a national law are one each.",
        "That a change followed the work does not show that the work brought it about; the evidence is named for that.",
    ),
)
