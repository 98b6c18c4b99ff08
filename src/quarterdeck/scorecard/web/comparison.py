"""The page of one measure by unit, team, service or source."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core.measures import ORGANISATION, Measure, Unit, all_measures
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.scopes import may_read, reached_kinds, reached_scopes
from quarterdeck.office.models import Calendar
from quarterdeck.scorecard.queries.comparison import (
    Side,
    Sorting,
    ordered,
    sides,
    worst_first,
)
from quarterdeck.scorecard.queries.readings import Wanted
from quarterdeck.scorecard.queries.shown import TargetRow, target_row
from quarterdeck.scorecard.queries.targets import targets_at_scopes
from quarterdeck.scorecard.queries.wording import limit_text, value_text, why_silent
from quarterdeck.scorecard.web.asked import KINDS, Asked, asked
from quarterdeck.scorecard.web.scorecard import FILE_PATIENCE_SECONDS, patience_of, read_wanted
from quarterdeck.ui.exports import harmless
from quarterdeck.ui.formats import MINUS, SPACE

_HUNDRED, _MANY = 100, 10
_COLUMNS = {
    "value": "Value",
    "": "Beside the whole",
    "target": "Target",
    "n": "n",
    "coverage": "Coverage",
}
_TITLES = {"unit": "Unit", "team": "Team", "service": "Service", "source": "Source"}


@dataclass(frozen=True)
class SideRow:
    """One scope as a row of the page."""

    title: str
    address: str
    text: str
    state: str
    why: str
    beside: str
    n: int
    left_out: int
    coverage: Fraction
    target: TargetRow | None
    is_closed: bool


@dataclass(frozen=True)
class Head:
    """The head of a column, which sorts by it where it has an address."""

    title: str
    address: str
    direction: str


@dataclass(frozen=True)
class KindTab:
    """A kind of scope by which the measure can be seen side by side."""

    title: str
    address: str
    is_current: bool


def kind_tabs(user: Account, measure: Measure, question: Asked, current: str = "") -> list[KindTab]:
    """Return the kinds of which this reader reaches a scope."""
    everywhere = question.query(scope="")
    return [
        KindTab(title, f"{_address(measure, kind)}?{everywhere}", kind == current)
        for kind, title in KINDS.items()
        if kind in reached_kinds(user, measure.readers)
    ]


def _address(measure: Measure, kind: str) -> str:
    return reverse("scorecard.comparison", args=[measure.key, kind])


@require_safe
def comparison(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Show one measure at every scope of a kind that the reader reaches, side by side."""
    user = account_of(request)
    question, measure = asked(request), _measure(user, key, kind)
    sorting = Sorting.parse(request.GET.get("sort", ""), worst_first(measure))
    is_file = request.GET.get("format") == "csv"
    patience = FILE_PATIENCE_SECONDS if is_file else patience_of(request, "sides")
    whole, rows, missing = _read(user, measure, kind, question, patience)
    rows = ordered(rows, sorting)
    if is_file and missing:
        messages.info(request, "The figures are being computed; ask for the file when they stand.")
        return redirect(f"{request.path}?{question.query(sort=sorting.text)}")
    if is_file:
        return _csv(measure, question, [*whole, *rows])
    value = whole[0].value if whole else None
    context = {
        "measure": measure,
        "asked": question,
        "kind": kind,
        "kinds": kind_tabs(user, measure, question, kind),
        "heads": _heads(kind, question, sorting),
        "whole": [side_row(measure, row, None, question) for row in whole],
        "rows": [side_row(measure, row, value, question) for row in rows],
        "done": len(rows) + len(whole) - missing,
        "of": len(rows) + len(whole),
        "is_incomplete": bool(missing),
        "calendars": Calendar.objects.order_by("name") if measure.takes_calendar else (),
        **_addresses(measure, question, sorting),
    }
    part = request.headers.get("HX-Target", "").endswith("sides")
    template = "scorecard/sides.html" if part else "scorecard/comparison.html"
    return render(request, template, context, status=400 if question.refusal else 200)


def _measure(user: Account, key: str, kind: str) -> Measure:
    """Return the measure, if this reader reaches any scope of the kind for it; else 404."""
    for measure in all_measures():
        if measure.key == key and kind in reached_kinds(user, measure.readers):
            return measure
    raise Http404


