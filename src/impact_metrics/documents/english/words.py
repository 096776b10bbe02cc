"""Words: the nouns of event types and fields, their plurals, lists of things, and numbers spelt out."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from impact_metrics.values import Code, CodeSet, IdKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.expressions import FieldRef
    from impact_metrics.values import FieldSpec

_MASS = frozenset({"advice", "care", "evidence", "help", "information", "support", "training", "work"})
"""Nouns without a plural: of them one counts instances."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def event_noun(name: str) -> str:
    """Turn the name of an event type into a noun: ``SupportSession`` is a support session."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name.replace("_", " ")).lower()
    words = re.sub(r"^re (?=\w)", "re-", words)
    return f"instance of {words}" if words.rsplit(" ", 1)[-1] in _MASS else words


def plural(noun: str) -> str:
    """Give the plural of a noun phrase; of ``statement to the police`` it is the statement that is several."""
    head, preposition, rest = re.match(r"(.*?)( (?:of|to|by|in|for|with|from) |$)(.*)", noun).groups()  # type: ignore[union-attr]
    if re.search(r"[^aeiou]y$", head):
        head = f"{head[:-1]}ies"
    elif re.search(r"(s|x|z|ch|sh)$", head):
        head = f"{head}es"
    else:
        head = f"{head}s"
    return f"{head}{preposition}{rest}"


def with_article(noun: str) -> str:
    """Put ``a`` or ``an`` before a noun."""
    return f"an {noun}" if re.match(r"[aeiou]", noun) and not noun.startswith(("one", "uni", "use")) else f"a {noun}"


def number_word(number: int) -> str:
    """Spell out a small number."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Join things as one does in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    *most, final = items
    return f"{', '.join(most)} {last} {final}" if most else final


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", ":", "?")) else f"{text}."


def lowered(text: str) -> str:
    """Put an author's sentence into the middle of one: no capital at the start, no full stop at the end."""
    text = text.strip().removesuffix(".")
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() or first == "I" else text[:1].lower() + text[1:]


def field_words(spec: FieldSpec) -> str:
    """Give the name of a field as words."""
    return spec.name.replace("_", " ")


def field_noun(spec: FieldSpec) -> str:
    """Give what a field is, in the words of its documentation, up to its first comma."""
    return lowered(re.split(r"[,;:]", spec.doc.split("\n")[0])[0])


def is_plural(noun: str) -> bool:
    """Tell whether a noun phrase such as ``the offences charged`` speaks of several."""
    words = noun.split(" ")
    head = words[1] if words[0] in {"the", "all", "its", "any"} and len(words) > 1 else words[0]
    return head in {"those", "people"} or (head.endswith("s") and not head.endswith(("ss", "us", "is")))


def statement(spec: FieldSpec) -> str | None:
    """Give the statement that a flag makes: ``whether it is safe`` says ``it is safe``; ``None`` for other words."""
    noun = lowered(spec.doc.split("\n")[0])
    return noun.removeprefix("whether ") if noun.startswith("whether ") else None


def value_words(value: Any) -> str:  # noqa: ANN401 - the value of any constant
    """Print a constant as a reader would write it: codes and ids in quotes, dates and numbers bare."""
    if isinstance(value, Code):
        return f'"{str(value).replace("_", " ")}"'
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return f"{value:,}" if isinstance(value, int) else f'"{value}"'


def set_words(among: CodeSet[Any]) -> str:
    """Name a set, or list the members of one without a name."""
    return f'"{among.name}"' if among.name else listed([value_words(member) for member in among], "or")


def subject_words(ref: FieldRef) -> str:
    """Give the noun of what a population counts: a person, a case."""
    kind = ref.spec.kind
    assert isinstance(kind, IdKind)  # noqa: S101 - a population has checked it
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.name.removesuffix("Id")).lower()
