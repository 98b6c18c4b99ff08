"""Makes a large installation out of a small one, inside the database.

Every copy repeats all imported tickets with their changes and source records a little later, under
another number. Guards and history triggers stay in force; only the import's own work is left out.
`python -m bench.multiplying TICKETS [texts]`: how many there shall be, and whether they are first
given titles and descriptions.
"""

import os
import sys
from time import perf_counter

import django
from django.db import connection, models, transaction

MINUTES_A_COPY = 37


def multiply(wanted: int) -> tuple[int, float]:
    """Copy until there are so many tickets; return how many there are, and the seconds it took."""
    from quarterdeck.core.acts import labelled  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import StateChange, Ticket  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.office.models import SourceRecord  # noqa: PLC0415 — models can be imported only once the settings are chosen

    began = perf_counter()
    there = Ticket.objects.count()
    stride = max(Ticket.objects.values_list("pk", flat=True).order_by("-pk")[:1])
    sources = [(model, _originals(model)) for model in (Ticket, StateChange, SourceRecord)]
    for copy in range(1, -(-wanted // there)):
        with labelled("bench"):
            for model, last in sources:
                _copy(model, copy, stride, last)
    # A server in service would have done both on its own.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model, _ in sources:
                table = model._meta.db_table
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                # Names come from our own models.
                cursor.execute(f"SELECT setval({sequence}, max(id)) FROM {table}")  # noqa: S608 — said above
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Ticket.objects.count(), perf_counter() - began


def _originals(model: type[models.Model]) -> int:
    last: int = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]
    return last


def _copy(model: type[models.Model], copy: int, stride: int, last: int) -> None:
    """Insert one copy of every original row; keys move by the highest original key."""
    columns, values = [], []
    for field in model._meta.concrete_fields:
        columns.append(f'"{field.column}"')
        values.append(_value(field, copy, stride if field.name == "ticket" else last))
    table = model._meta.db_table
    # Names come from our own models and numbers from the loop above.
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE id <= {last}"  # noqa: S608, E501 — said above
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _value(field: "models.Field[object, object]", copy: int, stride: int) -> str:
    name, table = f'"{field.column}"', field.model._meta.db_table
    if field.primary_key or field.name == "ticket":
        return f"{name} + {copy * stride}"
    if isinstance(field, models.DateTimeField):
        return _later(name, copy * MINUTES_A_COPY)
    if name == '"number"' or (name == '"external_id"' and table != "desk_statechange"):
        return f"{name} || '-{copy}'"
    return name


def _later(name: str, minutes: int) -> str:
    if connection.vendor == "postgresql":
        return f"{name} + interval '{minutes} minutes'"
    return f"datetime({name}, '+{minutes} minutes')"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    if "texts" in sys.argv:
        from bench.texts import write_texts  # models need the settings first

        write_texts()
    print(
        "{:,} tickets after {:.0f} s of copying inside the database".format(
            *multiply(int(sys.argv[1]))
        )
    )
