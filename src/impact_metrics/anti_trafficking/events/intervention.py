"""Interventions and arrests."""

from impact_metrics.anti_trafficking.codes import Exploitation, MeansOfControl, OperationalSupport
from impact_metrics.anti_trafficking.ids import OperationId
from impact_metrics.model import Event, Field, field, link, role
from impact_metrics.values import PersonId


class Intervention(Event):
    """Police or another rescuing authority remove victims from exploitation."""

    victims: Field[frozenset[PersonId]] = role("the victims removed from exploitation")
    operation: Field[OperationId | None] = link("the operation it was part of", default=None)
    support: Field[frozenset[OperationalSupport] | None] = field(
        "the help that our teams gave the authority during the intervention", default=None
    )
    exploitation: Field[frozenset[Exploitation] | None] = field("the types of exploitation found", default=None)
    control: Field[frozenset[MeansOfControl] | None] = field("the means of control found", default=None)
    country: Field[str | None] = field("the country, as ISO 3166-1 alpha-2 code", default=None)


class Arrest(Event):
    """Police or another authority arrest a suspected perpetrator of exploitation."""

    suspect: Field[PersonId] = role("the suspected perpetrator arrested")
    operation: Field[OperationId | None] = link("the operation it was part of", default=None)
    support: Field[frozenset[OperationalSupport] | None] = field(
        "the help that our teams gave the authority during the intervention", default=None
    )
