"""Measures of success of a class: what is computed, what is surveyed, what is missing."""

from dataclasses import dataclass

from django.db.models import QuerySet

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, Reading, Scope, Terms, measure_of
from quarterdeck.core.permission import User, holds
from quarterdeck.core.prepared import Prepared
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries.periods import take_over
from quarterdeck.people.models import ClassVersion, SuccessMeasure
from quarterdeck.people.vocabulary import ClassStatus, Evidence


@dataclass(frozen=True)
class Answer:
    """A measure of success beside the measure that computes it, read over one period.

    `reading` is None where nothing computes it, or where the reader may not read the measure.
    """

    success: SuccessMeasure
    measure: Measure | None = None
    reading: Reading | None = None


@dataclass(frozen=True)
class Answers:
    """The measures of success of one version in three parts."""

    computed: tuple[Answer, ...]
    surveyed: tuple[Answer, ...]
    missing: tuple[Answer, ...]


def answers_of(version: ClassVersion, user: User, period: Period, terms: Terms) -> Answers:
    """Return what is known of a version's measures of success."""
    found = SuccessMeasure.objects.filter(class_version=version).order_by("order")
    computed, surveyed, missing = [], [], []
    for success in found.select_related("results_area"):
        if success.measure_key:
            computed.append(_answer(success, user, period, terms))
        elif success.evidence == Evidence.SURVEY:
            surveyed.append(Answer(success))
        else:
            missing.append(Answer(success))
    return Answers(tuple(computed), tuple(surveyed), tuple(missing))


def _answer(success: SuccessMeasure, user: User, period: Period, terms: Terms) -> Answer:
    try:
        measure = measure_of(success.measure_key)
    except Refused:
        # A measure that has gone from the product leaves its link behind.
        return Answer(success)
    if not holds(user, *measure.readers):
        return Answer(success, measure)
    return Answer(success, measure, take_over(measure, period, Scope(), terms))


def _not_yet_computable() -> QuerySet[SuccessMeasure]:
    latest = ClassVersion.objects.latest_of_each()
    rows = SuccessMeasure.objects.not_yet_computable().filter(
        class_version__in=latest, class_version__job_class__status=ClassStatus.ACTIVE
    )
    return rows.select_related("class_version__job_class").order_by("class_version", "order")


_NOT_YET_COMPUTABLE = Prepared(_not_yet_computable)


def not_yet_computable(user: User) -> list[SuccessMeasure]:
    """Return the measures of success of all classes in use that no measure computes yet.

    Class descriptions are open to everybody who is signed in, so that all are asked the same.
    """
    return _NOT_YET_COMPUTABLE.records() if user.is_authenticated else []
