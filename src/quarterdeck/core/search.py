"""Search over everything that the reader may see, on both databases alike.

Whatever begins as the words that were typed is found, newest first: ranking a common word would
read every row that has it, so that only the newest hits are ranked. A row's identifier is looked up
directly. `visible_to` is asked before the limit, and what was typed is cut into words, so that no
text can be understood as part of a query.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from quarterdeck.core.history import index_postgresql, index_sqlite
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record
from quarterdeck.kernels.joined_words import ways_to_write

LONGEST_TEXT = 200
MOST_WORDS = 10
RANKED = 2_000
# The greatest code point: whatever begins with a text sorts before the text followed by it.
_LAST = "\U0010ffff"
_WORD = re.compile(r"[^\W_]+")
ENGINES: dict[str, ModuleType] = {"postgresql": index_postgresql, "sqlite": index_sqlite}

Rows = models.QuerySet[Any]
Statement = tuple[str, Sequence[Any]]
Ways = Sequence[Sequence[str]]


class Order(StrEnum):
    """What comes first: the newest hits, or the best of the newest."""

    NEWEST = "newest"
    BEST = "best"


@dataclass(frozen=True)
class Found:
    """What was found of one record: the first rows, and how many there are up to a limit."""

    record: Record
    rows: list[Any]
    amount: int
    is_bounded: bool


def clean(text: str) -> str:
    """Return a text as it is sought: without what no column holds, and not endless."""
    kept = (letter for letter in text[:LONGEST_TEXT] if letter.isprintable())
    return "".join(kept).strip()


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, in its order, each once; letters and digits make words."""
    composed = unicodedata.normalize("NFC", text[:LONGEST_TEXT])
    return tuple(dict.fromkeys(_WORD.findall(composed)))[:MOST_WORDS]


def ways_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a text, each with what may stand in its place: `email` for `e-mail`."""
    return ways_to_write(text[:LONGEST_TEXT])[:MOST_WORDS]


def marks_of(text: str) -> tuple[str, ...]:
    """Return every word that a search for a text finds, in order, so that it can be marked."""
    return tuple(dict.fromkeys(word for ways in ways_of(text) for word in ways))


def can_be_searched(record: Record) -> bool:
    """Say whether anything finds the rows of a record."""
    return bool(record.search)


def called_so(record: Record, text: str, user: User) -> Any:
    """Return the newest row that is called exactly so, and nothing where the reader finds none."""
    sought = clean(text)
    if not sought or not record.identifiers:
        return None
    return record.visible_to(user).filter(_is_called(record, sought)).order_by("-pk").first()


def search(
    record: Record, text: str, user: User, *, limit: int, order: Order = Order.NEWEST
) -> Found:
    """Return what a reader finds of one record, and how much there is up to the limit.

    A row that is called so comes first, then those whose identifier begins so, then those with the
    words: the newest first, or the best of the newest 2,000.
    """
    return search_all([record], text, user, shown=limit, counted=limit, order=order)[0]


def search_all(
    records: Iterable[Record],
    text: str,
    user: User,
    *,
    shown: int,
    counted: int,
    order: Order = Order.NEWEST,
) -> list[Found]:
    """Return what a reader finds of each record: the first rows, counted up to a limit.

    One query finds the records with such words, one more the keys in all of them, and one for each
    of them reads its rows.
    """
    asked = list(records)
    hits = _hits_of(asked, ways_of(text))
    parts = [
        (place, kind, statement)
        for place, record in enumerate(asked)
        for kind, statement in _statements(
            record, text, user, counted + 1, order, hits=hits.get(place, 0)
        )
    ]
    keys: dict[int, dict[int, None]] = {place: {} for place in range(len(asked))}
    for place, key in _keys(parts):
        keys[place][key] = None
    return [
        Found(
            record,
            _rows(record, user, list(keys[place])[:shown]),
            min(len(keys[place]), counted),
            is_bounded=len(keys[place]) > counted,
        )
        for place, record in enumerate(asked)
    ]


def _hits_of(records: Sequence[Record], words: Ways) -> dict[int, int]:
    """Return for the places of the records of which some row, whoever may see it, has these words,
    how many have, counted up to many.

    It spares making a statement for every record, which takes longer than asking all indexes.
    """
    engine = ENGINES[connection.vendor]
    probes = {
        place: hits_of_words(record, words)
        for place, record in enumerate(records)
        if record.searched and words
    }
    if not probes:
        return {}
    selections = (
        f"SELECT {place} AS place, hits FROM ({engine.counting(sql)}) AS counted WHERE hits > 0"  # noqa: S608 — a statement of ours, its values apart
        for place, (sql, _) in probes.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(selections), [v for _, values in probes.values() for v in values]
        )
        return {int(place): int(hits) for place, hits in cursor.fetchall()}


def _rows(record: Record, user: User, keys: Sequence[int]) -> list[Any]:
    found = record.visible_to(user).in_bulk(keys) if keys else {}
    return [found[key] for key in keys if key in found]


def _keys(parts: Sequence[tuple[int, int, Statement]]) -> Iterator[tuple[int, int]]:
    """Give the record's place and the key of every hit, the most exact ones first."""
    if not parts:
        return
    selections = [
        f"SELECT {place} AS place, {kind} AS kind, found.* FROM ({sql}) AS found"  # noqa: S608 — a statement of ours, its values apart
        for place, kind, (sql, _) in parts
    ]
    values = [value for _, _, (_, given) in parts for value in given]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selections), values)
        hits = cursor.fetchall()
    # Python's sorting keeps the order of equals.
    for place, _, key in sorted(hits, key=lambda hit: hit[:2]):
        yield place, key


