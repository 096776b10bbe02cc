"""The catalogue as it would be with a later wording of 'Convictions', which no longer names the arrest.

To see what a change of definition does to a published figure:

    impact-metrics restate examples/justice_and_care/stream.jsonl.gz --as-at 2022-12-31 --known-from 2023-03-31 \
        --known-to 2024-03-31 --restated-by examples/justice_and_care/later_wording.py:CATALOGUE
"""

import attrs

from impact_metrics import count, distinct, exists
from impact_metrics.anti_trafficking import CATALOGUE as PUBLISHED
from impact_metrics.anti_trafficking import LEGAL_PROCESS_RECIPIENTS, LegalSupport, Verdict
from impact_metrics.anti_trafficking.populations import convicted_of_exploitation

LATER = attrs.evolve(
    PUBLISHED["convictions"],
    version="later",
    definition="the number of perpetrators convicted for any offence related to the exploitation of a victim, where "
    "our teams provided support to the victim and/or prosecutor during the legal process.",
    measure=count(
        distinct(Verdict.defendant).where(
            convicted_of_exploitation(),
            exists(
                LegalSupport,
                LegalSupport.case == Verdict.case,
                LegalSupport.recipients.overlaps(LEGAL_PROCESS_RECIPIENTS),
            ),
        )
    ),
)

CATALOGUE = attrs.evolve(
    PUBLISHED,
    version="later",
    metrics=tuple(LATER if metric.id == LATER.id else metric for metric in PUBLISHED.metrics),
    invariants=tuple(
        invariant for invariant in PUBLISHED.invariants if "convictions_net_of_quashed" not in str(invariant)
    ),
)
