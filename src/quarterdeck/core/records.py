"""One declaration per noun, from which pages, forms, imports, the API and search are made.

This module only declares and registers. `ui` builds pages from it, `office` adds files and imports,
and `config` assembles addresses.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from inspect import signature
from typing import Any

from django.db import models

from quarterdeck.core.guards import Guard
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.record_acts import RecordAct

# Which rows a foreign key may lead to, of all that the reader may see, in the row that is changed.
Offer = Callable[[models.QuerySet[Any], Any], models.QuerySet[Any]]

_TEXTS = (models.CharField, models.TextField)
_records: dict[type[models.Model], "Record"] = {}


class Tone(StrEnum):
    """What the colour of a badge says; pages choose the colour itself."""

    PLAIN = "plain"
    NEUTRAL = "neutral"
    INFO = "info"
    ACTIVE = "active"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Badge:
    """How one value of a column is shown: its tone, and its text where the choice has none."""

    tone: Tone
    text: str = ""


@dataclass(frozen=True)
class View:
    """A tab above a list: a title and the QuerySet filter without arguments that it applies.

    With `order` it is cut by a keyset of its own, and `sorted_as` is the shown column that tells.
    Nobody is offered it, or finds a row by it, who may not read the column that it `goes_by`.
    """

    title: str
    filter: str
    order: tuple[str, ...] = ()
    sorted_as: str = ""
    goes_by: str = ""


@dataclass(frozen=True)
class Writing:
    """The verbs by which rows of a noun are written, where fields that are typed in do not do.

    `add` takes the fields of `added` as keywords of the same names, and returns the new row.
    `change` takes the row under the name of its model, such as `unit`, and all fields of `changed`
    as they shall be. Foreign keys are rows, and both take `actor` and `at`. Without a verb it
    cannot be done.
    """

    added: tuple[str, ...] = ()
    add: Callable[..., models.Model] | None = None
    changed: tuple[str, ...] = ()
    change: Callable[..., object] | None = None

    @property
    def needed(self) -> frozenset[str]:
        """The fields without which the verb adds nothing."""
        asked = signature(self.add).parameters.values() if self.add else ()
        return frozenset(
            each.name for each in asked if each.default is each.empty and each.name in self.added
        )


@dataclass(frozen=True)
class Grouping:
    """How a list is narrowed by a text that means more than it says, such as a path in a tree.

    `options` gives keys and titles to choose from, `condition` the rows of the chosen keys by the
    name of the column.
    """

    options: Callable[[User], list[tuple[str, str]]]
    condition: Callable[[str, Sequence[str]], models.Q]


@dataclass(frozen=True)
class Action:
    """What the list page offers to do: its title, the name of its address, and to whom."""

    title: str
    address: str
    icon: str
    may: Callable[[User], bool]


def _nobody(_user: User) -> bool:
    return False


def _nobody_any_row(_user: User, _row: Any) -> bool:
    return False


def _no_marks(_user: User, _keys: Collection[int]) -> Mapping[int, Badge]:
    return {}


def _anybody_any_row(_user: User, _row: Any) -> bool:
    return True


def readable(model: type[models.Model], user: User) -> models.QuerySet[Any]:
    """Return the rows of a model that the reader may see, with what their names are made of."""
    rows: models.QuerySet[Any] = model._default_manager.all()
    visible_to = getattr(rows, "visible_to", None)
    rows = visible_to(user) if visible_to else rows
    named_by = getattr(model, "named_by", ())
    return rows.select_related(*named_by) if named_by else rows


@dataclass(frozen=True)
class Record:
    """The face of one noun: what a list shows, what filters it, what one may type.

    Columns, filters, search, form and details name fields of the model, and the noun's QuerySet
    must offer `visible_to(user)`. The first column leads to the detail page. `order` names the
    columns of the keyset that pages are cut by: never null, all in one direction, the last one
    unique. `search` names the texts whose words find a row; those that `identifiers` names too,
    such as a number, find it by their beginning instead, so each wants an index. `titles` says what
    a column is called where the field's own name reads badly, `badges` how its values look;
    `action` is what the list offers to do, `empty` tells the reader of an empty list what to do
    next. A noun whose `filters` name a foreign key is listed on the detail page of the noun that
    the key leads to. The fields of `form` are typed in by those whom `may_add` and `may_change`
    allow: nobody, where a record does not say; `form_groups` puts those of a long form under
    headings, in the order that they name. `may_store` is asked of each row as it would stand
    then, so that nobody hands a row to where they could not change it. `bulk` names those that
    many rows may be given at once. `offers` narrows what a foreign key of the form may lead to, of
    all that the reader may see: it gets those rows, and the row that is changed or None. Rows that
    depend on one another, as in a tree, are `held_together`: all of them, in the order of their
    keys, while one is written, so that two changes at once wait and neither contradict nor deadlock
    one another. `groupings` says how a list is narrowed by a text that its filters name. `writing`
    names the verbs by which programs write rows that have pages of their own. `acts` are what can
    be done with a row, `acts_on_many` those for many rows of the list at once, and `judged_by`
    names the columns that their permission looks at. `deadlines` are the columns until when
    something has to be done: one that is past is called overdue. `guard` names columns that not
    everybody reads; the first is none of them. `marks` is asked once for a page, with the keys of
    its rows, and names those that have a badge behind their name. `stand_ins` names the columns of
    which a list shows the first that is not blank for a blank one. `named` are the foreign keys
    that programs may give by the name of the row, too. What has a conversation of its own
    `takes_comments` no more; those that stand there are still read.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    form_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bulk: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-id",)
    external_id: str = ""
    noun_class: NounClass = NounClass.ORDINARY
    titles: Mapping[str, str] = field(default_factory=dict)
    badges: Mapping[str, Mapping[Any, Badge]] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    action: Action | None = None
    may_add: Callable[[User], bool] = _nobody
    may_change: Callable[[User, Any], bool] = _nobody_any_row
    may_store: Callable[[User, Any], bool] = _anybody_any_row
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    held_together: bool = False
    writing: Writing | None = None
    acts: tuple[RecordAct, ...] = ()
    acts_on_many: tuple[str, ...] = ()
    judged_by: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    guard: Guard | None = None
    named: tuple[str, ...] = ()
    marks: Callable[[User, Collection[int]], Mapping[int, Badge]] = _no_marks
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    takes_comments: bool = True
    icon: str = "list"
    section: str = ""
    empty: str = ""

    @property
    def key(self) -> str:
        """The name by which code and addresses are found: `desk.ticket`."""
        return self.model._meta.label_lower

    @property
    def path(self) -> str:
        """Where the pages stand: `desk/tickets/`."""
        plural = str(self.model._meta.verbose_name_plural).lower().replace(" ", "-")
        return f"{self.model._meta.app_label}/{plural}/"

    @property
    def title(self) -> str:
        """What the list page is called."""
        return _sentence_case(str(self.model._meta.verbose_name_plural))

    @property
    def singular(self) -> str:
        """What one of them is called."""
        return _sentence_case(str(self.model._meta.verbose_name))

    @property
    def searched(self) -> tuple[str, ...]:
        """The fields whose words are indexed."""
        return tuple(name for name in self.search if name not in self.identifiers)

    @property
    def added_fields(self) -> tuple[str, ...]:
        """What a new row is made of; nothing where none can be added."""
        return self.writing.added if self.writing else self.form

    @property
    def changed_fields(self) -> tuple[str, ...]:
        """What may be changed in a row."""
        return self.writing.changed if self.writing else self.form

    def act_named(self, name: str) -> RecordAct | None:
        """Return the act of this name, if there is one."""
        return next((each for each in self.acts if each.name == name), None)

    @cached_property
    def many_acts(self) -> tuple[RecordAct, ...]:
        """The acts that many rows may be chosen for, in the order in which they are offered."""
        found = (self.act_named(name) for name in self.acts_on_many)
        return tuple(each for each in found if each is not None)

    def may_choose(self, user: User, row: Any) -> bool:
        """Say whether the reader may change this row together with others."""
        if self.bulk and self.may_change(user, row):
            return True
        return any(each.may(user, row) for each in self.many_acts)

    def targets(self, name: str, user: User) -> models.QuerySet[Any]:
        """Return the rows to which the user may let a foreign key lead."""
        target = self.model._meta.get_field(name).related_model
        return readable(target, user)  # type: ignore[arg-type]  # a foreign key leads to a model

    def offered(self, name: str, user: User, row: Any = None) -> models.QuerySet[Any]:
        """Return the rows that a form offers for a foreign key, of this row or of a new one."""
        rows = self.targets(name, user)
        return self.offers[name](rows, row) if name in self.offers else rows

    def visible_to(self, user: User) -> models.QuerySet[Any]:
        """Return the rows that the reader may see."""
        visible: models.QuerySet[Any] = self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]  # the QuerySet of every declared noun has it
        return visible

    def visible_in_parts(self, user: User) -> Sequence[models.QuerySet[Any]]:
        """Return the same rows in parts that may share some, where a noun is found sooner so."""
        rows: models.QuerySet[Any] = self.model._default_manager.all()
        in_parts = getattr(rows, "visible_in_parts", None)
        return in_parts(user) if in_parts else ()

    def title_of(self, name: str) -> str:
        """What a column is called."""
        usual = getattr(self.model._meta.get_field(name), "verbose_name", name)
        return self.titles.get(name) or _sentence_case(str(usual))

    def hidden_from(self, user: User) -> frozenset[str]:
        """Return the columns that the reader reads of no row."""
        if self.guard is None or self.guard.sight(user).is_reader:
            return frozenset()
        return self.guard.columns

    def told_of(self, name: str, user: User) -> models.Q:
        """Return the condition on the rows of which the reader may know what a column says."""
        if self.guard is None or name not in self.guard.columns:
            return models.Q()
        return self.guard.sight(user).rows("")

    def columns_for(self, user: User) -> tuple[str, ...]:
        """Return the columns that a list shows to this reader."""
        hidden = self.hidden_from(user)
        return tuple(name for name in self.columns if name not in hidden)

    def views_for(self, user: User) -> tuple[View, ...]:
        """Return the views that this reader is offered."""
        hidden = self.hidden_from(user)
        return tuple(view for view in self.views if view.goes_by not in hidden)

    def in_view(self, view: View, rows: models.QuerySet[Any], user: User) -> models.QuerySet[Any]:
        """Keep those of these rows that the reader may find by a view."""
        found: models.QuerySet[Any] = getattr(rows, view.filter)()
        return found.filter(self.told_of(view.goes_by, user))

    def guards(self, names: Iterable[str]) -> bool:
        """Say whether any of these columns is not for everybody who sees a row."""
        return self.guard is not None and bool(self.guard.columns.intersection(names))

    def asked_of_rows(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the columns by which it is told who may read these of a row."""
        return self.guard.needs if self.guard and self.guards(names) else ()

    def standing_in(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the columns that may be shown in the place of one of these."""
        return tuple(each for name in names for each in self.stand_ins.get(name, ()))

    def withheld(self, user: User) -> Callable[[Any], frozenset[str]]:
        """Return what tells of a row which of its columns the reader may not read."""
        if self.guard is None:
            return _nothing_withheld
        columns, sight = self.guard.columns, self.guard.sight(user)
        return lambda row: frozenset() if sight.covers(row) else columns

    def empty_withheld(self, rows: Iterable[Any], names: Iterable[str], user: User) -> None:
        """Empty what the reader may not read in rows, never stored, that show these columns."""
        withheld = self.withheld(user)
        for row in rows if self.guards(names) else ():
            for name in withheld(row):
                setattr(row, name, None)

    @property
    def list_address(self) -> str:
        """The name of the list page's address, for `reverse`."""
        return f"{self.key}.list"

    @property
    def add_address(self) -> str:
        """The name of the address where one is added, for `reverse`."""
        return f"{self.key}.add"

    @property
    def change_address(self) -> str:
        """The name of the address where one is changed, for `reverse` with the primary key."""
        return f"{self.key}.change"

    @property
    def detail_address(self) -> str:
        """The name of the detail page's address, for `reverse` with the primary key."""
        return f"{self.key}.detail"


def _nothing_withheld(_row: Any) -> frozenset[str]:
    return frozenset()


def _sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]


def register(*records: Record) -> None:
    """Make records known; each model may be declared once."""
    for record in records:
        if record.model in _records:
            raise ValueError(f"{record.model.__name__} is declared as a record twice")
        if record.guard and record.columns[0] in record.guard.columns:
            raise ValueError(f"{record.key} is called by what it guards")
        for name in record.search:
            if not isinstance(record.model._meta.get_field(name), _TEXTS):
                raise TypeError(f"{record.key} is searched by {name}, which is no text")
        _records[record.model] = record


def record_of(model: type[models.Model]) -> Record:
    """Return the declaration of a model; KeyError where it has none."""
    return _records[model]


def is_declared(model: type[models.Model]) -> bool:
    """Say whether the model has a declaration, and so pages of its own."""
    return model in _records


def all_records() -> Iterable[Record]:
    """Return every declared record, in order of declaration."""
    return tuple(_records.values())
