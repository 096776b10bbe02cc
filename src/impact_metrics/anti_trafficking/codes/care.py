"""Codes for the care of survivors."""

from impact_metrics.values import Code


class SupportKind(Code):
    """Kinds of support given to a survivor.

    Source: after the services named in article 6 of the UN Trafficking in Persons Protocol (2000) and the assistance
    fields of the Human Trafficking Case Data Standards (HTCDS, IOM).
    """

    CASEWORK = "casework", "Planning and following up a survivor's care, by a named worker."
    PSYCHOSOCIAL = "psychosocial", "Counselling or other psychological or social help."
    MEDICAL = "medical", "Medical help."
    HOUSING = "housing", "Safe accommodation."
    LEGAL_ADVICE = "legal_advice", "Advice on the survivor's own rights and status."
    EDUCATION = "education", "Schooling or skills training."
    LIVELIHOOD = "livelihood", "Help towards work and an income."
    MATERIAL = "material", "Money, food, clothing or other goods."
    FAMILY = "family", "Tracing, mediation or work with the family."


class Provider(Code):
    """Who gave the support."""

    OUR_TEAMS = "our_teams", "Our own teams."
    PARTNER = "partner", "Another organisation to which the survivor was referred."


class AssessmentDomain(Code):
    """Areas of life that an assessment of reintegration looks at.

    Source: after the domains that published reintegration frameworks share (safety, health, housing, economic, social,
    legal). The scales themselves are the user's own, since several published ones are licensed.
    """

    SAFETY = "safety", "Safe from harm and from exploiters."
    PHYSICAL_HEALTH = "physical_health", "Physical health."
    MENTAL_WELLBEING = "mental_wellbeing", "Mental wellbeing."
    HOUSING = "housing", "A safe and lasting place to live."
    ECONOMIC = "economic", "Work, income and education."
    SOCIAL = "social", "Family, friends and community."
    LEGAL = "legal", "Legal status, papers and access to justice."
