"""What the triggers must know of a table, read from its model and from the database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from quarterdeck.core.models import Act, HistoryEntry
from quarterdeck.core.records import is_declared, record_of
from quarterdeck.core.vocabulary import HistoryPolicy

CARRY_THEIR_OWN_ACTOR = (Act, HistoryEntry)


@dataclass(frozen=True)
class Column:
    """One column; `kind` is the field's internal type, empty where no field is behind it."""

    name: str
    kind: str
    masked: bool


@dataclass(frozen=True)
class Table:
    """One guarded table, with the columns that it has at this moment.

    `is_history` says that its rows come from the triggers of other tables and from nowhere else.
    `searched` names those whose words the search index holds.
    """

    name: str
    policy: HistoryPolicy
    needs_actor_to_insert: bool
    key: Column
    columns: tuple[Column, ...]
    searched: tuple[str, ...] = ()
    is_history: bool = False


def policy_of(model: type[models.Model]) -> HistoryPolicy:
    """Return how a model's rows are guarded; a many-to-many table follows its owner."""
    owner = model._meta.auto_created or model
    policy: HistoryPolicy = getattr(owner, "history_policy", HistoryPolicy.SCRATCH)
    return policy


def guarded_models() -> Iterator[type[models.Model]]:
    """Give every model whose table has triggers."""
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.managed and not options.proxy and policy_of(model) != HistoryPolicy.SCRATCH:
            yield model


def _any(_model: type[models.Model]) -> bool:
    return True


def existing_tables(
    connection: BaseDatabaseWrapper, wanted: Callable[[type[models.Model]], bool] = _any
) -> Iterator[Table]:
    """Give every guarded table that is there: after a partial migration, some are not.

    To describe a table takes queries; `wanted` leaves out what is not needed.
    """
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    for model in guarded_models():
        if model._meta.db_table in there and wanted(model):
            yield table_of(model, connection)


def table_of(model: type[models.Model], connection: BaseDatabaseWrapper) -> Table:
    """Describe a model's table by the columns that the database has.

    After a partial migration these are not those of the model.
    """
    with connection.cursor() as cursor:
        # Django describes far more of a table, which takes SQLite a hundred times as long.
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 — a name of ours
        described = [column[0] for column in cursor.description]
    fields = {field.column: field for field in model._meta.local_concrete_fields}
    masked = getattr(model, "history_masked", ())
    columns = tuple(
        Column(
            name=name,
            kind=kind_of(fields[name]) if name in fields else "",
            masked=name in fields and fields[name].name in masked,
        )
        for name in described
    )
    key = next(column for column in columns if column.name == model._meta.pk.column)
    names = {column.name for column in columns}
    return Table(
        name=model._meta.db_table,
        policy=policy_of(model),
        needs_actor_to_insert=model not in CARRY_THEIR_OWN_ACTOR,
        key=key,
        columns=columns,
        searched=tuple(name for name in searched_columns(model) if name in names),
        is_history=model is HistoryEntry,
    )


def searched_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns whose words the record of the model lets be found."""
    if not is_declared(model):
        return ()
    columns = {field.name: str(field.column) for field in model._meta.local_concrete_fields}
    return tuple(columns[name] for name in record_of(model).searched)


def kind_of(field: models.Field[object, object]) -> str:
    """Return the internal type of what a column holds: a foreign key is what it points at."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field.get_internal_type()
