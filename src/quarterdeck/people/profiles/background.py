"""Tables of what people bring: each line is one education, experience or certificate.

The rows are personnel records, while whoever keeps imports may see their findings: these name
lines and columns, and never what stands there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from quarterdeck.core.columns import Column, Day, Text, Word
from quarterdeck.core.date_forms import example_of
from quarterdeck.core.mapping import (
    UNKNOWN,
    ColumnMapping,
    FieldKind,
    MappedField,
    MappedProfile,
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
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import FindingKind, Outcome
from quarterdeck.people import rules
from quarterdeck.people.models import Certificate, Education, Experience
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.profiles.background_fields import CERTIFICATES, EDUCATION, EXPERIENCE
from quarterdeck.people.verbs.imported_background import (
    DOMAIN,
    keep_background,
    settle_background,
)

_HIDDEN = "(not shown here)"


@dataclass
class _BoundBackground(Profile):
    """The table of one batch, by its mapping."""

    model: type[BackgroundItem]
    fields: tuple[MappedField, ...]
    mapping: ColumnMapping
    batch_key: int
    key: str
    title: str

    @property
    def noun(self) -> str:  # type: ignore[override]  # it depends on the table
        """Which rows come of the lines."""
        return self.model._meta.label_lower

    domain: ClassVar[str] = DOMAIN

    @property
    def identity(self) -> str:
        """The column of the id at the source."""
        return self.mapping.columns["external_id"]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the mapping names."""
        return tuple(dict.fromkeys(name for name in self.mapping.columns.values() if name))

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
            return Day(name, form, example_of(form))
        if wanted.kind is FieldKind.WORD:
            return Word(name, meaning_of(wanted, self.mapping), blank=UNKNOWN)
        return Text(name, longest=wanted.longest, required=wanted.required)

    @cached_property
    def _batch(self) -> ImportBatch:
        return ImportBatch.objects.select_related("begun_by").get(pk=self.batch_key)

    @cached_property
    def _people(self) -> QuerySet[Person]:
        """Those of whom whoever began the import may tell; the command line tells of everybody."""
        actor = self._batch.begun_by
        return Person.objects.all() if actor.is_builtin else rules.within_reach(actor)

    def judge(
        self,
        source: str,  # noqa: ARG002 — the batch says it too
        records: Sequence[tuple[str, Sequence[StagedRow]]],
    ) -> list[Judgement]:
        """Compare the lines with what stands; reads only."""
        keys = [key for key, _ in records]
        rows = self.model._default_manager.filter(source=self._batch.source, external_id__in=keys)
        standing: dict[str, BackgroundItem] = {row.external_id: row for row in rows}
        return [self._judged(key, lines, standing.get(key)) for key, lines in records]

    def _judged(
        self, key: str, lines: Sequence[StagedRow], row: BackgroundItem | None
    ) -> Judgement:
        first = lines[0]
        names = [each.name for each in self._mapped if each.name != "external_id"]
        read = dict(zip((each.name for each in self._mapped), first.values, strict=True))
        values: dict[str, Any] = {name: read[name] or "" for name in names}
        person = self._person(values.pop("person"))
        # Another line of the same record that says the same is read past.
        others = [line for line in lines[1:] if line.values != first.values]
        findings = [
            self._error(line, "external_id", f"one line for each; line {first.line} has this id")
            for line in others
        ]
        if person is None:
            expected = "the mail address or the id at the source of one person in your reach"
            findings.append(self._error(first, "person", expected))
        else:
            values["person"] = person.pk
            findings += self._faults(first, values, row)
        if findings:
            return Judgement(key, Outcome.REJECTED, findings=tuple(findings))
        before = {} if row is None else row.texts(values)
        changed = [name for name in values if before.get(name, "") != str(values[name])]
        facts = {"row": None if row is None else row.pk, "before": before, "after": values}
        if row is None:
            return Judgement(key, Outcome.CREATED, facts)
        if not changed:
            return Judgement(key, Outcome.UNCHANGED, facts)
        if row.verified_at is not None:
            expected = "no change: its proof was seen, so take that back first"
            return Judgement(
                key, Outcome.REJECTED, findings=(self._error(first, changed[0], expected),)
            )
        notices = tuple(
            Finding(FindingKind.CHANGE, first.line, self._place(name), _HIDDEN, "said otherwise")
            for name in changed
        )
        return Judgement(key, Outcome.UPDATED, facts, notices)

    def _person(self, told: str) -> Person | None:
        """Return who in reach is meant by a mail address or an id; nobody where that is not one."""
        meant = Q(email__iexact=told) | Q(external_id=told)
        found = list(self._people.filter(meant).distinct()[:2]) if told else []
        return found[0] if len(found) == 1 else None

    def _faults(
        self, line: StagedRow, values: Mapping[str, Any], row: BackgroundItem | None
    ) -> Iterable[Finding]:
        """Let the model judge the row as it would stand."""
        would_be = self.model() if row is None else self.model._default_manager.get(pk=row.pk)
        try:
            would_be.set_texts(values)
            would_be.full_clean(validate_unique=False)
        except ValidationError as problem:
            for name, texts in _by_field(problem).items():
                yield self._error(line, name, " ".join(texts))

    def _error(self, line: StagedRow, name: str, expected: str) -> Finding:
        return Finding(FindingKind.ERROR, line.line, self._place(name), _HIDDEN, expected)

    def _place(self, name: str) -> str:
        return self.mapping.columns.get(name) or self.identity

    def apply(
        self, batch_key: int, judgements: Sequence[Judgement], *, actor: Account, at: datetime
    ) -> None:
        """Keep what the batch says; no measure reads it yet."""
        batch = ImportBatch.objects.get(pk=batch_key)
        keep_background(batch=batch, noun=self.noun, judgements=judgements, actor=actor, at=at)

    def settle(self, batch_key: int, after: str, *, actor: Account, at: datetime) -> Settled:  # noqa: ARG002 — all hold or none, since one that was judged meanwhile stops them all
        """Let what the batch says hold, or put back what stood before."""
        batch = ImportBatch.objects.get(pk=batch_key)
        settle_background(batch=batch, noun=self.noun, actor=actor, at=at)
        return ALL_SETTLED


def _by_field(problem: ValidationError) -> Mapping[str, list[str]]:
    return problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}


class BackgroundTable(MappedProfile):
    """A profile for any table of one kind of what people bring."""

    domain: ClassVar[str] = DOMAIN

    def __init__(
        self, model: type[BackgroundItem], title: str, fields: tuple[MappedField, ...]
    ) -> None:
        self.model, self.fields = model, fields  # type: ignore[misc]  # one class for three tables
        self.key, self.noun = f"{model._meta.model_name}-table", model._meta.label_lower
        self.title = f"{title} (any columns, one row each)"

    def bound(self, mapping: ColumnMapping, batch_key: int) -> Profile:
        """Return the profile of one table."""
        return _BoundBackground(self.model, self.fields, mapping, batch_key, self.key, self.title)


BACKGROUND_TABLES = (
    BackgroundTable(Education, "Table of education", EDUCATION),
    BackgroundTable(Experience, "Table of experience", EXPERIENCE),
    BackgroundTable(Certificate, "Table of certificates", CERTIFICATES),
)
