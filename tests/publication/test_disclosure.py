"""What is published gives no small count away: attackers try, by other means than the audit uses."""

from __future__ import annotations

import random
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics.errors import DisclosureError, MissingExtraError
from impact_metrics.publication.disclosure import (
    COMPLEMENTARY,
    HOSPITAL,
    POLICIES,
    STRICT,
    Policy,
    Protected,
    Status,
    Sum,
    Tabulation,
    attack,
    linked,
    protect,
)
from impact_metrics.publication.disclosure.policy import Range
from tests.publication.attackers import by_integer_programs, by_knowing_the_method, tables

EVERY = list(POLICIES.values())


def one_group(*counts: int, headline: bool = True, breakdown: bool = True) -> Tabulation[str]:
    """Give a total with its categories."""
    names = [f"c{number}" for number in range(len(counts))]
    return Tabulation(
        {"all": sum(counts), **dict(zip(names, counts, strict=True))},
        (Sum("all", tuple(names), breakdown=breakdown),),
        frozenset({"all"} if headline else ()),
    )


def printed(protected: Protected[str]) -> dict[str, int | None]:
    """Give what is printed of each count."""
    return {key: protected.shown(key) for key in protected.statuses}


def known(protected: Protected[str]) -> dict[str, Range]:
    """Give what is known of each count by a reader who knows which counts are suppressed for their own sake."""
    counts = protected.tabulation.counts
    return {key: protected.policy.possible(counts[key], status) for key, status in protected.statuses.items()}


def is_safe(protected: Protected[str]) -> bool:
    """Let integer programs attack, which know nothing of the audit."""
    return not by_integer_programs(protected.tabulation, known(protected), protected.hidden())


class TestPolicies:
    """What each policy shows by itself."""

    @pytest.mark.parametrize(
        ("policy", "count", "shown"),
        [
            (HOSPITAL, 0, 0),
            (HOSPITAL, 1, None),
            (HOSPITAL, 7, None),
            (HOSPITAL, 8, 10),
            (HOSPITAL, 12, 10),
            (HOSPITAL, 13, 15),
            (STRICT, 10, None),
            (STRICT, 11, 10),
            (COMPLEMENTARY, 4, None),
            (COMPLEMENTARY, 5, 5),
            (COMPLEMENTARY, 13, 13),
        ],
    )
    def test_a_count(self, policy: Policy, count: int, shown: int | None) -> None:
        """Small counts are suppressed, others rounded or exact, zeros shown."""
        assert printed(protect(Tabulation({"n": count}), policy)) == {"n": shown}

    @given(st.sampled_from(EVERY), st.integers(0, 10_000))
    def test_what_is_known_holds(self, policy: Policy, count: int) -> None:
        """The range that a reader is said to know has the true count in it, and more than one where it is hidden."""
        status = protect(Tabulation({"n": count}), policy).statuses["n"]
        possible = policy.possible(count, status)
        assert count in possible
        assert policy.shown(count, status) is not None or possible.most > possible.least
        assert "n" not in possible

    @pytest.mark.parametrize(("threshold", "base"), [(2, 5), (8, 4), (8, 1)])
    def test_wrong_policies(self, threshold: int, base: int) -> None:
        """A threshold that would tell of one, and rounding without a nearest number, are refused."""
        with pytest.raises(DisclosureError, match="policy 'mine'"):
            Policy(name="mine", title="", threshold=threshold, base=base, source="")

    def test_words(self) -> None:
        """The rule can be read."""
        assert HOSPITAL.words.startswith("Counts of 1 to 7 are suppressed; other counts are rounded to 5; zeros")
        assert "other counts are exact" in COMPLEMENTARY.words
        assert HOSPITAL.least_behind_median == 16
        assert HOSPITAL.least_behind_quartiles == 32


