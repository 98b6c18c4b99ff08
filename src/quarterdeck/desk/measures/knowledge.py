"""Whether knowledge spares tickets, and whether it is looked after."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet

from quarterdeck.core.measures import Better, Exclusion, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.desk.measures.declaration import DOMAIN
from quarterdeck.desk.models import Article, KnowledgeVisit
from quarterdeck.desk.queries.article_visits import WINDOW
from quarterdeck.desk.queries.enquiries import UNKNOWN_ORIGIN, Enquiry, enquiries_of
from quarterdeck.desk.queries.knowledge_evidence import (
    articles_in,
    coverage_since,
    first_decision,
    first_visit,
    review_days_at,
)
from quarterdeck.desk.vocabulary.knowledge import VisitOrigin
from quarterdeck.kernels.spans import Span
from quarterdeck.kernels.statistics import difference_of_shares
from quarterdeck.office.queries.periods import own_day

# Fewer people on either side say nothing that an interval would not take back.
LEAST_PEOPLE = 30


@measure(
    "desk.deflection",
    title="Tickets spared by knowledge, when searching",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty="J3.f2.2",
    version=2,
    domain=DOMAIN,
    leads=True,
)
def deflection(period: Span, scope: Scope, terms: Terms) -> Reading:
    """How much less often people report something within 3 days of reading an article that they had
    searched for than people who searched and read none: the difference of the two shares.

    One person's searches and articles read on one day are one enquiry; it counts in the period in
    which its 3 days end, from the first article read or else from the search. Those who read are
    compared with the base rate of those whose search found articles and who opened none. Searching
    is that of the knowledge and of the portal; whoever was first offered articles while typing a
    report is compared elsewhere, with others who were. Left out is who had reported something in
    the 3 days before, since a ticket that is there cannot be spared; who opened an article without
    a search; and whose search found nothing. Of one person only the first enquiry of the period
    counts, so that the interval rests on people. The desk's own staff does not count, nor does
    whoever is not signed in. With fewer than 30 people on either side there is not enough evidence.
    People chose themselves whether they read, so the difference is no proof of an effect.

    It is counted for the organisation alone: who looks for help belongs to no team of the desk.
    """
    return _spared(VisitOrigin.SEARCH, period, scope, terms)


@measure(
    "desk.deflection_while_reporting",
    title="Tickets spared by knowledge, when typing a report",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty="J3.f2.2",
    domain=DOMAIN,
)
def deflection_while_reporting(period: Span, scope: Scope, terms: Terms) -> Reading:
    """How much less often people report something within 3 days of reading an article that was
    offered to them while they typed a report than people who were offered some and read none: the
    difference of the two shares.

    Most who type a report send it, so that their base rate is another than that of those who
    search, with whom they are not mixed: an enquiry belongs to the way in which it began that day.
    It is counted as that of searching is: one person's first enquiry of the period, from the first
    article read or else from the offer; left out is who had reported something in the 3 days before
    it. Offers of earlier versions, which did not tell searching from typing, are left out. With
    fewer than 30 people on either side there is not enough evidence. People chose themselves
    whether they read, so the difference is no proof of an effect.

    It is counted for the organisation alone: who looks for help belongs to no team of the desk.
    """
    return _spared(VisitOrigin.REPORT, period, scope, terms)


def _spared(origin: VisitOrigin, period: Span, scope: Scope, terms: Terms) -> Reading:
    """Compare those who read with those who came in the same way and did not."""
    is_whole = scope.kind == "organisation"
    every = enquiries_of(origin, period, terms) if is_whole else []
    found = [each for each in every if not each.left_out]
    read, others = ([e for e in found if e.has_read is side] for side in (True, False))
    spared, unread = (sum(not e.has_reported for e in some) for some in (read, others))
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_since(first_visit() if is_whole else None, period, terms.as_of),
        included=_visits(found),
        excluded=_left_out(every),
        freshest_at=_newest_visit(),
        parameters={
            "window": f"{WINDOW.days} days",
            "read an article": f"{len(read)}, of whom {len(read) - spared} reported something",
            "read none": f"{len(others)}, of whom {len(others) - unread} reported something",
            "interval": "Newcombe's method 10, 95 %",
        },
    )
    if min(len(read), len(others)) < LEAST_PEOPLE:
        return _too_few(basis).silence()
    return basis.reading(
        value=Fraction(spared, len(read)) - Fraction(unread, len(others)),
        n=len(found),
        interval=difference_of_shares((spared, len(read)), (unread, len(others))),
        amounts={each.visit: int(not each.has_reported) for each in found},
    )


def _visits(some: Iterable[Enquiry]) -> QuerySet[KnowledgeVisit]:
    return KnowledgeVisit.objects.filter(pk__in=[each.visit for each in some])


def _left_out(every: Iterable[Enquiry]) -> tuple[Exclusion, ...]:
    """Return what is left out for each reason, in the order of the reasons' names."""
    by_reason: dict[str, list[Enquiry]] = {}
    for each in every:
        if each.left_out:
            by_reason.setdefault(each.left_out, []).append(each)
    return tuple(
        Exclusion(reason, _visits(some), len(some), is_unknown=reason == UNKNOWN_ORIGIN)
        for reason, some in sorted(by_reason.items())
    )


def _too_few(basis: Basis) -> Basis:
    """Leave out what there is, since nobody can tell by it."""
    left_out = excluded("Too few on one side to compare", basis.included, is_unknown=True)
    return replace(basis, included=basis.included.none(), excluded=(*basis.excluded, *left_out))


def _newest_visit() -> datetime | None:
    return KnowledgeVisit.objects.order_by("-at").values_list("at", flat=True).first()


@measure(
    "desk.article_freshness",
    title="Articles within their review date",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty="J2.c5",
    domain="desk.knowledge",
    leads=True,
)
def article_freshness(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the articles that were published at the end of the period, the share whose review date had
    not passed.

    A review date is set whenever a version is published, or somebody who answers for the article
    finds it still right. In a period that still runs, the end is now. An article counts for the
    service that it is about, and for the teams and the unit of its owner, as they are now.
    """
    instant = min(period.end, terms.as_of)
    first = first_decision()
    days = review_days_at(instant) if period.start <= instant else {}
    articles = articles_in(scope).filter(pk__in=days)
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_since(first, period, terms.as_of),
        included=articles,
        freshest_at=terms.as_of if first is not None else None,
        parameters={"published at": instant.isoformat(timespec="seconds")},
    )
    today = own_day(instant)
    keys = Article.objects.filter(pk__in=articles.values("pk")).values_list("pk", flat=True)
    return of_shares(basis, {key: days[key] >= today for key in keys})
