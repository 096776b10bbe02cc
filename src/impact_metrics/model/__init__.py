"""What can happen: event types, persons, records about records, and what must be true of a valid stream."""

from impact_metrics.model.constraints import Constraint, constraint
from impact_metrics.model.fields import Field, field, link, role
from impact_metrics.model.model import Model
from impact_metrics.model.records import Event, Person, Record, Retraction, SamePerson, ids_in, revised

__all__ = [
    "Constraint",
    "Event",
    "Field",
    "Model",
    "Person",
    "Record",
    "Retraction",
    "SamePerson",
    "constraint",
    "field",
    "ids_in",
    "link",
    "revised",
    "role",
]