class TestTabulations:
    """Only true tables are protected."""

    @pytest.mark.parametrize(
        ("counts", "sums", "message"),
        [
            ({"a": -1}, (), "-1 is no count"),
            ({"a": 1}, (Sum("a", ("b",)),), "b: a sum speaks of a count that is not there"),
            ({"a": 3, "b": 1, "c": 1}, (Sum("a", ("b", "c")),), "a: the parts do not add up"),
            ({"a": 3, "b": 3}, (Sum("a", ("b",), breakdown=True),), "a: a breakdown has two categories at least"),
        ],
    )
    def test_untrue(self, counts: dict[str, int], sums: tuple[Sum[str], ...], message: str) -> None:
        """A count below nothing, a sum of nothing, a wrong sum and a single category are refused."""
        with pytest.raises(DisclosureError, match=message):
            Tabulation(counts, sums)

    def test_pieces(self) -> None:
        """Counts that no sum ties are protected by themselves."""
        counts = {"a": 3, "b": 1, "c": 2, "x": 9, "y": 9}
        pieces = Tabulation(counts, (Sum("a", ("b", "c")), Sum("x", ("y",)))).components
        assert [set(piece.counts) for piece in pieces] == [{"a", "b", "c"}, {"x", "y"}]
        assert all(piece.is_tree for piece in pieces)


class TestRules:
    """What is refused, and what is shown less precisely."""

    def test_one_category_holds_everybody(self) -> None:
        """A group is not broken down then, nor are its categories; the total stays."""
        protected = protect(one_group(50, 0, 0), HOSPITAL)
        assert printed(protected) == {"all": 50, "c0": None, "c1": None, "c2": None}
        assert [item.total for item in protected.refused] == ["all"]

    def test_zeros_are_shown(self) -> None:
        """Where two categories hold people, a third with nobody is shown."""
        assert printed(protect(one_group(50, 20, 0), HOSPITAL)) == {"all": 70, "c0": 50, "c1": 20, "c2": 0}

    def test_what_a_withheld_group_is_broken_down_into(self) -> None:
        """Nothing is told of it either."""
        counts = {"all": 60, "women": 60, "men": 0, "girls": 20, "others": 40}
        sums = (Sum("all", ("women", "men"), breakdown=True), Sum("women", ("girls", "others"), breakdown=True))
        protected = protect(Tabulation(counts, sums, frozenset({"all"})), HOSPITAL)
        assert printed(protected) == {"all": 60, "women": None, "men": None, "girls": None, "others": None}

    @pytest.mark.parametrize("counts", [(8, 1), (7, 7), (12, 7)])
    def test_rounding_alone_would_not_do(self, counts: tuple[int, int]) -> None:
        """An exact headline gives the small count away, so it is rounded too."""
        table = one_group(*counts)
        alone = {
            key: HOSPITAL.possible(
                count,
                Status.EXACT if key == "all" else Status.SUPPRESSED if count < HOSPITAL.threshold else Status.ROUNDED,
            )
            for key, count in table.counts.items()
        }
        small = [key for key, count in table.counts.items() if count < HOSPITAL.threshold]
        assert set(attack(table, alone, small).recovered) == set(small) == set(by_integer_programs(table, alone, small))
        protected = protect(table, HOSPITAL)
        assert protected.statuses["all"] is Status.ROUNDED
        assert is_safe(protected)

    def test_secondary_suppression(self) -> None:
        """With exact counts, a second one is suppressed: the last, whatever its size."""
        assert printed(protect(one_group(3, 6, 20), COMPLEMENTARY)) == {"all": 29, "c0": None, "c1": 6, "c2": None}

    def test_a_headline_is_suppressed_at_last(self) -> None:
        """Two headlines that differ by little give the difference away, unless the lesser is suppressed."""
        table = Tabulation(
            {"all": 100, "most": 97, "rest": 3}, (Sum("all", ("most", "rest")),), frozenset({"all", "most"})
        )
        protected = protect(table, COMPLEMENTARY)
        assert printed(protected) == {"all": 100, "most": None, "rest": None}
        assert is_safe(protected)

    def test_nothing_helps(self) -> None:
        """Headlines that are all small are not withheld: nothing is published."""
        names = ("a", "b", "c", "d")
        table = Tabulation({"all": 4, **dict.fromkeys(names, 1)}, (Sum("all", names),), frozenset({"all", *names}))
        with pytest.raises(DisclosureError, match="could be worked out, whatever else is suppressed"):
            protect(table, COMPLEMENTARY)

    def test_no_text_tells_a_count(self) -> None:
        """What is printed of a protected table, in a log for instance, has no counts in it."""
        assert "4711" not in repr(protect(one_group(4711, 815), HOSPITAL))


