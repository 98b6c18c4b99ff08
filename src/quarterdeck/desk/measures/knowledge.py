"""Whether knowledge spares tickets, and whether it is looked after."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.desk.measures.declaration import DOMAIN
from quarterdeck.desk.models import Article, KnowledgeVisit
from quarterdeck.desk.queries.article_visits import WINDOW
from quarterdeck.desk.queries.knowledge_evidence import (
    articles_in,
    coverage_since,
    enquiries,
    first_decision,
    first_visit,
    review_days_at,
)
from quarterdeck.kernels.spans import Span
from quarterdeck.kernels.statistics import difference_of_shares
from quarterdeck.office.queries.periods import own_day

# Fewer enquiries on either side say nothing that an interval would not take back.
LEAST_ENQUIRIES = 30


@measure(
    "desk.deflection",
    title="Tickets spared by knowledge",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty="J3.f2.2",
    domain=DOMAIN,
    leads=True,
)
def deflection(period: Span, scope: Scope, terms: Terms) -> Reading:
    """How much less often people report something within 3 days of reading an article than people
    who looked for help on that day and read none: the difference of the two shares.

    One person's searches, offers while typing and articles read on one day are one enquiry; it
    counts in the period in which its 3 days end. Those who read are compared with the base rate of
    those who searched or were offered articles and opened none. The desk's own staff does not
    count, nor does whoever is not signed in. With fewer than 30 enquiries on either side there is
    not enough evidence. People chose themselves whether they read, so the difference is no proof of
    an effect.

    It is counted for the organisation alone: who looks for help belongs to no team of the desk.
    """
    is_whole = scope.kind == "organisation"
    found = enquiries(period, terms) if is_whole else []
    read, others = ([e for e in found if e.has_read is side] for side in (True, False))
    spared, unread = (sum(not e.has_reported for e in some) for some in (read, others))
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_since(first_visit() if is_whole else None, period, terms.as_of),
        included=KnowledgeVisit.objects.filter(pk__in=[each.visit for each in found]),
        freshest_at=_newest_visit(),
        parameters={
            "window": f"{WINDOW.days} days",
            "read an article": f"{len(read)}, of whom {len(read) - spared} reported something",
            "read none": f"{len(others)}, of whom {len(others) - unread} reported something",
            "interval": "Newcombe's method 10, 95 %",
        },
    )
    if min(len(read), len(others)) < LEAST_ENQUIRIES:
        return _too_few(basis).silence()
    return basis.reading(
        value=Fraction(spared, len(read)) - Fraction(unread, len(others)),
        n=len(found),
        interval=difference_of_shares((spared, len(read)), (unread, len(others))),
        amounts={each.visit: int(not each.has_reported) for each in found},
    )


def _too_few(basis: Basis) -> Basis:
    """Leave out what there is, since nobody can tell by it."""
    left_out = excluded("Too few on one side to compare", basis.included, is_unknown=True)
    return replace(basis, included=basis.included.none(), excluded=left_out)


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
