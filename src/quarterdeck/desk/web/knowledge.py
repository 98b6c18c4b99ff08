"""Knowledge for its readers: the shelf, suggestions while somebody types, and one article."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.search import clean
from quarterdeck.core.together import Asking, answer_of, asking_rows, side_by_side
from quarterdeck.desk.models import Article, ArticleVersion
from quarterdeck.desk.queries.article_files import files_of, shown_text
from quarterdeck.desk.queries.article_visits import is_noted
from quarterdeck.desk.queries.articles import (
    asking_judged,
    asking_uses,
    latest_versions,
    on_shelf,
    suggested_articles,
)
from quarterdeck.desk.records.knowledge import ARTICLE_BADGES, articles
from quarterdeck.desk.rules import knowledge as rules
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.verbs.article_use import judge_article, note_knowledge_visit
from quarterdeck.desk.vocabulary.knowledge import ArticleState, VisitKind, VisitOrigin
from quarterdeck.desk.web.article_forms import (
    DecisionForm,
    DescriptionForm,
    FeedbackForm,
    ReasonForm,
)
from quarterdeck.office.queries.periods import own_day
from quarterdeck.ui.choices import asking_choices
from quarterdeck.ui.details import asking_facts, find_visible
from quarterdeck.ui.history import asking_changes
from quarterdeck.ui.panels import asking_panels

MOST_ON_SHELF, MOST_FOUND = 60, 20
# Shorter words resemble everything.
_SHORTEST = 3
_FACTS = (
    *("state", "audience", "team", "owner", "service", "category", "keywords", "published_at"),
    *("review_due_on", "review_every_days", "source_ticket", "created_by", "created_at"),
)


def _visit(
    user: Account,
    kind: VisitKind,
    *,
    article: Article | None = None,
    words: str = "",
    found: int,
    origin: str = "",
) -> None:
    """Note a visit that is not noted yet; a page that was read twice asks nothing of the table."""
    at = clock.now()
    if not is_noted(kind, user, article, words, at, origin=origin):
        note_knowledge_visit(
            kind=kind,
            article=article,
            words=words,
            found=found,
            origin=origin,
            actor=user,
            at=at,
        )


@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """Show what there is to read, or what resembles the words that somebody searches."""
    user = account_of(request)
    text = clean(request.GET.get("q", ""))
    found = suggested_articles(text, user, MOST_FOUND) if text else []
    if text and request.method == "GET":
        _visit(user, VisitKind.SEARCHED, words=text, found=len(found))
    context = {
        "text": text,
        "found": found,
        "articles": [] if text else on_shelf(user, MOST_ON_SHELF),
        "may_write": rules.may_write_articles(user),
        "may_ask": may_open(user),
    }
    return render(request, "desk/knowledge.html", context)


def note_offer(request: HttpRequest, found: int, origin: VisitOrigin) -> None:
    """Note that articles were offered while somebody typed; nothing where none was."""
    user = account_of(request)
    if found and request.method != "HEAD":
        _visit(user, VisitKind.OFFERED, found=found, origin=origin)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Offer articles that resemble what somebody types, whatever the field there is called."""
    user = account_of(request)
    text = clean(str(next(request.GET.values(), "")))
    found = suggested_articles(text, user) if len(text) >= _SHORTEST else []
    note_offer(request, len(found), VisitOrigin.REPORT)
    return render(request, "desk/suggested_articles.html", {"found": found})


@require_safe
def show_article(request: HttpRequest, key: int) -> HttpResponse:
    """Show one article: what is published for its readers, the newest version for its authors."""
    article: Article = find_visible(articles, key, request.user)
    return article_page(request, article)


def _overdue_since(article: Article) -> date | None:
    """Return the day by which somebody should have looked at what readers see; None if in time."""
    today = own_day(clock.now())
    due = article.review_due_on
    is_read = article.published_number is not None and article.state != ArticleState.RETIRED
    return due if is_read and due is not None and due < today else None


