"""Codes for what is known of a person."""

from impact_metrics.values import Code


class Sex(Code):
    """Sex, as recorded by the organisation that knows the person."""

    FEMALE = "female", "Recorded as female."
    MALE = "male", "Recorded as male."
    OTHER = "other", "Recorded as another sex or gender."


class AgeGroup(Code):
    """Whether a person was a child, where no date of birth is known.

    Source: the UN Trafficking in Persons Protocol (2000), article 3(d): a child is any person under eighteen.
    """

    CHILD = "child", "Under eighteen."
    ADULT = "adult", "Eighteen or older."
