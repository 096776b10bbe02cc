"""Mappings: how the columns of exports that a user already has become records, written as data.

A mapping is a TOML file (or the same tables in Python)::

    earliest = "2000-01-01"                # optional: dates outside are impossible, for every record of the mapping
    latest = "2024-12-31"

    [[files]]
    path = "arrests.csv.gz"                # inside the folder given when reading; gzipped when it ends in .gz
    encoding = "utf-8-sig"                 # these seven have defaults, which are shown
    delimiter = ","
    quotechar = '"'
    missing = [""]                         # what a cell holds where nothing is known; spaces around cells are ignored
    time_zone = "+00:00"                   # of moments that say none; or a name, such as "Europe/London"
    decimal = "."                          # the mark before decimals; state it where 1.234 is no thousand
    thousands = ""                         # the mark between groups of three digits, where there is one

    [[files.records]]                      # one row may give several records
    type = "Arrest"
    id = "arrest-{case_no}-{row}"          # a template of columns; {row} and {file} are built in
    leave_out = [                          # rows that give no such record, with the reason, which is counted
      { column = "arrest_date", missing = true, because = "no arrest is recorded" },
      { column = "status", in = ["test", "deleted"], because = "not a real case" },
      { column = "status", not_in = ["open", "closed"], because = "not under way" },
    ]

    [files.records.fields]
    suspect = "person_id"                                              # a column
    operation = "P-{case_no}-{person_no}"                              # or a template of columns
    occurred_on = { columns = ["arrest_date", "received"], formats = ["%m/%d/%Y", "%Y-%m-%d %H:%M:%S"], hours = -6 }
    support = { column = "help", separator = ";", values = { "intel" = "intelligence" }, otherwise = "error" }
    charges = { columns = ["charge1", "charge2"], all = true }         # a set from several columns
    exploitation = { column = "kinds", separator = ",", none = ["none found"] }
    front_line = { constant = true }

The type may come from a column, as in the log of a system whose rows say what happened: ``type = { column =
"activity", values = { "Payment" = "Paid", "Send Fine" = "Sent" }, otherwise = "missing" }``. Each row gives one record
then, with those of the ``fields`` that its type has. Without ``values`` the column holds the names of types.

``columns`` are tried in order until one is not missing; with ``all`` each adds a member of a set. An empty cell is one
of which nothing is known: the field is missing then, has its default where it has one, and a record that must have it
is set aside. That a set is known to have no members is said by ``[]``, or by the words that ``none`` names.

``values`` maps cells to codes, flags or ids; a cell that is not in it is an error, is missing (``otherwise =
"missing"``; the notes of the reading count these by value), or is taken as it stands (``otherwise = "keep"``, the
default where there is no ``values``). ``formats`` are tried in order, in the notation of ``strptime``; without them
dates are ISO dates, or ISO date times whose day is taken, and moments are ISO date times. The day of a date time is the
one that it names, unless the days of the organisation are those of another place: ``days_in = "America/Chicago"`` tells
it there, summer time and all, and ``hours`` moves it by a fixed number of hours. A date without a time is never moved.
A moment of ``time_zone`` that clocks skipped or showed twice is set aside. ``earliest`` and ``latest`` of a field take
the place of those of the mapping.

Numbers are digits, with a minus before them and a decimal mark between them; exponents, blanks, digits of other scripts
and marks that the mapping does not name are no part of one. ``12.0``, as some tools write it, is a whole number.
``1.234`` is a thousand in some countries: it is set aside unless the mapping states ``decimal`` or ``thousands``. A
field may have both of its own.
"""

from __future__ import annotations

import types
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args, get_origin

import attrs
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError, transform_error
from cattrs.gen import make_dict_structure_fn, override

from impact_metrics.errors import MappingError, nearest
from impact_metrics.limits import cut
from impact_metrics.streams.toml_text import WrongValueError, read_day, toml_tables

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

Otherwise: TypeAlias = Literal["error", "missing", "keep"]
ConstantCell: TypeAlias = str | bool | int


