"""Training of professionals and prevention among people at risk.

Both come as a head-count of a session, where a person may attend twice, or as a list of people, who can be counted
once. A session has one or the other, and a metric says which it reads.
"""

from impact_metrics.anti_trafficking.codes import PreventionForm, ProfessionalRole
from impact_metrics.anti_trafficking.ids import ProgrammeId
from impact_metrics.model import Event, Field, field, link, role
from impact_metrics.values import PersonId


class TrainingSession(Event):
    """Professionals are trained in one session."""

    audience: Field[ProfessionalRole] = field("who was trained")
    front_line: Field[bool | None] = field(
        "whether the audience meets victims or cases in its own daily work", default=None
    )
    head_count: Field[int | None] = field("how many people attended, where they were only counted", default=None)
    attendees: Field[frozenset[PersonId] | None] = role("the people who attended, where a list was kept", default=None)
    programme: Field[ProgrammeId | None] = link("the course it was part of", default=None)


class PreventionSession(Event):
    """People are reached with prevention in one session."""

    form: Field[PreventionForm] = field("the form of prevention")
    targeted: Field[bool | None] = field("whether it was targeted at the people it reached", default=None)
    vulnerable: Field[bool | None] = field("whether the people reached are specifically vulnerable", default=None)
    head_count: Field[int | None] = field("how many people were reached, where they were only counted", default=None)
    attendees: Field[frozenset[PersonId] | None] = role("the people reached, where a list was kept", default=None)
    programme: Field[ProgrammeId | None] = link("the programme it was part of", default=None)
