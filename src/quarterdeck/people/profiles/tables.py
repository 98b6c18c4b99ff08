"""Tables of which each line is one row of ours: how they are read, judged and kept.

What rows tell of people is personnel records, while whoever keeps imports may see their findings:
those of such a table name lines and columns, and never what stands there.
"""

import operator
from abc import abstractmethod
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from quarterdeck.core.columns import BadCell, Column, Day, Stamp, Text, Whole, Word
from quarterdeck.core.date_forms import example_of
from quarterdeck.core.mapping import (
    UNKNOWN,
    ColumnMapping,
    FieldKind,
    MappedField,
    meaning_of,
)
from quarterdeck.core.models import Account, Person
from quarterdeck.core.profiles import (
    ALL_SETTLED,
    Finding,
    Judgement,
    Profile,
    ReadRow,
    Settled,
    StagedRow,
)
from quarterdeck.office.models import ImportBatch, StagedRecord
from quarterdeck.office.vocabulary import FindingKind, Outcome
from quarterdeck.people.models.base import TableRow
from quarterdeck.people.verbs.imported_rows import keep_rows, settle_rows

_HIDDEN = "(not shown here)"
_MOST_NUMBER = 9_999


@dataclass(frozen=True)
class Told:
    """What a line says of a row: the row that stands, the values by field, and test results by
    moment."""

    row: TableRow | None
    values: Mapping[str, Any]
    results: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class BoundTable(Profile):
    """The table of one batch, by its mapping; each kind of row says how its values are found."""

    model: type[TableRow]
    fields: tuple[MappedField, ...]
    mapping: ColumnMapping
    batch_key: int
    key: str
    title: str

    # The fields that hold an instant rather than a day.
    instants: ClassVar[frozenset[str]] = frozenset()
    is_hidden: ClassVar[bool] = True

    @property
    def noun(self) -> str:  # type: ignore[override]  # it depends on the table
        """Which rows come of the lines."""
        return self.model._meta.label_lower

    @property
    def identity(self) -> str:
        """The column of the id at the source."""
        return self.mapping.columns["external_id"]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the mapping names."""
        return tuple(dict.fromkeys(name for name in self.mapping.columns.values() if name))

    @abstractmethod
    def told(self, key: str, read: Mapping[str, Any]) -> Told:
        """Return what a line says, by the values of the mapped fields; raise BadCell, which names a
        field, where it says what cannot be."""

    @cached_property
    def batch(self) -> ImportBatch:
        """The batch whose file it is."""
        return ImportBatch.objects.select_related("begun_by").get(pk=self.batch_key)

    @property
    def people(self) -> QuerySet[Person]:
        """Those of whom whoever began the import may tell."""
        return Person.objects.all()

    def person(self, told: str) -> Person | None:
        """Return who in reach is meant by a mail address or an id; nobody where that is not one."""
        meant = Q(email__iexact=told) | Q(external_id=told)
        found = list(self.people.filter(meant).distinct()[:2]) if told else []
        return found[0] if len(found) == 1 else None

    @property
    def _mapped(self) -> list[MappedField]:
        return [each for each in self.fields if self.mapping.columns.get(each.name)]

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a function from a line's cells to the values of the mapped fields in order."""
        places = {name: place for place, name in enumerate(header)}
        blank = frozenset({""})
        readers = [self._column(each).reader(places, blank, zone) for each in self._mapped]
        return lambda cells: [read(cells) for read in readers]

    def _column(self, wanted: MappedField) -> Column:
        name = self.mapping.columns[wanted.name]
        if wanted.kind is FieldKind.DATE:
            form = self.mapping.forms[wanted.name]
            kind = Stamp if wanted.name in self.instants else Day
            return kind(name, form, example_of(form))
        if wanted.kind is FieldKind.WORD:
            return Word(name, meaning_of(wanted, self.mapping), blank=UNKNOWN)
        if wanted.kind is FieldKind.NUMBER:
            return Whole(name, largest=_MOST_NUMBER)
        return Text(name, longest=wanted.longest, required=wanted.required)

    def judge(
        self,
        source: str,  # noqa: ARG002 — the batch says it too
        records: Sequence[tuple[str, Sequence[StagedRow]]],
    ) -> list[Judgement]:
        """Compare the lines with what stands; reads only."""
        return [self._judged(key, lines) for key, lines in records]

    def right_lines(
        self, said: Callable[[str, Mapping[str, Any]], Told], name: str, wanted: Container[object]
    ) -> Iterator[tuple[int, Told]]:
        """Give the lines of the whole file of which a field has a wanted value and nothing is wrong
        in what `said` tells of them, each with its number, in the order of the file."""
        records: dict[str, list[StagedRow]] = {}
        staged = StagedRecord.objects.filter(batch=self.batch).order_by("first_line")
        for key, rows in staged.values_list("external_id", "rows"):
            records.setdefault(key, []).extend(StagedRow(row[0], row[1]) for row in rows)
        names = [each.name for each in self._mapped]
        for key, (first, *others) in records.items():
            read = dict(zip(names, first.values or (), strict=False))
            if read.get(name) not in wanted or any(line.values != first.values for line in others):
                continue
            with suppress(BadCell):
                told = said(key, read)
                is_fixed = told.row is not None and told.row.fixed
                if not is_fixed and not any(self._faults(first, told)):
                    yield first.line, told

    def _judged(self, key: str, lines: Sequence[StagedRow]) -> Judgement:
        first = lines[0]
        read = dict(zip((each.name for each in self._mapped), first.values, strict=True))
        # Another line of the same record that says the same is read past.
        others = [line for line in lines[1:] if line.values != first.values]
        findings = [
            self._error(line, "", key, f"one line for each; line {first.line} is of the same")
            for line in others
        ]
        told = None
        try:
            told = self.told(key, read)
        except BadCell as problem:
            findings.append(self._error(first, problem.column, problem.found, problem.expected))
        else:
            findings += self._faults(first, told)
        if told is None or findings:
            return Judgement(key, Outcome.REJECTED, findings=tuple(findings))
        return self._outcome(key, first, told)

    def _outcome(self, key: str, line: StagedRow, told: Told) -> Judgement:
        row, values = told.row, told.values
        before = {} if row is None else row.texts(values)
        changed = [name for name in values if before.get(name, "") != str(values[name])]
        facts = {
            "row": None if row is None else row.pk,
            "before": before,
            "after": dict(values),
            "results": dict(told.results),
        }
        if row is None:
            return Judgement(key, Outcome.CREATED, facts)
        if not changed and not told.results:
            return Judgement(key, Outcome.UNCHANGED, facts)
        if row.fixed:
            finding = self._error(line, (changed or [""])[0], "", f"no change: {row.fixed}")
            return Judgement(key, Outcome.REJECTED, findings=(finding,))
        notices = tuple(
            Finding(
                FindingKind.CHANGE,
                line.line,
                self._place(name),
                self._shown(before[name]),
                "said otherwise" if self.is_hidden else f"now “{values[name]}”",
            )
            for name in changed
        )
        return Judgement(key, Outcome.UPDATED, facts, notices)

    def _faults(self, line: StagedRow, told: Told) -> Iterable[Finding]:
        """Let the model judge the row as it would stand."""
        would_be = self.model()
        if told.row is not None:
            would_be = self.model._default_manager.get(pk=told.row.pk)
        try:
            would_be.set_texts(told.values)
            would_be.full_clean()
        except ValidationError as problem:
            for name, texts in _by_field(problem).items():
                yield self._error(line, name, str(told.values.get(name, "")), " ".join(texts))

    def _error(self, line: StagedRow, name: str, found: str, expected: str) -> Finding:
        return Finding(
            FindingKind.ERROR, line.line, self._place(name), self._shown(found), expected
        )

    def _shown(self, text: str) -> str:
        return _HIDDEN if self.is_hidden else text[:40]

    def _place(self, name: str) -> str:
        return self.mapping.columns.get(name) or self.identity

    def apply(
        self, batch_key: int, judgements: Sequence[Judgement], *, actor: Account, at: datetime
    ) -> tuple[datetime, datetime] | None:
        """Keep what the batch says; no measure reads it yet."""
        batch = ImportBatch.objects.get(pk=batch_key)
        keep_rows(batch=batch, noun=self.noun, judgements=judgements, actor=actor, at=at)
        spans = [span for each in judgements for span in self.spans(each)]
        if not spans:
            return None
        return min(map(operator.itemgetter(0), spans)), max(map(operator.itemgetter(1), spans))

    def spans(self, _judgement: Judgement) -> Iterable[tuple[datetime, datetime]]:
        """Give the spans of evidence of which a judgement says something."""
        return ()

    def settle(self, batch_key: int, after: str, *, actor: Account, at: datetime) -> Settled:  # noqa: ARG002 — all hold or none, since one that was fixed meanwhile stops them all
        """Let what the batch says hold, or put back what stood before."""
        batch = ImportBatch.objects.get(pk=batch_key)
        settle_rows(batch=batch, noun=self.noun, actor=actor, at=at)
        return ALL_SETTLED


def instant(seconds: int) -> datetime:
    """Return an instant by its seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def instant_text(seconds: int) -> str:
    """Return an instant, in seconds since 1970, as a row tells it."""
    return str(instant(seconds))


def _by_field(problem: ValidationError) -> Mapping[str, list[str]]:
    return problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