def article_page(
    request: HttpRequest,
    article: Article,
    *,
    refused: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of an article; a form that was refused stays open with what was typed."""
    user = account_of(request)
    works_here = rules.may_write_articles(user)
    if article.published_number is not None and request.method == "GET":
        _visit(user, VisitKind.VIEWED, article=article, found=1)
    files = files_of(article, user)
    asked: list[Asking[Any]] = [asking_rows([files]), asking_panels(articles, article, user)]
    if works_here:
        asked += [asking_changes(article, user), _asking_for_authors(article, user, refused or {})]
    _, panels, *of_authors = answer_of(side_by_side(asked))
    changes, for_authors = of_authors or ([], {})
    context = {
        "article": article,
        "shown": shown_text(article.text, files),
        "tone": ARTICLE_BADGES[ArticleState(article.state)].tone,
        "feedback": FeedbackForm(auto_id="feedback-%s"),
        "works_here": works_here,
        "was_due": _overdue_since(article),
        "breadcrumbs": [("Knowledge", reverse("desk.knowledge")), (article.title, "")],
        **for_authors,
        "panels": panels,
        "changes": changes,
    }
    return render(request, "desk/article.html", context, status=status)


def _asking_for_authors(
    article: Article, user: Account, refused: dict[str, object]
) -> Asking[dict[str, object]]:
    """Ask for what only those see who work at the desk."""
    versions = latest_versions([article])
    events = article.events.select_related("by__person").order_by("-at", "-pk")[:20]
    described = refused.get("describe") or DescriptionForm(article=article, auto_id="describe-%s")
    asked = [
        asking_rows([versions, events]),
        asking_facts(articles, article, user, _FACTS),
        asking_judged(article),
        asking_uses(article, user),
        asking_choices([described] if isinstance(described, DescriptionForm) else []),
    ]
    _, facts, judged, (count, uses), _ = yield from side_by_side(asked)
    latest = versions[0]
    acts = [
        (act, title, refused.get(act) or form(auto_id=f"{act}-%s"), act in refused)
        for act, title, form, is_legal in _offered(article, latest, user)
        if is_legal
    ]
    return {
        "latest": latest,
        "is_newer": article.published_number is not None
        and article.latest_number != article.published_number,
        "waits_for_another": article.state == ArticleState.IN_REVIEW
        and rules.may_decide_on_articles(user, article)
        and latest.written_by_id == user.pk,
        "acts": [*acts, ("describe", "Owner, subject, review", described, "describe" in refused)],
        "facts": facts,
        "judged": judged,
        "use_count": count,
        "uses": uses,
        "events": events,
    }


def _offered(
    article: Article, latest: ArticleVersion, user: Account
) -> tuple[tuple[str, str, type[forms.Form], bool], ...]:
    """Return the acts on an article with their forms, and which of them this reader may do now."""
    publishes = rules.may_publish(user, article, latest)
    decides = rules.may_decide_on_articles(user, article)
    in_review = article.state == ArticleState.IN_REVIEW
    return (
        ("submit", "Submit for review", DecisionForm, rules.can_submit(article)),
        ("publish", "Publish", DecisionForm, publishes and in_review),
        ("return", "Return to its author", ReasonForm, decides and in_review),
        ("confirm", "Still right", DecisionForm, decides and rules.can_confirm(article)),
        ("retire", "Retire", ReasonForm, decides and rules.can_retire(article)),
    )


@require_POST
def feedback(request: HttpRequest, key: int) -> HttpResponse:
    """Take down whether an article helped."""
    user = account_of(request)
    article: Article = find_visible(articles, key, user)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        raise Refused("Say whether it helped: yes or no.")
    judge_article(article=article, actor=user, at=clock.now(), **form.cleaned_data)
    messages.success(request, "Thank you: whoever looks after this article reads it.")
    return redirect(articles.detail_address, article.pk)


def crumbs_to(article: Article, title: str) -> list[tuple[str, str]]:
    """Return the way to a page about an article."""
    return [
        ("Knowledge", reverse("desk.knowledge")),
        (article.title, reverse(articles.detail_address, args=[article.pk])),
        (title, ""),
    ]
