"""The filters above a list, made from the fields that a record names."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import F, Q
from django.http import QueryDict
from django.utils import timezone

from quarterdeck.core.database import Unindexed
from quarterdeck.core.permission import User, only_asks
from quarterdeck.core.records import Grouping, Record, readable

M = TypeVar("M", bound=models.Model)

OPTION_LIMIT = 100
# A key is a 64-bit integer: more digits would be refused by the database.
_KEY_DIGITS = 18


@dataclass(frozen=True)
class Option:
    """One value to filter by, and whether it is chosen."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Filter(ABC):
    """What narrows a list by one field, read from the address of the page."""

    name: str
    title: str
    given: QueryDict

    kind = "options"

    @property
    def is_set(self) -> bool:
        """Whether the address narrows by this field."""
        return bool(self.parameters())

    @abstractmethod
    def parameters(self) -> list[tuple[str, str]]:
        """Return what the address says, without what means nothing."""

    @abstractmethod
    def condition(self) -> Q:
        """Return the condition on the rows."""

    def in_order(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Narrow rows of which the first are wanted, in an order that an index may give."""
        return rows.filter(self.condition())

    @abstractmethod
    def summary(self, user: User) -> str:
        """Say in words what is chosen."""

    def options(self, user: User, *, is_whole: bool = True) -> list[Option]:  # noqa: ARG002 — asked by subclasses
        """Return what may be chosen, or only what is; a filter without options has none."""
        return []


@dataclass(frozen=True)
class OptionFilter(Filter):
    """Narrows by any of the chosen values; a subclass says which there are."""

    def chosen(self) -> list[str]:
        """Return the values in the address that can be values of the field."""
        return [value for value in self.given.getlist(self.name) if self.accepts(value)]

    def parameters(self) -> list[tuple[str, str]]:
        """Return one parameter for each chosen value."""
        return [(self.name, value) for value in self.chosen()]

    def condition(self) -> Q:
        """Return: one of the chosen."""
        return Q(**{f"{self.name}__in": self.chosen()})

    def options(self, user: User, *, is_whole: bool = True) -> list[Option]:
        """Return every value that may be chosen, or only those that are."""
        chosen = set(self.chosen())
        if not chosen and not is_whole:
            return []
        options = [Option(value, text, value in chosen) for value, text in self.values(user)]
        return [option for option in options if is_whole or option.is_chosen]

    def summary(self, user: User) -> str:
        """Name the chosen values."""
        return ", ".join(option.text for option in self.options(user) if option.is_chosen)

    @abstractmethod
    def accepts(self, value: str) -> bool:
        """Say whether the text can be a value."""

    @abstractmethod
    def values(self, user: User) -> list[tuple[str, str]]:
        """Return values and their texts."""


def _hidden(rows: models.QuerySet[M], name: str) -> models.QuerySet[M]:
    """Give rows a column `…_unindexed` that says the same and that no index of SQLite's serves."""
    column = rows.model._meta.get_field(name)
    if not isinstance(column, models.Field):
        raise TypeError(f"{name} is not a column to filter by.")
    hidden = Unindexed(F(name), output_field=column)
    narrowed: models.QuerySet[M] = rows.alias(**{f"{name}_unindexed": hidden})
    return narrowed


def is_key(value: str) -> bool:
    """Say whether a text can be a primary key."""
    return value.isascii() and value.isdigit() and len(value) <= _KEY_DIGITS


@dataclass(frozen=True)
class ChoiceFilter(OptionFilter):
    """Narrows by the words that a column may hold."""

    choices: tuple[tuple[str, str], ...] = ()

    def accepts(self, value: str) -> bool:
        """A word of the column."""
        return any(value == known for known, _ in self.choices)

    def in_order(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Keep SQLite from an index of several values, after which it would sort all that it finds.

        A plus before the column hides it from the planner, and the index of the order serves
        (https://www.sqlite.org/optoverview.html, 2: terms disqualified by the unary plus).
        """
        if connection.vendor != "sqlite" or len(self.chosen()) == 1:
            return super().in_order(rows)
        return _hidden(rows, self.name).filter(**{f"{self.name}_unindexed__in": self.chosen()})

    def values(self, user: User) -> list[tuple[str, str]]:  # noqa: ARG002 — the same for everybody
        """Return the words."""
        return list(self.choices)


@dataclass(frozen=True)
class TruthFilter(ChoiceFilter):
    """Narrows by yes, no, or not recorded."""

    choices: tuple[tuple[str, str], ...] = (("yes", "Yes"), ("no", "No"), ("none", "Not recorded"))

    def in_order(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Narrow as for any purpose: no index knows these answers."""
        return rows.filter(self.condition())

    def condition(self) -> Q:
        """Return one condition for each chosen answer."""
        meanings = {
            "yes": Q(**{self.name: True}),
            "no": Q(**{self.name: False}),
            "none": Q(**{f"{self.name}__isnull": True}),
        }
        wanted = Q(pk__in=())
        for value in self.chosen():
            wanted |= meanings[value]
        return wanted


@dataclass(frozen=True)
class KeyFilter(OptionFilter):
    """Narrows by a record of another noun."""

    target: type[models.Model] = models.Model

    def accepts(self, value: str) -> bool:
        """A primary key."""
        return is_key(value)

    def values(self, user: User) -> list[tuple[str, str]]:
        """Return the records that the reader may see, and the chosen ones among them first."""
        rows = readable(self.target, user)
        names = {field.name for field in self.target._meta.fields}
        rows = rows.order_by("name" if "name" in names else "pk")
        offered = {str(row.pk): str(row) for row in rows[:OPTION_LIMIT]}
        missing = [value for value in self.chosen() if value not in offered]
        if missing:
            offered |= {str(row.pk): str(row) for row in rows.filter(pk__in=missing)}
        return list(offered.items())


@dataclass(frozen=True)
class DayFilter(Filter):
    """Narrows by days in the reader's zone; both ends are included."""

    kind = "days"

    @property
    def first(self) -> date | None:
        """The first day, where one is given."""
        return _day(self.given.get(f"{self.name}_from", ""))

    @property
    def last(self) -> date | None:
        """The last day, where one is given."""
        return _day(self.given.get(f"{self.name}_until", ""))

    def parameters(self) -> list[tuple[str, str]]:
        """Return the days that are given and can be read."""
        ends = ((f"{self.name}_from", self.first), (f"{self.name}_until", self.last))
        return [(name, day.isoformat()) for name, day in ends if day]

    def condition(self) -> Q:
        """Return: from the first day's midnight to that after the last day."""
        wanted = Q()
        if self.first:
            wanted &= Q(**{f"{self.name}__gte": _midnight(self.first)})
        if self.last and self.last < date.max:
            wanted &= Q(**{f"{self.name}__lt": _midnight(self.last + timedelta(days=1))})
        return wanted

    def summary(self, user: User) -> str:  # noqa: ARG002 — the same for everybody
        """Name the days."""
        return f"{self.first or '…'} to {self.last or '…'}"


@dataclass(frozen=True)
class DateFilter(DayFilter):
    """Narrows by days that are recorded as such, in no zone; both ends are included."""

    def condition(self) -> Q:
        """Return: from the first day to the last one."""
        ends = ((f"{self.name}__gte", self.first), (f"{self.name}__lte", self.last))
        return Q(**{name: day for name, day in ends if day})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


@dataclass(frozen=True)
class Chip:
    """A filter in force, in words, and the address of the list without it."""

    title: str
    text: str
    address: str


@dataclass(frozen=True)
class Menu:
    """The menu of a filter: what is chosen there, and everything once it is opened.

    `address` is where everything is asked for; it is empty where everything is there.
    """

    filter: Filter
    options: list[Option]
    address: str
    is_opened: bool

    def is_of_use(self, user: User) -> bool:
        """Say whether there can be anything to choose."""
        if not isinstance(self.filter, GroupFilter):
            return True
        # Who is behind a key is found when the menu is opened, by others than those who only ask.
        return bool(self.filter.values(user)) if self.filter.is_text else not only_asks(user)


# Up to so many rows are found and sorted; more are met soon enough in the order of the list.
_FEW = 2_000


@dataclass(frozen=True)
class GroupFilter(OptionFilter):
    """Narrows by what a text means, as its record says, or by those that it offers for a key."""

    grouping: Grouping | None = None
    is_text: bool = True

    def accepts(self, value: str) -> bool:
        """A key."""
        return is_key(value)

    def values(self, user: User) -> list[tuple[str, str]]:
        """Return what the record offers."""
        return self.grouping.options(user) if self.grouping else []

    def condition(self) -> Q:
        """Return the record's condition on the column."""
        return self._condition(self.name)

    def _condition(self, column: str) -> Q:
        return self.grouping.condition(column, self.chosen()) if self.grouping else Q()

    def in_order(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Keep SQLite from an index that would make it sort very many rows for the first of them.

        It has no statistics to know by; a plus before the column hides it, as above.
        """
        found = rows.filter(self.condition())
        if not self.is_text or connection.vendor != "sqlite":
            return found
        if found.order_by().values("pk")[:_FEW].count() < _FEW:
            return found
        return _hidden(rows, self.name).filter(self._condition(f"{self.name}_unindexed"))


def filters_of(record: Record, given: QueryDict) -> list[Filter]:
    """Return the filters that the record names, with what the address says of each."""
    return [_filter_of(record, name, given) for name in record.filters]


def _filter_of(record: Record, name: str, given: QueryDict) -> Filter:
    field = record.model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{record.key} filters by {name}, which is not a column.")
    title = record.title_of(name)
    if name in record.groupings:
        is_text = not isinstance(field, models.ForeignKey)
        return GroupFilter(name, title, given, record.groupings[name], is_text)
    if isinstance(field, models.ForeignKey):
        return KeyFilter(name, title, given, field.related_model)
    if isinstance(field, models.DateTimeField):
        return DayFilter(name, title, given)
    if isinstance(field, models.DateField):
        return DateFilter(name, title, given)
    if isinstance(field, models.BooleanField):
        return TruthFilter(name, title, given)
    return ChoiceFilter(name, title, given, _choices(record, field))


def _choices(record: Record, field: "models.Field[Any, Any]") -> tuple[tuple[str, str], ...]:
    """The field's own choices, else the values that the record has badges for."""
    if field.choices:
        return tuple((str(value), str(text)) for value, text in field.flatchoices if value != "")
    badges = record.badges.get(field.name, {})
    return tuple((str(value), badge.text or str(value)) for value, badge in badges.items())
