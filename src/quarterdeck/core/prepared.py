"""Questions that every act asks again, with other values: their statement is written only once.

To write a statement from a queryset takes Django many times as long as the database takes to find
the few rows of one ticket.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import Expression

from quarterdeck.core.database import instant_writer, read_instant
from quarterdeck.core.together import Posed, Question


class Slot(Expression):
    """The place of a value that is given by its name when the question is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002 — as Django calls it
        """Leave the place open."""
        return "%s", [self]


class _Statement(NamedTuple):
    asked: Any
    sql: str
    parameters: Sequence[Any]
    compiler: Any
    converters: Any


class Prepared:
    """A question with slots.

    It must not depend on anything but its slots: the queryset is made when it is asked first.
    """

    def __init__(self, asked: "Callable[[], models.QuerySet[Any, Any]]") -> None:
        """Keep what makes the queryset."""
        self._asked = asked
        # What turns columns into values belongs to a connection, and each thread has its own.
        self._kept = threading.local()

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Ask a queryset of `values_list`, with a value for each slot: a whole number, a text, a
        day or an instant."""
        statement = self._statement()
        found = _found(statement, given)
        if found and statement.converters:
            found = statement.compiler.apply_converters(found, statement.converters)
        return [tuple(row) for row in found]

    def records(self, **given: Any) -> list[Any]:
        """Ask a queryset of records, and return these as the queryset itself would make them."""
        statement = self._statement()
        statement.compiler.execute_sql = partial(_given, [_found(statement, given)])
        return list(statement.asked._iterable_class(statement.asked))  # noqa: SLF001 — as it reads itself

    def posed(self, **given: Any) -> Posed:
        """Return the records, or the rows of a `values_list`, for `read_together` to read beside
        others; no column may be one that no JSON holds."""
        question: Question | None = getattr(self._kept, "question", None)
        if question is None:
            question = self._kept.question = Question(self._asked())
        return Posed(question, _filled(question.parameters, given))

    def finds(self, **given: Any) -> bool:
        """Whether there is any row."""
        return bool(self.rows(**given))

    def _statement(self) -> _Statement:
        statement: _Statement | None = getattr(self._kept, "statement", None)
        if statement is None:
            statement = self._kept.statement = _written(self._asked())
        return statement


def _written(asked: Any) -> _Statement:
    # Django keeps what a statement selects in the compiler that has written it.
    compiler: Any = asked.query.get_compiler(asked.db)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([column for column, _, _ in compiler.select])
    if connection.vendor == "sqlite":
        for place, (_, column) in converters.items():
            if isinstance(column.output_field, models.DateTimeField):
                # What Django reads, without asking for the zone of the settings each time.
                converters[place] = [read_instant], column
    asked.query.get_compiler = partial(_given, compiler)
    compiler.get_converters = partial(_given, converters)
    return _Statement(asked, sql, parameters, compiler, converters)


def _found(statement: _Statement, given: Mapping[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, _filled(statement.parameters, given))
        return cursor.fetchall()


def _filled(parameters: Sequence[Any], given: Mapping[str, Any]) -> list[Any]:
    return [_adapted(given[each.name]) if isinstance(each, Slot) else each for each in parameters]


def _given(answer: Any, *_: Any, **__: Any) -> Any:
    return answer


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_writer()(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
