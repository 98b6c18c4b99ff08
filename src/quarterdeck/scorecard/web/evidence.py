"""The rows behind a reading: those that it counted and those that it left out, as far as a reader
may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.core.database import Among
from quarterdeck.core.measures import Measure, State, Terms, Unit
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.records import record_of
from quarterdeck.kernels.statistics import histogram as bins_of
from quarterdeck.scorecard.queries.closings import (
    Evidence,
    closings,
    evidence_of,
    explained,
    unpacked,
)
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Wanted, kept_rows
from quarterdeck.scorecard.queries.wording import scale_of, why_silent
from quarterdeck.scorecard.web.asked import Asked
from quarterdeck.scorecard.web.scorecard import read_wanted
from quarterdeck.ui.charts import histogram
from quarterdeck.ui.list_cells import Column, columns_of, name_inside_link

ROWS_A_PAGE = 50
_MINUTE, _HOUR = 60, 3_600
# Bars that double, so that both an hour and a month can be told from their neighbours.
_EDGES = (
    *(minutes * _MINUTE for minutes in (0, 5, 15, 30)),
    *(2**power * _HOUR for power in range(15)),
)
COUNTED = "counted"
# So many hidden rows are read to know which of a month's stand, and otherwise those of the month.
_FEW = 5_000


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
    request: HttpRequest, here: Wanted, question: Asked, user: Account
) -> dict[str, Any]:
    """Return the rows behind one reading as far as the reader may see them, and their spread.

    They are those that were counted for the kept figures, never counted a second time. Where
    nothing is kept yet, a worker takes the reading, and the part asks again.
    """
    known = known_evidence(here, question.terms, user)
    if known is None:
        return {"is_awaited": True, "evidence_address": f"?{question.query(**_chosen(request))}"}
    figures, evidence = known
    tabs = tabs_of(request.GET.get("rows", ""), figures, question)
    current = next(tab for tab in tabs if tab.is_current)
    return {
        "tabs": tabs,
        "tab_address": f"?{question.query(rows=current.key)}",
        "rows": rows_of(here.measure, known, current, request.GET.get("page", ""), user),
        "rows_why": why_silent(figures.state, figures.coverage, figures.left_out),
        "spread": _spread(here.measure, figures, evidence),
    }


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("rows", "page")}


def known_evidence(here: Wanted, terms: Terms, user: Account) -> tuple[Figures, Evidence] | None:
    """Return what is closed or kept of a reading, and otherwise take it; None where a worker has
    to."""
    found = closings([here.key]) if not terms.calendar else {}
    if closing := found.get(here.key):
        return explained(closing), evidence_of(closing.standing)
    known = kept_rows(here, terms)
    if known is not None:
        return known
    taken = read_wanted([here], terms, user)
    if taken.computed:
        (each,) = taken.computed
        return each.figures, unpacked(each.evidence)
    return None


def tabs_of(chosen: str, figures: Figures, question: Asked) -> list[Tab]:
    """Return a tab for the counted rows and one for each reason to leave rows out."""
    sets = [(COUNTED, "Counted", figures.n)]
    sets += [(str(place), reason, n) for place, (reason, n) in enumerate(figures.exclusions)]
    current = chosen if chosen in {key for key, _, _ in sets} else COUNTED
    return [
        Tab(key, title, n, f"?{question.query(rows=key)}#rows", key == current)
        for key, title, n in sets
    ]


def rows_of(
    measure: Measure, known: tuple[Figures, Evidence], current: Tab, number: str, user: User
) -> Rows | None:
    """Return one page of a tab's rows, the largest amount first; None where it has none, and where
    an early closing kept only how many there were."""
    figures, evidence = known
    counted = current.key == COUNTED
    if counted and figures.state is not State.VALUE:
        return None
    noun = noun_of(evidence, current.key)
    if noun is None:
        return None
    amounts = evidence.amounts if counted else {}
    ordered = ordered_keys(noun, evidence, current.key, user)
    page = Paginator(ordered, ROWS_A_PAGE).get_page(number)
    record = record_of(noun)
    columns = columns_of(record, record.columns_for(user))
    found = found_rows(noun, columns, list(page.object_list), user)
    return Rows(
        columns,
        _amount_title(measure) if counted else "",
        _body(reverse(record.list_address), measure, columns, found, amounts),
        page,
        current.n - len(ordered),
    )


def noun_of(kept: Evidence, tab: str) -> type[Model] | None:
    """Return the noun of one tab's rows, or None where their keys were not kept."""
    if not kept.noun or (tab != COUNTED and not kept.left_out):
        return None
    return apps.get_model(kept.noun if tab == COUNTED else kept.left_out_nouns[int(tab)])


