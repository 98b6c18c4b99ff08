"""How articles are listed and found, what of them waits for whom, and who looked for help."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.guards import Guard
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View, Writing
from quarterdeck.desk.models import Article, ArticleEvent, KnowledgeVisit, Ticket
from quarterdeck.desk.models.article import ArticleWorkSight
from quarterdeck.desk.queries.articles import (
    awaiting_review,
    latest_versions,
    suggested_articles,
)
from quarterdeck.desk.rules.knowledge import (
    may_decide_on_any_article,
    may_decide_on_articles,
    may_publish,
    may_write_articles,
)
from quarterdeck.desk.verbs import articles as verbs
from quarterdeck.desk.verbs.article_use import judge_article
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience, ArticleEventKind, ArticleState
from quarterdeck.office.queries.periods import own_day, own_end_of
from quarterdeck.services.models import Service
from quarterdeck.ui import navigation
from quarterdeck.ui.suggested import Suggestion, provide

# What suggestions and waiting items call an article.
ARTICLE = "Article"
MOST_WAITING = 50
# How long before its day a review is announced.
NOTICE = timedelta(days=14)

ARTICLE_BADGES = {
    ArticleState.DRAFT: Badge(Tone.INFO),
    ArticleState.IN_REVIEW: Badge(Tone.WARNING),
    ArticleState.PUBLISHED: Badge(Tone.GOOD),
    ArticleState.RETIRED: Badge(Tone.NEUTRAL),
}


def _draft(
    *,
    title: str,
    text: str,
    summary: str = "",
    keywords: str = "",
    audience: str = ArticleAudience.EVERYBODY,
    team: Team | None = None,
    owner: Person | None = None,
    service: Service | None = None,
    category: str = "",
    source_ticket: Ticket | None = None,
    entry_key: str | None = None,
    actor: Account,
    at: datetime,
) -> Article:
    """Begin an article; nobody but the desk reads it before it is published."""
    wording = verbs.Wording(
        title=title, summary=summary, keywords=keywords, text=text, audience=audience, team=team
    )
    return verbs.draft_article(
        wording=wording,
        owner=owner,
        service=service,
        category=category,
        source_ticket=source_ticket,
        entry_key=entry_key or "",
        actor=actor,
        at=at,
    )


def _revise(
    *,
    article: Article,
    seen: int,
    title: str,
    text: str,
    summary: str = "",
    keywords: str = "",
    audience: str = ArticleAudience.EVERYBODY,
    team: Team | None = None,
    note: str = "",
    actor: Account,
    at: datetime,
) -> Article:
    """Write the next version; the published one stays as it is until this one is published."""
    wording = verbs.Wording(
        title=title, summary=summary, keywords=keywords, text=text, audience=audience, team=team
    )
    return verbs.revise_article(
        article=article, seen=seen, wording=wording, note=note, actor=actor, at=at
    )


def _judge(
    *, article: Article, helpful: bool, comment: str = "", actor: Account, at: datetime
) -> None:
    """Say whether what is published helped, and what was missing; the newest word counts."""
    judge_article(article=article, helpful=helpful, comment=comment, actor=actor, at=at)


def _writes(user: User, _article: Article) -> bool:
    return may_write_articles(user)


def _reads(_user: User, article: Article) -> bool:
    return article.published_number is not None


_SEEN = {"seen": "The number of the newest version that you have read."}
_NOTE: Mapping[str, Any] = {
    "says": {"note": "What else is to be said."},
    "longest": {"note": 500},
}
_PUBLISHED: Mapping[str, Any] = {"says": _SEEN | _NOTE["says"], "longest": _NOTE["longest"]}
_WHY: Mapping[str, Any] = {"says": {"reason": "Why."}, "longest": {"reason": 500}}
_FEEDBACK: Mapping[str, Any] = {
    "says": {"helpful": "Whether it helped.", "comment": "What is missing or wrong."},
    "longest": {"comment": 1_000},
}
ACTS = (
    RecordAct("revise", "Write the next version", _revise, _writes, **_PUBLISHED),
    RecordAct("describe", "Describe", verbs.describe_article, _writes),
    RecordAct("submit", "Submit for review", verbs.submit_article, _writes, **_NOTE),
    RecordAct("publish", "Publish", verbs.publish_article, may_decide_on_articles, **_PUBLISHED),
    RecordAct(
        "return", "Return to its author", verbs.return_article, may_decide_on_articles, **_WHY
    ),
    RecordAct("confirm", "Still right", verbs.confirm_article, may_decide_on_articles, **_NOTE),
    RecordAct("retire", "Retire", verbs.retire_article, may_decide_on_articles, **_WHY),
    RecordAct("judge", "Say whether it helped", _judge, _reads, **_FEEDBACK),
)
articles = Record(
    Article,
    columns=("title", "state", "audience", "service", "category", "owner", "review_due_on"),
    filters=("state", "audience", "service", "owner", "review_due_on"),
    search=("title", "keywords", "summary", "text"),
    details=(
        *("title", "summary", "keywords", "text"),
        *("state", "audience", "team", "owner", "service", "category"),
        *("published_number", "published_at", "review_every_days", "review_due_on"),
        *("latest_number", "source_ticket", "created_by", "created_at"),
    ),
    titles={
        "review_due_on": "Review due",
        "review_every_days": "Days between reviews",
        "published_number": "Published version",
        "latest_number": "Newest version",
        "published_at": "Published",
        "created_at": "Begun",
        "created_by": "Begun by",
        "source_ticket": "Written from",
        "audience": "For",
    },
    badges={"state": ARTICLE_BADGES},
    # How far the newest version has come is the desk's own work: readers have the published one.
    guard=Guard(frozenset({"state", "latest_number"}), (), ArticleWorkSight.of),
    views=(View("Published", "published"), View("In review", "in_review", goes_by="state")),
    may_add=may_write_articles,
    writing=Writing(
        added=(
            *("title", "summary", "keywords", "text", "audience", "team"),
            *("owner", "service", "category", "source_ticket", "entry_key"),
        ),
        add=_draft,
    ),
    acts=ACTS,
    action=Action("New article", "desk.article.new", "plus", may_write_articles),
    icon="book",
    section="Desk",
    empty="Write down what was found out once, so that nobody has to ask twice.",
)

knowledge_visits = Record(
    KnowledgeVisit,
    columns=("at", "kind", "article", "found", "person"),
    filters=("kind", "article", "at"),
    details=("at", "kind", "origin", "article", "number", "words", "found", "person", "is_of_desk"),
    order=("-at", "-id"),
    noun_class=NounClass.PERSONNEL,
    titles={
        "at": "When",
        "found": "Articles found",
        "origin": "While",
        "is_of_desk": "Works at the desk",
    },
    icon="search",
    section="Desk",
    empty="Who searches the knowledge of the desk or reads in it is noted here from then on.",
)


def articles_like(words: str, user: User) -> Iterator[Suggestion]:
    """Give the published articles that resemble what somebody types, for whoever may read them."""
    for each in suggested_articles(words, user):
        address = reverse(articles.detail_address, args=[each.article.pk])
        yield Suggestion(each.article.title, address, ARTICLE)


provide(articles_like)


def waiting_articles(account: Account, at: datetime) -> waiting.Told:
    """Give the versions that the account may publish, what it has to look at again, and its own
    drafts that came back."""
    if not may_write_articles(account):
        return
    waiting_here = awaiting_review(account)[:MOST_WAITING]
    due, returned = _reviews_due(account, own_day(at)), _returned(account)
    yield [waiting_here, due, returned]
    versions = latest_versions(waiting_here)
    yield [versions]
    latest = {each.article_id: each for each in versions}
    for article in waiting_here:
        if may_publish(account, article, latest[article.pk]):
            yield waiting.WaitingItem(
                title=article.title,
                address=reverse(articles.detail_address, args=[article.pk]),
                due_at=None,
                consequence=waiting.Consequence.ORDINARY,
                kind="Article",
                detail=f"Version {article.latest_number} waits to be published or returned.",
            )
    yield from _to_look_at(due, own_day(at))
    for key, title, note in returned:
        yield waiting.WaitingItem(
            title=title,
            address=reverse(articles.detail_address, args=[key]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Article",
            detail=f"Returned to you: {note}",
        )


def _reviews_due(account: Account, today: date) -> QuerySet[Article]:
    """Return what the account owns and has to look at again before long.

    What nobody here owns waits for those who answer for any article.
    """
    answers_for = Q(owner=account.person_id) if account.person_id is not None else Q(pk__in=[])
    if may_decide_on_any_article(account):
        answers_for |= Q(owner=None) | Q(owner__ends_on__lt=today)
    due = Article.objects.visible_to(account).published()
    due = due.filter(answers_for, review_due_on__lte=today + NOTICE)
    return due.order_by("review_due_on", "pk")[:MOST_WAITING]


def _to_look_at(due: Iterable[Article], today: date) -> waiting.Told:
    for article in due:
        day = article.review_due_on
        is_late = day is not None and day < today
        yield waiting.WaitingItem(
            title=article.title,
            address=reverse(articles.detail_address, args=[article.pk]),
            due_at=None if day is None else own_end_of(day),
            consequence=waiting.Consequence.SERIOUS if is_late else waiting.Consequence.SLIGHT,
            kind="Article",
            detail="Is it still right? Its review is overdue." if is_late else "Is it still right?",
        )


def _returned(account: Account) -> "QuerySet[Article, tuple[int, str, str]]":
    """Return the account's own drafts of which somebody said what is missing."""
    events = ArticleEvent.objects.filter(article=OuterRef("pk")).order_by("-at", "-pk")
    drafts = Article.objects.filter(state=ArticleState.DRAFT, created_by=account).annotate(
        last_kind=Subquery(events.values("kind")[:1]), last_note=Subquery(events.values("note")[:1])
    )
    returned = drafts.filter(last_kind=ArticleEventKind.RETURNED).order_by("pk")
    return returned.values_list("pk", "title", "last_note")[:MOST_WAITING]


records = (articles, knowledge_visits)
ENTRY = navigation.Entry("Desk", "Knowledge", "desk.knowledge", articles.icon, for_requesters=True)
waiting.register(waiting_articles)
