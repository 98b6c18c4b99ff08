"""Several questions to the database in one statement, each answered as if it were asked alone.

A page that gathers from many nouns would ask once for each; over a network every question costs
its way there and back. Each question becomes a column of one statement, which holds its rows as
JSON (https://www.sqlite.org/json1.html#jgrouparray,
https://www.postgresql.org/docs/current/functions-aggregate.html).
"""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

# Functions of SQLite take 127 arguments (https://www.sqlite.org/limits.html).
_ARGUMENTS = 100

_NUMBERS = ("AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField")
_SMALL_NUMBERS = ("PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField")
_TEXTS = ("CharField", "TextField", "SlugField", "EmailField", "URLField", "JSONField")
# What PostgreSQL writes as text, read as its driver would have given it. Django reads all that
# SQLite gives from numbers and text by itself.
_READ: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys((*_NUMBERS, *_SMALL_NUMBERS, "PositiveBigIntegerField"), int),
    **dict.fromkeys(_TEXTS, str),
    "BooleanField": "true".__eq__,
    "DateField": date.fromisoformat,
    "DateTimeField": datetime.fromisoformat,
    "DecimalField": Decimal,
    "FloatField": float,
    "TimeField": time.fromisoformat,
}
# SQLite writes 15 digits of a fraction into JSON, where 17 tell it from its neighbours. Integers
# keep theirs, and of decimals Django reads no more from SQLite anyhow.
_INEXACT = {"sqlite": frozenset({"FloatField"})}

T = TypeVar("T")
# One that yields the rows that it is about to read, goes on when they are there, and answers.
Asking = Generator["Iterable[models.QuerySet[Any, Any] | Posed]", None, T]


def side_by_side(askings: "Iterable[Asking[Any]]") -> Asking[list[Any]]:
    """Let several go on at once: what all of them are about to read at a time is read together."""
    going = list(enumerate(askings))
    answers: list[Any] = [None] * len(going)
    while going:
        asked, still = list[models.QuerySet[Any, Any] | Posed](), []
        for place, each in going:
            try:
                asked += next(each)
            except StopIteration as end:
                answers[place] = end.value
            else:
                still.append((place, each))
        going = still
        if going:
            yield asked
    return answers


def asking_rows(rows: "Iterable[models.QuerySet[Any, Any]]") -> Asking[None]:
    """Ask for rows that whoever has them reads afterwards."""
    yield rows


def answer_of(asking: Asking[T]) -> T:
    """Return what one answers, having read for it whatever it asked for."""
    while True:
        try:
            asked = next(asking)
        except StopIteration as end:
            answer: T = end.value
            return answer
        read_together(asked)


def read_together(asked: "Iterable[models.QuerySet[Any, Any] | Posed]") -> None:
    """Read the rows of these querysets in one statement, so that each of them has its own.

    What has been read already is left alone, and so is what has columns that no JSON holds as they
    are: it is read when somebody asks for it, as ever.
    """
    posed = [each for rows in asked if (each := _posed(rows)) is not None]
    if not posed:
        return
    statement = f"SELECT {', '.join(each.question.column for each in posed)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for each in posed for value in each.parameters])
        answers = cursor.fetchone() or ()
    for each, answer in zip(posed, answers, strict=True):
        each.answer(json.loads(answer) if answer else [])


def _posed(rows: "models.QuerySet[Any, Any] | Posed") -> "Posed | None":
    """Return what is to be asked for these rows; None where they are there, or read alone."""
    if isinstance(rows, Posed):
        return None if rows.is_answered or not rows.question.is_posed else rows
    if rows._result_cache is not None:  # noqa: SLF001 — to read it for them
        return None
    question = Question(rows)
    return Posed(question, question.parameters, rows) if question.is_posed else None


class Posed:
    """A question with its values, which is asked beside others, and then has its rows.

    Whoever reads the rows before it was asked has it asked alone.
    """

    def __init__(
        self,
        question: "Question",
        parameters: Sequence[Any],
        keeper: "models.QuerySet[Any, Any] | None" = None,
    ) -> None:
        """Keep what is asked; the rows are the keeper's as well, if there is one."""
        self.question, self.parameters, self._keeper = question, parameters, keeper
        self._rows: list[Any] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the rows are there."""
        return self._rows is not None

    def answer(self, found: list[list[Any]]) -> None:
        """Take the rows that the database gave."""
        self._rows = self.question.read(found)
        if self._keeper is not None:
            self._keeper._result_cache = self._rows  # noqa: SLF001 — as it reads itself

    def __iter__(self) -> Iterator[Any]:
        """Give the rows."""
        if self._rows is None:
            if not self.question.is_posed:
                raise TypeError("No JSON holds a column of a question that others are asked with.")
            read_together([self])
        return iter(self._rows or ())


class Question:
    """One queryset as a column of a statement, and how the column becomes its rows."""

    def __init__(self, rows: "models.QuerySet[Any, Any]") -> None:
        """Write the statement."""
        self._rows: Any = rows
        # Django keeps what a statement selects in the compiler that has written it.
        self._compiler: Any = rows.query.get_compiler(rows.db)
        self.column, self.is_posed = "", False
        self.parameters: Sequence[Any] = ()
        try:
            sql, parameters = self._compiler.as_sql(with_col_aliases=True)
        except EmptyResultSet:
            rows._result_cache = []  # noqa: SLF001 — nothing is to be asked
            return
        kinds = [_kind_of(expression) for expression, _, _ in self._compiler.select]
        inexact = _INEXACT.get(connection.vendor, frozenset())
        self.is_posed = all(kind in _READ and kind not in inexact for kind in kinds)
        self._read = [_READ.get(kind, str) for kind in kinds]
        self.column, self.parameters = self._as_json(sql), parameters

    def _as_json(self, sql: str) -> str:
        quote = connection.ops.quote_name
        names = [f"asked.{quote(alias)}" for _, _, alias in self._compiler.select]
        if connection.vendor == "postgresql":
            row = f"ARRAY[{', '.join(f'{name}::text' for name in names)}]"
            return f"(SELECT json_agg({row})::text FROM ({sql}) asked)"  # noqa: S608 — made by Django
        parts = [names[at : at + _ARGUMENTS] for at in range(0, len(names), _ARGUMENTS)]
        row = ", ".join(f"json_array({', '.join(part)})" for part in parts)
        return f"(SELECT json_group_array(json_array({row})) FROM ({sql}) asked)"  # noqa: S608 — made by Django

    def read(self, found: list[list[Any]]) -> list[Any]:
        """Return the rows, made by Django of what the queryset's own statement would give."""
        if connection.vendor == "postgresql":
            values = [list(map(_value, self._read, row)) for row in found]
        else:
            values = [[value for part in row for value in part] for row in found]
        reading: Any = self._rows._chain()  # noqa: SLF001 — a copy whose compiler may be another
        reading.query.get_compiler = partial(_given, self._compiler)
        self._compiler.execute_sql = partial(_given, [values])
        return list(reading._iterable_class(reading))  # noqa: SLF001 — as it reads itself


def _given(answer: Any, *_: Any, **__: Any) -> Any:
    return answer


def _value(read: Callable[[str], Any], text: str | None) -> Any:
    return None if text is None else read(text)


def _kind_of(expression: Any) -> str:
    field = expression.output_field
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return str(field.get_internal_type())
