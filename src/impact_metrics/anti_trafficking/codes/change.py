"""Codes for systemic change."""

from impact_metrics.values import Code


class ChangeKind(Code):
    """What kind of change it is. Source: the two kinds named on the published page (Justice and Care, "Impact")."""

    PRACTICE = "practice", "A change in how law enforcement or other stakeholders work."
    POLICY = "policy", "A change in, or an evidence-based recommendation for, policy or law."


class ChangeStage(Code):
    """How far the change has come."""

    PROPOSED = "proposed", "Proposed to those who decide."
    PILOTED = "piloted", "Tried in one place."
    ADOPTED = "adopted", "Adopted by the institution."
    SCALED = "scaled", "Taken up beyond the institution."


class ChangeLevel(Code):
    """How far the change reaches."""

    LOCAL = "local", "One place, such as a port or a shelter home."
    REGIONAL = "regional", "A region or state of a country."
    NATIONAL = "national", "A whole country."
    INTERNATIONAL = "international", "More than one country."
