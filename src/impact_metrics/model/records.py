"""Records: events, persons, and the two records about records.

A class body is the declaration; ``__init_subclass__`` turns it into a frozen attrs class. What it does is visible to
type checkers through ``dataclass_transform``.
"""

from __future__ import annotations

import inspect
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, TypeVar, cast, dataclass_transform, get_args, get_origin

import attrs

from impact_metrics.errors import ModelError, UnknownFieldError, nearest
from impact_metrics.expressions import Expr, Row
from impact_metrics.model.fields import Field, field, link, role
from impact_metrics.model.persons import PersonInRole, person_in
from impact_metrics.values import EventId, FieldSpec, IdKind, PersonId, Purpose, RecordBase, RecordType
from impact_metrics.values.kinds import fits, kind_of_type
from impact_metrics.values.names import field_name_fault

if TYPE_CHECKING:
    from collections.abc import Mapping


class _RecordMeta(type):
    """Gives a misspelt field in a rule an error that names the nearest right one."""

    if not TYPE_CHECKING:  # A checker that saw this method would accept any misspelling.

        def __getattr__(cls, name: str) -> object:
            """Raise ``UnknownFieldError``: every known field was found before this is asked."""
            if name.startswith("_"):
                raise AttributeError(name)
            raise UnknownFieldError(
                f"{cls.__name__} has no field {name!r}",
                where=f"{cls.__name__}.{name}",
                hint=nearest(name, cls.__record__.by_name),
            )


