"""What the measures of knowledge count: the articles of an instant, and people who looked for
help."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Min, QuerySet

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope, Terms
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.scopes import unit_named
from quarterdeck.desk.models import Article, ArticleEvent, KnowledgeVisit, Ticket
from quarterdeck.desk.queries.article_visits import WINDOW
from quarterdeck.desk.vocabulary.knowledge import ArticleEventKind, VisitKind
from quarterdeck.kernels.spans import Span, coverage
from quarterdeck.office.queries import organisation
from quarterdeck.services.models import Service

_A_DAY = timedelta(days=1)


def coverage_since(first: datetime | None, period: Span, as_of: datetime) -> Fraction:
    """Return the share of the period, up to `as_of`, since the first thing that was kept."""
    elapsed = period.clip(Span(min(period.start, as_of), as_of))
    if elapsed is None or first is None or first >= as_of:
        return Fraction(0)
    return coverage([Span(first, as_of)], elapsed)


def first_decision() -> datetime | None:
    """Return when the first decision on an article was noted."""
    first: datetime | None = ArticleEvent.objects.aggregate(first=Min("at"))["first"]
    return first


def first_visit() -> datetime | None:
    """Return when the first visit was noted."""
    first: datetime | None = KnowledgeVisit.objects.aggregate(first=Min("at"))["first"]
    return first


def articles_in(scope: Scope) -> QuerySet[Article]:
    """Return the articles of a scope: of a team or unit by its owner's place, of a service by what
    they are about; a source has none. Refused for an unknown name."""
    articles = Article.objects.all()
    if scope.kind == "organisation":
        return articles
    if scope.kind == "unit":
        return articles.filter(owner__unit__in=Unit.objects.below(unit_named(scope.name)))
    if scope.kind == "team":
        team = Team.objects.filter(name=scope.name).first()
        if team is None:
            raise Refused(f"There is no team “{scope.name}”.")
        return articles.filter(owner__memberships__team=team)
    if scope.kind == "service":
        service = Service.objects.filter(name=scope.name).first()
        if service is None:
            raise Refused(f"There is no service “{scope.name}”.")
        return articles.filter(service=service)
    return articles.none()


def review_days_at(instant: datetime) -> dict[int, date]:
    """Return until when each article counts as looked after that was published at an instant."""
    days: dict[int, date] = {}
    events = ArticleEvent.objects.filter(at__lte=instant).order_by("at", "pk")
    for article, kind, due in events.values_list("article", "kind", "review_due_on"):
        if kind == ArticleEventKind.RETIRED:
            days.pop(article, None)
        elif due is not None:
            days[article] = due
    return days


@dataclass(frozen=True)
class Enquiry:
    """A day on which somebody looked for help: its visit that counts, and what came of it."""

    visit: int
    has_read: bool
    has_reported: bool


def enquiries(period: Span, terms: Terms) -> list[Enquiry]:
    """Return what people looked for whose window ended in the period, and by `as_of`.

    One person's visits of one day are one enquiry; it dates from the first of them, or from the
    first article read where one was. A ticket follows it that the person reports within the window.
    """
    begin, end = period.start - WINDOW, min(period.end, terms.as_of) - WINDOW
    day_of = organisation().rules.day_of
    # A day that only just reaches into the period is read from its beginning.
    rows = KnowledgeVisit.objects.of_served().filter(at__gte=begin - _A_DAY, at__lt=end + _A_DAY)
    days: dict[tuple[int, date], tuple[int, datetime, bool]] = {}
    for key, person, kind, at in rows.order_by("at", "pk").values_list(
        "pk", "person", "kind", "at"
    ):
        place = (person, day_of(at))
        is_read = kind == VisitKind.VIEWED
        if place not in days or (is_read and not days[place][2]):
            days[place] = (key, at, is_read)
    counted = {place: told for place, told in days.items() if begin <= told[1] < end}
    reported = _reports({person for person, _ in counted}, begin, end + WINDOW)
    return [
        Enquiry(key, is_read, any(at <= when < at + WINDOW for when in reported.get(person, ())))
        for (person, _), (key, at, is_read) in counted.items()
    ]


def _reports(people: Iterable[int], since: datetime, until: datetime) -> dict[int, list[datetime]]:
    """Return when each of these people reported something between two instants."""
    found: dict[int, list[datetime]] = {}
    tickets = Ticket.objects.standing().filter(opened_at__gte=since, opened_at__lt=until)
    wanted = set(people)
    for person, at in tickets.filter(requester__isnull=False).values_list("requester", "opened_at"):
        if person in wanted:
            found.setdefault(person, []).append(at)
    return found
