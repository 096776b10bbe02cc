"""Cells of an export made ready to read: for each field a function from the cells of a row to its value."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from impact_metrics.errors import MappingError, nearest
from impact_metrics.limits import cut
from impact_metrics.streams.cell_numbers import number_reader
from impact_metrics.streams.cell_times import check_formats, date_reader, moment_reader
from impact_metrics.streams.converters import ValueFaultError, read_code
from impact_metrics.values import (
    CodeKind,
    DateKind,
    FieldSpec,
    FlagKind,
    IdKind,
    Kind,
    NumberKind,
    TextKind,
    TimestampKind,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from impact_metrics.streams.mapping import ConstantCell, FieldFrom, FileFrom, Mapping

Cells: TypeAlias = "Sequence[str]"
Value: TypeAlias = "Callable[[Cells, int], Any]"
"""Gives the value of a field from the cells of a row and its number: ``None`` where it is missing. Raises
``ValueFaultError``, whose ``value`` is the cell, for a cell that is not what the field holds."""


class CellFaultError(ValueFaultError):
    """A cell is not what the field holds."""

    def __init__(self, value: str, fault: ValueFaultError) -> None:
        """Keep the cell beside the reason and the hint."""
        super().__init__(fault.reason, fault.hint)
        self.value = value


class Columns:
    """The header of a file, with the mapping that reads it: where each column is, and what counts as missing in it."""

    def __init__(self, header: Sequence[str], file: FileFrom, mapping: Mapping, where: str) -> None:
        """Keep the names, without the spaces around them."""
        self.names = [name.strip() for name in header]
        self.file = file
        self.mapping = mapping
        self.missing = frozenset(file.missing) | {""}
        self._where = where
        self._used: set[int] = set()
        self.lost: list[tuple[str, str]] = []
        """Fields and texts that the row in hand has, and the mapping takes as missing."""

    @property
    def unread(self) -> list[str]:
        """The names of the columns that nothing has asked for."""
        return [name for position, name in enumerate(self.names) if name and position not in self._used]

    def position(self, name: str, path: str) -> int:
        """Find a column, or raise ``MappingError`` with the nearest right name."""
        found = [position for position, known in enumerate(self.names) if known == name]
        if len(found) == 1:
            self._used.add(found[0])
            return found[0]
        problem = f"the header has the column {name!r} {len(found)} times" if found else f"there is no column {name!r}"
        raise MappingError(f"{problem} (asked for by {path})", where=self._where, hint=nearest(name, self.names))

    def told(self, name: str, cells: Cells) -> str:
        """Say what a row has in a column."""
        text = cells[self.names.index(name)].strip()
        return f"{name} {text!r}" if text else f"{name} empty"

    def cell(self, name: str, path: str) -> Callable[[Cells], str | None]:
        """Build the function that reads a column: its text without outer spaces, or ``None`` where it is missing."""
        position, missing = self.position(name, path), self.missing

        def read(cells: Cells) -> str | None:
            text = cells[position].strip()
            return None if text in missing else text

        return read


def template(text: str, columns: Columns, path: str) -> Callable[[Cells, int], str | None]:
    """Build the function that fills a template; it gives ``None`` where a column in it is missing."""
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as error:
        raise MappingError(f"the template {cut(repr(text), 80)} is wrong: {error}", where=path) from None
    stem = columns.file.path.rsplit("/", 1)[-1].split(".", 1)[0]
    parts: list[tuple[str, Callable[[Cells, int], str | None]]] = []
    for literal, name, form, conversion in pieces:
        if form or conversion or name == "":
            problem = f"the template {cut(repr(text), 80)} has a form, or braces without a name"
            raise MappingError(problem, where=path, hint="write names of columns alone in braces, as in {case_no}")
        if name is None:
            parts.append((literal, lambda _, __: ""))
        elif name == "row":
            parts.append((literal, lambda _, row: str(row)))
        elif name == "file":
            parts.append((literal, lambda _, __: stem))
        else:
            parts.append((literal, _ignoring_row(columns.cell(name, path))))

    def fill(cells: Cells, row: int) -> str | None:
        filled: list[str] = []
        for literal, read in parts:
            value = read(cells, row)
            if value is None:
                return None
            filled.append(literal + value)
        return "".join(filled)

    return fill


def _ignoring_row(read: Callable[[Cells], str | None]) -> Callable[[Cells, int], str | None]:
    return lambda cells, _: read(cells)


def field_value(spec: FieldSpec, source: FieldFrom, columns: Columns, path: str) -> Value:
    """Build the function that reads one field. Raises ``MappingError`` for a source that cannot fit the field."""
    convert = _remembering(_conversion(spec, source, columns, path))
    none = _none(spec, source, columns, path)
    gathered = _gathering(spec, source, none, lambda text: _kept(convert(text), text, spec, columns))
    if source.constant is not None:
        fixed = _constant(source.constant, gathered, path)
        if fixed is None:
            raise MappingError(f"the constant {source.constant!r} is not among its values", where=path)
        return lambda _, __: fixed
    if source.template:
        fill = template(source.template, columns, path)
        return lambda cells, row: gathered([fill(cells, row)])
    reads = [columns.cell(name, path) for name in source.sources]
    if (source.all or source.separator) and not spec.many:
        raise MappingError(f"{spec.name!r} holds one value, so it has neither all nor a separator", where=path)
    if source.all or source.separator:
        return lambda cells, _: gathered([read(cells) for read in reads])
    return lambda cells, _: gathered([_first(reads, cells)])


def _none(spec: FieldSpec, source: FieldFrom, columns: Columns, path: str) -> frozenset[str]:
    """Give the words of a cell that say of a set that it has no members. An empty cell says nothing."""
    if not spec.many:
        if source.none:
            raise MappingError(f"{spec.name!r} holds one value, of which none is no set", where=path)
        return frozenset()
    if both := columns.missing.intersection(source.none):
        problem = f"{', '.join(map(repr, sorted(both)))} cannot mean that nothing is known, and that there is none"
        raise MappingError(problem, where=path, hint="leave it out of missing, or out of none")
    return frozenset([*source.none, written.NONE])


def _first(reads: Iterable[Callable[[Cells], str | None]], cells: Cells) -> str | None:
    for read in reads:
        text = read(cells)
        if text is not None:
            return text
    return None


def _gathering(
    spec: FieldSpec, source: FieldFrom, none: frozenset[str], convert: Callable[[str], Any]
) -> Callable[[Sequence[str | None]], Any]:
    """Build the function from the texts of cells to the value of a field: the one there is, or the set of them."""

    def one(texts: Sequence[str | None]) -> Any:  # noqa: ANN401 - the value of any field
        (text,) = texts
        return None if text is None else convert(text)

    def many(texts: Sequence[str | None]) -> frozenset[Any] | None:
        if all(text in none for text in texts):
            return frozenset()
        told = [text for text in texts if text is not None and text not in none]
        parts = [part for text in told for part in _split(text, source.separator)]
        return frozenset([value for part in parts if (value := convert(part)) is not None]) or None

    return many if spec.many else one


def _kept(value: Any, text: str, spec: FieldSpec, columns: Columns) -> Any:  # noqa: ANN401 - the value of any field
    """Give the value back; where there is none, note the text that the mapping takes as missing."""
    if value is None:
        columns.lost.append((spec.name, text))
    return value


def _split(text: str, separator: str) -> list[str]:
    return [part for each in text.split(separator) if (part := each.strip())] if separator else [text]


def _constant(constant: ConstantCell, gathered: Callable[[Sequence[str]], Any], path: str) -> Any:  # noqa: ANN401
    text = str(constant).lower() if isinstance(constant, bool) else str(constant)
    try:
        return gathered([text])
    except CellFaultError as fault:
        raise MappingError(f"the constant {constant!r} {fault.reason}", where=path, hint=fault.hint) from None


def _remembering(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """Keep what a text was turned into: exports repeat the same dates and categories over and over."""
    known: dict[str, Any] = {}

    def remembered(text: str) -> Any:  # noqa: ANN401 - the value of any field
        try:
            return known[text]
        except KeyError:
            pass
        try:
            value = convert(text)
        except ValueFaultError as fault:
            raise CellFaultError(text, fault) from None
        if len(known) < 10_000:  # noqa: PLR2004 - beyond this, texts do not repeat
            known[text] = value
        return value

    return remembered


def _conversion(spec: FieldSpec, source: FieldFrom, columns: Columns, path: str) -> Callable[[str], Any]:
    """Build the function from the text of a cell to a value, through the mapping's own values where it has any."""
    check_formats(source.formats, path)
    typed = _typed(spec.kind, source, columns, path)
    if source.values is None:
        return typed
    mapped: dict[str, Any] = {}
    for text, cell in source.values.items():
        plain = str(cell).lower() if isinstance(cell, bool) else str(cell)
        try:
            mapped[text] = typed(plain)
        except ValueFaultError as fault:
            raise MappingError(f"the value {cell!r} for {text!r} {fault.reason}", where=path, hint=fault.hint) from None
    otherwise = source.otherwise or "error"

    def convert(text: str) -> Any:  # noqa: ANN401 - the value of any field
        if text in mapped:
            return mapped[text]
        if otherwise == "missing":
            return None
        if otherwise == "keep":
            return typed(text)
        raise ValueFaultError(
            "is not among the values of the mapping", f"add it to the values: {nearest(text, mapped)}"
        )

    return convert


def _typed(kind: Kind, source: FieldFrom, columns: Columns, path: str) -> Callable[[str], Any]:
    match kind:
        case IdKind() | TextKind():
            return str
        case CodeKind(codes):
            return lambda text: read_code(text, codes)
        case FlagKind():
            return _flag
        case NumberKind(decimal):
            return number_reader(source, columns.file, path, decimal=decimal)
        case DateKind():
            return date_reader(source, columns.file, columns.mapping, path)
        case TimestampKind():
            return moment_reader(source, columns.file, path)
        case _:
            assert_never(kind)


def _flag(text: str) -> bool:
    try:
        return written.FLAGS[text.lower()]
    except KeyError:
        raise ValueFaultError("is neither yes nor no", "map it with values") from None
