"""Reads of who looked for help, and whether they reported something afterwards."""

import hashlib
from datetime import datetime, timedelta

from quarterdeck.core.models import Account
from quarterdeck.desk.models import Article, KnowledgeVisit
from quarterdeck.desk.vocabulary.knowledge import VisitKind, VisitOrigin
from quarterdeck.office.queries.periods import own_day

# How long after a visit a ticket of the same person counts as its sequel.
WINDOW = timedelta(days=3)


def origin_of(kind: VisitKind, origin: str = "") -> str:
    """Return what somebody is about on such a visit: who searches, searching; who is offered
    articles, typing a report, unless something else is said."""
    usual = {VisitKind.SEARCHED: VisitOrigin.SEARCH, VisitKind.OFFERED: VisitOrigin.REPORT}
    return origin or usual.get(kind, "")


def once_key_of(
    kind: VisitKind,
    account: Account,
    article: Article | None,
    words: str,
    at: datetime,
    *,
    origin: str = "",
) -> str | None:
    """Return under which key a visit is kept once, and nothing for whoever is nobody known.

    While somebody types, every pause would be another visit: those count once a day, in a search
    and in a report.
    """
    if account.person_id is None:
        return None
    day = own_day(at).isoformat()
    what = "" if article is None else str(article.pk)
    if kind == VisitKind.SEARCHED:
        what = hashlib.sha256(" ".join(words.casefold().split()).encode()).hexdigest()[:32]
    elif kind == VisitKind.OFFERED:
        what = origin_of(kind, origin)
    return f"{kind.value}:{account.person_id}:{what}:{day}"


def is_noted(
    kind: VisitKind,
    account: Account,
    article: Article | None,
    words: str,
    at: datetime,
    *,
    origin: str = "",
) -> bool:
    """Say whether such a visit is kept already, so that nothing need be written."""
    key = once_key_of(kind, account, article, words, at, origin=origin)
    return key is not None and KnowledgeVisit.objects.filter(once_key=key).exists()
