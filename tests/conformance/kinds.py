"""Every kind of value: how it is written in each form, what else is taken for it, and what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import new_class
from typing import Any

import attrs

from impact_metrics import Event, Field, Model, PersonId, field
from tests.toys import Colour


@attrs.frozen
class Written:
    """One value as it is written: in JSON, in a cell of text, in a column with a type; ``...`` where it cannot be."""

    json: Any = ...
    cell: Any = ...
    typed: Any = ...


@attrs.frozen(kw_only=True, eq=False)
class Kind:
    """A kind of value, with an event type that holds it: one that must be there, one that may, one with a default."""

    name: str
    holder: type[Event]
    many: bool
    value: Any
    default: Any
    written: Written
    also: tuple[Written, ...]
    bad: tuple[Written, ...]

    @property
    def model(self) -> Model:
        """A model with nothing else."""
        return Model(name=self.name, events=(self.holder,))


def _holder(name: str, python_type: Any, default: Any) -> type[Event]:
    fields = {
        "must": (python_type, field("what must be there")),
        "may": (python_type | None, field("what may be missing", default=None)),
        "has": (python_type, field("what has a default", default=default)),
    }
    types: dict[str, Any] = {key: Field[held] for key, (held, _) in fields.items()}  # type: ignore[valid-type]
    body = {key: declared for key, (_, declared) in fields.items()}
    space = {"__doc__": f"It holds a {name}.", "__module__": __name__, "__annotations__": types, **body}
    return new_class(f"Holds{name.title().replace(' ', '')}", (Event,), exec_body=lambda made: made.update(space))


def _kinds(
    name: str,
    python_type: Any,
    value: Any,
    default: Any,
    written: Written,
    *,
    also: tuple[Written, ...] = (),
    bad: tuple[Written, ...] = (),
) -> tuple[Kind, Kind]:
    """Make the kind, and that of sets of it."""
    several = f"set of {name}s"
    as_set: Any = frozenset[python_type]
    one = _holder(name, python_type, default)
    many = _holder(several, as_set, frozenset({default}))
    shared: dict[str, Any] = {"written": written, "also": also, "bad": bad}
    return (
        Kind(name=name, holder=one, many=False, value=value, default=default, **shared),
        Kind(name=several, holder=many, many=True, value=frozenset({value}), default=frozenset({default}), **shared),
    )


KINDS: tuple[Kind, ...] = (
    *_kinds("id", PersonId, PersonId("P-1"), PersonId("P-0"), Written("P-1", "P-1", "P-1"), bad=(Written(json=5),)),
    *_kinds("text", str, "a remark", "none", Written("a remark", "a remark", "a remark"), bad=(Written(json=5),)),
    *_kinds(
        "code",
        Colour,
        Colour.RED,
        Colour.BLUE,
        Written("red", "red", "red"),
        bad=(Written("purple", "purple", "purple"), Written("RED", "RED", "RED"), Written(json=5)),
    ),
    *_kinds(
        "flag",
        bool,
        *(True, False),
        Written(json=True, cell="true", typed=True),
        also=(Written(cell="TRUE"), Written(cell="yes"), Written(cell="1")),
        bad=(Written("maybe", "maybe"), Written(json=1), Written(json="true"), Written(cell="2")),
    ),
    *_kinds(
        "whole number",
        int,
        12,
        7,
        Written(12, "12", 12),
        also=(Written(12.0, "12.0"), Written(cell="012")),
        bad=(
            *(Written(12.5, "12.5"), Written(2**63, str(2**63)), Written(json="12"), Written(json=True)),
            *(Written(cell=text) for text in ("1e3", "1_000", "+5", "\uff11\uff12", "1,000", "1.000")),
        ),
    ),
    *_kinds(
        "decimal",
        Decimal,
        Decimal("12.50"),
        Decimal("0.25"),
        Written("12.50", "12.50", Decimal("12.50")),
        also=(Written("12.5", "12.5"),),
        bad=(
            *(Written(text, text) for text in ("1e3", "1_000", "+5", "5.", ".5", "\uff11\uff12", "1.234,5", "NaN")),
            Written(json=12.5),
        ),
    ),
    *_kinds(
        "date",
        date,
        date(2021, 3, 4),
        date(2000, 1, 1),
        Written("2021-03-04", "2021-03-04", date(2021, 3, 4)),
        bad=(
            *(Written(text, text) for text in ("2021-W09-4", "20210304", "2021-3-4", "2021-02-30", "04/03/2021")),
            Written(json=20210304),
        ),
    ),
    *_kinds(
        "moment",
        datetime,
        datetime(2021, 3, 4, 10, 0, 0, 123456, tzinfo=UTC),
        datetime(2000, 1, 1, tzinfo=UTC),
        Written(
            "2021-03-04T10:00:00.123456+00:00",
            "2021-03-04T10:00:00.123456+00:00",
            datetime(2021, 3, 4, 10, 0, 0, 123456, tzinfo=UTC),
        ),
        also=tuple(
            Written(text, text)
            for text in (
                "2021-03-04 10:00:00.123456Z",
                "2021-03-04T11:00:00.123456+01:00",
                "2021-03-04T10:00:00.123456",
                "2021-03-04T10:00:00.123456000Z",
            )
        ),
        bad=tuple(
            Written(text, text)
            for text in (
                "2021-03-04",
                "20210304T100000",
                "2021-03-04x10:00:00",
                "2021-02-30T10:00:00",
                "2021-03-04T10:00:00.1234567",
                "2021-03-04T24:00:00",
            )
        ),
    ),
)
