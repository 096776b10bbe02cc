"""Names that classes may be built from: a file can name an event, a field or a code, and never write code by it.

Classes of records get methods that are written as source, with the names of fields in it; so a name is an identifier
of Python, or it is no name.
"""

from __future__ import annotations

from keyword import iskeyword
from unicodedata import normalize

LONGEST = 200
"""The longest name, in characters."""

RESERVED_FIELDS = frozenset({"self", "type", "NOTHING", "attr_dict"})
"""What no field is named: ``type`` tags records in files, and methods of records use the others themselves."""


def name_fault(name: str) -> str:
    """Say what is wrong with a name of a type, field or code; nothing where it is right."""
    if len(name) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if not name.isidentifier():
        return "is no name: it has letters, digits and underscores, and begins with a letter"
    if iskeyword(name):
        return "is a word of Python itself"
    if name.startswith("_"):
        return "begins with an underscore, and such names are kept for Python and this library"
    if normalize("NFKC", name) != name:
        return f"is written with characters that Python reads as others: {normalize('NFKC', name)!r}"
    return ""


def field_name_fault(name: str) -> str:
    """Say what is wrong with the name of a field; nothing where it is right."""
    return "is kept for this library" if name in RESERVED_FIELDS else name_fault(name)
