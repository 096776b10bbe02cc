"""What is known of a person, apart from events."""

from datetime import date

from impact_metrics.anti_trafficking.codes import AgeGroup, Sex
from impact_metrics.model import Field, Person, field


class KnownPerson(Person):
    """A survivor, suspect or other person, by an id that says nothing of who it is."""

    sex: Field[Sex | None] = field("the recorded sex", default=None)
    born_on: Field[date | None] = field("the date of birth", default=None)
    age_group: Field[AgeGroup | None] = field("child or adult, where no date of birth is known", default=None)
