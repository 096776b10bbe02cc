"""What is certain about figures: claims proved for every valid stream, or refuted by the smallest that breaks them.

Needs the extra ``prove`` (z3)::

    from impact_metrics.anti_trafficking import CATALOGUE
    from impact_metrics.proofs import prove

    for claim in CATALOGUE.invariants:
        print(prove(claim, CATALOGUE))
"""

try:
    import z3 as _z3  # noqa: F401 - asked for here so that its absence is told
except ImportError:
    from impact_metrics.errors import missing_extra

    raise missing_extra("impact_metrics.proofs", "z3-solver", "prove") from None

from impact_metrics.proofs.certificate import Certificate, Entry, certificate
from impact_metrics.proofs.examples import worked_examples
from impact_metrics.proofs.figures import TimeScope
from impact_metrics.proofs.on_data import OnData, on_data
from impact_metrics.proofs.outcomes import Example, Outcome, Proved, Refuted, Unknown
from impact_metrics.proofs.places import Place
from impact_metrics.proofs.prove import prove
from impact_metrics.proofs.showing import ProofError
from impact_metrics.proofs.vector_files import read_vectors
from impact_metrics.proofs.vectors import check_vectors, to_vectors
from impact_metrics.proofs.versions import differences
from impact_metrics.proofs.worked import Side, WorkedExample, WorkedExamples

__all__ = [
    "Certificate",
    "Entry",
    "Example",
    "OnData",
    "Outcome",
    "Place",
    "ProofError",
    "Proved",
    "Refuted",
    "Side",
    "TimeScope",
    "Unknown",
    "WorkedExample",
    "WorkedExamples",
    "certificate",
    "check_vectors",
    "differences",
    "on_data",
    "prove",
    "read_vectors",
    "to_vectors",
    "worked_examples",
]
