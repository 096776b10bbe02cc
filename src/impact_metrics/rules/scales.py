"""Scales: what a score means, declared as data.

Several published scales are licensed, and an organisation has its own, so that none is built in. A scale says between
which numbers a score lies, which end is the better one, which change is worth speaking of, and from where on a score is
stable. What is read of a score is read through its scale: a number that the scale does not have is no score.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from impact_metrics.errors import RuleError, nearest
from impact_metrics.expressions import AllOf, AnyOf, Compare, Condition, Constant, Expr, FieldRef, IsMissing, Operator
from impact_metrics.model.constraints import Constraint
from impact_metrics.values import CodeKind, NumberKind
from impact_metrics.values.kinds import MAX_DIGITS, is_exact

if TYPE_CHECKING:
    from impact_metrics.values import FieldSpec

Number: TypeAlias = int | Decimal
Better: TypeAlias = Literal["higher", "lower"]
"""Which scores are the better ones."""

_ID = re.compile(r"[a-z][a-z0-9_]*")


def exact(value: object, what: str, where: str) -> Number:
    """Give a number as a whole one where it is one, or raise ``RuleError`` for what is no exact number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Decimal) and is_exact(value):
        return short(value)
    raise RuleError(f"{what} is {value!r}, and no exact number", where=where, hint='give an int or a Decimal("1.5")')


def short(number: Number) -> Number:
    """Write a number in one way, whichever of several it came in: a whole one as such, and no zeros at the end."""
    if isinstance(number, int):
        return number
    whole = int(number)
    with localcontext(prec=4 * MAX_DIGITS):
        return whole if whole == number else number.normalize()


def _by_domain(given: Mapping[Any, Number] | tuple[tuple[Any, Number], ...]) -> tuple[tuple[str, Number], ...]:
    pairs = given.items() if isinstance(given, Mapping) else given
    return tuple((str(domain), number) for domain, number in pairs)