def trees(most: int) -> st.SearchStrategy[Tabulation[str]]:
    """Draw a total in groups, some of which are in groups again."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> Tabulation[str]:
        counts: dict[str, int] = {}
        sums: list[Sum[str]] = []
        groups = draw(st.lists(st.lists(st.integers(0, most), min_size=0, max_size=3), min_size=2, max_size=4))
        for number, inside in enumerate(groups):
            name = f"g{number}"
            counts[name] = sum(inside) if inside else draw(st.integers(0, most))
            if inside:
                parts = {f"{name}.{place}": count for place, count in enumerate(inside)}
                counts |= parts
                sums.append(Sum(name, tuple(parts), breakdown=len(parts) > 1 and draw(st.booleans())))
        tops = tuple(f"g{number}" for number in range(len(groups)))
        counts["all"] = sum(counts[name] for name in tops)
        sums.append(Sum("all", tops, breakdown=draw(st.booleans())))
        return Tabulation(counts, tuple(sums), frozenset(draw(st.sets(st.sampled_from(["all", *tops]), max_size=2))))

    return draw_one()


def chains(most: int) -> st.SearchStrategy[Tabulation[str]]:
    """Draw a stock over periods: who was there, came in and left."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> Tabulation[str]:
        counts: dict[str, int] = {}
        sums: list[Sum[str]] = []
        stock, before = 0, None
        for number in range(draw(st.integers(1, 4))):
            entered, left = draw(st.integers(0, most)), draw(st.integers(0, stock))
            stock += entered - left
            names = f"closing {number}", f"entered {number}", f"left {number}"
            counts |= dict(zip(names, (stock, entered, left), strict=True))
            parts = (names[1],) if before is None else (before, names[1])
            sums.append(Sum(names[0], parts, less=(names[2],)))
            before = names[0]
        return Tabulation(counts, tuple(sums), frozenset({before or ""}))

    return draw_one()


