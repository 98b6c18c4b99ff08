"""Choosing a scope, by links to every one that a reader may read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core.measures import ORGANISATION, Measure, Scope, all_measures
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.scopes import may_read, reached_scopes
from quarterdeck.scorecard.queries.board import reads_measures
from quarterdeck.scorecard.web.asked import KINDS, Asked, asked


@dataclass(frozen=True)
class Choice:
    """A scope that a reader may choose."""

    title: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Choices:
    """The scopes of one kind."""

    title: str
    choices: Sequence[Choice]


@require_safe
def scopes(request: HttpRequest) -> HttpResponse:
    """List the scopes at which the reader may read the scorecard, or the measure that is named."""
    user = account_of(request)
    if not reads_measures(user):
        raise Http404
    question, key = asked(request), request.GET.get("measure", "")
    measures = [each for each in all_measures() if key in {"", each.key}]
    if not measures:
        raise Http404
    page = reverse("scorecard.measure", args=[key]) if key else reverse("scorecard")
    context = {
        "asked": question,
        "groups": list(_groups(user, measures, question, page)),
        "breadcrumbs": [("Scorecard", reverse("scorecard")), ("Scopes", "")],
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "scorecard/scope_choices.html" if is_part else "scorecard/scopes.html"
    return render(request, template, context)


def _groups(
    user: User, measures: Sequence[Measure], question: Asked, page: str
) -> Iterator[Choices]:
    def choice(scope: Scope, title: str) -> Choice:
        place = question.query(scope="" if scope == ORGANISATION else str(scope))
        return Choice(title, f"{page}?{place}", scope == question.scope)

    if any(may_read(user, each, ORGANISATION) for each in measures):
        yield Choices("", [choice(ORGANISATION, ORGANISATION.title)])
    for kind, title in KINDS.items():
        found = dict.fromkeys(
            scope for each in measures for scope in reached_scopes(user, kind, each.readers)
        )
        if found:
            yield Choices(title, [choice(scope, scope.name) for scope in found])