def _names(given: Iterable[Any]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise RuleError(f"domains are several, and this is {given!r}", where="scale", hint=f"write ({given!r},)")
    return tuple(str(item) for item in given)


@attrs.frozen(kw_only=True)
class Scale:
    """A scale of scores from ``least`` to ``most``, both included, of which ``better`` says which way is better.

    ``least_change`` is the least change between two scores that means something: the smallest that people notice, or
    that is more than the error of the instrument. ``stable`` is the score from which on (in the better direction) a
    score counts as stable, and ``stable_in`` has another for some of the ``domains``, the areas of life that the scale
    is asked of one by one. ``source`` says whose scale it is, and ``licence`` on which terms it is used.
    """

    id: str
    title: str
    least: Number
    most: Number
    better: Better
    least_change: Number
    source: str
    licence: str = ""
    domains: tuple[str, ...] = attrs.field(default=(), converter=_names)
    stable: Number | None = None
    stable_in: tuple[tuple[str, Number], ...] = attrs.field(default=(), converter=_by_domain)

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that says nothing, or contradicts itself."""
        where = f"scale {self.id!r}"
        if not _ID.fullmatch(self.id):
            raise RuleError("the id is not lower-case words joined by _", where=where, hint="for example: wellbeing")
        for name in ("title", "source"):
            if not getattr(self, name).strip():
                raise RuleError(f"a scale has a {name}", where=where, hint="say what it measures, and whose it is")
        if self.better not in get_args(Better):
            raise RuleError(f"{self.better!r} is no direction", where=where, hint="write better='higher' or 'lower'")
        for name in ("least", "most", "least_change"):
            object.__setattr__(self, name, exact(getattr(self, name), name, where))
        if self.least >= self.most:
            raise RuleError(f"no score lies between {self.least} and {self.most}", where=where, hint="least < most")
        self.check_change(self.least_change, where)
        self._check_stable(where)

    def _check_stable(self, where: str) -> None:
        for given in (self.domains, tuple(domain for domain, _ in self.stable_in)):
            if len(set(given)) != len(given):
                raise RuleError("a domain stands there twice", where=where)
        if self.stable is not None:
            object.__setattr__(self, "stable", self._score(self.stable, "stable", where))
        kept = []
        for domain, number in self.stable_in:
            self._check_domain(domain, where)
            kept.append((domain, self._score(number, f"stable_in {domain!r}", where)))
        object.__setattr__(self, "stable_in", tuple(kept))

    def _check_domain(self, domain: str, where: str) -> None:
        if domain not in self.domains:
            raise RuleError(f"the scale has no domain {domain!r}", where=where, hint=nearest(domain, self.domains))

    def _score(self, number: object, what: str, where: str) -> Number:
        score = exact(number, what, where)
        if not self.least <= score <= self.most:
            raise RuleError(f"{what} is {score}, which is no score from {self.least} to {self.most}", where=where)
        return score

    def check_change(self, change: Number, where: str) -> Number:
        """Give a least change as an exact number; raise ``RuleError`` where it is none that two scores can have."""
        number = exact(change, "the least change", where)
        with localcontext(prec=4 * MAX_DIGITS):
            widest = self.most - self.least
        if not 0 < number <= widest:
            raise RuleError(
                f"no two scores from {self.least} to {self.most} are better by {number}",
                where=where,
                hint="give a number above 0: which way is better is said by the scale",
            )
        return number

    def __str__(self) -> str:
        """Print the title."""
        return self.title

    def held(self, score: FieldRef) -> tuple[Condition, Condition]:
        """Give the two conditions that a field holds a score of the scale: it is known, and within the range."""
        return self._is(score, Operator.GE, self.least), self._is(score, Operator.LE, self.most)

    def _is(self, score: FieldRef, operator: Operator, number: Number) -> Compare:
        kind = score.spec.kind
        if not isinstance(kind, NumberKind) or score.spec.many:
            raise RuleError(f"a score is a number, and this is {score.spec}", where=f"{score} on scale {self.id!r}")
        if not kind.decimal and isinstance(number, Decimal):
            raise RuleError(
                f"the field holds whole numbers, and cannot be compared with {number}",
                where=f"{score} on scale {self.id!r}",
                hint="make it a Decimal field, or give the scale whole numbers",
            )
        return Compare(score, operator, Constant(Decimal(number) if kind.decimal else number))

    def is_stable(self, score: Expr[int] | Expr[Decimal], *, domain: Expr[Any] | None = None) -> Condition:
        """Give the condition that a score is stable: on the scale, and at the threshold or better.

        ``domain`` is the field that says which domain was scored, for a scale with other thresholds for some of them.
        Raises ``RuleError`` for a scale that does not say what is stable.
        """
        where = f"scale {self.id!r}"
        ref = field_ref(score, where)
        if domain is None:
            if self.stable_in:
                raise RuleError(
                    "the scale has other thresholds for some domains", where=where, hint="pass domain=Score.domain"
                )
            return self._reached(ref, None)
        asked, own = field_ref(domain, where), dict(self.stable_in)
        codes = self._codes(asked.spec, where)
        return AnyOf(
            tuple(
                AllOf((Compare(asked, Operator.EQ, Constant(codes[name])), self._reached(ref, own.get(name), name)))
                for name in self.domains
            )
        )

    def _codes(self, spec: FieldSpec, where: str) -> Mapping[str, Any]:
        """Give the code of each domain, in the list of the field that holds it."""
        if not self.domains:
            raise RuleError("the scale has no domains", where=where)
        if not isinstance(spec.kind, CodeKind) or spec.many:
            raise RuleError(f"a domain is a code, and this is {spec}", where=where)
        codes = {str(code): code for code in spec.kind.codes}
        for name in self.domains:
            if name not in codes:
                raise RuleError(f"{spec.kind} has no code {name!r}", where=where, hint=nearest(name, codes))
        return codes

    def _reached(self, score: FieldRef, own: Number | None, domain: str = "") -> Condition:
        """Give the condition of one threshold: that of a domain by itself, or that of all others."""
        threshold = self.stable if own is None else own
        if threshold is None:
            what = f" in {domain!r}" if domain else ""
            raise RuleError(
                f"the scale does not say what is stable{what}", where=f"scale {self.id!r}", hint="give stable="
            )
        if self.better == "higher":
            return AllOf((self._is(score, Operator.GE, threshold), self._is(score, Operator.LE, self.most)))
        return AllOf((self._is(score, Operator.LE, threshold), self._is(score, Operator.GE, self.least)))

    def constraint(self, score: Expr[int] | Expr[Decimal], *, name: str = "") -> Constraint:
        """Give the constraint that a field holds scores of the scale, or nothing.

        A model that has it finds every number outside of the range when it is checked. Metrics on the scale leave such
        a number out in any case.
        """
        ref = field_ref(score, f"scale {self.id!r}")
        return Constraint(
            id=name or f"{self.id}_within_range",
            row=ref.row,
            when=AllOf(()),
            require=AnyOf((IsMissing(ref), AllOf(self.held(ref)))),
            because=f"the scale {self.title!r} goes from {self.least} to {self.most}, and any other number is an error",
        )


def field_ref(field: object, where: str) -> FieldRef:
    """Give the field that an author wrote, or raise ``RuleError``."""
    if not isinstance(field, Expr) or not isinstance(field.node, FieldRef):
        raise RuleError(f"a field of an event type is needed, and got {field!r}", where=where)
    return field.node
