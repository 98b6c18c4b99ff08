"""One declaration per noun, from which pages, forms, imports, the API and search are made.

This module only declares and registers. `ui` builds pages from it, `office` adds files and imports, and
`config` assembles addresses.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from quarterdeck.core.permission import NounClass

_records: dict[type[models.Model], "Record"] = {}


@dataclass(frozen=True)
class Record:
    """The face of one noun: which columns a list shows, what filters it, what one may type in a form.

    Columns, filters, search and form name fields of the model, and the noun's QuerySet must offer
    `visible_to(user)`. `order` names the fields of the newest-first keyset; its last one is unique.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-id",)
    external_id: str = ""
    noun_class: NounClass = NounClass.ORDINARY

    @property
    def key(self) -> str:
        """The name used in addresses: `desk/ticket`."""
        return self.model._meta.label_lower.replace(".", "/")

    @property
    def title(self) -> str:
        """What the list page is called."""
        name = str(self.model._meta.verbose_name_plural)
        return name[:1].upper() + name[1:]


def register(*records: Record) -> None:
    """Make records known; each model may be declared once."""
    for record in records:
        if record.model in _records:
            message = f"{record.model.__name__} is declared as a record twice"
            raise ValueError(message)
        _records[record.model] = record


def record_of(model: type[models.Model]) -> Record:
    """Return the declaration of a model; KeyError where it has none."""
    return _records[model]


def all_records() -> Iterable[Record]:
    """Return every declared record, in order of declaration."""
    return tuple(_records.values())
