"""Conditions in words. Each node has its positive and its negated form, so that no reader has to turn a sentence round.

A comparison with a missing value is false, and its plain negation therefore true: the negated form says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.documents.english.points import Joiner, Point
from impact_metrics.documents.english.words import (
    event_noun,
    field_noun,
    field_words,
    is_plural,
    listed,
    lowered,
    number_word,
    plural,
    set_words,
    statement,
    value_words,
    with_article,
)
from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    FieldRef,
    IsMissing,
    Not,
    OneOf,
    Operator,
    Overlaps,
    Row,
    Shifted,
)
from impact_metrics.expressions.operands import Constant
from impact_metrics.values import DateKind, FlagKind

if TYPE_CHECKING:
    from impact_metrics.expressions import Operand

_DATES = {
    Operator.EQ: "on",
    Operator.NE: "not on",
    Operator.LT: "before",
    Operator.LE: "on or before",
    Operator.GT: "after",
    Operator.GE: "on or after",
}
_NUMBERS = {
    Operator.EQ: "",
    Operator.NE: "not ",
    Operator.LT: "less than ",
    Operator.LE: "at most ",
    Operator.GT: "more than ",
    Operator.GE: "at least ",
}


@attrs.frozen
class Scope:
    """The rows that are spoken of: how each is called, which is the newest, and the field of the subject counted."""

    names: Mapping[Row, str]
    current: Row
    subject: FieldRef | None = None
    person: str = "person"

    @classmethod
    def of(cls, row: Row, subject: FieldRef | None = None, person: str = "person") -> Scope:
        """Begin with one row."""
        return cls({row: f"the {event_noun(row.record.name)}"}, row, subject, person)

    def bind(self, row: Row) -> tuple[Scope, str]:
        """Speak of a further row: give the scope with it, and its noun, without an article."""
        noun = event_noun(row.record.name)
        alike = [known for known in self.names if known.record == row.record]
        if not alike:
            name = f"the {noun}"
        elif len(alike) == 1:
            noun, name = f"other {noun}", f"the other {noun}"
        else:
            noun, name = f'further {noun} "{row.name}"', f'the {noun} "{row.name}"'
        return attrs.evolve(self, names={**self.names, row: name}, current=row), noun


def say(condition: Condition, scope: Scope, *, negated: bool = False) -> Point:
    """Put a condition into words; ``negated`` says that it does not hold."""
    match condition:
        case Clause(_, text, inner):
            label = f"it is not so that {lowered(text)}" if negated else lowered(text)
            return Point(label, Joiner.THAT_IS, (say(inner, scope, negated=negated),))
        case AllOf(items):
            return _joined(items, scope, Joiner.NOT_ALL if negated else Joiner.ALL, nothing=not negated)
        case AnyOf(items):
            return _joined(items, scope, Joiner.NONE if negated else Joiner.ANY, nothing=negated)
        case Not(item):
            return say(item, scope, negated=not negated)
        case Exists(row, inner):
            return _quantified(1, row, inner, None, scope, negated=negated)
        case AtLeast(n, row, inner, on):
            return _quantified(n, row, inner, on, scope, negated=negated)
        case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
            return Point(_leaf(condition, scope, negated=negated))
        case _:
            assert_never(condition)


def parts(condition: Condition) -> tuple[Condition, ...]:
    """Give the conditions that must all hold, without their nesting."""
    if isinstance(condition, AllOf):
        return tuple(part for item in condition.items for part in parts(item))
    return (condition,)


def _joined(items: tuple[Condition, ...], scope: Scope, joiner: Joiner, *, nothing: bool) -> Point:
    if not items:
        return Point("nothing more is asked" if nothing else "this never holds")
    if len(items) == 1:
        return say(items[0], scope, negated=joiner in {Joiner.NONE, Joiner.NOT_ALL})
    flat = tuple(part for item in items for part in parts(item)) if joiner is Joiner.ALL else items
    return Point("", joiner, tuple(say(item, scope) for item in flat))


# --- events that exist, or do not


def _quantified(  # noqa: PLR0913 - what is counted, how often, where, and whether it is denied
    n: int, row: Row, condition: Condition, on: FieldRef | None, scope: Scope, *, negated: bool
) -> Point:
    inner, noun = scope.bind(row)
    ties = [(part, _tie(part, inner, scope)) for part in parts(condition)]
    words = [tie for _, tie in ties if isinstance(tie, str)]
    shared: dict[str, list[str]] = {}
    for _, tie in ties:
        if isinstance(tie, tuple):
            shared.setdefault(tie[1], []).append(tie[0])
    words += [f"with the same {listed(names)} as {other}" for other, names in shared.items()]
    opening = f"{_opening(n, noun, on, negated=negated)}{',' if words and on is not None else ''}"
    text = " ".join([opening, ", ".join(_in_order(words))]).strip()
    rest = [say(part, inner) for part, tie in ties if tie is None]
    if not rest:
        return Point(text)
    where = f"{text}{',' if words else ''} where"
    if len(rest) == 1 and not rest[0].points:
        return Point(f"{where} {rest[0].text}")
    if len(rest) == 1 and not rest[0].text:
        return attrs.evolve(rest[0], text=where)
    return Point(where, Joiner.ALL, tuple(rest))


def _in_order(words: list[str]) -> list[str]:
    """Say first who it was, then what is shared, then when it happened."""
    return sorted(words, key=lambda word: (word.startswith(("that happened", "on ")), word.startswith("with")))


def _opening(n: int, noun: str, on: FieldRef | None, *, negated: bool) -> str:
    values = "" if on is None else f" with at least {number_word(n)} different values of {_of(on)}"
    if on is not None:
        return f"there are {'no ' if negated else ''}{plural(noun)}{values}"
    if n == 1:
        if negated:
            return f"there is no {noun}"
        return (
            f"there is another {noun.removeprefix('other ')}"
            if noun.startswith("other ")
            else (f"there is {with_article(noun)}")
        )
    if negated:
        return f"there are fewer than {number_word(n)} {plural(noun)}"
    return f"there are at least {number_word(n)} {plural(noun)}"


def _of(ref: FieldRef) -> str:
    return '"the day on which it happened"' if ref.name == "occurred_on" else f'"{field_noun(ref.spec)}"'


def _tie(condition: Condition, inner: Scope, outer: Scope) -> str | tuple[str, str] | None:
    """Put into a few words how the newest event is tied to one spoken of before, or give ``None`` where it is not.

    A field that both have is given as the words for it and the name of the other event.
    """
    match condition:
        case Compare(FieldRef() as one, Operator.EQ, FieldRef() as other) if one.spec.kind not in (
            DateKind(),
            FlagKind(),
        ):
            mine, theirs = (one, other) if one.row == inner.current else (other, one)
            if mine.row != inner.current or theirs.row not in outer.names:
                return None
            return _same(mine, theirs, outer)
        case Compare(left, operator, right):
            return _when(left, operator, right, inner, outer)
        case _:
            return None


def _same(mine: FieldRef, theirs: FieldRef, outer: Scope) -> str | tuple[str, str]:
    noun = field_words(mine.spec)
    if theirs == outer.subject:
        return f"whose {noun} is that {outer.person}"
    if mine.name == theirs.name:
        return noun, outer.names[theirs.row]
    return f"whose {noun} is the {field_words(theirs.spec)} of {outer.names[theirs.row]}"


_FLIPPED = {
    Operator.LT: Operator.GT,
    Operator.LE: Operator.GE,
    Operator.GT: Operator.LT,
    Operator.GE: Operator.LE,
    Operator.EQ: Operator.EQ,
    Operator.NE: Operator.NE,
}


def _when(left: Operand, operator: Operator, right: Operand, inner: Scope, outer: Scope) -> str | None:
    """Say when the newest event happened, seen from the day of another."""
    if _is_day_of(right, inner.current):
        left, operator, right = right, _FLIPPED[operator], left
    if not _is_day_of(left, inner.current):
        return None
    match right:
        case FieldRef(row, "occurred_on") if row in outer.names:
            return _by_day(operator, outer.names[row])
        case Shifted(FieldRef(row, "occurred_on"), days) if row in outer.names:
            return f"that happened {_DATES[operator]} the day {_shift(days)} {outer.names[row]}"
        case _:
            return None


def _is_day_of(operand: Operand, row: Row) -> bool:
    return operand == FieldRef(row, "occurred_on")


def _by_day(operator: Operator, name: str) -> str:
    match operator:
        case Operator.EQ:
            return f"on the same day as {name}"
        case Operator.NE:
            return f"on another day than {name}"
        case Operator.LT:
            return f"that happened before {name}"
        case Operator.LE:
            return f"that happened on the same day as {name} or before"
        case Operator.GT:
            return f"that happened after {name}"
        case Operator.GE:
            return f"that happened on the same day as {name} or later"
        case _:
            assert_never(operator)


def _shift(days: int) -> str:
    count = f"{abs(days):,} {'day' if abs(days) == 1 else 'days'}"
    return f"{count} {'after' if days >= 0 else 'before'}"


# --- conditions on one event


def _noun(operand: Operand, scope: Scope) -> str:
    match operand:
        case Constant(value):
            return value_words(value)
        case Shifted(field, days):
            return f"the day {_shift(days)} {_noun(field, scope)}"
        case FieldRef(row, "occurred_on"):
            return f"the day of {scope.names[row]}"
        case FieldRef(row, "id"):
            return f"the id of {scope.names[row]}"
        case FieldRef(row):
            noun = field_noun(operand.spec)
            return noun if row == scope.current else f"{noun} of {scope.names[row]}"
        case _:
            assert_never(operand)


def _missing_or(text: str, noun: str, *, optional: bool) -> str:
    """Say that a comparison does not hold, which a missing value makes true."""
    return f"{noun} {_is(noun)} not known or {text}" if optional else f"{noun} {text}"


def _is(noun: str) -> str:
    return "are" if is_plural(noun) else "is"


def _leaf(condition: Compare | OneOf | Overlaps | Contains | IsMissing, scope: Scope, *, negated: bool) -> str:
    match condition:
        case IsMissing(field):
            noun = _noun(field, scope)
            return f"{noun} {_is(noun)} {'known' if negated else 'not known'}"
        case Compare(left, operator, right):
            return _comparison(left, operator, right, scope, negated=negated)
        case OneOf(field, members, wanted_out):
            noun = _noun(field, scope)
            optional = field.spec.optional
            if not negated:
                known = "known and " if wanted_out and optional else ""
                return f"{noun} {_is(noun)} {known}{'not ' if wanted_out else ''}one of {set_words(members)}"
            return _missing_or(
                f"{_is(noun)} {'' if wanted_out else 'not '}one of {set_words(members)}", noun, optional=optional
            )
        case Overlaps(field, among):
            noun = _noun(field, scope)
            some = "include" if is_plural(noun) else "includes"
            none = "do not include" if is_plural(noun) else "does not include"
            if negated:
                return _missing_or(f"{none} any of {set_words(among)}", noun, optional=field.spec.optional)
            return f"{noun} {some} one or more of {set_words(among)}"
        case Contains(field, item):
            noun, thing = _noun(field, scope), _noun(item, scope)
            verb = f"{_is(thing)} {'not ' if negated else ''}"
            return f"{thing} {verb}among {noun}{', or either is not known' if negated and field.spec.optional else ''}"
        case _:
            assert_never(condition)


def _comparison(left: Operand, operator: Operator, right: Operand, scope: Scope, *, negated: bool) -> str:
    noun, other = _noun(left, scope), _noun(right, scope)
    spec = left.field.spec if isinstance(left, Shifted) else left.spec  # type: ignore[union-attr]
    flag = _flag(left, operator, right, scope, negated=negated) if isinstance(spec.kind, FlagKind) else None
    if flag is not None:
        return flag
    words = f"{_DATES[operator]} " if isinstance(spec.kind, DateKind) else _NUMBERS[operator]
    optional = spec.optional or (isinstance(right, FieldRef) and right.spec.optional)
    if negated:
        doubt = ", or either is not known" if isinstance(right, FieldRef | Shifted) else ", or is not known"
        turned = _NEGATED[operator]
        words = f"{_DATES[turned]} " if isinstance(spec.kind, DateKind) else _NUMBERS[turned]
        return f"{noun} {_is(noun)} {words}{other}{doubt if optional else ''}"
    known = "known and " if operator is Operator.NE and optional else ""
    return f"{noun} {_is(noun)} {known}{words}{other}"


_NEGATED = {
    Operator.EQ: Operator.NE,
    Operator.NE: Operator.EQ,
    Operator.LT: Operator.GE,
    Operator.LE: Operator.GT,
    Operator.GT: Operator.LE,
    Operator.GE: Operator.LT,
}


def _flag(left: Operand, operator: Operator, right: Operand, scope: Scope, *, negated: bool) -> str | None:
    """Say what a flag states, instead of comparing it with yes or no."""
    if not (isinstance(left, FieldRef) and isinstance(right, Constant)):
        return None
    says = statement(left.spec)
    wanted = (operator is Operator.EQ) == bool(right.value)
    if says is None:
        says = f'"{field_noun(left.spec)}" is recorded as yes'
    place = "" if left.row == scope.current else f" of {scope.names[left.row]}"
    if negated:
        doubt = ", or not known," if left.spec.optional else ""
        return f"it is {'not ' if wanted else ''}so{place}{doubt} that {says}"
    if wanted:
        return f"it is recorded{place} that {says}" if place else says
    return f"it is recorded{place} as not so that {says}"
