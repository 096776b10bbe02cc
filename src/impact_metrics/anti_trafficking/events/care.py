"""The care of survivors, from the first session to a stable life or a new exploitation."""

from impact_metrics.anti_trafficking.codes import AssessmentDomain, Exploitation, Provider, SupportKind
from impact_metrics.model import Event, Field, field, link, role
from impact_metrics.values import CaseId, PersonId


class SupportSession(Event):
    """A survivor receives support in one session."""

    survivor: Field[PersonId] = role("the survivor supported")
    kind: Field[SupportKind] = field("the kind of support")
    provider: Field[Provider] = field("who gave the support")
    specialist: Field[bool | None] = field(
        "whether the support was specialist: given by trained staff to meet needs that come from exploitation",
        default=None,
    )
    case: Field[CaseId | None] = link("the client file", default=None)


class Assessment(Event):
    """A survivor's reintegration is assessed."""

    survivor: Field[PersonId] = role("the survivor assessed")
    stable: Field[bool | None] = field("whether the survivor has reached a stable point of reintegration", default=None)
    independent: Field[bool | None] = field("whether the survivor lives independently of our support", default=None)
    domains_met: Field[frozenset[AssessmentDomain] | None] = field(
        "the areas of life in which the survivor does well enough, by the user's own scale", default=None
    )


class SafeReturn(Event):
    """A survivor returns home, or to another place of safety."""

    survivor: Field[PersonId] = role("the survivor who returned")
    supported: Field[bool | None] = field("whether our teams supported the return", default=None)
    assessed_safe: Field[bool | None] = field("whether the return was assessed to be safe and voluntary", default=None)
    from_country: Field[str | None] = field("the country left, as ISO 3166-1 alpha-2 code", default=None)
    to_country: Field[str | None] = field("the country returned to, as ISO 3166-1 alpha-2 code", default=None)


class ReExploitation(Event):
    """A survivor is found to have been exploited again."""

    survivor: Field[PersonId] = role("the survivor exploited again")
    exploitation: Field[frozenset[Exploitation] | None] = field("the types of exploitation found", default=None)
