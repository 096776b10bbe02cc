"""Codes for training and prevention."""

from impact_metrics.values import Code


class ProfessionalRole(Code):
    """Who is trained. 'Front-line' professionals meet victims or cases in their own daily work."""

    POLICE = "police", "Police and other law enforcement."
    BORDER = "border", "Border guards and immigration officers."
    PROSECUTION = "prosecution", "Prosecutors."
    JUDICIARY = "judiciary", "Judges and magistrates."
    SOCIAL_WORK = "social_work", "Social workers, shelter staff and victim navigators."
    HEALTH = "health", "Health workers."
    EDUCATION = "education", "Teachers and school staff."
    LABOUR_INSPECTION = "labour_inspection", "Labour inspectors."
    BUSINESS = "business", "Staff of businesses, such as banks and transport."
    GENERAL_PUBLIC = "general_public", "People without a professional part."


class PreventionForm(Code):
    """The form of prevention.

    Source: the published definition of 'Vulnerable people reached' names the first two (Justice and Care, "Impact"
    page).
    """

    AWARENESS_TRAINING = "awareness_training", "Training that makes people aware of the risk and what to do."
    HOLISTIC_SUPPORT = "holistic_direct_support", "Direct support to people at risk that goes beyond training."
    CAMPAIGN = "campaign", "Posters, broadcasts and other mass communication."
