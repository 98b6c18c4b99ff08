"""A page that shows every component, to look at while building others."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from quarterdeck.core.measures import Unit
from quarterdeck.core.records import Tone
from quarterdeck.kernels.statistics import Bin
from quarterdeck.ui.charts import Point, Scale, histogram, sparkline, trend
from quarterdeck.ui.conflicts import MINE, Disputed
from quarterdeck.ui.history import Change, ColumnChange
from quarterdeck.ui.list_tabs import Tab
from quarterdeck.ui.panels import Panel
from quarterdeck.ui.time_inputs import day_input

_HOUR = 3_600
# Made up: 24 months, of which three have no evidence and two have some.
_VALUES = (
    40,
    38,
    44,
    41,
    None,
    None,
    52,
    47,
    45,
    43,
    39,
    36,
    37,
    35,
    41,
    None,
    33,
    31,
    34,
    30,
    29,
    31,
    27,
    28,
)
_PARTIAL = (6, 23)
_COUNTS = (14, 22, 41, 80, 131, 160, 142, 96, 51, 20, 9)


class ExampleForm(forms.Form):
    """A form with one field of each kind."""

    title = forms.CharField(max_length=60, help_text="One line, as it should stand in lists.")
    kind = forms.ChoiceField(choices=[("incident", "Incident"), ("problem", "Problem")])
    day = forms.DateField(required=False, widget=day_input())
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    urgent = forms.BooleanField(required=False, label="It is urgent")


def _points() -> list[Point]:
    return [
        Point(
            f"{2014 + index // 12}-{index % 12 + 1:02}",
            None if value is None else value * _HOUR,
            is_partial=index in _PARTIAL,
            note="" if value is None else f"n = {400 + 7 * value}",
        )
        for index, value in enumerate(_VALUES)
    ]


def _bins() -> list[Bin]:
    edges = [0, *(_HOUR // 4 * 2**power for power in range(len(_COUNTS)))]
    return [
        Bin(Fraction(low), Fraction(high), count)
        for low, high, count in zip(edges[:-1], edges[1:], _COUNTS, strict=True)
    ]


def _charts() -> dict[str, Any]:
    scale = Scale(Unit.DURATION, days=False)
    return {
        "spark": sparkline(_points(), scale, "Cycle time over 24 months"),
        "trend": trend(_points(), scale, "Cycle time over 24 months", target=36 * _HOUR),
        "spread": histogram(
            _bins(), scale, "Spread of cycle times", median=5 * _HOUR, p90=41 * _HOUR
        ),
    }


def _records() -> dict[str, Any]:
    """What the parts of a record's pages show: rows that are there or not, a panel, history, a
    conflict."""
    at = datetime(2016, 3, 29, 4, 31, tzinfo=UTC)
    told = SafeString("<td>Closed</td><td>2016-03-28</td>")
    body = SafeString('<tr><th scope="row"><a href="#records">T-000041</a></th>') + told
    columns = [{"title": title, "style": ""} for title in ("Number", "State", "Opened")]
    return {
        "related": {
            "record": {"key": "example", "title": "Related tickets", "singular": "Ticket"},
            "columns": columns,
            "body": body,
            "address": "#records",
            "add_address": "#records",
        },
        "absences": {
            "absent": [
                {
                    "record": {"title": "Related services", "singular": "Service"},
                    "add_address": "#records",
                },
            ],
        },
        "panels": [Panel("ui/components/facts.html", None)],
        "changes": [
            Change(
                at,
                "Maria Rossi",
                "Resolve ticket",
                "The cable was loose.",
                [ColumnChange("State", "In progress", "Resolved")],
            ),
        ],
        "attempt": {"disputed": [_disputed(at)]},
    }


def _disputed(at: datetime) -> Disputed:
    mine, theirs = SafeString("Shared printers"), SafeString("Printers and the print shop")
    return Disputed("description", "Description", mine, theirs, "Jonas Weber", at, MINE)


@require_http_methods(["GET", "HEAD", "POST"])
def components(request: HttpRequest) -> HttpResponse:
    """Show each component with made-up content; its form refuses what is missing."""
    form = ExampleForm(request.POST or None)
    is_refused = request.method == "POST" and not form.is_valid()
    context = {
        "form": form,
        "tones": list(Tone),
        "instant": datetime(2016, 3, 29, 4, 31, tzinfo=UTC),
        "seconds": 273_600,
        "share": Fraction(934, 1000),
        "coverage": Fraction(58, 100),
        "pairs": [("Owner", "Maria Rossi"), ("Agreed hours", "Monday to Friday, 08:00–18:00")],
        "tabs": [
            Tab("All", "?view=all", is_current=True),
            Tab("Open", "?view=open", is_current=False),
        ],
        "breadcrumbs": [("Components", "")],
        **_charts(),
        **_records(),
    }
    return render(request, "ui/components_page.html", context, status=422 if is_refused else 200)
