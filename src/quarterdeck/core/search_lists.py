"""Search in lists: the rows that a text finds, in whatever order they stand, cut into pages.

Rare words give keys, by which the rows are looked up. Where a word is common, sorting all its rows
for a page of fifty would take longer than to walk the list in its own order and ask of each row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL

from quarterdeck.core.database import Among, Unindexed
from quarterdeck.core.memory import asked_once
from quarterdeck.core.records import Record, record_of
from quarterdeck.core.search import (
    ENGINES,
    RANKED,
    Rows,
    Statement,
    beginnings,
    clean,
    compiled,
    hits_of_words,
    ways_of,
)

# Beyond so many hits, walking a list in its order finds a page sooner than sorting the hits.
COMMON = 5_000


def matching(rows: Rows, record: Record, text: str) -> Rows:
    """Keep the rows that a text finds, in whatever order they stand and are cut into pages."""
    found = _found_keys(record.model._meta.label_lower, text)
    if any(len(keys) > COMMON for keys in found):
        return _walked(rows, record, text, found)
    keys = [key for each in found for key in each]
    return rows.filter(Among("pk", keys)) if keys else rows.none()


def some_matching(rows: Rows, record: Record, text: str) -> Rows | None:
    """Keep some of the rows that a text finds, enough to say that there are many; None where it
    finds few.

    To count all rows with a common word, each of them would have to be looked at.
    """
    keys = [key for each in _found_keys(record.model._meta.label_lower, text) for key in each]
    return rows.filter(Among("pk", keys[:RANKED])) if len(keys) > COMMON else None


@dataclass(frozen=True)
class _Hit:
    """One way in which a text finds rows: a statement that gives their keys, whoever may see them,
    and a condition that leaves the databases the index of a list's own order."""

    statement: Statement
    walked: Q


def _hits(record: Record, text: str) -> Iterator[_Hit]:
    everything = record.model._default_manager.order_by().values_list("pk")
    sought = clean(text)
    unindexed = beginnings(record, sought, unindexed=True)
    for beginning, walked in zip(beginnings(record, sought), unindexed, strict=True):
        if statement := compiled(everything.filter(beginning)):
            yield _Hit(statement, walked)
    if record.searched and (words := ways_of(text)):
        statement = hits_of_words(record, words)
        yield _Hit(statement, _walked_words(record, statement))


def _walked_words(record: Record, statement: Statement) -> Q:
    if connection.vendor == "sqlite":
        return Q(unindexed_key__in=RawSQL(*statement))  # noqa: S611 — what the person typed is passed as a parameter
    engine = ENGINES[connection.vendor]
    index = engine.index_of(record.model._meta.db_table)
    return Q(_IsAmong(F("pk"), statement=statement, key=f"{index}.{engine.KEY}"))


class _IsAmong(Func):
    """Whether a statement gives a key, asked row by row.

    Beside another condition PostgreSQL goes through all that `IN` gives for each row that it walks,
    once that is more than its `work_mem` holds: five minutes for a word of half a million rows.
    """

    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, statement: Statement, key: str) -> None:
        super().__init__(*expressions)
        self.statement, self.key = statement, key

    def as_sql(self, compiler: Any, *_given: Any, **_named: Any) -> Statement:  # type: ignore[override]  # no function, template or joiner is asked for
        """Return the condition with what stands in it."""
        (row,) = self.get_source_expressions()
        (asked, values), (key, of_key) = self.statement, compiler.compile(row)
        return f"EXISTS ({asked} AND {self.key} = {key})", [*values, *of_key]


@asked_once
def _found_keys(noun: str, text: str) -> tuple[tuple[int, ...], ...]:
    """Return the keys that each of the hits of a text gives, one too many where it is common; a
    list asks for them once, and for its page and its count they are known."""
    hits = list(_hits(record_of(apps.get_model(noun)), text))
    found: list[list[int]] = [[] for _ in hits]
    if not hits:
        return ()
    parts = [
        f"SELECT {place} AS place, hits.* FROM ({hit.statement[0]} LIMIT {COMMON + 1}) AS hits"  # noqa: S608 — statements of ours
        for place, hit in enumerate(hits)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [v for hit in hits for v in hit.statement[1]])
        for place, key in cursor.fetchall():
            found[place].append(int(key))
    return tuple(map(tuple, found))


def _walked(rows: Rows, record: Record, text: str, found: Sequence[Sequence[int]]) -> Rows:
    """Keep the rows in a form that leaves the databases the index of the list's own order.

    Only what is common is asked of each row; the keys of what is rare are known.
    """
    wanted = Q()
    for hit, keys in zip(_hits(record, text), found, strict=True):
        if len(keys) > COMMON:
            wanted |= hit.walked
        elif keys:
            # As they stand in a statement they are hashed; other arrays are gone through per row.
            written = RawSQL(",".join(map(str, keys)), ())  # noqa: S611 — whole numbers from the database
            wanted |= Q(unindexed_key__in=written)
    names = {"key": "pk", **{name: name for name in record.identifiers}}
    aliases = {f"unindexed_{name}": Unindexed(source) for name, source in names.items()}
    walked: Rows = rows.alias(**aliases).filter(wanted)
    return walked
