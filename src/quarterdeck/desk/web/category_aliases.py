"""The page on which it is said what the categories of sources mean to us."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Category
from quarterdeck.desk.queries.categories import UnknownText, paths_on_offer, unknown_texts
from quarterdeck.desk.records import categories, category_aliases
from quarterdeck.desk.rules import may_keep_categories
from quarterdeck.desk.verbs.categories import explain_categories

ROWS = 50


@dataclass(frozen=True)
class _Row:
    """One text that nobody has explained yet, with what was typed for it."""

    place: int
    said: UnknownText
    typed: str = ""
    is_none: bool = False
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: HttpRequest) -> HttpResponse:
    """Show the texts that nobody has explained, the most frequent first, and take explanations."""
    user = account_of(request)
    if not may_keep_categories(user):
        raise Http404
    rows, status = [], 200
    if request.method == "POST":
        rows = _typed(request.POST)
        if not any(row.error for row in rows):
            _explain(request, rows, user)
            return redirect(request.get_full_path())
        status = 422
    unknown, start = unknown_texts(), _start(request)
    shown = unknown[start : start + ROWS]
    context = {
        "rows": rows or [_Row(place, said) for place, said in enumerate(shown)],
        "paths": paths_on_offer(),
        "texts": len(unknown),
        "tickets": sum(each.tickets for each in unknown),
        "following": start + ROWS if start + ROWS < len(unknown) else 0,
        "before": max(start - ROWS, 0),
        "start": start,
        "aliases": category_aliases.list_address,
        "breadcrumbs": [
            (categories.title, reverse(categories.list_address)),
            ("What sources call them", ""),
        ],
    }
    return render(request, "desk/category_aliases.html", context, status=status)


def _start(request: HttpRequest) -> int:
    asked = request.GET.get("from", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0  # noqa: PLR2004 — nobody leafs through a million texts


def _typed(sent: Mapping[str, str]) -> list[_Row]:
    """Return the rows that were sent, with what is wrong about what was typed."""
    known = {path.lower() for path in paths_on_offer()}
    rows = []
    for place in range(ROWS):
        source, text = sent.get(f"source-{place}", ""), sent.get(f"text-{place}", "")
        if not source or not text:
            continue
        typed, is_none = sent.get(f"category-{place}", "").strip(), f"none-{place}" in sent
        error = ""
        if typed and is_none:
            error = "Either a category or none of ours, not both."
        elif typed and typed.lower() not in known:
            error = f"There is no category “{typed}” in use."
        rows.append(_Row(place, UnknownText(source, text, 0), typed, is_none, error))
    return rows


def _explain(request: HttpRequest, rows: list[_Row], user: Account) -> None:
    by_path = {each.path.lower(): each for each in Category.objects.all()}
    meanings = {
        (row.said.source, row.said.text): by_path.get(row.typed.lower())
        for row in rows
        if row.typed or row.is_none
    }
    if not meanings:
        messages.error(request, "Nothing was typed.")
        return
    said = explain_categories(meanings=meanings, actor=user, at=clock.now())
    messages.success(request, f"{said} of them explained; every ticket counts so from now on.")