@attrs.frozen(kw_only=True)
class LeaveOut:
    """Rows that give no record: those whose column is missing, is in a list, or is not in one; and why."""

    column: str
    because: str
    missing: bool = False
    in_: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class FieldFrom:
    """Where the value of one field comes from, and how it is read."""

    column: str = ""
    columns: tuple[str, ...] = ()
    all: bool = False
    template: str = ""
    constant: ConstantCell | None = None
    separator: str = ""
    none: tuple[str, ...] = ()
    values: dict[str, ConstantCell] | None = None
    otherwise: Otherwise | None = None
    formats: tuple[str, ...] = ()
    hours: int = 0
    days_in: str = ""
    decimal: str = ""
    thousands: str | None = None
    earliest: date | None = None
    latest: date | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that are read, in the order in which they are tried."""
        return (self.column,) if self.column else self.columns


@attrs.frozen(kw_only=True)
class RecordFrom:
    """One record that each row of a file gives."""

    type: str | FieldFrom
    id: str
    fields: dict[str, FieldFrom]
    leave_out: tuple[LeaveOut, ...] = ()


@attrs.frozen(kw_only=True)
class FileFrom:
    """One file, and the records that its rows give."""

    path: str
    records: tuple[RecordFrom, ...]
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quotechar: str = '"'
    missing: tuple[str, ...] = ("",)
    time_zone: str = "+00:00"
    decimal: str | None = None
    thousands: str = ""


@attrs.frozen(kw_only=True)
class Mapping:
    """How the files of a folder become records; see the module for the notation."""

    files: tuple[FileFrom, ...]
    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def of(cls, tables: dict[str, Any]) -> Mapping:
        """Make a mapping from plain tables, as TOML gives them. Raises ``MappingError`` with the path to a fault."""
        try:
            return _converter().structure(tables, cls)
        except ClassValidationError as error:
            faults = transform_error(error, path="mapping", format_exception=_say)
            raise MappingError(
                cut("; ".join(faults)), where="mapping", hint="see the documentation of mappings for the notation"
            ) from None


def load_mapping(path: str | os.PathLike[str]) -> Mapping:
    """Read a mapping from a TOML file. Raises ``MappingError`` with the place of the fault."""
    tables = toml_tables(path, MappingError)
    try:
        return Mapping.of(tables)
    except MappingError as error:
        raise MappingError(error.problem, where=str(path), hint=error.hint) from None


def _say(fault: BaseException, python_type: type | None) -> str:
    if isinstance(fault, KeyError):
        return f"{fault.args[0]!r} is required"
    if isinstance(fault, ForbiddenExtraKeysError):
        known = [field.alias if field.alias != "in_" else "in" for field in attrs.fields(fault.cl)]
        return "; ".join(f"{name!r} is not known: {nearest(name, known)}" for name in sorted(fault.extra_fields))
    if isinstance(fault, WrongValueError):
        return str(fault)
    return f"a {getattr(python_type, '__name__', python_type)} is expected here"


def _plain(wanted: type, named: str) -> Any:  # noqa: ANN401 - a structure hook
    def read(value: object, _: object) -> object:
        if type(value) is not wanted:
            raise WrongValueError(f"{named} is expected, and {cut(repr(value), 80)} is given")
        return value

    return read


def _is_tuple(wanted: object) -> bool:
    return get_origin(wanted) is tuple


def _lists(converter: Converter) -> Callable[[Any], Any]:
    """Take a list for a list, and no text, whose characters would be taken for its members."""

    def reader(wanted: Any) -> Any:  # noqa: ANN401 - tuple[T, ...]
        (member,) = set(get_args(wanted)) - {...}
        held: Any = types.GenericAlias(list, member)
        read_list = converter.get_structure_hook(held)

        def read(value: object, _: object) -> Any:  # noqa: ANN401 - a structure hook
            if not isinstance(value, list | tuple):
                raise WrongValueError(f"a list is expected, and {cut(repr(value), 80)} is given")
            return tuple(read_list(value, held))

        return read

    return reader


def _cell(value: object, _: object) -> ConstantCell:
    if isinstance(value, str | bool | int):
        return value
    raise WrongValueError(f"text, true, false or a whole number is expected, and {cut(repr(value), 80)} is given")


def _field(structure: Any) -> Any:  # noqa: ANN401 - structure hooks
    def read(value: object, _: object) -> FieldFrom:
        if isinstance(value, str):
            return FieldFrom(template=value) if "{" in value else FieldFrom(column=value)
        if not isinstance(value, dict):
            raise WrongValueError(f"a column, a template or a table is expected, and {cut(repr(value), 80)} is given")
        found: FieldFrom = structure(value, FieldFrom)
        ways = [bool(found.column), bool(found.columns), bool(found.template), found.constant is not None]
        if sum(ways) != 1:
            raise WrongValueError("exactly one of column, columns, template and constant is needed")
        return found

    return read


def _type(read_field: Any) -> Any:  # noqa: ANN401 - structure hooks
    def read(value: object, _: object) -> str | FieldFrom:
        if isinstance(value, str):
            return value
        found: FieldFrom = read_field(value, FieldFrom)
        return found

    return read


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    for wanted, named in ((str, "text in quotes"), (bool, "true or false"), (int, "a whole number")):
        converter.register_structure_hook(wanted, _plain(wanted, named))
    converter.register_structure_hook(date, read_day)
    converter.register_structure_hook_factory(_is_tuple, _lists(converter))
    for wanted_cell in (ConstantCell, ConstantCell | None):  # cattrs sees an optional union as a union of its own
        converter.register_structure_hook(wanted_cell, _cell)
    converter.register_structure_hook(
        LeaveOut,
        make_dict_structure_fn(LeaveOut, converter, in_=override(rename="in"), _cattrs_forbid_extra_keys=True),
    )
    plain_field = make_dict_structure_fn(FieldFrom, converter, _cattrs_forbid_extra_keys=True)
    converter.register_structure_hook(FieldFrom, _field(plain_field))
    converter.register_structure_hook(str | FieldFrom, _type(_field(plain_field)))
    return converter
