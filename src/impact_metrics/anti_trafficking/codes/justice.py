"""Codes for offences, verdicts, appeals and support during the legal process."""

from impact_metrics.values import Code, CodeSet


class Offence(Code):
    """Offences that appear in charges and verdicts.

    Source: headings after the International Classification of Crime for Statistical Purposes (ICCS, UNODC, 2015), as
    far as they occur in cases against exploiters. Map the offences of your own law onto these.
    """

    TRAFFICKING = "trafficking_in_persons", "Trafficking in persons, for any purpose of exploitation."
    SLAVERY = "slavery_or_servitude", "Slavery, servitude, or forced or compulsory labour."
    SEXUAL_EXPLOITATION = "sexual_exploitation", "Causing, controlling or profiting from another's prostitution."
    CHILD_SEXUAL_EXPLOITATION = "child_sexual_exploitation", "Sexual exploitation of a child, images included."
    RAPE = "rape_of_victim", "Rape or sexual assault of a victim of exploitation."
    ABDUCTION = "abduction_or_confinement", "Abduction or unlawful confinement of a victim."
    LABOUR_EXPLOITATION = "labour_exploitation", "Bonded labour, child labour, or gross breach of labour law."
    SMUGGLING = "smuggling_with_exploitation", "Smuggling of a migrant who is exploited."
    FORCED_MARRIAGE = "forced_marriage", "Forcing another into marriage, child marriage included."
    THREATENING_VICTIM = "threatening_victim_or_witness", "Threatening a victim or witness in a case of exploitation."
    MONEY_LAUNDERING = "money_laundering", "Laundering of proceeds, where no victim is concerned by the charge."
    DRUGS = "drug_offence", "A drug offence."
    THEFT = "theft_or_fraud", "Theft or fraud, where no exploited victim is concerned."
    IMMIGRATION = "immigration_offence", "An offence against immigration law, without exploitation of another."
    PUBLIC_ORDER = "public_order_offence", "Resisting arrest, affray and the like."
    OTHER = "other", "Any other offence that does not relate to the exploitation of a victim."


EXPLOITATION_OFFENCES = CodeSet(
    "offences related to the exploitation of a victim",
    (
        Offence.TRAFFICKING,
        Offence.SLAVERY,
        Offence.SEXUAL_EXPLOITATION,
        Offence.CHILD_SEXUAL_EXPLOITATION,
        Offence.RAPE,
        Offence.ABDUCTION,
        Offence.LABOUR_EXPLOITATION,
        Offence.SMUGGLING,
        Offence.FORCED_MARRIAGE,
        Offence.THREATENING_VICTIM,
    ),
    source='Justice and Care, "Impact" page: "any offence related to the exploitation of a victim"; which offences '
    "these are is our reading, and is wider than trafficking",
)


class Outcome(Code):
    """What a court decided on one charge."""

    CONVICTED = "convicted", "Found guilty, or pleaded guilty and was sentenced for it."
    ACQUITTED = "acquitted", "Found not guilty."
    DISCONTINUED = "discontinued", "The charge was withdrawn, or the proceedings on it ended without a decision."


VERDICTS = CodeSet(
    "a conviction or an acquittal",
    (Outcome.CONVICTED, Outcome.ACQUITTED),
    source="our reading: a discontinued charge was not decided",
)


class AppealResult(Code):
    """What a higher court decided about the verdict on one charge."""

    UPHELD = "upheld", "The verdict stands."
    QUASHED = "quashed", "The conviction is set aside."
    SUBSTITUTED = "substituted", "The conviction is replaced by one for another offence."
    RETRIAL = "retrial_ordered", "The conviction is set aside and the charge is to be tried again."


CONVICTION_SET_ASIDE = CodeSet(
    "results that set a conviction aside",
    (AppealResult.QUASHED, AppealResult.RETRIAL),
    source="our reading: a retrial sets the conviction aside until a new verdict is recorded",
)


class LegalSupportRecipient(Code):
    """Whom our teams supported during a legal process."""

    VICTIM = "victim", "The victim, as a witness or as a party."
    PROSECUTOR = "prosecutor", "The prosecutor or the prosecuting authority."
    OTHER_WITNESS = "other_witness", "A witness who is no victim."
    COURT = "court", "The court or its staff, such as interpreters and intermediaries."


LEGAL_PROCESS_RECIPIENTS = CodeSet(
    "the victim or the prosecutor",
    (LegalSupportRecipient.VICTIM, LegalSupportRecipient.PROSECUTOR),
    source='Justice and Care, "Impact" page: "provided support to the victim and/or prosecutor"',
)


class StatementKind(Code):
    """How a survivor engaged with law enforcement."""

    INFORMATION = "information", "Gave information, without a formal statement."
    STATEMENT = "statement", "Gave a formal statement."
    TESTIMONY = "testimony", "Testified in court, in person or remotely."


FORMAL_STATEMENTS = CodeSet(
    "a statement or testimony",
    (StatementKind.STATEMENT, StatementKind.TESTIMONY),
    source="our reading: information given without a formal statement is no engagement that a case can rest on",
)
