"""The section of relations: what must hold between figures, whether it does, and whether it is proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.documents.english.relations import words_around
from impact_metrics.documents.english.words import listed
from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import Align, bullets, table, to_definition
from impact_metrics.rules.invariants import metrics_of

if TYPE_CHECKING:
    from impact_metrics.publication.certainty import Proof
    from impact_metrics.publication.page.given import Given
    from impact_metrics.rules import Relation


def relations(given: Given) -> Section | None:
    """Say each relation in words, whether it holds in these figures, and what is proved of it."""
    claims = given.edition.catalogue.relations
    if not claims:
        return None
    holding = dict(given.edition.holding)
    asked = given.certainty
    intro = (
        "What must hold between figures is checked on the records. Proofs were not asked for."
        if asked is None
        else "What must hold between figures is checked on the records, and proved for all records that keep the rules "
        "of the data."
    )
    head: list[tuple[str, Align]] = [("Relation", "text"), ("In these figures", "text")]
    rows: list[list[Content]] = [
        [_sentence(claim, given), "holds" if holding[str(claim)] else "BROKEN"] for claim in claims
    ]
    if asked is not None:
        head.append(("Proof", "text"))
        for row, claim in zip(rows, claims, strict=True):
            row.append(_proof(asked.about(claim), given))
    made = table("Relations between figures", head, rows)
    return Section("relations", "Relations between figures", (tag("p", intro), made, *_exceptions(given)))


def _sentence(claim: Relation, given: Given) -> Content:
    words = iter(words_around(claim))
    said: list[Content] = []
    for name in metrics_of(claim):
        said += [next(words), to_definition(given.edition.catalogue[name])]
    return [*said, f"{next(words)}: {claim.because}."]


def _proof(proof: Proof, given: Given) -> str:
    needs = f", relying on {listed(proof.needs)}" if proof.needs else ""
    if proof.word != "proved":
        return proof.word
    if not proof.broken:
        return f"proved{needs}; the records keep what the proof needs"
    faults = [
        f"{name} ({number:,} {'event' if number == 1 else 'events'})" if given.internal else name
        for name, number in proof.broken.items()
    ]
    return f"proved{needs}; but some records break {listed(faults)}, so that the proof does not speak of them"


def _exceptions(given: Given) -> list[Element]:
    """Name who breaks a relation, on an internal page only."""
    if given.report is None or not given.internal:
        return []
    broken = [str(finding) for finding in given.report.invariants if not finding.holds]
    return [tag("h3", "Exceptions"), bullets(broken)] if broken else []
