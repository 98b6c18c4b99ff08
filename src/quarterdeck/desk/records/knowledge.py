"""How articles are listed and found, what of them waits for whom, and who looked for help."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.records import Action, Badge, Record, Tone, View
from quarterdeck.desk.models import Article, ArticleEvent, KnowledgeVisit
from quarterdeck.desk.queries.articles import (
    awaiting_review,
    latest_of,
    suggested_articles,
)
from quarterdeck.desk.rules.knowledge import (
    may_decide_on_any_article,
    may_publish,
    may_write_articles,
)
from quarterdeck.desk.vocabulary.knowledge import ArticleEventKind, ArticleState
from quarterdeck.office.queries.periods import own_day, own_end_of
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
    views=(View("Published", "published"), View("In review", "in_review")),
    action=Action("New article", "desk.article.new", "plus", may_write_articles),
    icon="book",
    section="Desk",
    empty="Write down what was found out once, so that nobody has to ask twice.",
)

knowledge_visits = Record(
    KnowledgeVisit,
    columns=("at", "kind", "article", "found", "person"),
    filters=("kind", "article", "at"),
    details=("at", "kind", "article", "number", "words", "found", "person", "is_of_desk"),
    order=("-at", "-id"),
    noun_class=NounClass.PERSONNEL,
    titles={"at": "When", "found": "Articles found", "is_of_desk": "Works at the desk"},
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


def waiting_articles(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:
    """Give the versions that the account may publish, what it has to look at again, and its own
    drafts that came back."""
    if not may_write_articles(account):
        return
    waiting_here = list(awaiting_review(account)[:MOST_WAITING])
    latest = latest_of(waiting_here)
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
    yield from _reviews_due(account, at)
    yield from _returned(account)


def _reviews_due(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:
    """Give what the account owns and has to look at again before long.

    What nobody here owns waits for those who answer for any article.
    """
    today = own_day(at)
    answers_for = Q(owner=account.person_id) if account.person_id is not None else Q(pk__in=[])
    if may_decide_on_any_article(account):
        answers_for |= Q(owner=None) | Q(owner__ends_on__lt=today)
    due = Article.objects.visible_to(account).published()
    due = due.filter(answers_for, review_due_on__lte=today + NOTICE)
    for article in due.order_by("review_due_on", "pk")[:MOST_WAITING]:
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


def _returned(account: Account) -> Iterator[waiting.WaitingItem]:
    """Give the account's own drafts of which somebody said what is missing."""
    events = ArticleEvent.objects.filter(article=OuterRef("pk")).order_by("-at", "-pk")
    drafts = Article.objects.filter(state=ArticleState.DRAFT, created_by=account).annotate(
        last_kind=Subquery(events.values("kind")[:1]), last_note=Subquery(events.values("note")[:1])
    )
    returned = drafts.filter(last_kind=ArticleEventKind.RETURNED).order_by("pk")
    for key, title, note in returned.values_list("pk", "title", "last_note")[:MOST_WAITING]:
        yield waiting.WaitingItem(
            title=title,
            address=reverse(articles.detail_address, args=[key]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Article",
            detail=f"Returned to you: {note}",
        )


records = (articles, knowledge_visits)
ENTRY = navigation.Entry("Desk", "Knowledge", "desk.knowledge", articles.icon, for_requesters=True)
waiting.register(waiting_articles)
