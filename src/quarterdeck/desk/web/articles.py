"""Knowledge for its authors: the editor with its preview, versions side by side, and decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.desk.models import Article, ArticleVersion, Ticket
from quarterdeck.desk.queries.article_files import files_of, shown_text
from quarterdeck.desk.queries.articles import awaiting_review, latest_of, review_due
from quarterdeck.desk.records.knowledge import NOTICE, articles
from quarterdeck.desk.rules import knowledge as rules
from quarterdeck.desk.verbs import articles as verbs
from quarterdeck.desk.web.article_forms import (
    DecisionForm,
    DescriptionForm,
    NewArticleForm,
    ReasonForm,
    RevisionForm,
    WordingForm,
    wording_of,
)
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.desk.web.knowledge import article_page, crumbs_to
from quarterdeck.kernels.wording import words_between
from quarterdeck.office.queries.periods import own_day
from quarterdeck.ui.details import find_visible


@require_http_methods(["GET", "HEAD", "POST"])
def new_article(request: HttpRequest) -> HttpResponse:
    """Write a new article, perhaps from what a ticket taught."""
    user = author(request)
    source = _source(request, user)
    sent = request.method == "POST"
    form = NewArticleForm(request.POST if sent else None, initial=_from_ticket(source))
    if sent and form.is_valid() and (article := _drafted(form, source, user)) is not None:
        messages.success(request, "The draft is kept. Nobody reads it before it is published.")
        return redirect(articles.detail_address, article.pk)
    crumbs = [("Knowledge", reverse("desk.knowledge")), ("New article", "")]
    return _form_page(request, form, "New article", crumbs)


def author(request: HttpRequest) -> Account:
    """Return who asks, if they write articles; for everybody else there is nothing here."""
    user = account_of(request)
    if not rules.may_write_articles(user):
        raise Http404
    return user


def _source(request: HttpRequest, user: Account) -> Ticket | None:
    """Return the ticket that the article is written from, if the reader may see it."""
    key = request.GET.get("ticket", "")
    if not (key.isascii() and key.isdigit()):
        return None
    return find_ticket(int(key), user)


def _from_ticket(ticket: Ticket | None) -> dict[str, object]:
    """Return what a solved ticket suggests: its words, and what was done. No name of a person."""
    if ticket is None:
        return {}
    parts = [
        ("What happens", ticket.description),
        ("What it is", ticket.true_category if ticket.true_category != ticket.category else ""),
        ("What helps", ticket.resolution),
    ]
    return {
        "title": ticket.title,
        "text": "\n\n".join(f"## {name}\n\n{said.strip()}" for name, said in parts if said.strip()),
        "service": ticket.service_id,
        "category": ticket.true_category or ticket.category,
    }


def _drafted(form: NewArticleForm, source: Ticket | None, user: Account) -> Article | None:
    given = form.cleaned_data
    try:
        return verbs.draft_article(
            wording=form.wording(),
            service=given["service"],
            category=given["category"],
            source_ticket=source,
            entry_key=given["entry_key"],
            actor=user,
            at=clock.now(),
        )
    except Refused as refusal:
        tell(form, refusal)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Write the next version of an article."""
    user = author(request)
    article: Article = find_visible(articles, key, user)
    sent = request.method == "POST"
    latest = latest_of([article])[article.pk]
    form = RevisionForm(request.POST if sent else None, initial=wording_of(latest))
    if sent and form.is_valid() and _is_revised(form, article, user):
        messages.success(request, "The version is kept. Submit it, and somebody else publishes it.")
        return redirect(articles.detail_address, article.pk)
    crumbs = crumbs_to(article, "Change")
    return _form_page(request, form, f"Change “{article}”", crumbs, article)


def _is_revised(form: RevisionForm, article: Article, user: Account) -> bool:
    given = form.cleaned_data
    try:
        verbs.revise_article(
            article=article,
            seen=given["seen"],
            wording=form.wording(),
            note=given["note"],
            actor=user,
            at=clock.now(),
        )
    except Refused as refusal:
        tell(form, refusal)
        return False
    return True


