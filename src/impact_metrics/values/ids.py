"""Ids as types of their own, so that a checker can tell a person from a case.

Each is a ``NewType`` over ``str``: at run time an id is the plain string and costs nothing, and a type checker rejects
a rule that compares a person with a case. Make your own in the same way: ``ShelterId = NewType("ShelterId", str)``.
"""

from typing import NewType

PersonId = NewType("PersonId", str)
"""Identifies one person across the whole stream."""

CaseId = NewType("CaseId", str)
"""Identifies one case, such as a court case or the file of a client."""

EventId = NewType("EventId", str)
"""Identifies one event across the whole stream. Two records with one event id are versions of the same event."""