def _read(
    user: Account, measure: Measure, kind: str, question: Asked, patience: float
) -> tuple[list[Side], list[Side], int]:
    """Return the organisation, if this reader may read it, the scopes, and how many are not
    computed yet."""
    period = question.period
    reached = reached_scopes(user, kind, measure.readers)
    whole = [ORGANISATION] if may_read(user, measure, ORGANISATION) else []
    wanted = [Wanted(measure, period, scope) for scope in (*whole, *reached)]
    found = read_wanted(wanted, question.terms, user, patience)
    targets = targets_at_scopes(measure, period.last)
    every = sides(measure, period, [*whole, *reached], found, targets)
    return every[: len(whole)], every[len(whole) :], len(found.missing)


def _heads(kind: str, question: Asked, sorting: Sorting) -> list[Head]:
    heads = []
    for column, title in {"scope": _TITLES[kind], **_COLUMNS}.items():
        is_current = sorting.column == column
        turned = Sorting(column, is_reversed=is_current and not sorting.is_reversed)
        address = f"?{question.query(sort=turned.text)}" if column else ""
        direction = ("descending" if sorting.is_reversed else "ascending") if is_current else ""
        heads.append(Head(title, address, direction))
    return heads


def _addresses(measure: Measure, question: Asked, sorting: Sorting) -> dict[str, Any]:
    period, sort = question.period, sorting.text
    own = f"{reverse('scorecard.measure', args=[measure.key])}?{question.query()}"
    return {
        "sort": sort,
        "previous": question.query(period=period.previous().key, sort=sort),
        "following": question.query(period=period.following().key, sort=sort),
        "here": question.query(sort=sort),
        "csv_address": f"?{question.query(sort=sort, format='csv')}",
        "breadcrumbs": [
            ("Scorecard", f"{reverse('scorecard')}?{question.query(calendar='')}"),
            (measure.title, own),
            ("Side by side", ""),
        ],
    }


def side_row(measure: Measure, row: Side, whole: Fraction | None, question: Asked) -> SideRow:
    """Return one scope as a row, beside the value of the organisation."""
    scope, figures = row.scope, row.figures
    place = question.query(scope="" if scope == ORGANISATION else str(scope))
    title = "The organisation" if scope == ORGANISATION else scope.name
    address = f"{reverse('scorecard.measure', args=[measure.key])}?{place}"
    target = target_row(measure, row.judgement)
    if figures is None:
        pending = ("Computing …", "pending", "", "", 0, 0, Fraction(0))
        return SideRow(title, address, *pending, target, is_closed=False)
    return SideRow(
        title=title,
        address=address,
        text=value_text(measure, figures),
        state=figures.state,
        why=why_silent(figures.state, figures.coverage, figures.left_out),
        beside=beside_text(measure, row.value, whole),
        n=figures.n,
        left_out=figures.left_out,
        coverage=figures.coverage,
        target=target,
        is_closed=row.closing is not None,
    )


def beside_text(measure: Measure, value: Fraction | None, whole: Fraction | None) -> str:
    """Say how a value compares with the whole: `1.8 times`, or `+3.2 points` of a share."""
    if value is None or whole is None:
        return ""
    if measure.unit is Unit.SHARE:
        points = float((value - whole) * _HUNDRED)
        sign = "+" if points > 0 else MINUS
        text = f"{abs(points):.1f}"
        return "the same" if text == "0.0" else f"{sign}{text}{SPACE}points"
    if not whole:
        return ""
    times = float(value / whole)
    text = f"{times:,.0f}" if times >= _MANY else f"{times:.1f}"
    return "the same" if value == whole else f"{text}{SPACE}times"


def _csv(measure: Measure, question: Asked, rows: Iterable[Side]) -> HttpResponse:
    """Answer with the rows as a file; figures are in the measure's unit, shares between 0 and 1."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{measure.key}-{question.period.key}.csv".replace("..", "-")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    table = csv.writer(answer)
    table.writerow(
        (
            "scope",
            "period",
            "state",
            f"value ({measure.unit})",
            "n",
            "left out",
            "coverage",
            "target",
        )
    )
    for row in rows:
        figures = row.figures
        table.writerow(
            [
                harmless(str(row.scope)),
                question.period.key,
                "" if figures is None else figures.state.value,
                "" if row.value is None else float(row.value),
                "" if figures is None else figures.n,
                "" if figures is None else figures.left_out,
                "" if figures is None else float(figures.coverage),
                "" if row.judgement is None else limit_text(measure, row.judgement.target.value),
            ]
        )
    return answer
