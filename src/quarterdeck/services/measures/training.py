"""Whether users can learn the applications that they work with."""

from datetime import timedelta
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, of_shares
from quarterdeck.kernels.spans import Span
from quarterdeck.people.models import CourseSession
from quarterdeck.people.models.training import TRAINING
from quarterdeck.services.models import Service, ServiceCourse

# How long somebody who needs a course has to wait for it at most.
_WAIT = timedelta(days=90)


@measure(
    "services.training_availability",
    title="Applications that users can learn",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty="J3.4.m3",
    domain=TRAINING,
    leads=True,
)
def training_availability(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the services that users work with themselves, the share for which a course is on offer
    that can be taken by self-study, or that has a session within 90 days of the end of the period.

    While the period runs, its end is now. A cancelled session is none. Which services are user
    applications, which courses are on offer and which of them teach what is read as it stands now:
    of earlier periods only the sessions are known. Training counts as recorded once a course is
    linked to a service; a unit or team has no applications of its own.
    """
    instant = min(period.end, terms.as_of)
    sessions = CourseSession.objects.filter(
        course=OuterRef("course"),
        cancelled_at__isnull=True,
        starts_at__gte=instant,
        starts_at__lt=instant + _WAIT,
    )
    taught = ServiceCourse.objects.filter(
        ~Q(course__self_study="") | Exists(sessions),
        service=OuterRef("pk"),
        course__is_on_offer=True,
    )
    rows = Service.objects.filter(is_application=True)
    if scope.kind != "organisation":
        rows = rows.filter(name=scope.name) if scope.kind == "service" else rows.none()
    is_kept = ServiceCourse.objects.exists() and period.start <= terms.as_of
    basis = Basis(
        as_of=terms.as_of,
        coverage=Fraction(is_kept),
        included=rows,
        freshest_at=terms.as_of if is_kept else None,
        parameters={"on": instant.isoformat(timespec="seconds"), "within": f"{_WAIT.days} days"},
    )
    if not is_kept:
        return basis.silence()
    found = rows.annotate(can_be_learnt=Exists(taught)).values_list("pk", "can_be_learnt")
    return of_shares(basis, dict(found))
