"""Disclosure control: what of a table may leave the house, so that no small number in it can be worked out."""

from impact_metrics.publication.disclosure.audit import Attack, attack
from impact_metrics.publication.disclosure.policy import COMPLEMENTARY, HOSPITAL, POLICIES, STRICT, Policy, Status
from impact_metrics.publication.disclosure.protect import Protected, protect
from impact_metrics.publication.disclosure.tabulation import Sum, Tabulation

__all__ = [
    "COMPLEMENTARY",
    "HOSPITAL",
    "POLICIES",
    "STRICT",
    "Attack",
    "Policy",
    "Protected",
    "Status",
    "Sum",
    "Tabulation",
    "attack",
    "protect",
]
