"""Ways of speaking to the two databases that differ between them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def read_only() -> Iterator[None]:
    """Read from one snapshot while the database itself refuses every write.

    Inside an open transaction the snapshot is that transaction's, and SQLite alone refuses the writes:
    PostgreSQL cannot take a transaction's permission to write away and give it back.
    """
    if connection.vendor == "postgresql":
        with _postgresql_snapshot():
            yield
    else:
        with _sqlite_snapshot():
            yield


@contextmanager
def _postgresql_snapshot() -> Iterator[None]:
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _sqlite_snapshot() -> Iterator[None]:
    """Begin a deferred transaction by hand: Django's own would take the only writer's lock."""
    nested = connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        if not nested:
            cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if not nested:
                cursor.execute("COMMIT")
            cursor.execute("PRAGMA query_only = OFF")
