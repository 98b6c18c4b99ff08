"""The rows behind a reading: those that it counted and those that it left out, as far as a reader
may see."""

from dataclasses import dataclass
from html import escape

from django.core.paginator import Page, Paginator
from django.db.models import ForeignKey
from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.core.measures import Measure, Reading, State, Unit
from quarterdeck.core.permission import User
from quarterdeck.core.records import record_of
from quarterdeck.scorecard.queries.wording import scale_of
from quarterdeck.scorecard.web.asked import Asked
from quarterdeck.ui.list_cells import Column, columns_of

ROWS_A_PAGE = 50
_COUNTED = "counted"


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


def tabs_of(chosen: str, reading: Reading, question: Asked) -> list[Tab]:
    """Return a tab for the counted rows and one for each reason to leave rows out."""
    sets = [(_COUNTED, "Counted", reading.n)]
    sets += [(str(place), each.reason, each.n) for place, each in enumerate(reading.excluded)]
    current = chosen if chosen in {key for key, _, _ in sets} else _COUNTED
    return [
        Tab(key, title, n, f"?{question.query(rows=key)}#rows", key == current)
        for key, title, n in sets
    ]


def rows_of(
    measure: Measure, reading: Reading, tabs: list[Tab], number: str, user: User
) -> Rows | None:
    """Return one page of the current tab's rows, the largest amount first; None where it has
    none."""
    current = next(tab for tab in tabs if tab.is_current)
    counted = current.key == _COUNTED
    rows = reading.included if counted else reading.excluded[int(current.key)].rows
    if rows is None or (counted and reading.state is not State.VALUE):
        return None
    model = rows.model
    visible = model._default_manager.visible_to(user)
    amounts = reading.amounts if counted else {}
    # Joined and not asked for by key: SQLite would first list every row that the reader may see.
    keys = (rows & visible).order_by().values_list("pk", flat=True)
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


def _amount_title(measure: Measure) -> str:
    return "Counted as" if measure.unit is Unit.SHARE else "Counted"


def _amount_cell(measure: Measure, amount: int | None) -> str:
    if measure.unit is Unit.SHARE:
        return f'<td class="q-tight">{"in the numerator" if amount else "—"}</td>'
    return f'<td class="q-number" title="{amount} s">{escape(scale_of(measure).text(amount))}</td>'