def crosses(most: int) -> st.SearchStrategy[Tabulation[str]]:
    """Draw rows and columns with both totals, which tie every count in two ways."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> Tabulation[str]:
        rows, columns = range(draw(st.integers(2, 3))), range(draw(st.integers(2, 3)))
        counts = {f"{row}{column}": draw(st.integers(0, most)) for row in rows for column in columns}
        sums: list[Sum[str]] = []
        inside = {f"{row}*": tuple(f"{row}{column}" for column in columns) for row in rows}
        inside |= {f"*{column}": tuple(f"{row}{column}" for row in rows) for column in columns}
        sums += [Sum(total, parts, breakdown=True) for total, parts in inside.items()]
        for item in sums:
            counts[item.total] = sum(counts[key] for key in item.parts)
        for parts in (tuple(f"{row}*" for row in rows), tuple(f"*{column}" for column in columns)):
            counts["**"] = sum(counts[key] for key in parts)
            sums.append(Sum("**", parts, breakdown=True))
        return Tabulation(counts, tuple(sums), frozenset({"**"}))

    return draw_one()


class TestAttackers:
    """Readers who have everything that is published work out nothing that is not."""

    @given(trees(14), st.sampled_from(EVERY))
    def test_groups_in_groups(self, table: Tabulation[str], policy: Policy) -> None:
        """Integer programs recover no hidden count of a table with subtotals."""
        try:
            protected = protect(table, policy)
        except DisclosureError:
            return
        assert is_safe(protected)

    @given(chains(14), st.sampled_from(EVERY))
    def test_periods(self, table: Tabulation[str], policy: Policy) -> None:
        """Nor of a stock over periods."""
        try:
            protected = protect(table, policy)
        except DisclosureError:
            return
        assert is_safe(protected)

    @given(crosses(14), st.sampled_from(EVERY))
    def test_rows_and_columns(self, table: Tabulation[str], policy: Policy) -> None:
        """Nor of a table with both totals, which the solver audits."""
        protected = protect(table, policy)
        assert not all(piece.is_tree for piece in table.components)
        assert is_safe(protected)

    @given(st.one_of(trees(9), chains(9), crosses(9)), st.data())
    def test_the_audit_finds_what_the_programs_find(self, table: Tabulation[str], data: st.DataObject) -> None:
        """On publications that nobody protected, both recover the same counts."""
        ranges = {
            key: Range(count, count)
            if data.draw(st.booleans())
            else Range(max(0, count - data.draw(st.integers(0, 3))), count + data.draw(st.integers(0, 3)))
            for key, count in table.counts.items()
        }
        asked = list(table.counts)
        assert set(attack(table, ranges, asked).recovered) == set(by_integer_programs(table, ranges, asked))

    def test_thousands_of_tables(self) -> None:
        """Nothing is recovered over thousands of tables; without protection beyond each count's own, much is."""
        rng = random.Random(20240331)  # noqa: S311 - no secret, and the same tables each time
        recovered: Counter[str] = Counter()
        for _ in range(1_000):
            table = one_group(*(rng.choice((0, rng.randint(1, 9), rng.randint(10, 60))) for _ in range(5)))
            for policy in EVERY:
                protected = protect(table, policy)
                small = [key for key, count in table.counts.items() if 0 < count < policy.threshold]
                recovered["protected"] += len(attack(table, known(protected), protected.hidden()).recovered)
                bare = {
                    key: policy.possible(count, Status.SUPPRESSED) if key in small else Range(count, count)
                    for key, count in table.counts.items()
                }
                recovered["unprotected"] += bool(attack(table, bare, small).recovered)
        assert recovered["protected"] == 0
        assert recovered["unprotected"] > 1_000

    @pytest.mark.parametrize(
        ("policy", "categories", "most"),
        [(HOSPITAL, 2, 60), (HOSPITAL, 3, 27), (STRICT, 3, 28), (COMPLEMENTARY, 3, 27)],
    )
    def test_readers_who_know_the_method(self, policy: Policy, categories: int, most: int) -> None:
        """Of all tables up to a total, those that are published alike never have a hidden count alike.

        Tables near the greatest total are left out: others that are published alike are beyond it.
        """
        free = [f"c{number}" for number in range(categories)]
        sums = (Sum("all", tuple(free), breakdown=True),)
        published = [
            protect(Tabulation({"all": counts["all"]} | counts, sums, frozenset({"all"})), policy)
            for counts in tables(sums, free, most)
        ]
        looked_at = 0
        for alike, recovered in by_knowing_the_method(published):
            if all(one.tabulation.counts["all"] <= most - 5 for one in alike):
                looked_at += len(alike)
                assert not recovered, [one.tabulation.counts for one in alike]
        assert looked_at > 1_000

    def test_a_rule_that_looks_at_sizes_is_found_out(self) -> None:
        """The attacker would notice if the smallest count were suppressed beside a small one, as is often done."""
        free = ["c0", "c1", "c2"]
        sums = (Sum("all", tuple(free)),)
        published = []
        for counts in tables(sums, free, 24):
            statuses = {
                key: Status.EXACT if count == 0 or count >= 5 else Status.SUPPRESSED for key, count in counts.items()
            }
            small = [key for key in free if statuses[key] is Status.SUPPRESSED]
            others = sorted((counts[key], key) for key in free if statuses[key] is Status.EXACT and counts[key])
            if len(small) == 1 and others:
                statuses[others[0][1]] = Status.SECONDARY
            published.append(Protected(Tabulation(counts, sums), COMPLEMENTARY, statuses))
        assert any(recovered for _, recovered in by_knowing_the_method(published))


class TestTheSolver:
    """Linked tables need it, and it has to come to an end."""

    TABLE = Tabulation(
        {"a": 1, "b": 2, "c": 3, "d": 4, "ab": 3, "cd": 7, "ac": 4, "bd": 6},
        (Sum("ab", ("a", "b")), Sum("cd", ("c", "d")), Sum("ac", ("a", "c")), Sum("bd", ("b", "d"))),
    )

    def test_without_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The error names it."""
        monkeypatch.setitem(sys.modules, "z3", None)
        with pytest.raises(MissingExtraError, match="prove"):
            protect(self.TABLE, HOSPITAL)

    def test_no_end(self) -> None:
        """What is not decided is not published."""

        class Undecided:
            def check(self, *_: object) -> str:
                return "unknown"

        with pytest.raises(DisclosureError, match="did not decide"):
            linked.fits(Undecided())

    def test_nothing_fits(self) -> None:
        """Where no table fits what is known, nothing is worked out."""
        ranges = dict.fromkeys(self.TABLE.counts, Range(5, 5))
        assert attack(self.TABLE, ranges, list(self.TABLE.counts)).recovered == ()
        group = one_group(1, 2)
        assert attack(group, dict.fromkeys(group.counts, Range(5, 5)), ["c0"]).recovered == ()
