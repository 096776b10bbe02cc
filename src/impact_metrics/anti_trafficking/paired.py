"""Change measured on the same person twice: of professionals trained, and of survivors area by area.

The two functions make the metrics for a scale of your own; those of the catalogue are on the example scales.
"""

from impact_metrics.anti_trafficking.codes import AssessmentDomain, SurveyStage
from impact_metrics.anti_trafficking.events import DomainScore, TrainingSurvey
from impact_metrics.anti_trafficking.metrics import PAGE, PERSON, VERSION
from impact_metrics.anti_trafficking.populations import CARED_FOR
from impact_metrics.anti_trafficking.scales import PRACTICE, REINTEGRATION
from impact_metrics.rules import Metric, Scale, paired_change

_NAMED = "The page names this outcome among those that are measured, and gives neither a definition nor a figure."
_SCALE = "The scale is an example. Figures on two scales, or on two versions of one, are not comparable."


def behaviour_change(scale: Scale) -> Metric:
    """Give the metric of behaviour change of professionals on a scale: baseline against follow-up."""
    return Metric(
        id="behaviour_change_of_professionals",
        version=VERSION,
        title="Behaviour change amongst professionals trained",
        definition=None,
        source=PAGE,
        unit=PERSON,
        measure=paired_change(
            TrainingSurvey.score,
            subject=TrainingSurvey.professional,
            before=TrainingSurvey.stage == SurveyStage.BASELINE,
            after=TrainingSurvey.stage == SurveyStage.FOLLOW_UP,
            scale=scale,
            kirkpatrick=3,
        ),
        assumptions=(
            _NAMED,
            (
                "'Behaviour change' is read as: the same professional uses more of what was taught at work, at a "
                "follow-up some months after the course, than before the course. What is said on the last day of a "
                "course shows what was learned (level 2), and is not looked at."
            ),
            (
                "Of somebody who took several courses, the first baseline is compared with the last follow-up, "
                "whichever courses they go with."
            ),
            _SCALE,
        ),
        limits=(
            "It is what professionals say of themselves, unless a survey is filled in by somebody who saw them work.",
            (
                "Whoever answers a follow-up may differ from those who do not. A report tells how many answered at one "
                "end only; where they are many, the share says little of all who were trained."
            ),
            "Without a group that was not trained, a change cannot be put down to the training.",
        ),
    )


def change_in_domain(domain: AssessmentDomain, scale: Scale) -> Metric:
    """Give the metric of change in one area of survivors' lives on a scale: first score against latest score."""
    area = domain.value.replace("_", " ")
    return Metric(
        id=f"change_in_{domain.value}",
        version=VERSION,
        title=f"Recovery and reintegration, by area of life: {area}",
        definition=None,
        source=PAGE,
        unit=PERSON,
        measure=paired_change(
            DomainScore.score,
            subject=DomainScore.survivor,
            before=DomainScore.domain == domain,
            after=DomainScore.domain == domain,
            scale=scale,
            of=CARED_FOR,
        ),
        assumptions=(
            _NAMED,
            (
                f"It is read as: the latest score in the area '{area}' of a survivor cared for is better than the "
                "first by at least as much as means something on the scale. Each area of life is a figure of its own: "
                "they are not added up, since doing better in one does not make up for doing worse in another."
            ),
            _SCALE,
        ),
        limits=(
            "Whoever was scored once, or not at all, is in no denominator; a report tells how many were scored once.",
            "Survivors are scored at different times after their arrival, and some for longer than others.",
            "Whoever starts at the best score cannot improve, and counts in the denominator like everybody else.",
        ),
    )


BEHAVIOUR_CHANGE = behaviour_change(PRACTICE)
CHANGE_BY_DOMAIN = tuple(change_in_domain(domain, REINTEGRATION) for domain in AssessmentDomain)

PAIRED = (*CHANGE_BY_DOMAIN, BEHAVIOUR_CHANGE)
"""The paired changes, after the outcomes that they belong to."""
