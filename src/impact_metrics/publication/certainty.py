"""Certainty: which relations between figures are proved for every stream, and whether this stream is one of those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from impact_metrics.rules import Relation

if TYPE_CHECKING:
    from impact_metrics.reports import Report


@attrs.frozen
class Proof:
    """What is known of one relation, as at any date: ``word`` is proved, vacuous, refuted or unknown.

    A proof ``needs`` some constraints; ``broken`` gives those that the stream breaks at some date, each with how many
    events do.
    """

    claim: Relation
    word: str
    needs: tuple[str, ...] = ()
    broken: Mapping[str, int] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class Certainty:
    """What is known of the relations of a catalogue, and of one stream."""

    proofs: tuple[Proof, ...]

    @classmethod
    def of(cls, report: Report) -> Certainty:
        """Prove or refute each relation, and check on the stream of a report what the proofs need.

        Raises ``MissingExtraError`` without the extra ``prove``.
        """
        from impact_metrics.proofs import Certificate, Entry, on_data, prove  # noqa: PLC0415 - an optional dependency

        catalogue = report.catalogue
        entries = tuple(Entry(prove(claim, catalogue), declared=True, seconds=0) for claim in catalogue.relations)
        found = {item.proof.claim: item.broken for item in on_data(Certificate(catalogue, entries), report)}
        return cls(
            tuple(
                Proof(
                    claim,
                    entry.word,
                    entry.constraints,
                    {name: len(events) for name, events in found.get(claim, {}).items()},
                )
                for claim, entry in zip(catalogue.relations, entries, strict=True)
            )
        )

    def about(self, claim: Relation) -> Proof:
        """Give what is known of a relation."""
        return next(proof for proof in self.proofs if proof.claim == claim)