def tell(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal on a form, field by field where it names fields."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {"": [str(refusal)]}
    for name, texts in errors.items():
        form.add_error(name if name in form.fields else None, " ".join(texts))


def _form_page(
    request: HttpRequest,
    form: WordingForm,
    title: str,
    crumbs: list[tuple[str, str]],
    article: Article | None = None,
) -> HttpResponse:
    text = str(form["text"].value() or "")
    files = files_of(article, account_of(request)) if article else ()
    context = {
        "form": form,
        "title": title,
        "article": article,
        "shown": shown_text(text, files),
        "breadcrumbs": crumbs,
    }
    return render(request, "desk/article_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def preview(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Show how a text will look, with the pictures of its article; nothing is kept."""
    user = author(request)
    article = find_visible(articles, key, user) if key is not None else None
    files = files_of(article, user) if article else ()
    shown = shown_text(request.POST.get("text", ""), files)
    return render(request, "desk/article_preview.html", {"shown": shown})


@require_safe
def versions(request: HttpRequest, key: int) -> HttpResponse:
    """Show every version of an article, and what differs between two of them."""
    user = author(request)
    article: Article = find_visible(articles, key, user)
    every = list(article.versions.select_related("written_by__person", "team").order_by("-number"))
    known = {each.number: each for each in every}
    after = _asked(request, "to", known) or every[0]
    before = _asked(request, "from", known) or known.get(after.number - 1) or after
    context = {
        "article": article,
        "versions": every,
        "before": before,
        "after": after,
        "differences": _differences(before, after),
        "breadcrumbs": crumbs_to(article, "Versions"),
    }
    return render(request, "desk/article_versions.html", context)


def _asked(
    request: HttpRequest, name: str, known: Mapping[int, ArticleVersion]
) -> ArticleVersion | None:
    told = request.GET.get(name, "")
    return known.get(int(told)) if told.isascii() and told.isdigit() else None


def _differences(before: ArticleVersion, after: ArticleVersion) -> list[tuple[str, object]]:
    """Return, for each part that differs, its name and its stretches in order."""
    parts = (
        ("Title", before.title, after.title),
        ("Summary", before.summary, after.summary),
        ("Keywords", before.keywords, after.keywords),
        ("For", _audience_of(before), _audience_of(after)),
        ("Text", before.text, after.text),
    )
    return [(name, words_between(old, new)) for name, old, new in parts if old != new]


def _audience_of(version: ArticleVersion) -> str:
    return str(version.team or version.get_audience_display())


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Show which versions wait for a decision, and which articles have to be looked at again."""
    user = author(request)
    today = own_day(clock.now())
    waiting = list(awaiting_review(user))
    latest = latest_of(waiting)
    context = {
        "waiting": [
            (each, latest[each.pk], rules.may_publish(user, each, latest[each.pk]))
            for each in waiting
        ],
        "due": list(review_due(user, today + NOTICE)),
        "today": today,
        "breadcrumbs": [("Knowledge", reverse("desk.knowledge")), ("Reviews", "")],
    }
    return render(request, "desk/article_reviews.html", context)


@dataclass(frozen=True)
class Decision:
    """What the page asks for a decision in, and what it says when that is done."""

    form: type[forms.Form]
    done: str
    takes_seen: bool = False


DECISIONS: Mapping[str, Decision] = {
    "submit": Decision(DecisionForm, "waits for somebody else to publish it"),
    "publish": Decision(DecisionForm, "is published", takes_seen=True),
    "return": Decision(ReasonForm, "is back with its author"),
    "confirm": Decision(DecisionForm, "counts as looked after again"),
    "retire": Decision(ReasonForm, "is retired"),
    "describe": Decision(DescriptionForm, "is set right"),
}


@require_POST
def decide(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do what somebody has decided; what was typed stays on the page if it is refused."""
    user = author(request)
    article: Article = find_visible(articles, key, user)
    act, decision = articles.act_named(name), DECISIONS.get(name)
    if act is None or decision is None:
        raise Http404
    given: dict[str, Any] = {"article": article} if decision.form is DescriptionForm else {}
    form = decision.form(request.POST, auto_id=f"{name}-%s", **given)
    if form.is_valid() and _is_decided(request, article, act, form, user):
        messages.success(request, f"“{article}” {decision.done}.")
        return redirect(articles.detail_address, article.pk)
    fresh: Article = find_visible(articles, key, user)
    return article_page(request, fresh, refused={name: form}, status=422)


def _is_decided(
    request: HttpRequest, article: Article, act: RecordAct, form: forms.Form, user: Account
) -> bool:
    told = request.POST.get("seen", "")
    seen = {"seen": int(told) if told.isascii() and told.isdigit() else 0}
    words = {**form.cleaned_data, **(seen if DECISIONS[act.name].takes_seen else {})}
    try:
        act.run(article=article, actor=user, at=clock.now(), **words)
    except Refused as refusal:
        tell(form, refusal)
        return False
    return True
