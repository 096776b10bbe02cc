"""Ids of things that tie events of the domain together."""

from typing import NewType

OperationId = NewType("OperationId", str)
"""Identifies one operation of police or another rescuing authority."""

ChargeId = NewType("ChargeId", str)
"""Identifies one charge against one person, across amendments and appeals."""

ProgrammeId = NewType("ProgrammeId", str)
"""Identifies a course or programme of several sessions."""

ChangeId = NewType("ChangeId", str)
"""Identifies one systemic change through its stages."""
