"""Laws of figures: they hold of the shipped catalogue and of drawn ones, and each catches a seeded fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    EventId,
    Metric,
    Model,
    PersonId,
    RuleError,
    Source,
    Stream,
    StreamError,
    Unit,
    at_most,
    average,
    constraint,
    count,
    covered_by,
    disjoint,
    distinct,
    equivalent,
    exists,
    monotone,
    ratio,
    rows,
    satisfiable,
    subset,
    sum_of,
    total,
)
from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.reports.books import Line
from impact_metrics.rules import Count, Distinct, Ratio, RowCount, Subset, Total
from impact_metrics.rules.dimensions import ByTime
from impact_metrics.rules.measures import KINDS, Figure
from impact_metrics.testing import (
    AFRESH,
    ENGINES,
    REFERENCE,
    SMALL,
    Answer,
    Engine,
    afresh,
    catalogues,
    check_laws,
    laws,
    laws_of,
    measures,
    metrics,
    models,
    populations,
    streams,
)
from tests import oracle
from tests.test_engine_properties import known_events, sampled
from tests.toys import STRICT_TOYS, TOYS, Broken, Colour, Made, Owner, Sold

DAY = date(2024, 1, 5)
NEXT = date(2024, 1, 7)


def metric(name: str, measure: Any) -> Metric:
    unit = Unit("person", "persons", PersonId) if isinstance(measure, Count) else Unit("row", "rows")
    return Metric(
        id=name, version="1", title=name, definition=None, source=Source("A", "B"), unit=unit, measure=measure
    )


MAKERS = metric("makers", count(distinct(Made.maker)))
SAFE_MAKERS = metric("safe_makers", count(distinct(Made.maker).where(Made.safe)))
BUYERS = metric("buyers", count(distinct(Sold.buyer)))
ALL_MADE = metric("all_made", count(rows(Made)))
PARTS = metric("parts", total(Made.parts))
IDLE_MAKERS = metric("idle_makers", count(distinct(Made.maker) - distinct(Sold.buyer)))


def catalogue(*found: Metric, invariants: Sequence[Any] = (), model: Model = TOYS) -> Catalogue:
    return Catalogue(id="c", version="1", title="C", model=model, metrics=found, invariants=tuple(invariants))


EVERYTHING = catalogue(MAKERS, SAFE_MAKERS, BUYERS, ALL_MADE, PARTS, IDLE_MAKERS)


def made(name: str, maker: str = "P-1", day: date = DAY, **values: Any) -> Made:
    return Made(id=EventId(name), occurred_on=day, maker=PersonId(maker), helpers=frozenset(), **values)


STREAM = Stream([made("A", parts=2), made("B", "P-2", NEXT, parts=3), Owner(id=PersonId("P-1"), colour=Colour.RED)])

test_every_law_holds_for_the_shipped_catalogue = settings(max_examples=max(2, settings.default.max_examples // 8))(
    laws_of(CATALOGUE, only_grow=["arrests", "prosecutions"])
)


@settings(max_examples=60)
@given(st.data())
def test_every_law_holds_for_drawn_catalogues(data: st.DataObject) -> None:
    """Whatever a catalogue over whatever model counts, at any moment of knowledge: all laws but invariants hold."""
    model = data.draw(st.one_of(st.just(TOYS), models()))
    drawn = attrs.evolve(data.draw(catalogues(model)), invariants=())
    check_laws(drawn, data.draw(streams(model, max_events=6, bookkeeping=True)))


@given(st.data())
def test_evaluation_afresh_is_brute_force(data: st.DataObject) -> None:
    """What laws compare engines with is what the oracle of the tests says, which was written apart from it."""
    model = data.draw(st.one_of(st.just(TOYS), models()))
    events = known_events(data.draw(streams(model, max_events=8)))
    population, measure = data.draw(populations(model)), data.draw(measures(model))
    for day in oracle.days_of_interest(events):
        assert afresh.members(population, events, day) == oracle.members(population, events, day)
        assert afresh.figure(measure, events, day) == oracle.figure(measure, events, day)[0]


# --- every law can fail


@attrs.frozen(slots=False)
class Altered:
    """An engine that has taken in records, and is right but for what a test alters."""

    records: Any
    right: Any
    change_answer: Callable[..., Answer]
    change_books: Callable[..., Any]

    def answer(self, metric: Metric, day: date) -> Answer:
        """The right answer, altered."""
        return self.change_answer(self.right.answer(metric, day), self.records)

    def books(self, metric: Metric, periods: Any, by: Any) -> Any:
        """The right lines, altered."""
        return self.change_books(self.right.books(metric, periods, by))


def same(right: Any, *_: Any) -> Any:
    return right


def faulty(answer: Callable[..., Answer] = same, books: Callable[..., Any] = same) -> Engine:
    def load(records: Any, known_at: Any) -> Altered:
        return Altered(records, REFERENCE.load(records, known_at), answer, books)

    return Engine("a faulty engine", load)


FORGETFUL = Engine("forgetful", lambda records, known_at: REFERENCE.load(records[:-1], known_at))
COUNTS_RECORDS = faulty(lambda _, records: Answer(len(records)))
KEEPS_NOBODY = faulty(lambda right, _: attrs.evolve(right, subjects=right.subjects and frozenset({"P-9"})))


def fails(law: Callable[..., None], *args: Any, **options: Any) -> str:
    """Give the message of a law that is broken."""
    with pytest.raises(AssertionError) as caught:
        law(*args, **options)
    return str(caught.value)


def test_order_is_told() -> None:
    """An engine that leaves out the last record depends on the order, and the message says who is missing where."""
    laws.order_does_not_matter(EVERYTHING, STREAM)
    two = Stream([made("A"), made("B", "P-2", NEXT)])
    assert fails(laws.order_does_not_matter, EVERYTHING, two, engine=FORGETFUL) == (
        "metric 'makers' as at 2024-01-05, with the records in reverse order: expected the figure to be 1, found 0; "
        "no longer counted: P-1"
    )


def test_repeats_are_told() -> None:
    """An engine that counts records twice when they are there twice is caught."""
    laws.repetition_does_not_matter(EVERYTHING, STREAM)
    assert "with every record repeated: expected the figure to be 3, found 6" in fails(
        laws.repetition_does_not_matter, EVERYTHING, STREAM, engine=COUNTS_RECORDS
    )


def test_disagreement_is_told() -> None:
    """Engines that differ in a figure, or only in who is counted, are told apart, by name."""
    laws.engines_agree(EVERYTHING, STREAM)
    assert fails(laws.engines_agree, EVERYTHING, STREAM, engines=[*ENGINES, COUNTS_RECORDS]) == (
        "metric 'makers' as at 2024-01-04, by a faulty engine: expected the figure of the reference engine to be 0, "
        "found 3"
    )
    assert "no longer counted: P-1; counted besides: P-9" in fails(
        laws.engines_agree, EVERYTHING, STREAM, engines=[AFRESH, KEEPS_NOBODY]
    )


def flow_of(line: Line, **changes: int) -> Line:
    """A copy of a line whose flow is altered, balanced or not."""
    assert line.flow is not None
    copied = attrs.evolve(line)
    object.__setattr__(copied, "flow", attrs.evolve(line.flow, **changes))
    return copied


def later(lines: Sequence[Line], **steps: int) -> list[Line]:
    """Lines whose last one has a flow that is altered by some steps."""
    last = lines[-1]
    return [*lines[:-1], flow_of(last, **{name: getattr(last.flow, name) + step for name, step in steps.items()})]


@pytest.mark.parametrize(
    ("books", "told"),
    [
        (lambda lines: later(lines, opening=1, left=1), "the opening to be 1, found 2"),
        (lambda lines: later(lines, entered=1), "opening + entered - left to be 2, found 3"),
        (lambda lines: later(lines, entered=1, closing=1), "the closing to be 2, found 3"),
        (lambda lines: [*lines[:-1], attrs.evolve(lines[-1], figure=Figure(7))], "the value to be 2, found 7"),
    ],
)
def test_books_that_do_not_balance_are_told(books: Callable[..., Any], told: str) -> None:
    """A line that does not balance, opens or closes otherwise, or states another figure, is caught, with its period."""
    laws.books_balance(EVERYTHING, STREAM)
    message = fails(laws.books_balance, catalogue(MAKERS), STREAM, engine=faulty(books=books))
    assert message == f"metric 'makers' as at 2024-01-07, in the books of 2024-01-07 to 2024-01-07: expected {told}"


@pytest.mark.parametrize("flow", [ALL_MADE, PARTS], ids=str)
def test_flows_that_are_not_the_figure_are_told(flow: Metric) -> None:
    """Over one period from the beginning on, a row count or total is the figure at its end."""
    wrong = faulty(books=lambda lines: [attrs.evolve(line, figure=Figure(9)) for line in lines])
    message = fails(laws.books_balance, catalogue(flow), STREAM, engine=wrong)
    assert message.startswith(f"metric {flow.id!r} as at 2024-01-07, in the books of one period: expected the value")


def test_books_need_an_engine_that_keeps_them() -> None:
    """Asked for books, an engine that keeps none says so; checking all laws does not ask it."""
    with pytest.raises(NotImplementedError, match="keeps no books"):
        laws.books_balance(EVERYTHING, STREAM, engine=AFRESH)


@pytest.mark.parametrize("flow", [MAKERS, ALL_MADE, PARTS], ids=str)
def test_cells_that_do_not_add_up_are_told(flow: Metric) -> None:
    """Books from which a cell is missing are caught, for counts of subjects, of rows, and totals."""
    laws.breakdowns_add_up(EVERYTHING, STREAM)
    laws.breakdowns_add_up(EVERYTHING, STREAM, by=[ByTime("year"), ByTime("month")])
    lacking = faulty(books=lambda lines: [line for line in lines if line.cell[0] in {"all", "P-2"}])
    message = fails(laws.breakdowns_add_up, catalogue(flow), STREAM, by=[Made.maker], engine=lacking)
    assert message.startswith(f"metric {flow.id!r} as at 2024-01-06, in the books of 2024-01-05 to 2024-01-06 by maker")
    assert "expected the sum of the cells' " in message


def test_breakdowns_use_every_dimension_there_is() -> None:
    """Without a choice, fields, time and attributes of persons are all tried: a fault in any one is caught."""
    tried: set[str] = set()

    class Watching(Altered):
        def books(self, metric: Metric, periods: Any, by: Any) -> Any:
            """The right lines; by what they are broken down is remembered."""
            tried.update(map(str, by))
            return super().books(metric, periods, by)

    def load(records: Any, known_at: Any) -> Watching:
        return Watching(records, REFERENCE.load(records, known_at), same, same)

    laws.breakdowns_add_up(catalogue(MAKERS), STREAM, engine=Engine("watching", load))
    assert tried >= {"maker", "colour", "shape", "year", "month", "age", "parts"}


def test_wrong_invariants_are_told() -> None:
    """An invariant of each sort that does not hold is caught, with who breaks it; one that holds is not."""
    sold = Sold(
        id=EventId("S"),
        occurred_on=NEXT,
        buyer=PersonId("P-1"),
        case="C",
        box="B",
        colour=Colour.RED,
        gift=False,
        pieces=1,
    )  # type: ignore[arg-type]  # ids are strings
    stream = Stream([*STREAM, sold])
    right = [
        subset(SAFE_MAKERS, MAKERS, because="a part"),
        at_most(BUYERS, MAKERS, because="here"),
        disjoint(BUYERS, SAFE_MAKERS, because="here"),
        equivalent(MAKERS, MAKERS, because="itself"),
        covered_by(SAFE_MAKERS, BUYERS, MAKERS, because="of one of them"),
        monotone(MAKERS, because="nothing is asked not to be"),
        satisfiable(MAKERS, because="somebody may make something"),
    ]
    laws.invariants_hold(catalogue(*EVERYTHING.metrics, invariants=right), stream)
    for wrong, told in [
        (subset(MAKERS, BUYERS, because="no"), "2024-01-05: expected nobody who is not in 'buyers', found P-1"),
        (at_most(MAKERS, BUYERS, because="no"), "2024-01-05: expected at most the 0 of 'buyers', found 1"),
        (disjoint(MAKERS, BUYERS, because="no"), "2024-01-07: expected nobody who is in 'buyers', found P-1"),
        (equivalent(MAKERS, BUYERS, because="no"), "2024-01-05: expected the same as in 'buyers', found P-1"),
        (covered_by(MAKERS, BUYERS, because="no"), "2024-01-05: expected nobody who is in none of 'buyers', found P-1"),
    ]:
        message = fails(laws.invariants_hold, catalogue(*EVERYTHING.metrics, invariants=[wrong]), stream)
        assert message == f"metric 'makers' as at {told}; declared: {wrong}"


def test_a_metric_that_is_declared_monotone_is_held_to_it() -> None:
    """Where an event takes somebody out the law is broken, unless the stream without it, or with it, is not valid."""
    declared = catalogue(IDLE_MAKERS, invariants=[monotone(IDLE_MAKERS, because="somebody thinks so")])
    sold = Sold(
        id=EventId("S"),
        occurred_on=NEXT,
        buyer=PersonId("P-1"),
        case="C",
        box="B",
        colour=Colour.RED,
        gift=False,
        pieces=1,
    )  # type: ignore[arg-type]  # ids are strings
    lone = Stream([made("A"), sold])
    assert "expected the figure to be at least" in fails(laws.invariants_hold, declared, lone)
    never_sold = constraint("never_sold", Sold, Sold.pieces > 1, because="for the test")
    strict = Model(name="toys", events=TOYS.events, person=TOYS.person, constraints=(never_sold,))
    laws.invariants_hold(attrs.evolve(declared, model=strict), lone)
    broken = Broken(id=EventId("X"), occurred_on=NEXT, case="C", witnesses=None)  # type: ignore[arg-type]  # ids are strings
    needed = Stream([*lone, broken])
    assert "expected the figure to be at least" in fails(laws.invariants_hold, declared, needed)
    laws.invariants_hold(attrs.evolve(declared, model=STRICT_TOYS), needed)


def test_invariants_are_held_against_valid_streams_only() -> None:
    """Where a constraint is broken, nothing is said of an invariant that rests on it."""
    broken = metric("broken", count(distinct(Broken.witnesses)))
    sold = metric("sold", count(distinct(Broken.witnesses).where(exists(Sold, Sold.case == Broken.case))))
    rests = catalogue(
        broken, sold, invariants=[subset(broken, sold, because="what breaks was sold")], model=STRICT_TOYS
    )
    alone = Broken(id=EventId("X"), occurred_on=DAY, case="C", witnesses=frozenset({PersonId("P")}))  # type: ignore[arg-type]  # ids are strings
    laws.invariants_hold(rests, Stream([alone]))
    assert "found P" in fails(laws.invariants_hold, attrs.evolve(rests, model=TOYS), Stream([alone]))


def test_what_lowers_a_figure_is_told() -> None:
    """A claim that a metric only grows is refuted by an event that takes somebody out; a true one stands."""
    sold = Sold(
        id=EventId("S"),
        occurred_on=NEXT,
        buyer=PersonId("P-1"),
        case="C",
        box="B",
        colour=Colour.RED,
        gift=False,
        pieces=1,
    )  # type: ignore[arg-type]  # ids are strings
    laws.monotone(MAKERS, STREAM, [sold])
    assert fails(laws.monotone, IDLE_MAKERS, STREAM, [sold]) == (
        "metric 'idle_makers' as at 2024-01-07, after adding S: expected the figure to be at least 2, found 1; "
        "no longer counted: P-1"
    )
    assert "found 1" in fails(laws.monotone, PARTS, STREAM, [made("C", parts=-1)])
    with pytest.raises(StreamError, match="corrects it"):
        laws.monotone(MAKERS, STREAM, [made("A", "P-3")])


@pytest.mark.parametrize("engine", [FORGETFUL, COUNTS_RECORDS, faulty(books=lambda lines: later(lines, entered=1))])
def test_checking_all_laws_checks_each(engine: Engine) -> None:
    """A fault in order, repeats or books is found in one call, and so are wrong invariants and claims."""
    check_laws(EVERYTHING, STREAM, only_grow=["makers", "parts"])
    assert fails(check_laws, catalogue(MAKERS), STREAM, engines=[engine])


def test_checking_all_laws_checks_what_is_declared_and_claimed() -> None:
    """Wrong invariants and claims are found in that call too; a metric that is not there cannot be claimed."""
    wrong = catalogue(MAKERS, BUYERS, invariants=[subset(MAKERS, BUYERS, because="no")])
    assert "declared: makers is within buyers" in fails(check_laws, wrong, STREAM)
    assert "expected the figure to be at least" in fails(
        check_laws, catalogue(PARTS), Stream([made("A", parts=-1)]), only_grow=["parts"]
    )
    cells = faulty(books=lambda lines: [line for line in lines if not line.cell or line.cell[0] == "all"])
    assert "by age" in fails(check_laws, catalogue(MAKERS), STREAM, engines=[cells])
    assert "by a faulty engine" in fails(check_laws, catalogue(MAKERS), STREAM, engines=[REFERENCE, COUNTS_RECORDS])
    with pytest.raises(RuleError, match="makers"):
        check_laws(EVERYTHING, STREAM, only_grow=["maker"])


def test_laws_of_draws_what_breaks_a_law() -> None:
    """The one-line test fails for a wrong invariant and a wrong claim, and passes for right ones."""
    quick = settings(max_examples=60, phases=[Phase.generate], database=None, derandomize=True)
    wrong = catalogue(MAKERS, BUYERS, invariants=[subset(MAKERS, BUYERS, because="no")])
    assert "declared: makers is within buyers" in fails(quick(laws_of(wrong)))
    assert "idle_makers" in fails(quick(laws_of(catalogue(IDLE_MAKERS), only_grow=["idle_makers"])))
    settings(quick, max_examples=10)(laws_of(catalogue(MAKERS), only_grow=["makers"], pools=SMALL))()


def test_laws_of_draws_valid_streams_and_others() -> None:
    """What constraints bring about is not refuted, and without them it is; what they do not bring about is refuted."""
    quick = settings(max_examples=60, phases=[Phase.generate], database=None, derandomize=True)
    witnesses = metric("witnesses", count(distinct(Broken.witnesses)))
    of_sales = metric("of_sales", count(distinct(Broken.witnesses).where(exists(Sold, Sold.case == Broken.case))))
    rests = catalogue(witnesses, of_sales, invariants=[subset(witnesses, of_sales, because="it")], model=STRICT_TOYS)
    quick(laws_of(rests))()
    assert "declared: witnesses is within of_sales" in fails(quick(laws_of(attrs.evolve(rests, model=TOYS))))
    wrong = attrs.evolve(rests, invariants=(disjoint(witnesses, of_sales, because="no"),))
    assert "declared: witnesses and of_sales share nobody" in fails(quick(laws_of(wrong)))


def test_a_stream_prints_its_records() -> None:
    """A failing example shows what is in the stream; a stream of many records says how many."""
    assert repr(Stream([made("A")])) == f"Stream([{made('A')!r}])"
    assert repr(Stream(made(f"A-{number}") for number in range(1200))) == "<Stream of 1,200 records>"


# --- metrics and catalogues


@given(st.data())
def test_metrics_are_drawn_for_every_model(data: st.DataObject) -> None:
    """A drawn metric has the unit of what it counts, and belongs to a catalogue of its model."""
    model = data.draw(models())
    drawn = data.draw(metrics(model))
    assert Catalogue(id="c", version="1", title="C", model=model, metrics=(drawn,)).by_id == {"metric_1": drawn}
    assert (drawn.unit.identified_by is None) == isinstance(drawn.measure, RowCount | Total | Ratio)


def holds(drawn: Catalogue, invariant: Any, stream: Stream) -> bool:
    try:
        laws.invariants_hold(attrs.evolve(drawn, invariants=(invariant,)), stream)
    except AssertionError:
        return False
    return True


def test_candidates_are_within_others_in_every_way() -> None:
    """By a further condition, by another population that is asked for as well, and by one that is taken out."""
    narrower = [
        one.by_id[item.part].measure.populations[0]
        for one in sampled(catalogues(TOYS), 60)
        for item in one.invariants
        if isinstance(item, Subset)
    ]
    assert {type(population).__name__ for population in narrower} >= {"Distinct", "Both", "Without"}


def test_the_laws_hold_of_what_is_made_of_other_figures() -> None:
    """Of ratios, averages and tables, for a stream in which some of them have no number."""
    stream = Stream([made("A"), attrs.evolve(made("B", "P-2", NEXT), price=None, parts=None)])
    makers = distinct(Made.maker)
    person = Unit("person", "persons", PersonId)
    asked = (
        (ratio(total(Made.price), of=count(makers)), Unit("euro", "euros")),
        (average(sum_of(Made.parts, makers), of=makers), person),
    )
    for number, (measure, unit) in enumerate(asked):
        asking = attrs.evolve(metric(f"m{number}", count(rows(Made))), measure=measure, unit=unit)
        check_laws(Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(asking,)), stream)


def test_drawn_catalogues_hold_candidates() -> None:
    """Candidate invariants occur that hold on a good many streams, and that do not; and measures of every sort."""
    drawn, tried = sampled(catalogues(TOYS), 250), sampled(streams(TOYS), 30)
    verdicts = [all(holds(item, one, stream) for stream in tried) for item in drawn for one in item.invariants]
    assert sum(verdicts) > 20
    assert len(verdicts) - sum(verdicts) > 3
    assert all(isinstance(one, Subset) for item in drawn for one in item.invariants)
    found = [metric.measure for item in drawn for metric in item.metrics]
    assert {type(measure) for measure in found} == set(KINDS)
    assert any(isinstance(measure, Count) and not isinstance(measure.population, Distinct) for measure in found)
    assert {len(item.metrics) for item in drawn} >= {1, 2, 3, 4}


@given(st.data())
def test_what_narrows_a_metric_is_within_it(data: st.DataObject) -> None:
    """The candidate that a narrower metric is within the one that it narrows holds on every stream."""
    model = data.draw(st.one_of(st.just(TOYS), models()))
    drawn = data.draw(catalogues(model, max_metrics=1))
    narrows = [item for item in drawn.invariants if isinstance(item, Subset) and item.part == "metric_2"]
    laws.invariants_hold(attrs.evolve(drawn, invariants=tuple(narrows)), data.draw(streams(model)))
