"""Reads of knowledge: what is there for a reader, what resembles a text, what waits for review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from quarterdeck.core.permission import User
from quarterdeck.core.records import record_of
from quarterdeck.core.search import MOST_WORDS, with_any_word
from quarterdeck.core.together import Asking
from quarterdeck.desk.models import Article, ArticleFeedback, ArticleUse, ArticleVersion, Ticket
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.kernels.joined_words import compounds, in_two
from quarterdeck.kernels.similarity import Entry, Index, words_of

MOST_SUGGESTED = 4
# How many letters of a report are compared with articles.
LONGEST_REPORT = 2_000
_CANDIDATES = 50
# One word of the text alone may be there by chance; one of title or summary says what it is about.
_FEWEST_WORDS = 2


@dataclass(frozen=True)
class SuggestedArticle:
    """An article that resembles what somebody typed, and the words that both have."""

    article: Article
    words: tuple[str, ...]


def suggested_articles(
    text: str, user: User, limit: int = MOST_SUGGESTED
) -> list[SuggestedArticle]:
    """Return the published articles that the reader may see and that resemble a text most.

    The search index finds candidates by any of the telling words; they are then compared with the
    text by BM25, title and keywords counting twice, which also says which words they share: one of
    title, keywords or summary, or two of the text. *Wi-Fi* and *wifi* are one word.
    """
    typed = text[:LONGEST_REPORT]
    telling = [word for word, _ in words_of(f"{' '.join(_compounds(typed))} {typed}")]
    words = tuple(dict.fromkeys(telling))[:MOST_WORDS]
    apart = [two for word in words for two in in_two(word)]
    rows = Article.objects.visible_to(user).published()
    found = with_any_word(record_of(Article), rows, (*words, *apart), limit=_CANDIDATES)
    known = {str(each.pk): each for each in found}
    index = Index(Entry(key, _weighted(each)) for key, each in known.items())
    suggested = [
        SuggestedArticle(known[one.entry.key], tuple(word for word, _ in one.words))
        for one in index.suggest(_in_all_ways(typed), limit=_CANDIDATES)
    ]
    return [each for each in suggested if _is_about(each)][:limit]


def _compounds(text: str) -> list[str]:
    return [word for _, _, words in compounds(text) for word in words]


def _in_all_ways(text: str) -> str:
    return f"{text} {' '.join(_compounds(text))}"


def _weighted(article: Article) -> str:
    named = f"{article.title} {article.keywords} "
    return _in_all_ways(f"{named * 2}{article.summary} {article.text}")


def _is_about(suggested: SuggestedArticle) -> bool:
    article = suggested.article
    head = _in_all_ways(f"{article.title} {article.keywords} {article.summary}")
    named = {stem for _, stem in words_of(head)}
    shared = {stem for _, stem in words_of(" ".join(suggested.words))}
    return bool(named & shared) or len(shared) >= _FEWEST_WORDS


def on_shelf(user: User, limit: int) -> Sequence[Article]:
    """Return the published articles for a reader, those read most first."""
    rows = Article.objects.visible_to(user).published().select_related("service")
    read = Count("visits", distinct=True)
    return list(rows.annotate(times_read=read).order_by("-times_read", "title", "pk")[:limit])


def awaiting_review(user: User) -> QuerySet[Article]:
    """Return the articles of which a version waits for a decision, the oldest first."""
    rows = Article.objects.visible_to(user).in_review()
    return rows.select_related("owner", "service").order_by("pk")


def review_due(user: User, until: date) -> QuerySet[Article]:
    """Return the published articles that have to be looked at by a day, the most overdue first."""
    rows = Article.objects.visible_to(user).published().filter(review_due_on__lte=until)
    return rows.select_related("owner", "service").order_by("review_due_on", "pk")


def latest_of(articles: Iterable[Article]) -> dict[int, ArticleVersion]:
    """Return the newest version of each of these articles, by the key of the article."""
    return {each.article_id: each for each in latest_versions(articles)}


def latest_versions(articles: Iterable[Article]) -> QuerySet[ArticleVersion]:
    """Return the newest version of each of these articles."""
    rows = ArticleVersion.objects.filter(
        article__in=[each.pk for each in articles], number=F("article__latest_number")
    )
    return rows.select_related("written_by__person", "team")


@dataclass(frozen=True)
class Judged:
    """What readers think of an article: each person's newest word on any version."""

    helpful: int
    not_helpful: int
    comments: list[ArticleFeedback]


def asking_judged(article: Article, most: int = 20) -> Asking[Judged]:
    """Count each account's newest word, and return the newest comments."""
    words = article.feedback.order_by("at", "pk").values_list("by", "helpful")
    written = article.feedback.exclude(comment="").select_related("by__person")
    comments = written.order_by("-at", "-pk")[:most]
    yield [words, comments]
    newest = dict(words)
    helpful = sum(newest.values())
    return Judged(helpful, len(newest) - helpful, list(comments))


def asking_uses(
    article: Article, user: User, most: int = 10
) -> Asking[tuple[int, list[ArticleUse]]]:
    """Return on how many tickets an article was used, and the newest that the reader may see."""
    uses = article.uses.select_related("ticket")
    seen = uses.filter(on_visible(user))
    tickets: dict[int, ArticleUse] = {}
    newest = seen.order_by("-at", "-pk")[: most * 2]
    counted = (
        article.uses.order_by().values_list("article").annotate(Count("ticket", distinct=True))
    )
    yield [newest, counted]
    for use in newest:
        tickets.setdefault(use.ticket_id, use)
    return sum(amount for _, amount in counted), list(tickets.values())[:most]


def articles_on(ticket: Ticket, user: User) -> list[ArticleUse]:
    """Return the articles used on a ticket that the reader may see, each once."""
    visible = Q(article__in=Article.objects.visible_to(user))
    found: dict[int, ArticleUse] = {}
    for use in ticket.article_uses.filter(visible).select_related("article").order_by("at", "pk"):
        found.setdefault(use.article_id, use)
    return list(found.values())
