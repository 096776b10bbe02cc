"""Systemic change: practice and policy."""

from impact_metrics.anti_trafficking.codes import ChangeKind, ChangeLevel, ChangeStage
from impact_metrics.anti_trafficking.ids import ChangeId
from impact_metrics.model import Event, Field, field, link


class SystemicChange(Event):
    """A practice or policy change, or an evidence-based recommendation, reaches a stage."""

    change: Field[ChangeId] = link("the change, through its stages")
    kind: Field[ChangeKind] = field("practice or policy")
    stage: Field[ChangeStage] = field("the stage it reached")
    level: Field[ChangeLevel | None] = field("how far it reaches", default=None)
    institution: Field[str | None] = field("the institution that changed", default=None)
    country: Field[str | None] = field("the country, as ISO 3166-1 alpha-2 code", default=None)
    summary: Field[str | None] = field("the change in one sentence", default=None)
    evidence: Field[str | None] = field("where the evidence for it can be found", default=None)
