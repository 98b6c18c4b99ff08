"""The page of one measure: its definition, its figures, and the rows that they were computed
from."""

from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, Reading, Unit, take
from quarterdeck.core.models import Account
from quarterdeck.kernels.statistics import histogram as bins_of
from quarterdeck.office.models import Calendar
from quarterdeck.scorecard.queries.board import Line, line_of
from quarterdeck.scorecard.queries.closings import stored_reading
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Wanted
from quarterdeck.scorecard.queries.targets import targets_in_force
from quarterdeck.scorecard.queries.wording import WHY, scale_of, value_text
from quarterdeck.scorecard.web.actions import action_context
from quarterdeck.scorecard.web.asked import Asked, asked, asked_measure, scope_choices
from quarterdeck.scorecard.web.closings import closing_context
from quarterdeck.scorecard.web.comparison import kind_tabs
from quarterdeck.scorecard.web.evidence import rows_of, tabs_of
from quarterdeck.scorecard.web.rows import points_of, target_row
from quarterdeck.scorecard.web.scorecard import read
from quarterdeck.scorecard.web.targets import targets_context
from quarterdeck.ui.charts import histogram, trend

_MINUTE, _HOUR = 60, 3_600
# Bars that double, so that both an hour and a month can be told from their neighbours.
_EDGES = (
    *(minutes * _MINUTE for minutes in (0, 5, 15, 30)),
    *(2**power * _HOUR for power in range(15)),
)


@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """Show one measure over one period and scope, down to its rows."""
    user: Account = request.user  # type: ignore[assignment]  # pages are for the signed-in alone
    question = asked(request)
    wanted = asked_measure(user, key, question)
    target = targets_in_force(question.scope, question.period.last).get(key)
    try:
        line = line_of(
            Wanted(wanted, question.period, question.scope),
            read((wanted,), question, user),
            target,
        )
        reading = _reading(line, question)
    except Refused as refusal:
        context = {"measure": wanted, "asked": question, "refusal": str(refusal)}
        return render(request, "scorecard/measure.html", context, status=400)
    context = {
        **_context(request, line, question, reading, user),
        **targets_context(wanted, question, line.judgement, user),
        **action_context(line, question, user),
        **closing_context(line, user),
    }
    return render(
        request, "scorecard/measure.html", context, status=400 if question.refusal else 200
    )


def _reading(line: Line, question: Asked) -> Reading:
    """Return the stored reading of a closed month, else one that is taken now."""
    if line.closing is not None:
        return stored_reading(line.closing, line.measure)
    return take(line.measure, question.period.span, question.scope, question.terms)


def _context(
    request: HttpRequest, line: Line, question: Asked, reading: Reading, user: Account
) -> dict[str, Any]:
    wanted, aim = line.measure, None if line.judgement is None else line.judgement.target
    scale = scale_of(wanted)
    tabs = tabs_of(request.GET.get("rows", ""), reading, question, line.closing)
    return {
        "measure": wanted,
        "asked": question,
        "refusal": question.refusal,
        "reading": reading,
        **_said(line, reading, sum(tab.n for tab in tabs[1:])),
        "trend": trend(
            points_of(line.trend),
            scale,
            f"{wanted.title}, 24 months",
            target=None if aim is None else Fraction(aim.value),
        ),
        "target": target_row(wanted, line.judgement),
        "spread": _spread(wanted, reading),
        "tabs": tabs,
        "rows_address": f"?{question.query(rows=next(tab.key for tab in tabs if tab.is_current))}",
        "rows": rows_of(wanted, reading, tabs, request.GET.get("page", ""), user, line.closing),
        "calendars": Calendar.objects.order_by("name") if wanted.takes_calendar else (),
        "previous": question.query(period=question.period.previous().key),
        "following": question.query(period=question.period.following().key),
        "here": question.query(),
        "kinds": kind_tabs(user, wanted, question),
        "scopes": scope_choices(user, question, (wanted,)),
        "breadcrumbs": [
            ("Scorecard", f"{reverse('scorecard')}?{question.query(calendar='')}"),
            (wanted.title, ""),
        ],
    }


def _said(line: Line, reading: Reading, left_out: int) -> dict[str, Any]:
    """Return what the reading says, by the definition that it was taken by."""
    wanted = line.measure
    version, definition = wanted.version, wanted.definition
    if line.closing is not None:
        stored = line.closing.standing
        version, definition = stored.version_of_definition, stored.definition
    return {
        "definition": definition.split("\n\n"),
        "definition_version": version,
        "value": value_text(wanted, Figures.of(reading)),
        "why": WHY.get(reading.state, ""),
        "facts": [*_facts(wanted, reading), ("Left out", f"{left_out:,}")],
        "parameters": list(reading.parameters.items()),
    }


def _facts(wanted: Measure, reading: Reading) -> list[tuple[str, str]]:
    """Return the figures beside the value, each in words."""
    scale = scale_of(wanted)
    facts = [("Rows counted (n)", f"{reading.n:,}")]
    if wanted.unit is Unit.DURATION and reading.numerator is not None and reading.n:
        facts += [
            ("Median", scale.text(reading.median)),
            ("90th percentile", scale.text(reading.p90)),
            ("Mean", scale.text(reading.numerator / reading.n)),
        ]
    if wanted.unit is Unit.SHARE and reading.numerator is not None:
        facts += [
            ("Numerator", f"{int(reading.numerator):,}"),
            ("Denominator", f"{int(reading.denominator or 0):,}"),
        ]
    if reading.interval is not None:
        low, high = reading.interval
        facts.append(("95 % interval", f"{low:.1%} to {high:.1%} (Wilson)"))
    return facts


def _spread(wanted: Measure, reading: Reading) -> SafeString | str:
    """Return the histogram of the counted durations, on a scale that doubles from bar to bar."""
    values = sorted(reading.amounts.values())
    if wanted.unit is not Unit.DURATION or not values:
        return ""
    last = next((place for place, edge in enumerate(_EDGES) if edge > values[-1]), len(_EDGES))
    edges = list(_EDGES[: last + 1])
    bins = bins_of(values, edges if edges[-1] > values[-1] else [*edges, values[-1]])
    title = "Spread of the counted rows"
    return histogram(bins or [], scale_of(wanted), title, median=reading.median, p90=reading.p90)
