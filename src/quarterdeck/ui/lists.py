"""List pages, made from records: views, filters, search, and pages of a keyset.

A page works without JavaScript; with it, htmx asks for the part `list` alone, and the answer names
the address that the browser is to show.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.core.changes import MOST_AT_ONCE
from quarterdeck.core.offered_acts import MOST_ACTS
from quarterdeck.core.permission import User
from quarterdeck.core.records import Action, Record, View
from quarterdeck.core.search import clean
from quarterdeck.core.search_lists import matching, some_matching
from quarterdeck.ui.exports import FORMATS
from quarterdeck.ui.kept_lists import KeptList, kept_of
from quarterdeck.ui.list_cells import Column, columns_of, columns_to_choose, keys_among, rows_markup
from quarterdeck.ui.list_filters import Chip, Filter, Menu, filters_of
from quarterdeck.ui.paging import (
    Count,
    Page,
    Parts,
    Rows,
    count_up_to,
    cut,
    reversed_order,
)
from quarterdeck.ui.sorting import Sorting, sorting_of

# The menus beside those of the filters, as an address names them.
COLUMNS, VIEWS = "columns", "views"
# What an address calls the order of an index, run back.
REVERSED = "reversed"


def _no_lead(_row: Any) -> str:
    return ""


@dataclass
class Listing:
    """One request for a list: what is asked for, and what is found."""

    record: Record
    request: HttpRequest
    filters: list[Filter] = field(init=False)

    def __post_init__(self) -> None:
        self.filters = filters_of(self.record, self.request.GET)

    @property
    def user(self) -> User:
        """Who reads."""
        return self.request.user

    @cached_property
    def sought(self) -> str:
        """What was typed into the search."""
        return clean(self.request.GET.get("q", ""))

    @cached_property
    def view(self) -> View | None:
        """The view that the address names."""
        named = self.request.GET.get("view", "")
        return next((view for view in self.record.views if view.filter == named), None)

    @cached_property
    def _sort(self) -> str:
        """The order that the address asks for."""
        return self.request.GET.get("sort", "")

    @property
    def is_reversed(self) -> bool:
        """Whether the list runs against the record's order."""
        return self._sort == REVERSED

    @cached_property
    def sorting(self) -> Sorting | None:
        """The column by which the address asks to sort, if there is one that can be."""
        return sorting_of(self.record, self._sort)

    @cached_property
    def sorted_by(self) -> Sorting | None:
        """The column by which the list is sorted; a large one comes in the order of an index."""
        return self.sorting if self.sorting and not self.count.is_bounded else None

    @property
    def sort_parameter(self) -> str:
        """The order as an address names it."""
        return REVERSED if self.is_reversed else self.sorting.parameter if self.sorting else ""

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The columns of the keyset, in the direction asked for."""
        order = self._order_of_view or self.record.order
        return reversed_order(order) if self.is_reversed else order

    @property
    def _order_of_view(self) -> tuple[str, ...]:
        """The order of the view, unless it would tell the reader what they may not read."""
        order = self.view.order if self.view else ()
        return () if self.record.hidden_from(self.user).intersection(order) else order

    @cached_property
    def _narrowing(self) -> list[Filter]:
        """The filters in force."""
        return [each for each in self.filters if each.is_set]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view leaves rows out."""
        return bool(self.sought or self._narrowing)

    @cached_property
    def path(self) -> str:
        """The list's address without anything asked of it."""
        return reverse(self.record.list_address)

    def asked(self, **changes: str) -> str:
        """Return what leads from this list to itself, shorter than the whole address."""
        return self.address(**changes).removeprefix(self.path) or self.path

    def address(self, *, without: str = "", **changes: str) -> str:
        """Return the address of this list, without one filter or with other parameters."""
        asked = {
            "view": self.view.filter if self.view else "",
            "q": self.sought if without != "q" else "",
            "sort": self.sort_parameter,
            "columns": ",".join(self.asked_columns),
            **changes,
        }
        parameters = [(name, value) for name, value in asked.items() if value]
        for each in self._narrowing:
            parameters += each.parameters() if each.name != without else []
        return f"{self.path}?{urlencode(parameters)}" if parameters else self.path

    @cached_property
    def rows(self) -> models.QuerySet[Any]:
        """Every row asked for that the reader may see."""
        return matching(self._filtered, self.record, self.sought) if self.sought else self._filtered

    @property
    def _filtered(self) -> models.QuerySet[Any]:
        """Every row of the view that the filters keep."""
        rows = self._viewed
        for each in self._narrowing:
            told = self.record.told_of(each.name, self.user)
            rows = rows.filter(told, each.condition())
        return rows

    @cached_property
    def _viewed(self) -> models.QuerySet[Any]:
        """Every row of the view that the reader may see."""
        return self._of_view(self.record.visible_to(self.user))

    def _of_view(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return self.record.in_view(self.view, rows, self.user) if self.view else rows

    def _in_order(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Narrow rows as `rows` does, for a page of them."""
        for each in self._narrowing:
            told = self.record.told_of(each.name, self.user)
            rows = each.in_order(rows.filter(told))
        return matching(rows, self.record, self.sought) if self.sought else rows

    @cached_property
    def in_order(self) -> Rows:
        """What pages are cut from: every row asked for that the reader may see, in parts where it
        is found sooner so."""
        parts = self.record.visible_in_parts(self.user)
        if not parts:
            return self._in_order(self._viewed)
        return Parts([self._in_order(self._of_view(part)) for part in parts], self.order)

    @cached_property
    def count(self) -> Count:
        """How many rows there are, up to a limit."""
        some = some_matching(self._filtered, self.record, self.sought) if self.sought else None
        if some is not None and (counted := count_up_to(some)).is_bounded:
            return counted
        is_whole = not (self.is_narrowed or self.view)
        return count_up_to(self.in_order if is_whole else self.rows)

    @cached_property
    def page(self) -> Page:
        """The rows of this page, with what their columns lead to."""
        after, before = self.request.GET.get("after", ""), self.request.GET.get("before", "")
        if self.sorted_by:
            page = self.sorted_by.cut(self.rows, after=after, before=before, shape=self._shaped)
        else:
            page = cut(self.in_order, self.order, after=after, before=before, shape=self._shaped)
        self.record.empty_withheld(page.rows, self.names, self.user)
        return page

    def _shaped(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        rows = rows.select_related(*keys_among(self.record, self.names))
        if self.record.bulk:
            # A rule judges each row that may be chosen, and may look at any column.
            return rows
        # Building objects with columns that nobody sees is the dearest part of a list.
        ordering = (name.removeprefix("-") for name in self.order)
        judged = self.record.judged_by if self.record.acts_on_many else ()
        asked = *self.record.asked_of_rows(self.names), *self.record.standing_in(self.names)
        return rows.only(*self.names, *ordering, *asked, *judged)

    @cached_property
    def kept(self) -> KeptList:
        """What the reader has kept of this list."""
        return kept_of(self.record, self.user)

    @cached_property
    def asked_columns(self) -> tuple[str, ...]:
        """The columns that the address asks for, as far as there are such."""
        return self._known(tuple(self.request.GET.get("columns", "").split(",")))

    def _known(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return those that may be shown; the first column of the record always leads."""
        known = [name for name in names if name in self.choosable]
        return tuple(dict.fromkeys([self.record.columns[0], *known])) if known else ()

    @cached_property
    def choosable(self) -> list[str]:
        """Every column that the list may show to the reader."""
        hidden = self.record.hidden_from(self.user)
        return [name for name in columns_to_choose(self.record) if name not in hidden]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns shown: as asked for, else as the reader chose them, else the record's."""
        chosen = self.asked_columns or self._known(self.kept.columns)
        return chosen or self.record.columns_for(self.user)

    @property
    def opened(self) -> str:
        """The menu that the address opens: its content comes when it is opened, as few are."""
        return self.request.GET.get("choose", "")

    @property
    def is_choosing(self) -> bool:
        """Whether the page opens with the choice of columns, for a reader without scripts."""
        return self.opened == COLUMNS

    @property
    def choosing_address(self) -> str:
        """Where the choice of columns is asked for; few readers of a list do."""
        return self.asked(choose=COLUMNS)

    @property
    def is_keeping(self) -> bool:
        """Whether the page opens with the kept views, for a reader without scripts."""
        return self.opened == VIEWS

    @property
    def keeping_address(self) -> str:
        """Where the kept views, and the form to keep another, are asked for."""
        return self.asked(choose=VIEWS)

    @property
    def column_choices(self) -> list[tuple[str, str, bool]]:
        """Each column but the first: its name, title, and whether it is shown."""
        shown = set(self.names)
        return [
            (name, self.record.title_of(name), name in shown)
            for name in self.choosable
            if name != self.record.columns[0]
        ]

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the table."""
        return columns_of(self.record, self.names)

    @property
    def body(self) -> SafeString:
        """The rows as markup."""
        lead = self._check_box if self.may_select else _no_lead
        marks = self.record.marks(self.user, [row.pk for row in self.page.rows])
        # Addresses are relative to the list's own, which is that of every page with these rows.
        return SafeString(rows_markup(self.page.rows, self.columns, "", lead, marks))

    @cached_property
    def _choosable_rows(self) -> set[int]:
        """The keys of the rows of this page that the reader may change together with others."""
        user, may_choose = self.user, self.record.may_choose
        return {row.pk for row in self.page.rows if may_choose(user, row)}

    @property
    def may_select(self) -> bool:
        """Whether the reader may change some rows of this page together."""
        return bool(self._choosable_rows)

    def _check_box(self, row: Any) -> str:
        if row.pk not in self._choosable_rows:
            return "<td> "
        name, value = self.columns[0].naming(row), f"{row.pk}:{row.version}"
        return f'<td><input type=checkbox name=row value={value} aria-label="{name}">'

    @property
    def usual_sort(self) -> tuple[str, str]:
        """The column in whose order an index serves the list, and what `sort` is to run back."""
        shown = self.view.sorted_as if self.view and self._order_of_view else ""
        return shown or self.order[0].removeprefix("-"), "" if self.is_reversed else REVERSED

    @property
    def all_in_order(self) -> models.QuerySet[Any]:
        """Every row, in the order of the list, to be read from the first to the last."""
        order = self.sorted_by.order if self.sorted_by else self.order
        return self.rows.order_by(*order)

    @property
    def parameters(self) -> str:
        """What the address asks for, without the place in the list."""
        return self.address().partition("?")[2]

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in force."""
        sought = [Chip("Search", self.sought, self.address(without="q"))] if self.sought else []
        return sought + [
            Chip(each.title, each.summary(self.user), self.address(without=each.name))
            for each in self._narrowing
        ]

    @property
    def menus(self) -> list[Menu]:
        """A menu for each filter, for the bar above the list."""
        hidden = self.record.hidden_from(self.user)
        menus = [self._menu(each) for each in self.filters if each.name not in hidden]
        # What nobody has set up yet is not offered to narrow by.
        return [menu for menu in menus if menu.is_of_use(self.user)]

    def _menu(self, narrowing: Filter) -> Menu:
        is_opened = self.opened == narrowing.name
        # Days have no text of their own to keep: what is chosen stands in their inputs.
        is_whole = is_opened or (narrowing.kind == "days" and narrowing.is_set)
        options = narrowing.options(self.user, is_whole=is_whole)
        address = "" if is_whole else self.asked(choose=narrowing.name)
        return Menu(narrowing, options, address, is_opened)

    @property
    def action(self) -> Action | None:
        """What the reader may do from here."""
        offered = self.record.action
        return offered if offered and offered.may(self.user) else None

    @property
    def may_add(self) -> bool:
        """Whether the reader may add to the list."""
        return bool(self.record.form) and self.record.may_add(self.user)

    @property
    def search_hint(self) -> str:
        """What the search compares with."""
        return f"Search {', '.join(map(self.record.title_of, self.record.search)).lower()} …"

    @property
    def exports(self) -> list[tuple[str, str]]:
        """Each format that the list can be exported in, and the address of the file."""
        return [(form.upper(), self.asked(format=form)) for form in FORMATS]

    @property
    def may_take_all(self) -> bool:
        """Whether everything that matches, beyond this page, may be changed together."""
        more = bool(self.page.after or self.page.before)
        most = MOST_ACTS if self.record.acts_on_many else MOST_AT_ONCE
        return more and not self.count.is_bounded and self.count.amount <= most

    @property
    def next_address(self) -> str:
        """The next page's address, where there is one."""
        return self.address(after=self.page.after) if self.page.after else ""

    @property
    def previous_address(self) -> str:
        """The previous page's address, where there is one."""
        return self.address(before=self.page.before) if self.page.before else ""
