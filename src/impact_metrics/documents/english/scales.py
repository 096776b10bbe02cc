"""Scales in words: what a score means, whose scale it is, and on which terms it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.documents.english.words import listed

if TYPE_CHECKING:
    from impact_metrics.rules.scales import Number, Scale


def say_scale(scale: Scale) -> str:
    """Put a scale into words, as one paragraph."""
    said = [
        f'"{scale.title}": scores from {scale.least} to {scale.most}, of which {scale.better} ones are better.',
        "Any other number is an error, and no score.",
        f"The least change that means something is {scale.least_change}.",
    ]
    if scale.domains:
        said.append(f"It is asked of {listed([_words(domain) for domain in scale.domains])}.")
    if scale.stable is not None:
        said.append(f"A score of {_at(scale, scale.stable)} counts as stable.")
    said += [f"In {_words(domain)}, {_at(scale, number)} counts as stable." for domain, number in scale.stable_in]
    licence = f" Terms of use: {scale.licence}." if scale.licence else ""
    return f"{' '.join(said)} Source: {scale.source}.{licence}"


def _at(scale: Scale, number: Number) -> str:
    return f"{number} or {'more' if scale.better == 'higher' else 'less'}"


def _words(domain: str) -> str:
    return domain.replace("_", " ")
