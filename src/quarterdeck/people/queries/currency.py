"""Whether what a class says is current and results-focused on a day."""

from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, Q

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.scopes import unit_named
from quarterdeck.office.queries import organisation
from quarterdeck.people.models import ClassVersion, Incumbency, ResultsArea
from quarterdeck.people.models.positions import PersonnelQuerySet


class Flaw(StrEnum):
    """Why a description does not count; the first that holds is told."""

    NONE_APPROVED = "no description was approved"
    NO_RESULTS = "the description names no result"
    NO_MEASURE = "a result has no measure of success"
    NOT_REVIEWED = "it was not reviewed for twelve months"


def flaws_of(day: date, as_of: datetime) -> dict[int, Flaw | None]:
    """Return what is wrong with the description of each class on a day; None where it is right.

    What counts is the version in force on the day among those approved by `as_of`. It was reviewed
    when it was approved, and when somebody last noted so, if that was by the day.
    """
    day_of = organisation().rules.day_of
    versions = ClassVersion.objects.filter(effective_on__lte=day, approved_at__lte=as_of)
    # A later one in this order is the one in force.
    in_force = {
        version.job_class_id: version for version in versions.order_by("effective_on", "number")
    }
    areas = (
        ResultsArea.objects.filter(class_version__in=in_force.values())
        .values("class_version")
        .annotate(areas=Count("pk", distinct=True))
        .annotate(measured=Count("pk", distinct=True, filter=Q(measures__isnull=False)))
    )
    counts = {row["class_version"]: (row["areas"], row["measured"]) for row in areas}
    return {
        key: _flaw(version, counts.get(version.pk, (0, 0)), day, day_of(version.approved_at))
        for key, version in in_force.items()
    }


def holders_on(day: date, scope: Scope) -> PersonnelQuerySet[Incumbency]:
    """Return who holds a position on a day: of a unit or team the people in it, and of a service
    or source nobody; Refused for an unknown unit or team."""
    held = Incumbency.objects.filter(valid_from__lte=day).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
    if scope.kind == "organisation":
        return held
    if scope.kind == "unit":
        return held.filter(position__unit__in=Unit.objects.below(unit_named(scope.name)))
    if scope.kind == "team":
        team = Team.objects.filter(name=scope.name).first()
        if team is None:
            raise Refused(f"There is no team “{scope.name}”.")
        return held.filter(person__memberships__team=team)
    return held.none()


def _flaw(version: ClassVersion, counts: tuple[int, int], day: date, approved: date) -> Flaw | None:
    areas, measured = counts
    if not areas:
        return Flaw.NO_RESULTS
    if measured < areas:
        return Flaw.NO_MEASURE
    # What was noted later than the day says nothing of it, but the approval was a review too.
    reviewed = version.reviewed_on if version.reviewed_on <= day else approved
    return None if reviewed >= _year_before(day) else Flaw.NOT_REVIEWED


def _year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28) if leap else day.replace(year=day.year - 1)