def ordered_keys(noun: type[Model], kept: Evidence, tab: str, user: User) -> list[int]:
    """Return the keys of one tab's rows that the reader may see, the largest amount first."""
    counted = tab == COUNTED
    every = kept.amounts if counted else kept.left_out[int(tab)]
    ordered = sorted(_visible_keys(noun, every, user))
    if counted:
        # In two turns, each by what is at hand: a month may have tens of thousands of rows.
        ordered.sort(key=kept.amounts.__getitem__, reverse=True)
    return ordered


def _visible_keys(noun: type[Model], every: Iterable[int], user: User) -> list[int]:
    """Return those of the keys whose rows the reader may see."""
    rows = noun._default_manager.all()
    unseen = rows.unseen_by(user) if hasattr(rows, "unseen_by") else None
    if unseen is not None:
        few = set(unseen.order_by().values_list("pk", flat=True)[: _FEW + 1])
        if len(few) <= _FEW:
            return [key for key in every if key not in few]
    seen = record_of(noun).visible_to(user).filter(Among("pk", every)).order_by()
    return list(seen.values_list("pk", flat=True))


def found_rows(
    noun: type[Model], columns: Sequence[Column], keys: Sequence[int], user: User
) -> dict[int, Any]:
    """Return the rows of a page that the reader may see, by key, in the order of the keys.

    What of them is not for the reader is emptied.
    """
    record = record_of(noun)
    foreign = [c.name for c in columns if isinstance(noun._meta.get_field(c.name), ForeignKey)]
    seen = record.visible_to(user).filter(pk__in=keys).order_by()
    rows = {row.pk: row for row in seen.select_related(*foreign)}
    record.empty_withheld(rows.values(), [c.name for c in columns], user)
    return {key: rows[key] for key in keys if key in rows}


def _body(
    prefix: str,
    measure: Measure,
    columns: Sequence[Column],
    found: dict[int, Any],
    amounts: Mapping[int, int],
) -> SafeString:
    return SafeString(
        "".join(
            f'<tr><th scope="row"><a href="{prefix}{key}/">'
            f"{name_inside_link(columns[0], row)}</a></th>"
            f"{_amount_cell(measure, amounts[key]) if amounts else ''}"
            f"{''.join(column.cell(row) for column in columns[1:])}</tr>"
            for key, row in found.items()
        )
    )


def _amount_title(measure: Measure) -> str:
    return "Counted as" if measure.unit is Unit.SHARE else "Counted"


def _amount_cell(measure: Measure, amount: int) -> str:
    if measure.unit is Unit.SHARE:
        return f'<td class="q-tight">{"in the numerator" if amount else "—"}</td>'
    return f'<td class="q-number" title="{amount} s">{escape(scale_of(measure).text(amount))}</td>'


def _spread(wanted: Measure, figures: Figures, evidence: Evidence) -> SafeString | str:
    """Return the histogram of the counted durations, on a scale that doubles from bar to bar."""
    values = sorted(evidence.amounts.values())
    if wanted.unit is not Unit.DURATION or not values:
        return ""
    last = next((place for place, edge in enumerate(_EDGES) if edge > values[-1]), len(_EDGES))
    edges = list(_EDGES[: last + 1])
    bins = bins_of(values, edges if edges[-1] > values[-1] else [*edges, values[-1]])
    title = "Spread of the counted rows"
    return histogram(bins or [], scale_of(wanted), title, median=figures.median, p90=figures.p90)