@dataclass_transform(kw_only_default=True, field_specifiers=(role, link, field))
class Record(RecordBase, metaclass=_RecordMeta):
    """Base of everything a stream holds. Users subclass :class:`Event` and :class:`Person`."""

    __record__: ClassVar[RecordType]
    __row__: ClassVar[Row]
    __abstract__: ClassVar[bool] = True

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        """Build the record type and the attrs class from the class body.

        ``abstract=True`` marks a base that only shares fields: it has no rows of its own. Raises ``ModelError`` for a
        class without docstring, a subclass of a concrete record, an annotation that is no ``Field[...]``, or a type
        that no field can have.
        """
        super().__init_subclass__()
        _check_bases(cls)
        doc = " ".join((cls.__dict__.get("__doc__") or "").split())
        if not doc:
            raise ModelError("a record type needs a docstring that says what it records", where=cls.__name__)
        specs: dict[str, FieldSpec] = {spec.name: spec for spec in _inherited(cls)}
        own = _own_fields(cls)
        attributes: dict[str, Any] = {}
        for name, (spec, default) in own.items():
            _check_redeclared(specs.get(name), spec, f"{cls.__name__}.{name}")
            specs[name] = spec
            converter = _in_utc if name == "recorded_at" else None
            attributes[name] = attrs.field(default=default, converter=converter)
        cls.__abstract__ = abstract
        cls.__record__ = RecordType(cls.__name__, doc, tuple(specs.values()))
        cls.__row__ = Row(cls.__record__)
        types = {name: _python_type(cls, name) for name in own}

        def plain_types(_: type, attributes: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
            # ``Field[T]`` becomes ``T``, so that every reader of attrs classes sees the type of the value.
            return [item.evolve(type=types.get(item.name, item.type)) for item in attributes]

        attrs.frozen(cls, these=attributes, slots=False, kw_only=True, field_transformer=plain_types)


def _check_bases(cls: type[Record]) -> None:
    for base in cls.__bases__:
        if issubclass(base, Record) and not base.__abstract__:
            raise ModelError(
                f"{base.__name__} is a record type of its own and cannot be subclassed",
                where=cls.__name__,
                hint="put shared fields in a base declared with: class Shared(Event, abstract=True)",
            )


def _inherited(cls: type[Record]) -> tuple[FieldSpec, ...]:
    return tuple(spec for base in cls.__bases__ if hasattr(base, "__record__") for spec in base.__record__.fields)


def _check_redeclared(inherited: FieldSpec | None, spec: FieldSpec, where: str) -> None:
    """A type may word an inherited field anew, and not turn it into something else: engines rely on what bases say."""
    if inherited is not None and attrs.evolve(spec, doc=inherited.doc) != inherited:
        raise ModelError(
            f"the field is inherited as {inherited}, and is declared here as another",
            where=where,
            hint="keep its kind and type, and change its documentation only",
        )


def _own_fields(cls: type[Record]) -> dict[str, tuple[FieldSpec, object]]:
    fields: dict[str, tuple[FieldSpec, object]] = {}
    for name in inspect.get_annotations(cls):
        if get_origin(_annotation(cls, name)) is ClassVar:
            continue
        where = f"{cls.__name__}.{name}"
        declared = cls.__dict__.get(name)
        if not isinstance(declared, Field):
            raise ModelError(
                "a field is declared with role(...), link(...) or field(...)",
                where=where,
                hint=f'{name}: Field[PersonId] = role("the person who ...")',
            )
        if name.startswith("_"):
            raise ModelError("the name of a field begins with a letter", where=where, hint=f"name it {name.strip('_')}")
        if fault := field_name_fault(name):
            raise ModelError(f"the name of the field {fault}", where=where, hint="give it another name")
        fields[name] = _spec(declared, _python_type(cls, name), where), declared.default
    for name, value in cls.__dict__.items():
        if isinstance(value, Field) and name not in fields:
            raise ModelError("a field needs a type", where=f"{cls.__name__}.{name}", hint=f"{name}: Field[...] = ...")
    return fields


def _spec(declared: Field[Any], python_type: object, where: str) -> FieldSpec:
    kind, many, optional = kind_of_type(python_type, where)
    if declared.purpose is Purpose.ROLE and kind != IdKind("PersonId"):
        raise ModelError("a role holds PersonId", where=where, hint="use link(...) for other ids, else field(...)")
    if declared.purpose is Purpose.LINK and not isinstance(kind, IdKind):
        raise ModelError("a link holds an id", where=where, hint="use field(...) for codes, flags, dates and numbers")
    if optional != (declared.default is None):
        raise ModelError(
            "a field that may be missing has both '| None' in its type and default=None",
            where=where,
            hint="or neither, when every record must have it",
        )
    return FieldSpec(declared.name, declared.purpose, kind, many, optional, declared.doc)


def _annotation(cls: type[Record], name: str) -> Any:  # noqa: ANN401 - annotations are any object
    annotation = inspect.get_annotations(cls)[name]
    if isinstance(annotation, str):
        annotation = _evaluate(annotation, cls, name)
    return annotation


def _evaluate(text: str, cls: type[Record], name: str) -> object:
    """Evaluate a postponed annotation where the class is written, in a function too."""
    for scope in _scopes(cls):
        try:
            return eval(ForwardRef(text).__forward_code__, *scope)  # noqa: S307 - the author's own annotation
        except NameError:
            continue
    raise ModelError(f"the type {text!r} cannot be found", where=f"{cls.__name__}.{name}", hint="import it by name")


def _scopes(cls: type[Record]) -> list[tuple[dict[str, Any], Mapping[str, object]]]:
    module = vars(sys.modules[cls.__module__])
    scopes: list[tuple[dict[str, Any], Mapping[str, object]]] = [(module, dict(vars(cls)))]
    frame = sys._getframe(1)  # noqa: SLF001 - the only way to the names of an enclosing function
    while frame is not None and len(scopes) < 12:  # noqa: PLR2004 - a class statement is a few frames up
        if frame.f_globals is module:
            scopes.append((module, frame.f_locals))
        frame = frame.f_back  # type: ignore[assignment]  # None ends the loop
    return scopes


def _python_type(cls: type[Record], name: str) -> object:
    annotation = _annotation(cls, name)
    if get_origin(annotation) is not Field:
        raise ModelError(
            "the type of a field is written Field[...]", where=f"{cls.__name__}.{name}", hint=f"{name}: Field[...]"
        )
    return get_args(annotation)[0]


def _in_utc(moment: datetime | None) -> datetime | None:
    """Read a moment without time zone as UTC, so that any two can be ordered."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


class Event(Record, abstract=True):
    """One thing that happened on one date. Subclass it to declare an event type."""

    id: Field[EventId] = field("the id of the event")
    occurred_on: Field[date] = field("the day on which it happened")
    recorded_at: Field[datetime | None] = field(
        "when this version of the record was made; without a time zone it is read as UTC; "
        "a missing moment counts as known from the beginning",
        default=None,
    )


class Person(Record, abstract=True):
    """What is known of a person, apart from events. Subclass it to declare attributes such as sex."""

    id: Field[PersonId] = field("the id of the person")
    recorded_at: Field[datetime | None] = field("when this version of the record was made", default=None)

    @classmethod
    def of(cls, role: Expr[Any]) -> PersonInRole:
        """Speak of the person in a role, to break a figure down: ``KnownPerson.of(Trial.defendant).sex``."""
        return person_in(role, cls)


class Retraction(Record):
    """Withdraws a record made in error: from ``recorded_at`` on, the event or merge of that id is not known."""

    id: Field[EventId] = field("the id of the retraction")
    of: Field[EventId] = field("the id of the record that is withdrawn")
    recorded_at: Field[datetime] = field("when the record was withdrawn")
    reason: Field[str | None] = field("why the record was withdrawn", default=None)


class SamePerson(Record):
    """States that two ids belong to one person: from ``recorded_at`` on, ``person`` is counted as ``same_as``."""

    id: Field[EventId] = field("the id of the statement, by which it can be retracted")
    person: Field[PersonId] = role("the id that is given up")
    same_as: Field[PersonId] = role("the id that stays")
    recorded_at: Field[datetime] = field("when it was found out")


def check_values(record: Record) -> str:
    """Name the first field of a record whose value is not of its kind, or give the empty string."""
    for spec in record.__record__.fields:
        value = getattr(record, spec.name)
        if value is None:
            if not spec.optional:
                return spec.name
        elif spec.many:
            if not isinstance(value, frozenset) or not all(fits(spec.kind, member) for member in value):
                return spec.name
        elif not fits(spec.kind, value):
            return spec.name
    return ""


def has_default(record: type[Record], name: str) -> bool:
    """Tell whether a record may be made without a field: it has a default then, ``None`` or another.

    Readers leave a field out where a file says nothing of it, so that its default holds, whichever the file is.
    """
    return default_of(record, name) is not attrs.NOTHING


def default_of(record: type[Record], name: str) -> Any:  # noqa: ANN401 - the value of any field
    """Give the value of a field of which nothing is known, or ``attrs.NOTHING`` where it must be known."""
    attributes: Mapping[str, attrs.Attribute[Any]] = attrs.fields_dict(cast("Any", record))
    return attributes[name].default


R = TypeVar("R", bound=Record)


def revised(record: R, **changes: Any) -> R:  # noqa: ANN401 - each field has a type of its own
    """Give a copy of a record with some fields changed.

    As for a correction: ``revised(arrest, suspect=PersonId("P-2"), recorded_at=datetime(2024, 3, 1, tzinfo=UTC))``.
    """
    return cast("R", attrs.evolve(cast("Any", record), **changes))


def ids_in(record: Record) -> frozenset[str]:
    """Give the ids that a record holds: its persons, and what ties it to other records, but not its own id."""
    held: set[str] = set()
    for spec in record.__record__.fields:
        value = getattr(record, spec.name)
        if isinstance(spec.kind, IdKind) and spec.name != "id" and value is not None:
            held.update(value if spec.many else (value,))
    return frozenset(held)
