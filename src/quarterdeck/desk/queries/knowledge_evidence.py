"""What the measures of knowledge count: the articles of an instant, and since when it is kept."""

from datetime import date, datetime
from fractions import Fraction

from django.db.models import Min, QuerySet

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.scopes import unit_named
from quarterdeck.desk.models import Article, ArticleEvent, KnowledgeVisit
from quarterdeck.desk.vocabulary.knowledge import ArticleEventKind
from quarterdeck.kernels.spans import Span, coverage
from quarterdeck.services.models import Service


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
