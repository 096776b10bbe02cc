"""Codes for measuring change."""

from impact_metrics.values import Code


class SurveyStage(Code):
    """When a survey that goes with a course is answered.

    Source: the stages at which training is evaluated, after the four levels of D. L. Kirkpatrick. What is said at the
    end of a course shows what was learned (level 2); only a follow-up at work shows what is done (level 3).
    """

    BASELINE = "baseline", "Before the course."
    END_OF_COURSE = "end_of_course", "On the last day of the course."
    FOLLOW_UP = "follow_up", "Back at work, some months after the course."
