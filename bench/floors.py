"""Plain-Django pages with the content of ours and nothing else: what the product is held against.

They stand behind the same middleware and ask for the same rows by hand-written queries, with an
ordinary template: no filters, no counts, no permission beyond signing in.
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Avg, Count, F, QuerySet
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from quarterdeck.config.urls import urlpatterns as product_urls
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.desk.vocabulary import OPEN_STATES
from quarterdeck.scorecard.models import CachedReading

ROWS, CARDS = 50, 30
TREND = (datetime(2023, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))

_django = engines["django"]
_LIST = _django.from_string("""<!doctype html><title>Tickets</title><table>
<tr><th>Number<th>Title<th>State<th>Priority<th>Kind
<th>Service<th>Team<th>Assignee<th>Opened<th>Last fix</tr>
{% for row in rows %}<tr><td><a href="/desk/tickets/{{ row.pk }}/">{{ row.number }}</a></td>
<td>{{ row.title }}</td>
<td>{{ row.get_state_display }}</td><td>{{ row.priority }}</td><td>{{ row.get_kind_display }}</td>
<td>{{ row.service }}</td><td>{{ row.team }}</td><td>{{ row.assignee_name }}</td>
<td>{{ row.opened_at|date:"Y-m-d H:i" }}</td><td>{{ row.last_fix_at|date:"Y-m-d H:i" }}</td></tr>
{% endfor %}</table>""")
_DETAIL = _django.from_string("""<!doctype html><title>{{ ticket.number }}</title>
<h1>{{ ticket.number }}</h1><dl>
{% for name, value in fields %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl><table>
{% for change in changes %}<tr><td>{{ change.occurred_at|date:"Y-m-d H:i" }}</td>
<td>{{ change.get_state_display }}</td><td>{{ change.priority }}</td>
<td>{{ change.team }}</td><td>{{ change.assignee_name }}</td></tr>
{% endfor %}</table>""")
_DUE = _django.from_string("""<!doctype html><title>Due</title><table>
{% for row in rows %}<tr><td><a href="/desk/tickets/{{ row.ticket_id }}/">
{{ row.ticket.number }}</a> {{ row.ticket.title }}</td><td>{{ row.get_metric_display }}</td>
<td>{{ row.due_at|date:"Y-m-d H:i" }}</td><td>{{ row.ticket.priority }}</td>
<td>{{ row.ticket.team }}</td><td>{{ row.ticket.assignee_name }}</td></tr>{% endfor %}</table>""")
_LANES = _django.from_string("""<!doctype html><title>Board</title>
{% for state, rows in lanes %}<section><h2>{{ state }}</h2>{% for row in rows %}<article>
<a href="/desk/tickets/{{ row.pk }}/">{{ row.number }}</a> {{ row.title }} {{ row.priority }}
{{ row.service }} {{ row.team }} {{ row.requester }} {{ row.assignee }} {{ row.assignee_name }}
{{ row.opened_at|date:"Y-m-d H:i" }} {{ row.due_at|date:"Y-m-d H:i" }}</article>{% endfor %}
</section>{% endfor %}""")
_BOARD = _django.from_string("""<!doctype html><title>Scorecard</title><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>""")


@login_not_required
def nothing(_request: HttpRequest) -> HttpResponse:
    """Answer at once: what the middleware costs."""
    return HttpResponse("ok")


def signed_in(request: HttpRequest) -> HttpResponse:
    """Answer with the reader's name: middleware, session and account."""
    return HttpResponse(str(request.user))


def tickets(_request: HttpRequest) -> HttpResponse:
    """List the newest tickets."""
    return _list(Ticket.objects.all())


def filtered(_request: HttpRequest) -> HttpResponse:
    """List the newest closed tickets of priority 2."""
    return _list(Ticket.objects.filter(state="closed", priority=2))


def _list(rows: "QuerySet[Ticket]") -> HttpResponse:
    newest = rows.select_related("service", "team").order_by("-opened_at", "-id")[:ROWS]
    return HttpResponse(_LIST.render({"rows": newest}))


def due(_request: HttpRequest) -> HttpResponse:
    """List the running clocks that run out next."""
    rows = ServiceLevelClock.objects.filter(stopped_at__isnull=True, due_at__isnull=False)
    next_due = rows.select_related("ticket__team").order_by("due_at", "id")[:ROWS]
    return HttpResponse(_DUE.render({"rows": next_due}))


def board(_request: HttpRequest, key: int) -> HttpResponse:
    """Show the open tickets of one team by state, the next due first."""
    rows = _cards(Ticket.objects.filter(team=key, ended_at__isnull=True))
    lanes = [(state, rows.filter(state=state)[:CARDS]) for state in sorted(OPEN_STATES)]
    return HttpResponse(_LANES.render({"lanes": lanes}))


def queue(_request: HttpRequest, key: int) -> HttpResponse:
    """List the open tickets that one person works on, the next due first."""
    rows = _cards(Ticket.objects.filter(assignee=key, ended_at__isnull=True))
    return HttpResponse(_LANES.render({"lanes": [("all", rows[:ROWS])]}))


def _cards(rows: "QuerySet[Ticket]") -> "QuerySet[Ticket]":
    with_names = rows.select_related("service", "team", "requester", "assignee")
    return with_names.order_by("due_order", "id")


def ticket(_request: HttpRequest, key: int) -> HttpResponse:
    """Show every column of a ticket, and its changes."""
    row = Ticket.objects.select_related("service", "team", "requester", "batch").get(pk=key)
    fields: list[tuple[str, Any]] = [
        (field.name, getattr(row, field.name)) for field in Ticket._meta.concrete_fields
    ]
    changes = row.state_changes.select_related("team").order_by("sequence")
    return HttpResponse(_DETAIL.render({"ticket": row, "fields": fields, "changes": changes}))


def kept_scorecard(_request: HttpRequest) -> HttpResponse:
    """Print the kept readings, which the product's page over the same months reads too."""
    kept = CachedReading.objects.values_list("measure", "figures")
    return HttpResponse(_BOARD.render({"rows": kept}))


def counted_scorecard(_request: HttpRequest) -> HttpResponse:
    """Print number and mean time to fix for each of 24 months, as a plain dashboard would."""
    fixed = Ticket.objects.filter(last_fix_at__gte=TREND[0], last_fix_at__lt=TREND[1])
    months = (
        fixed.annotate(month=TruncMonth("last_fix_at"))
        .values("month")
        .annotate(n=Count("pk"), mean=Avg(F("last_fix_at") - F("opened_at")))
    )
    rows = months.order_by("month").values_list("month", "n", "mean")
    return HttpResponse(_BOARD.render({"rows": rows}))


urlpatterns = [
    path("floor/nothing", nothing),
    path("floor/signed-in", signed_in),
    path("floor/tickets", tickets),
    path("floor/filtered", filtered),
    path("floor/tickets/<int:key>", ticket),
    path("floor/due", due),
    path("floor/board/<int:key>", board),
    path("floor/queue/<int:key>", queue),
    path("floor/scorecard/kept", kept_scorecard),
    path("floor/scorecard/counted", counted_scorecard),
    *product_urls,
]
