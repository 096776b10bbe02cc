"""Names in a file of a catalogue become names of classes and fields, and nothing else: never code."""

from __future__ import annotations

import builtins
import copy
import keyword
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from impact_metrics import Event, ExchangeError, Field, ModelError, field
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.values.names import LONGEST, RESERVED_FIELDS, field_name_fault
from tests.test_exchange import RICH

PLAIN = to_plain(RICH)
CODE = "x=__import__('builtins').__dict__.setdefault('impact_metrics_was_here', 1)"
NAMES = {
    "an event": ("model", "events", 0, "name"),
    "a field": ("model", "events", 0, "fields", 0, "name"),
    "a code list": ("model", "code_lists", 0, "name"),
    "an id": ("model", "ids", 0),
}
HOSTILE = [
    CODE,
    f"x, {CODE}",
    "a b",
    "a\nb",
    "a\0b",
    "",
    "1st",
    "class",
    "None",
    "__class__",
    "_hidden",
    "__init__",
    "\ufb01eld",
    "n" * (LONGEST + 1),
    "\ud800",
]


def damaged(path: tuple[str | int, ...], value: object) -> Any:
    plain = copy.deepcopy(PLAIN)
    place: Any = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return plain


def refused(path: tuple[str | int, ...], value: object) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        from_plain(damaged(path, value))
    return caught.value


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("path", NAMES.values(), ids=NAMES)
def test_what_is_no_name_is_refused_where_it_stands(path: tuple[str | int, ...], name: str) -> None:
    """Each kind of name is refused with its place, and nothing of it is run."""
    error = refused(path, name)
    assert error.where.startswith("model.")
    assert "give it another name" in error.hint
    assert not hasattr(builtins, "impact_metrics_was_here")


@pytest.mark.parametrize("name", sorted(RESERVED_FIELDS))
def test_a_field_takes_no_name_that_the_library_needs(name: str) -> None:
    """Names by which methods of records, or files, speak of something else are no names of fields."""
    assert field_name_fault(name)
    assert f"no field is named {name!r}" in str(refused(NAMES["a field"], name))


def test_a_field_of_a_person_does_not_replace_a_method() -> None:
    """``Person.of`` is how rules speak of a person in a role; a field of that name would take it away."""
    plain = damaged(("model", "person"), {"name": "Known", "doc": "Known.", "fields": [dict(FIELD, name="of")]})
    with pytest.raises(ExchangeError, match="no field is named 'of'"):
        from_plain(plain)


FIELD = {"name": "word", "for": "field", "type": "str", "optional": True, "doc": "a word"}


def test_nothing_is_named_twice() -> None:
    """Neither a field in a record, nor a code in a list, nor a type, takes the place of another without a word."""
    fields = [FIELD, FIELD]
    assert "there is a field 'word' already" in str(refused(("model", "events", 0, "fields"), fields))
    codes = [{"code": "one", "name": "ONE"}, {"code": "other", "name": "ONE"}]
    assert "the name 'ONE' is taken" in str(refused(("model", "code_lists", 0, "codes"), codes))
    assert "there is a type 'date' already" in str(refused(NAMES["an id"], "date"))
    assert "there is a type 'str' already" in str(refused(NAMES["a code list"], "str"))


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ({"code": "a b"}, "the code 'a b' cannot name itself"),
        ({"code": "ok", "name": "a b"}, "'a b' is no name"),
        ({"code": "ok", "name": "mro"}, "the name 'mro' is taken"),
        ({"code": "ok", "name": "isdigit"}, "the name 'isdigit' is taken"),
    ],
)
def test_a_code_has_a_name_of_its_own(code: dict[str, str], problem: str) -> None:
    """A code whose text is no name needs one beside it, which is no attribute that every text has."""
    assert problem in str(refused(("model", "code_lists", 0, "codes"), [code]))


def test_a_class_is_told_the_same() -> None:
    """A class in Python that names a field so is refused where it is written."""
    with pytest.raises(ModelError, match="kept for this library"):

        class Odd(Event):
            """Odd."""

            self: Field[str] = field("a word")


@given(st.sampled_from(sorted({*dir(attrs), *dir(builtins), *keyword.softkwlist, "cls", "inst", "kwargs", "attr"})))
def test_every_other_name_makes_a_record_that_works(name: str) -> None:
    """A field that is let through by its name can be given, read, compared and printed."""
    assume(not field_name_fault(name) and name not in Event.__record__.by_name)
    namespace = {"__doc__": "Made.", "__annotations__": {name: Field[str]}, "__module__": __name__, name: field("a")}
    made: Any = type(Event)("Made", (Event,), namespace)
    one = made(id="1", occurred_on=None, **{name: "x"})
    assert getattr(one, name) == "x"
    assert one == made(id="1", occurred_on=None, **{name: "x"})
    assert hash(one) is not None
    assert name in repr(one)
