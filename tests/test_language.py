"""What can be written, what it means structurally, and what is refused where it is written."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from impact_metrics import (
    CaseId,
    Catalogue,
    Code,
    CodeSet,
    Event,
    EventId,
    Field,
    Metric,
    Model,
    ModelError,
    PersonId,
    RuleError,
    Source,
    Unit,
    alias,
    all_of,
    any_of,
    at_least,
    at_most,
    clause,
    constraint,
    count,
    disjoint,
    distinct,
    exists,
    field,
    implies,
    link,
    not_,
    revised,
    role,
    rows,
    subset,
    total,
)
from impact_metrics.errors import MissingExtraError, missing_extra, nearest
from impact_metrics.expressions import AllOf, AnyOf, Compare, Constant, FieldRef, Not, Row, walk
from impact_metrics.limits import MAX_CONDITIONS
from impact_metrics.rules.invariants import metrics_of
from impact_metrics.rules.populations import Both, parts, subject_kind
from impact_metrics.values import CodeKind, IdKind, NumberKind
from impact_metrics.values.kinds import kind_of_type
from tests.toys import TOYS, WARM, Broken, Colour, Made, Shape, Sold

PERSON = Unit("person", "persons", PersonId)
SOURCE = Source("Toy makers", "Report", "page 3")


def metric(name: str, measure: Any, unit: Unit = PERSON) -> Metric:
    return Metric(id=name, version="1", title=name, definition=None, source=SOURCE, unit=unit, measure=measure)


def refused(*words: str) -> Any:
    """A RuleError whose whole text, hint included, has all the words."""
    return pytest.raises(RuleError, match="(?s)" + "".join(f"(?=.*{word})" for word in words))


# --- structure


def test_equal_rules_are_equal_and_hash_alike() -> None:
    """Two trees written alike are one; another constant, another type of constant or another alias makes another."""
    write = lambda: all_of(Made.safe, exists(Sold, Sold.case == Made.case, Sold.colour.in_(WARM)))  # noqa: E731
    assert write() == write()
    assert hash(write()) == hash(write())
    assert (Made.parts == 1) != (Made.parts == 2)
    assert Constant(1) != Constant(True)  # noqa: FBT003 - the two are what it is about
    assert Constant(1) == Constant(1)
    other = alias(Sold, "other")
    assert exists(Sold, Sold.gift) != exists(other, other.gift)


def test_every_operator_builds_its_node() -> None:
    """Comparisons read as they were written."""
    day = date(2024, 1, 1)
    written = [Made.due == day, Made.due != day, Made.due < day, Made.due <= day, Made.due > day, Made.due >= day]
    assert [str(node) for node in written] == [
        f"Made.due {sign} {day!r}" for sign in ("==", "!=", "<", "<=", ">", ">=")
    ]
    moved = (Made.due + timedelta(days=3)) - timedelta(days=10)
    assert repr(moved) == "Expr(Made.due - 7 days)"
    assert str((Made.due + timedelta(days=3)).node) == "Made.due + 3 days"
    assert str(Made.shape == Shape.ROUND) == "Made.shape == Shape.ROUND"
    assert str(Made.maker == Sold.buyer) == "Made.maker == Sold.buyer"
    assert hash(Made.due) != hash(Made.due), "an expression is itself only"


def test_single_conditions_are_not_wrapped() -> None:
    """all_of, any_of and where with one condition are that condition; a flag stands for being true."""
    safe = Made.safe == True  # noqa: E712 - builds a condition
    assert all_of(Made.safe) == any_of(Made.safe) == safe
    assert distinct(Made.maker).where(Made.safe).condition == safe
    assert distinct(Made.maker).where(Made.safe).where(Made.parts > 1).condition == all_of(Made.safe, Made.parts > 1)
    assert rows(Made).where(Made.safe).where(Made.parts > 1).condition == all_of(Made.safe, Made.parts > 1)
    assert implies(Made.safe, Made.parts > 1) == AnyOf((Not(safe), Made.parts > 1))


def test_a_clause_carries_its_authors_words() -> None:
    """The name and the first paragraph of the docstring label the condition that a function returns."""

    @clause
    def is_safe() -> Compare:
        """Say that the toy is safe.

        More words.
        """
        return Made.safe == True  # noqa: E712 - builds a condition

    assert (is_safe().name, is_safe().text) == ("is_safe", "Say that the toy is safe.")
    with refused("docstring", "nameless"):
        clause(nameless)


def nameless() -> Compare:
    return Made.parts == 1


def test_walking_visits_every_node_outer_first() -> None:
    """The traversal gives the node itself, then everything inside."""
    inner = Sold.case == Made.case
    tree = not_(exists(Sold, inner))
    assert list(walk(tree)) == [tree, tree.item, inner]


def test_a_field_is_typed_twice() -> None:
    """On the class a field is an expression, on an instance the plain value; missing fields are None."""
    sold = Sold(
        id=EventId("S"), occurred_on=date(2024, 1, 1), case=CaseId("C"), box="B", colour=Colour.RED, gift=True, pieces=2
    )
    assert sold.pieces == 2
    assert sold.buyer is None
    assert Sold.pieces.node == FieldRef(Row(Sold.__record__), "pieces")
    assert Sold.occurred_on.node.row.record.name == "Sold"
    assert revised(sold, pieces=3).pieces == 3
    assert pickle.loads(pickle.dumps(sold)) == sold  # noqa: S301 - our own


def test_moments_without_time_zone_are_utc() -> None:
    """Any two moments of recording can be ordered."""
    made = Broken(id=EventId("B"), occurred_on=date(2024, 1, 1), case=CaseId("C"), recorded_at=datetime(2024, 1, 1))  # noqa: DTZ001
    assert made.recorded_at == datetime(2024, 1, 1, tzinfo=UTC)


def test_code_sets_are_ordered_and_read_like_sets() -> None:
    """A code set is told by its members, not by the order or repeats in which they were written."""
    one = CodeSet("colours", (Colour.RED, Colour.BLUE, Colour.RED))
    assert one == CodeSet("colours", (Colour.BLUE, Colour.RED))
    assert list(one) == [Colour.BLUE, Colour.RED]
    assert len(one) == 2
    assert Colour.RED in one
    assert Colour.GREEN not in one
    assert str(Colour.RED) == "red"
    assert Colour.RED.meaning == "The colour of fire."


# --- refusals in rules


def test_python_logic_is_refused() -> None:
    """and, or, not, if, in and chains of comparisons would drop part of a rule without a word."""
    with refused("no truth value", "all_of"):
        bool(Made.parts > 1)
    with refused("no truth value", "Made.safe"):
        bool(Made.safe)
    with refused("no truth value"):
        1 < Made.parts < 3  # noqa: B015
    with refused("'in' cannot be used", "in_"):
        Made.shape in CodeSet("", (Shape.ROUND,))  # noqa: B015


def test_unlike_values_are_refused() -> None:
    """A person is no case, a code of one list is none of another, and True is no number."""
    compare: list[tuple[Any, Any, str]] = [
        (Made.maker, Sold.case, "PersonId cannot be compared with CaseId"),
        (Made.shape, Colour.RED, "use a member of Shape: ROUND, SQUARE"),
        (Made.parts, True, "int cannot be compared with True"),
        (Made.parts, Decimal(1), "int cannot be compared"),
        (Made.due, datetime(2024, 1, 1, tzinfo=UTC), "cannot compare with"),
        (Made.price, 1.5, "cannot compare with 1.5 of type float"),
        (Made.maker, None, "use .is_missing"),
        (Made.safe, Made.parts == 1, "cannot be compared with a condition"),
        (Made.note, "x", "free text cannot be compared"),
        (Made.recorded_at, Made.due, "pass known_at"),
        (Made.helpers, PersonId("P"), "use .contains"),
    ]
    for one, other, words in compare:
        with refused(words):
            one == other  # noqa: B015
    with refused("PersonId has no order"):
        Made.maker < Sold.buyer  # type: ignore[operator]  # noqa: B015 - refused by checkers too


def test_sets_are_compared_by_their_own_methods() -> None:
    """Overlaps and contains are for sets, in_ for single values of ids, codes and numbers."""
    with refused("holds one value", "in_"):
        Made.shape.overlaps({Shape.ROUND})  # type: ignore[misc]
    with refused("CodeKind|Shape|member"):
        Made.colours.overlaps({Shape.ROUND})  # type: ignore[arg-type]
    with refused("PersonId cannot be compared with CaseId"):
        Made.helpers.contains(Sold.case)  # type: ignore[arg-type]
    with refused("membership in a set is for ids, codes and numbers"):
        Made.safe.in_({True})
    with refused("needs at least one member"):
        Made.shape.in_(set())
    with refused("unlike types"):
        CodeSet("mixed", (Shape.ROUND, "round"))


def test_only_dates_move_by_whole_days() -> None:
    """Days are added to date fields, and to nothing else."""
    with refused("only a date can be moved"):
        Made.parts + timedelta(days=1)  # type: ignore[operator]
    with refused("whole number of days"):
        Made.due + timedelta(hours=1)
    with refused("cannot be moved by 3"):
        Made.due + 3  # type: ignore[operator]
    with refused("needs a field itself"):
        (Made.due + timedelta(days=1)).is_missing()


def test_misspelt_fields_get_the_nearest_right_name() -> None:
    """A rule that names a field that is not there says which one was meant; hasattr still works."""
    for row in (Made, alias(Made, "other")):
        with refused("Made has no field 'makr'", "did you mean 'maker'"):
            row.makr  # type: ignore[attr-defined]  # noqa: B018
        assert not hasattr(row, "__not_there__")
    assert not hasattr(Made, "nothing_like_it")
    assert not hasattr(Made, "_private")
    assert nearest("x", []) == "there are none"
    assert nearest("zzz", ["b", "a"]) == "known names are: a, b"


def test_rows_are_bound_once_and_before_they_are_read() -> None:
    """A rule that reads a row nothing binds, or binds one twice, is refused where it is written."""
    with refused("reads a field of Sold", "bound: Made", "exists\\(Sold"):
        distinct(Made.maker).where(Sold.case == Made.case)
    with refused("bound twice", "alias\\(Made"):
        distinct(Made.maker).where(exists(Made, Made.safe))
    with refused("bound twice"):
        exists(Sold, exists(Sold, Sold.gift))
    with refused("is no event type"):
        exists(int, Made.safe)  # type: ignore[arg-type]
    with refused("cannot name a row"):
        alias(Made, "two words")
    assert repr(alias(Made, "other")) == "alias(Made, 'other')"
    with refused("reads a field of Sold"):
        rows(Made).where(Sold.gift)
    with refused("reads a field of Sold"):
        total(Made.parts).where(Sold.gift)


def test_what_is_no_condition_is_refused() -> None:
    """Python booleans and empty conjunctions are no rules."""
    with refused("True is no condition"):
        all_of(True)  # type: ignore[arg-type]  # noqa: FBT003 - what it is about
    with refused("at least one condition"):
        all_of()
    with refused("at least one condition"):
        any_of()


def test_thresholds_make_sense() -> None:
    """At least nothing always holds; what is told apart is a single value of the counted row."""
    with refused("always holds"):
        at_least(0, Made)
    with refused("always holds"):
        distinct(Made.maker).at_least(0)
    with refused("no field of the counted row"):
        at_least(2, Made, on_distinct=Sold.case)
    with refused("holds a set"):
        distinct(Made.maker).at_least(2, on_distinct=Made.helpers)
    with refused("needs a field itself"):
        distinct(Made.maker).at_least(2, on_distinct=Made.due + timedelta(days=1))


def test_depth_is_limited_with_a_clear_error() -> None:
    """A rule too deep for any reader is refused; side by side any number of conditions is fine, and hashes."""
    deep: Any = Made.parts == 1
    with refused(f"more than {MAX_CONDITIONS} conditions deep"):
        for _ in range(MAX_CONDITIONS + 1):
            deep = not_(deep)
    wide = all_of(*(Made.parts != number for number in range(5000)))
    assert hash(wide) == hash(wide)
    assert wide.depth == 2


# --- populations, measures, metrics


def test_populations_combine_only_their_own_kind() -> None:
    """Persons go with persons; a case is none."""
    makers, buyers, cases = distinct(Made.maker), distinct(Sold.buyer), distinct(Sold.case)
    assert subject_kind((makers & buyers) | (makers - buyers)) == IdKind("PersonId")
    assert parts(makers - buyers) == (makers, buyers)
    with refused("cannot mix CaseId with PersonId"):
        makers & cases  # type: ignore[operator]
    with refused("cannot mix CaseId with PersonId"):
        makers | cases  # type: ignore[operator]
    with refused("cannot mix CaseId with PersonId"):
        makers - cases  # type: ignore[operator]
    with refused("is no population"):
        makers & 3  # type: ignore[operator]
    with refused("no subjects"):
        Both(())
    with refused("only things with an id"):
        distinct(Made.parts)  # type: ignore[type-var]
    with refused("needs a role or a link"):
        distinct(Made.due + timedelta(days=1))  # type: ignore[type-var]


def test_measures_take_what_they_can_measure() -> None:
    """Count takes populations and rows, total takes numbers."""
    assert count(rows(Made).where(exists(Sold, Sold.case == Made.case))).rows_read == {
        Row(Made.__record__),
        Row(Sold.__record__),
    }
    assert total(Made.parts).rows_read == {Row(Made.__record__)}
    with refused("cannot be counted"):
        count(Made)  # type: ignore[arg-type]
    with refused("only a number can be summed"):
        total(Made.shape)  # type: ignore[arg-type]
    with refused("needs a number field"):
        total(3)  # type: ignore[arg-type]


def test_a_metric_names_its_unit_and_the_unit_is_what_is_counted() -> None:
    """A count of persons is no number of cases, and rows have no identity."""
    assert str(metric("makers", count(distinct(Made.maker)))) == "makers 1"
    assert str(SOURCE) == 'Toy makers, "Report" (page 3)'
    with refused("identified by PersonId", "counts by CaseId", "bad"):
        metric("bad", count(distinct(Sold.case)))
    with refused("counts by rows"):
        metric("bad", count(rows(Sold)))
    with refused("identified by no id"):
        metric("bad", count(distinct(Sold.case)), Unit("row", "rows"))
    with refused("small letters"):
        metric("Bad id", count(distinct(Made.maker)))


def test_a_catalogue_holds_together() -> None:
    """Ids are unique, event types are of the model, and invariants speak of metrics that are there and comparable."""
    makers, buyers = metric("makers", count(distinct(Made.maker))), metric("buyers", count(distinct(Sold.buyer)))
    cases = metric("cases", count(distinct(Sold.case)), Unit("case", "cases", CaseId))
    pieces = metric("pieces", total(Sold.pieces), Unit("piece", "pieces"))
    within = subset(makers, buyers, because="x")
    apart = disjoint(makers, buyers, because="x")
    below = at_most(pieces, buyers, because="x")
    assert [str(item) for item in (within, apart, below)] == [
        "makers is within buyers",
        "makers and buyers share nobody",
        "pieces is at most buyers",
    ]
    assert metrics_of(below) == ("pieces", "buyers")
    catalogue = Catalogue(
        id="c", version="1", title="C", model=TOYS, metrics=(makers, buyers, pieces), invariants=(within, apart, below)
    )
    assert catalogue["makers"] is makers
    with refused("no metric 'maker'", "did you mean 'makers'"):
        catalogue["maker"]
    with refused("one counts PersonId and the other CaseId"):
        subset(makers, cases, because="x")
    with refused("only counts of subjects"):
        disjoint(makers, pieces, because="x")
    with refused("two metrics have the same id"):
        Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(makers, makers))
    with refused("there is no metric 'buyers'", "makers is within buyers"):
        Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(makers,), invariants=(within,))
    with pytest.raises(ModelError, match="no event type Made"):
        Catalogue(id="c", version="1", title="C", model=Model(name="m", events=(Sold,)), metrics=(makers,))


# --- refusals in models


def test_event_types_are_refused_where_they_are_written() -> None:
    """Docstrings, descriptors, types and defaults of fields are checked when the class is made."""

    def declare(annotation: Any, value: Any, doc: str | None = "A thing happens.") -> None:
        body = {"__module__": __name__, "__annotations__": {"x": annotation}, "__doc__": doc}
        type("Happening", (Event,), body if value is None else {**body, "x": value})

    declare(Field[PersonId], role("a person"))
    wrong: list[tuple[Any, Any, str]] = [
        (Field[PersonId], None, "declared with role"),
        (int, field("a number"), "written Field"),
        (Field[CaseId], role("a case"), "a role holds PersonId"),
        (Field[int], link("a number"), "a link holds an id"),
        (Field[float], field("a number"), "use Decimal"),
        (Field[list[str]], field("a list"), "cannot be of type"),
        (Field[int | str | None], field("either", default=None), "a field cannot be"),
        (Field[int], field("a number", default=None), "default=None"),
        (Field[int | None], field("a number"), "default=None"),
        ("Field[Nowhere]", field("something"), "'Field\\[Nowhere\\]' cannot be found"),
    ]
    for annotation, value, words in wrong:
        with pytest.raises(ModelError, match=words):
            declare(annotation, value)
    with pytest.raises(ModelError, match="docstring"):
        declare(Field[int], field("a number"), None)
    with pytest.raises(ModelError, match="sentence"):
        field(" ")


def test_annotations_may_be_postponed_inside_functions() -> None:
    """An event type can be declared in a function, with types that only the function knows, and class variables."""

    class Local(Code):
        """A list of one."""

        ONE = "one"

    class Happening(Event):
        """A thing happens."""

        counted: ClassVar[int] = 3
        code: Field[Local] = field("its code")

    assert Happening.__record__.field("code").kind == CodeKind(Local)
    assert Happening.counted == 3


def test_shared_fields_stand_in_abstract_bases() -> None:
    """A base shares fields and has no rows; an event type of its own cannot be subclassed."""

    class Shared(Event, abstract=True):
        """Something with a case."""

        case: Field[CaseId] = link("the case")

    class Happening(Shared):
        """A thing happens."""

        person: Field[PersonId] = role("the person")

    assert [spec.name for spec in Happening.__record__.fields] == ["id", "occurred_on", "recorded_at", "case", "person"]
    assert Happening.case.node.row.name == "Happening"
    with pytest.raises(ModelError, match="cannot be subclassed"):
        type("More", (Happening,), {"__doc__": "More happens.", "__module__": __name__})
    with pytest.raises(ModelError, match="abstract"):
        Model(name="m", events=(Shared,))


def test_a_code_list_is_documented() -> None:
    """A list that nobody explains cannot be audited."""
    with pytest.raises(ModelError, match="docstring"):
        Code("Undocumented", {"A": "a"})


def test_models_and_constraints_hold_together() -> None:
    """Names are unique, constraints require something for a reason, and read event types of the model."""
    rule = constraint("some", Sold, Sold.pieces > 0, because="x")
    assert rule.condition == (Sold.pieces > 0)
    assert constraint("other", Sold, Sold.pieces > 0, when=Sold.gift, because="x").condition == implies(
        Sold.gift, Sold.pieces > 0
    )
    with pytest.raises(ModelError, match="at least one condition"):
        constraint("some", Sold, because="x")
    with pytest.raises(ModelError, match="says why"):
        constraint("some", Sold, Sold.gift, because=" ")
    with refused("reads a field of Made"):
        constraint("some", Sold, Made.safe, because="x")
    with pytest.raises(ModelError, match="same id"):
        Model(name="m", events=(Sold,), constraints=(rule, rule))
    with pytest.raises(ModelError, match="same name"):
        Model(name="m", events=(Sold, Sold))
    with pytest.raises(ModelError, match="no event type Sold"):
        Model(name="m", events=(Made,), constraints=(rule,))


def test_kinds_print_as_their_types() -> None:
    """Errors name a kind as the author wrote it."""
    assert {str(spec) for spec in Made.__record__.fields} == {
        "EventId",
        "date",
        "datetime",
        "PersonId",
        "frozenset[PersonId]",
        "CaseId",
        "frozenset[BoxId]",
        "frozenset[Colour]",
        "Shape",
        "bool",
        "int",
        "Decimal",
        "str",
    }
    assert kind_of_type(frozenset[int] | None, "here") == (NumberKind(), True, True)


def test_a_code_list_is_explained_alike_in_every_python() -> None:
    """Its docstring is without the indentation of its class, so that a catalogue has one digest everywhere."""

    class Sizes(Code):
        """Sizes of boxes.

        Source: everybody.
        """

        SMALL = "small"

    assert Sizes.__doc__ == "Sizes of boxes.\n\nSource: everybody."
    for doc in (None, "", " \n "):
        space: Any = type(Code).__prepare__("Bare", (Code,))
        space.update({} if doc is None else {"__doc__": doc})
        with pytest.raises(ModelError) as caught:
            type(Code)("Bare", (Code,), space)
        assert (caught.value.where, caught.value.problem.partition(" that says")[0]) == (
            "Bare",
            "a code list needs a docstring",
        )


def test_errors_travel_whole() -> None:
    """An error keeps its parts across process borders, and a missing extra is an ImportError that names it."""
    error = RuleError("wrong", where="here", hint="write it right")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(again), str(again)) == (RuleError, "here: wrong\n  hint: write it right")
    absent = missing_extra("drawing", "matplotlib", "plots")
    assert isinstance(absent, MissingExtraError | ImportError)
    assert 'pip install "impact-metrics[plots]"' in str(absent)


def test_an_empty_conjunction_always_holds() -> None:
    """Distinct without where keeps every row."""
    assert distinct(Made.maker).condition == AllOf(())
