"""OCEL 2.0 JSON read into a stream: our own files exactly, and those of other tools tolerantly.

The layout is that of :mod:`impact_metrics.streams.ocel_form`. Beside it are taken: values as text or as JSON values;
``relationship`` for ``qualifier``; lists that are missing or null; attributes as an object of names and values; times
with or without zone (without one they are UTC) and fraction; objects without our ``<type>:`` before their ids. The day
of an event is the one that its time names, in the zone in which it is written.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import StreamError, nearest
from impact_metrics.limits import MAX_LOG, MAX_LOG_DEPTH, is_deeper
from impact_metrics.streams.about import KEY
from impact_metrics.streams.converters import faults, record_converter, shown
from impact_metrics.streams.json_lines import open_bytes, unreadable, without_mark
from impact_metrics.streams.json_text import best_loads
from impact_metrics.streams.ocel_form import PERSON_ID, id_types
from impact_metrics.streams.ocel_values import OcelFaultError, event_values, person_versions
from impact_metrics.streams.reading import Findings, Intake, Reading, SetAside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from impact_metrics.model import Model, Record


def read_ocel(  # noqa: PLR0913 - how files are read
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    model: Model,
    *,
    strict: bool = False,
    max_bytes: int = MAX_LOG,
    progress: Callable[[int], None] | None = None,
    findings: Findings = None,
) -> Reading:
    """Read files of OCEL 2.0 JSON into one stream.

    Every event is in the stream or set aside with its file, row (its place in the list, from 1), field, value, reason
    and hint; so is every version of a person, whose row is the place of its object. Objects that say what a stream
    cannot hold (attributes of a type that the model lacks, relationships between objects) are set aside too. ``strict``
    raises ``StreamError`` at the first of these. ``findings`` is called with every
    finding as it is met. ``progress`` is called with the number of bytes read since it was last
    called. Raises ``StreamError`` for a file that cannot be read at all, or that unpacks to more than ``max_bytes``.
    """
    intake = Intake(strict=strict, findings=findings)
    for path in [paths] if isinstance(paths, str | os.PathLike) else paths:
        file = str(path)
        log = _parsed(_content(Path(path), max_bytes, progress), file)
        about = log.get(KEY.decode())
        if isinstance(about, dict):
            intake.about[file] = about
        _LogReader(model, intake, file).read(_items(log, "events", file), _items(log, "objects", file))
    return intake.close()


def _content(path: Path, max_bytes: int, progress: Callable[[int], None] | None) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        with open_bytes(path, progress) as data:
            while size <= max_bytes and (part := data.read(min(2**24, max_bytes + 1 - size))):
                parts.append(part)
                size += len(part)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from None
    if size > max_bytes:
        hint = "split it, write it as JSON Lines, or allow more by max_bytes; it is held in memory whole"
        raise StreamError(f"the file holds more than {max_bytes:,} bytes", where=str(path), hint=hint)
    return without_mark(b"".join(parts), str(path))


def _parsed(content: bytes, file: str) -> dict[str, Any]:
    try:
        log = best_loads()(content)
    except (ValueError, RecursionError) as error:
        hint = "check that this is the right file, whole, and in the encoding UTF-8"
        raise StreamError(f"the file is no JSON: {error}", where=file, hint=hint) from None
    if is_deeper(log, MAX_LOG_DEPTH):  # what lies deeper than any log could not even be printed
        problem = f"values are nested more than {MAX_LOG_DEPTH} deep"
        raise StreamError(problem, where=file, hint="this is no event log")
    if not isinstance(log, dict):
        raise StreamError(f"the file is no JSON object but {_told(log)}", where=file, hint="OCEL 2.0 is an object")
    if "events" not in log:
        older = "ocel:events" in log
        problem = "the file is OCEL 1.0" if older else "the file has no list of events"
        hint = (
            "let its tool write OCEL 2.0"
            if older
            else "OCEL 2.0 has the lists eventTypes, objectTypes, events, objects"
        )
        raise StreamError(problem, where=file, hint=hint)
    return log


def _items(log: Mapping[str, Any], name: str, file: str) -> list[Any]:
    items = log.get(name)
    if items is None:
        return []
    if not isinstance(items, list):
        raise StreamError(f"{name!r} is no list but {_told(items)}", where=file, hint="write [ ... ]")
    return items


def _told(value: object) -> str:
    """Print a value that may be the whole file: of a list or an object only what it is."""
    return "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else shown(value)


class _LogReader:
    """Turns events and objects into records or findings."""

    def __init__(self, model: Model, intake: Intake, file: str) -> None:
        self._model = model
        self._intake = intake
        self._file = file
        self._detailed = record_converter(detailed=True)
        fast = record_converter(detailed=False)
        self._structure = {name: fast.get_structure_hook(record) for name, record in model.by_name.items()}
        self._id_types = id_types(model)
        self._object_types: dict[str, str] = {}

    def read(self, events: list[Any], objects: list[Any]) -> None:
        for item in objects:
            if isinstance(item, dict) and isinstance(item.get("id"), str) and isinstance(item.get("type"), str):
                self._object_types[item["id"]] = item["type"]
        for row, item in enumerate(events, 1):
            self._read_event(item, row)
        for row, item in enumerate(objects, 1):
            self._read_object(item, row)

    def _read_event(self, item: object, row: int) -> None:
        if not isinstance(item, dict):
            self._refuse(row, reason=f"the event is no JSON object but {shown(item)}", hint="write {...}")
            return
        name = item.get("type")
        record = self._model.by_name.get(name) if isinstance(name, str) else None
        if record is None or record is self._model.person:
            known = (known for known, kind in self._model.by_name.items() if kind is not self._model.person)
            hint = nearest(name, known) if isinstance(name, str) else "write the type in quotes"
            self._refuse(row, field="type", value=shown(name), reason="the model has no such event type", hint=hint)
            return
        try:
            plain = event_values(item, record.__record__, self._object_types, self._id_types)
        except OcelFaultError as fault:
            self._refuse_fault(row, record, fault)
            return
        self._take(plain, record, row)

    def _read_object(self, item: object, row: int) -> None:
        if not isinstance(item, dict):
            self._refuse(row, reason=f"the object is no JSON object but {shown(item)}", hint="write {...}")
            return
        name, attributes, person = item.get("type"), item.get("attributes"), self._model.person
        kind = name if isinstance(name, str) else ""
        if item.get("relationships"):
            hint = "relate both to an event: what ties ids together is in the events"
            shown_value = shown(item["relationships"])
            reason = "a stream holds no relationships between objects"
            self._refuse(row, type=kind, field="relationships", value=shown_value, reason=reason, hint=hint)
            return
        if not attributes:
            return
        if person is None or kind not in {PERSON_ID.name, person.__name__}:
            reason = "the model has no attributes of such objects"
            hint = nearest(kind, [PERSON_ID.name]) if person is not None else "the model has no type of person"
            self._refuse(row, type=kind, field="attributes", value=shown(attributes), reason=reason, hint=hint)
            return
        try:
            versions = list(person_versions(item, person.__record__))
        except OcelFaultError as fault:
            self._refuse_fault(row, person, fault)
            return
        for plain in versions:
            self._take(plain, person, row)

    def _take(self, plain: dict[str, Any], record: type[Record], row: int) -> None:
        name = record.__name__
        try:
            taken = self._structure[name](plain, record)
        except Exception:  # noqa: BLE001 - whatever it is, the detailed converter says it better
            (field, value, reason, hint), *others = list(faults(self._detailed, plain, record))
            more = "".join(f"; also {other} {why}" for other, _, why, _ in others)
            self._refuse(row, type=name, field=field, value=value, reason=reason + more, hint=hint)
            return
        self._intake.take(taken, self._file, row)

    def _refuse_fault(self, row: int, record: type[Record], fault: OcelFaultError) -> None:
        told = {"field": fault.field, "value": fault.value, "reason": fault.reason, "hint": fault.hint}
        self._refuse(row, type=record.__name__, **told)

    def _refuse(self, row: int, **told: str) -> None:
        self._intake.refuse(SetAside(file=self._file, row=row, **told))
