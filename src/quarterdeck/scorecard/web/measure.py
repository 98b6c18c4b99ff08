"""The page of one measure: its definition and its figures; the rows behind them come after."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, Unit
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.together import read_together
from quarterdeck.office.models import Calendar
from quarterdeck.scorecard.queries.board import Line, line_of
from quarterdeck.scorecard.queries.closings import explained
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted
from quarterdeck.scorecard.queries.series import series_of, years_of
from quarterdeck.scorecard.queries.shown import points_of, target_row
from quarterdeck.scorecard.queries.targets import in_force_among, versions_of
from quarterdeck.scorecard.queries.wording import scale_of, value_text, why_silent
from quarterdeck.scorecard.web.actions import action_context
from quarterdeck.scorecard.web.asked import Asked, asked, asked_measure
from quarterdeck.scorecard.web.closings import closing_context
from quarterdeck.scorecard.web.comparison import kind_tabs
from quarterdeck.scorecard.web.evidence import evidence_context
from quarterdeck.scorecard.web.scorecard import PATIENCE_SECONDS, patience_of, read
from quarterdeck.scorecard.web.targets import targets_context
from quarterdeck.ui.charts import Point, trend
from quarterdeck.ui.markup import parameter


@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """Show one measure over one period and scope: its figures, as the scorecard keeps them.

    The rows cost more than all the rest, so the page asks for them by itself when it is there. An
    address that names them shows page and rows in one.
    """
    user = account_of(request)
    question = asked(request)
    wanted = asked_measure(user, key, question)
    here = Wanted(wanted, question.period, question.scope)
    part = request.headers.get("HX-Target", "")
    status = 400 if question.refusal else 200
    try:
        if part.endswith("evidence"):
            context = {"measure": wanted, "asked": question}
            context |= evidence_context(request, here, question, user)
            return render(request, "scorecard/evidence.html", context)
        # Rows that the address names are taken with their figures.
        is_whole = "rows" in request.GET
        patience = PATIENCE_SECONDS if is_whole else patience_of(request, "figures")
        found = read((wanted,), question, user, patience)
        context = _context(here, found, question, user)
        if is_whole and context["figures"] is not None:
            context |= evidence_context(request, here, question, user)
    except Refused as refusal:
        context = {"measure": wanted, "asked": question, "refusal": str(refusal)}
        return render(request, "scorecard/measure.html", context, status=400)
    is_figures = part.endswith("figures")
    template = "scorecard/measure_figures.html" if is_figures else "scorecard/measure.html"
    return render(request, template, context, status=status)


def _context(here: Wanted, found: Answers, question: Asked, user: Account) -> dict[str, Any]:
    wanted, versions = here.measure, versions_of(here.measure, here.scope)
    calendars = (
        Calendar.objects.order_by("name") if wanted.takes_calendar else Calendar.objects.none()
    )
    read_together([versions, calendars])
    line = line_of(here, found, in_force_among(versions, question.period.last))
    aim = None if line.judgement is None else line.judgement.target
    return {
        "measure": wanted,
        "asked": question,
        "refusal": question.refusal,
        **_said(line),
        **_progress(found),
        "trend": trend(
            _by_series(wanted, line),
            scale_of(wanted),
            f"{wanted.title}, 24 months",
            target=None if aim is None else Fraction(aim.value),
        ),
        "target": target_row(wanted, line.judgement),
        "calendars": calendars if wanted.takes_calendar else (),
        **_addresses(wanted, question),
        "kinds": kind_tabs(user, wanted, question),
        **targets_context(wanted, question, versions, line.judgement, user),
        **action_context(line, question, user),
        **closing_context(line, user),
    }


def _addresses(wanted: Measure, question: Asked) -> dict[str, Any]:
    period = question.period
    return {
        "previous": question.query(period=period.previous().key),
        "following": question.query(period=period.following().key),
        "here": question.query(),
        "rows_address": f"?{question.query(rows='counted')}#rows",
        "breadcrumbs": [
            ("Scorecard", f"{reverse('scorecard')}?{question.query(calendar='')}"),
            (wanted.title, ""),
        ],
    }


def _by_series(wanted: Measure, line: Line) -> list[Point]:
    """Return the trend, each month with the definition that it is read by and its fiscal year."""
    told = zip(
        points_of(line.trend), series_of(wanted, line.trend), years_of(line.trend), strict=True
    )
    return [replace(point, series=name, year=year) for point, name, year in told]


def _progress(found: Answers) -> dict[str, Any]:
    """Return how much of the trend is there."""
    return {
        "is_incomplete": bool(found.missing),
        "done": found.done,
        "of": found.of,
    }


def _parameters(figures: Figures | None) -> list[tuple[str, str]]:
    """Return what the figures were computed from, with instants as a reader tells them."""
    told = () if figures is None else figures.parameters
    return [(capfirst(name), parameter(value)) for name, value in told]


def _said(line: Line) -> dict[str, Any]:
    """Return what the figures say, by the definition that they were taken by."""
    wanted, figures = line.measure, line.figures
    version, definition = wanted.version, wanted.definition
    if line.closing is not None:
        stored, figures = line.closing.standing, explained(line.closing)
        version, definition = stored.version_of_definition, stored.definition
    return {
        "figures": figures,
        "definition": definition.split("\n\n"),
        "definition_version": version,
        "value": "Computing …" if figures is None else value_text(wanted, figures),
        "why": ""
        if figures is None
        else why_silent(figures.state, figures.coverage, figures.left_out),
        "facts": [] if figures is None else _facts(wanted, figures),
        "parameters": _parameters(figures),
    }


def _facts(wanted: Measure, figures: Figures) -> list[tuple[str, str]]:
    """Return the figures beside the value, each in words."""
    scale = scale_of(wanted)
    facts = [("Rows counted (n)", f"{figures.n:,}")]
    if wanted.unit is Unit.DURATION and figures.numerator is not None and figures.n:
        facts += [
            ("Median", scale.text(figures.median)),
            ("90th percentile", scale.text(figures.p90)),
            ("Mean", scale.text(figures.numerator / figures.n)),
        ]
    # A measure that takes an interval other than that of a share says so among its parameters, and
    # what it divides are no rows.
    counts_rows = "interval" not in dict(figures.parameters)
    if wanted.unit is Unit.SHARE and figures.numerator is not None and counts_rows:
        facts += [
            ("Numerator", f"{int(figures.numerator):,}"),
            ("Denominator", f"{int(figures.denominator or 0):,}"),
        ]
    if figures.interval is not None:
        low, high = (scale.text(Fraction(bound)) for bound in figures.interval)
        whose = " (Wilson)" if counts_rows else ""
        facts.append((f"95 % interval{whose}", f"{low} to {high}"))
    return [*facts, ("Left out", f"{figures.left_out:,}")]