def _statements(
    record: Record, text: str, user: User, limit: int, order: Order, *, hits: int
) -> Iterator[tuple[int, Statement]]:
    """Give the statements that find keys in one record, each with how exact it is."""
    sought = clean(text)
    if not hits and not (sought and record.identifiers):
        return
    visible = record.visible_to(user).order_by()
    found: list[tuple[int, Rows]] = []
    if sought and record.identifiers:
        found.append((0, visible.filter(_is_called(record, sought))))
        found += [(1, visible.filter(each)) for each in beginnings(record, sought)]
    selections = [(kind, rows.values_list("pk")[:limit]) for kind, rows in found]
    for kind, rows in selections:
        if statement := compiled(rows):
            yield kind, statement
    if hits:
        ranked, engine = order is Order.BEST, ENGINES[connection.vendor]
        words = engine.expression(ways_of(text))
        rows = _with_words(visible, record, words, ranked=ranked, are_few=hits < engine.MANY)
        if statement := compiled(rows[: RANKED if ranked else limit]):
            yield 2, _best(statement, limit) if ranked else statement


def compiled(rows: Rows) -> Statement | None:
    """Return the statement of a QuerySet, and nothing where it can find nothing."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def with_any_word(record: Record, rows: Rows, words: Sequence[str], *, limit: int) -> list[Any]:
    """Return those of the rows that have any of these words, the best of the newest first."""
    if not words or not record.searched:
        return []
    expression = ENGINES[connection.vendor].any_of(words)
    hits = _with_words(rows.order_by(), record, expression, ranked=True)[:RANKED]
    statement = compiled(hits)
    if statement is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*_best(statement, limit))
        keys = [int(key) for (key,) in cursor.fetchall()]
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _with_words(
    rows: Rows, record: Record, expression: str, *, ranked: bool, are_few: bool = False
) -> Rows:
    """Return the keys of the rows that the expression finds, the newest first."""
    engine, options = ENGINES[connection.vendor], record.model._meta
    index = engine.index_of(options.db_table)
    key = f"{index}.{engine.KEY}"
    found: Rows = rows.extra(  # noqa: S610 — the ORM knows no virtual table; names of ours
        select={"search_rank": engine.rank(index, len(record.searched))} if ranked else None,
        select_params=[expression] * engine.RANK_VALUES if ranked else None,
        tables=[index],
        where=[f"{key} = {options.db_table}.{options.pk.column}", engine.condition(index)],
        params=[expression],
        order_by=[f"-{key}"],
    )
    if are_few:
        # By the key itself PostgreSQL walks the table, for a page that it does not fill.
        found = found.order_by(RawSQL(f"{key} + 0", ()).desc())  # noqa: S611 — the name of an index's own key
    if not ranked:
        return found.values_list("pk")
    ranks: Rows = found.annotate(found_key=F("pk")).values_list("found_key", "search_rank")
    return ranks


def _best(newest: Statement, limit: int) -> Statement:
    sql, values = newest
    order = f"ORDER BY search_rank, found_key DESC LIMIT {limit}"
    return f"SELECT found_key FROM ({sql}) AS newest {order}", values  # noqa: S608 — a statement of ours


def newest_with(record: Record, words: Iterable[str], limit: int) -> dict[str, list[int]]:
    """Return for each word the keys of the newest rows that have it, whoever may see them.

    Words are of letters and digits alone; beginnings do not count. A caller asks `visible_to`
    before anybody is shown a row.
    """
    engine, table = ENGINES[connection.vendor], record.model._meta.db_table
    index = engine.index_of(table)
    asked = [word for word in dict.fromkeys(words) if engine.any_of([word])]
    if not asked:
        return {}
    newest = f"WHERE {engine.condition(index)} ORDER BY {index}.{engine.KEY} DESC LIMIT {limit}"
    parts = (
        f"SELECT {place}, found.* FROM (SELECT {index}.{engine.KEY} FROM {index} {newest}) AS found"  # noqa: S608 — names of ours
        for place in range(len(asked))
    )
    found: dict[str, list[int]] = {word: [] for word in asked}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [engine.any_of([word]) for word in asked])
        for place, key in cursor.fetchall():
            found[asked[place]].append(int(key))
    return found


def hits_of_words(record: Record, words: Ways) -> Statement:
    """Return what gives the keys of all rows with these words, whoever may see them."""
    engine = ENGINES[connection.vendor]
    index = engine.index_of(record.model._meta.db_table)
    selection = f"SELECT {index}.{engine.KEY} FROM {index} WHERE {engine.condition(index)}"  # noqa: S608 — names of ours
    return selection, [engine.expression(words)]


def _is_called(record: Record, text: str) -> Q:
    wanted = Q()
    for name in record.identifiers:
        wanted |= Q(**{f"{name}__in": dict.fromkeys((text, text.upper()))})
    return wanted


def beginnings(record: Record, text: str, *, unindexed: bool = False) -> Iterator[Q]:
    """Give what begins with the text, as typed or in capitals, in the form that an index serves.

    SQLite's LIKE with an escape uses no index; PostgreSQL need not order by code point.
    """
    if not text:
        return
    for name in record.identifiers:
        column = f"unindexed_{name}" if unindexed else name
        for start in dict.fromkeys((text, text.upper())):
            if connection.vendor == "postgresql":
                yield Q(**{f"{column}__startswith": start})
            else:
                yield Q(**{f"{column}__gte": start, f"{column}__lt": start + _LAST})
