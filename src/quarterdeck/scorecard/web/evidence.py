"""The rows behind a reading: those that it counted and those that it left out, as far as a reader
may see."""

from dataclasses import dataclass
from html import escape
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.core.database import read_only
from quarterdeck.core.measures import Measure, Reading, State, Unit, take
from quarterdeck.core.memory import remembering
from quarterdeck.core.permission import User
from quarterdeck.core.records import record_of
from quarterdeck.kernels.statistics import histogram as bins_of
from quarterdeck.scorecard.queries.closings import Closing, closings, evidence_of, stored_reading
from quarterdeck.scorecard.queries.readings import Wanted
from quarterdeck.scorecard.queries.wording import WHY, scale_of
from quarterdeck.scorecard.web.asked import Asked
from quarterdeck.ui.charts import histogram
from quarterdeck.ui.list_cells import Column, columns_of

ROWS_A_PAGE = 50
_MINUTE, _HOUR = 60, 3_600
# Bars that double, so that both an hour and a month can be told from their neighbours.
_EDGES = (
    *(minutes * _MINUTE for minutes in (0, 5, 15, 30)),
    *(2**power * _HOUR for power in range(15)),
)
_COUNTED = "counted"
_KEYS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Tab:
    """One set of rows: those that were counted, or those left out for one reason."""

    key: str
    title: str
    n: int
    address: str
    is_current: bool


@dataclass(frozen=True)
class Rows:
    """The rows of the chosen tab that the reader may see, and how many stay hidden."""

    columns: list[Column]
    amount_title: str
    body: SafeString
    page: "Page[int]"
    hidden: int


def evidence_context(
    request: HttpRequest, here: Wanted, question: Asked, user: User
) -> dict[str, Any]:
    """Return the rows behind one reading as far as the reader may see them, and their spread."""
    found = closings([here.key]) if not question.terms.calendar else {}
    closing = found.get(here.key)
    measure = here.measure
    if closing is not None:
        reading = stored_reading(closing, measure)
    else:
        with read_only(), remembering():
            reading = take(measure, question.period.span, question.scope, question.terms)
    tabs = tabs_of(request.GET.get("rows", ""), reading, question, closing)
    current = next(tab.key for tab in tabs if tab.is_current)
    return {
        "tabs": tabs,
        "tab_address": f"?{question.query(rows=current)}",
        "rows": rows_of(measure, reading, tabs, request.GET.get("page", ""), user, closing),
        "rows_why": WHY.get(reading.state, ""),
        "spread": _spread(measure, reading),
    }


def tabs_of(
    chosen: str, reading: Reading, question: Asked, closing: Closing | None = None
) -> list[Tab]:
    """Return a tab for the counted rows and one for each reason to leave rows out."""
    left_out = [(each.reason, each.n) for each in reading.excluded]
    if closing is not None:
        left_out = [(each["reason"], each["n"]) for each in closing.standing.exclusions]
    sets = [(_COUNTED, "Counted", reading.n)]
    sets += [(str(place), reason, n) for place, (reason, n) in enumerate(left_out)]
    current = chosen if chosen in {key for key, _, _ in sets} else _COUNTED
    return [
        Tab(key, title, n, f"?{question.query(rows=key)}#rows", key == current)
        for key, title, n in sets
    ]


def rows_of(  # noqa: PLR0917 — what a page knows of its rows
    measure: Measure,
    reading: Reading,
    tabs: list[Tab],
    number: str,
    user: User,
    closing: Closing | None = None,
) -> Rows | None:
    """Return one page of the current tab's rows, the largest amount first; None where it has none,
    and where an early closing kept only how many there were."""
    current = next(tab for tab in tabs if tab.is_current)
    counted = current.key == _COUNTED
    found_keys = _keys_of(current.key, reading, user, closing)
    if found_keys is None:
        return None
    model, keys = found_keys
    amounts = reading.amounts if counted else {}
    ordered = sorted(keys, key=lambda key: (-amounts.get(key, 0), key))
    page = Paginator(ordered, ROWS_A_PAGE).get_page(number)
    record = record_of(model)
    columns = columns_of(record)
    foreign = [c.name for c in columns if isinstance(model._meta.get_field(c.name), ForeignKey)]
    found = model._default_manager.select_related(*foreign).in_bulk(list(page.object_list))
    name, prefix = columns[0], reverse(record.list_address)
    body = "".join(
        f'<tr><th scope="row"><a href="{prefix}{key}/">'
        f"{name.show(getattr(found[key], name.name))}</a></th>"
        f"{_amount_cell(measure, amounts.get(key)) if counted else ''}"
        f"{''.join(column.cell(found[key]) for column in columns[1:])}</tr>"
        for key in page.object_list
    )
    return Rows(
        columns,
        _amount_title(measure) if counted else "",
        SafeString(body),
        page,
        current.n - len(ordered),
    )


def _keys_of(
    tab: str, reading: Reading, user: User, closing: Closing | None
) -> tuple[type[Model], list[int]] | None:
    """Return the noun and the visible keys of one tab's rows, or None where there are none."""
    counted = tab == _COUNTED
    if counted and reading.state is not State.VALUE:
        return None
    if closing is not None:
        return _kept_keys(closing, tab, user)
    rows = reading.included if counted else reading.excluded[int(tab)].rows
    return None if rows is None else _visible_keys(rows, user)


def _visible_keys(rows: QuerySet[Any], user: User) -> tuple[type[Model], list[int]]:
    """Return the noun of the rows, and the keys of those that the reader may see."""
    visible = rows.model._default_manager.visible_to(user)
    keys = rows.filter(pk__in=visible.values("pk")).order_by().values_list("pk", flat=True)
    return rows.model, list(keys)


def _kept_keys(closing: Closing, tab: str, user: User) -> tuple[type[Model], list[int]] | None:
    """Return the same for the rows of one tab that a closing kept."""
    kept = evidence_of(closing.standing)
    if not kept.noun or (tab != _COUNTED and not kept.left_out):
        return None
    model = apps.get_model(kept.noun if tab == _COUNTED else kept.left_out_nouns[int(tab)])
    visible: QuerySet[Any] = model._default_manager.visible_to(user)
    every = list(kept.amounts if tab == _COUNTED else kept.left_out[int(tab)])
    keys = list[int]()
    for start in range(0, len(every), _KEYS_AT_ONCE):
        some = every[start : start + _KEYS_AT_ONCE]
        keys += visible.filter(pk__in=some).order_by().values_list("pk", flat=True)
    return model, keys


def _amount_title(measure: Measure) -> str:
    return "Counted as" if measure.unit is Unit.SHARE else "Counted"


def _amount_cell(measure: Measure, amount: int | None) -> str:
    if measure.unit is Unit.SHARE:
        return f'<td class="q-tight">{"in the numerator" if amount else "—"}</td>'
    return f'<td class="q-number" title="{amount} s">{escape(scale_of(measure).text(amount))}</td>'


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
