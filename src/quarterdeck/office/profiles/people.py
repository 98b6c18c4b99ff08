"""A table of people: a person says which column holds what, and each line is one human being."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from quarterdeck.core.columns import Column, Day, Text
from quarterdeck.core.date_forms import example_of
from quarterdeck.core.mapping import ColumnMapping, FieldKind, MappedProfile
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
from quarterdeck.office.models.imports import PEOPLE_FORMAT
from quarterdeck.office.profiles.people_fields import (
    ABSENT,
    CREATE,
    FIELDS,
    LEFT_ON,
    MOST_LEAVING,
    UNKNOWN_PLACES,
)
from quarterdeck.office.profiles.people_leaving import Leaving
from quarterdeck.office.profiles.people_standing import Standing, Values, folded
from quarterdeck.office.profiles.people_told import Line, Told
from quarterdeck.office.verbs.imported_people import NOUN, keep_people, settle_people
from quarterdeck.office.vocabulary import FindingKind, Outcome

# Of a longer ring, nobody reads more names.
NAMED = 6


@dataclass
class _BoundPeople(Profile):
    """The table of one batch, by its mapping."""

    mapping: ColumnMapping
    batch_key: int

    key = PEOPLE_FORMAT
    title = "Table of people"
    noun = NOUN
    domain: ClassVar[str] = "office.people"

    @property
    def identity(self) -> str:
        """The column of the id at the source, or else of the mail address."""
        columns = self.mapping.columns
        return columns.get("external_id") or columns["email"]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the mapping names."""
        return tuple(dict.fromkeys(name for name in self.mapping.columns.values() if name))

    @property
    def _fields(self) -> list[str]:
        return [each.name for each in FIELDS if self.mapping.columns.get(each.name)]

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a function from a line's cells to the values of the mapped fields in order."""
        places = {name: place for place, name in enumerate(header)}
        kinds = {each.name: each.kind for each in FIELDS}
        readers = [
            self._column(name, kinds[name]).reader(places, frozenset({""}), zone)
            for name in self._fields
        ]
        return lambda cells: [read(cells) for read in readers]

    def _column(self, name: str, kind: FieldKind) -> Column:
        column = self.mapping.columns[name]
        if kind is FieldKind.DATE:
            form = self.mapping.forms[name]
            return Day(column, form, example_of(form))
        return Text(column)

    @cached_property
    def _batch(self) -> ImportBatch:
        return ImportBatch.objects.get(pk=self.batch_key)

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self._batch.source)

    @cached_property
    def _told(self) -> Told:
        return Told(self.batch_key, self._fields, self._standing)

    @cached_property
    def _leaving(self) -> Leaving:
        return Leaving(self._batch, self.mapping, self._standing, self._told)

    def unmentioned(self) -> Sequence[str]:
        """Return who stands in the directory and not in the file, if that shall mean anything."""
        return self._leaving.people()

    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Compare people with the directory; reads only."""
        return [
            self._judged(source, key, rows[0].line) if rows else self._leaving.judged(key)
            for key, rows in records
        ]

    def _judged(self, source: str, key: str, line: int) -> Judgement:
        values = self._told.lines[key][0].values
        person = self._person(key, values)
        errors = [*self._own_errors[key], *self._ring_errors(key)]
        if errors:
            return Judgement(key, Outcome.REJECTED, findings=tuple(errors))
        before = {} if person is None else self._standing.values(person)
        after = {**values}
        if "manager" in after:
            after["manager"] = "" if self._waits_for(key) else self._told.superiors.get(key, "")
        if person is not None and before["ends_on"] and "ends_on" not in after:
            # Whoever stands in the file again is back.
            after["ends_on"] = ""
        changed = [name for name in after if before.get(name, "") != after[name]]
        notices = tuple(self._notices(key, line, person, changed, before))
        facts = {"person": None if person is None else person.pk, "before": before, "after": after}
        if person is None:
            return Judgement(key, Outcome.CREATED, facts, notices)
        is_adopted = (person.source, person.external_id) != (source, key)
        outcome = Outcome.UPDATED if changed or is_adopted else Outcome.UNCHANGED
        return Judgement(key, outcome, facts, notices)

    def _person(self, key: str, values: Values) -> Person | None:
        return self._standing.by_id.get(key) or self._standing.typed_in(values.get("email", ""))

    @cached_property
    def _own_errors(self) -> Mapping[str, Sequence[Finding]]:
        """What keeps each person of the file out, whoever reports to whom."""
        return {key: list(self._errors(key, lines)) for key, lines in self._told.lines.items()}

    @cached_property
    def _rings(self) -> dict[str, list[str]]:
        """The reporting lines that would come back, if all came in but those with errors.

        Whoever is refused keeps the superior of the directory, which can close another ring.
        """
        refused = {key for key, errors in self._own_errors.items() if errors}
        found: dict[str, list[str]] = {}
        while new := {
            key: ring
            for key, ring in self._told.rings(refused).items()
            if key in self._told.superiors and key not in refused
        }:
            found |= new
            refused |= new.keys()
        return found

    def _waits_for(self, key: str) -> bool:
        """Whether the superior is somebody new who is refused, and so stands nowhere yet."""
        superior = self._told.superiors.get(key, "")
        is_new = superior in self._told.lines and superior not in self._standing.by_id
        return is_new and bool(self._own_errors[superior] or superior in self._rings)

    def _errors(self, key: str, lines: Sequence[Line]) -> Iterable[Finding]:
        first, values = lines[0], lines[0].values
        for other in lines[1:]:
            expected = f"one line for each person; line {first.number} tells of them too"
            yield self._error(other.number, "external_id", key, expected)
        if not values["name"]:
            yield self._error(first.number, "name", "", "a name")
        yield from self._mail_errors(key, first)
        if values.get("ends_on") and values["ends_on"] < values.get("starts_on", ""):
            expected = f"a last day after the first one, {values['starts_on']}"
            yield self._error(first.number, "ends_on", values["ends_on"], expected)
        yield from self._place_errors(first)
        if (told := values.get("manager", "")) and key not in self._told.superiors:
            expected = "the id or mail address of one person of this file or of the directory"
            yield self._error(first.number, "manager", told, expected)

    def _mail_errors(self, key: str, line: Line) -> Iterable[Finding]:
        mail = line.values.get("email", "")
        if not mail:
            return
        try:
            validate_email(mail)
        except ValidationError:
            yield self._error(line.number, "email", mail, "a mail address such as ada@example.org")
        if (other := self._told.by_mail[mail]) != key:
            number = self._told.lines[other][0].number
            expected = f"another address; line {number} has this one too"
            yield self._error(line.number, "email", mail, expected)
        person = self._person(key, line.values)
        for taken in self._standing.by_mail.get(mail, ()):
            # Two of one file may exchange their addresses.
            is_ours = taken.source == self._batch.source
            is_present = is_ours and taken.external_id in self._told.lines
            if taken != person and not is_present:
                whose = f"the address of “{taken}” ({taken.source or 'typed in here'})"
                yield self._error(line.number, "email", mail, f"another address; this is {whose}")
                return

    def _place_errors(self, line: Line) -> Iterable[Finding]:
        unit, team = line.values.get("unit", ""), line.values.get("team", "")
        may_create = self.mapping.options.get(UNKNOWN_PLACES.name) == CREATE
        count = self._standing.units[unit]
        if unit and (count > 1 or (not count and not may_create)):
            expected = "the name of one unit alone" if count else "the name of a unit that there is"
            yield self._error(line.number, "unit", unit, expected)
        if team and team not in self._standing.teams and not may_create:
            yield self._error(line.number, "team", team, "the name of a team that there is")

    def _ring_errors(self, key: str) -> Iterable[Finding]:
        if ring := self._rings.get(key):
            line = self._told.lines[key][0]
            named = [self._told.name(each) for each in ring[:NAMED]]
            left_out = f"({len(ring) - NAMED:,} more)" if len(ring) > NAMED else ""
            names = " → ".join(filter(None, (*named, left_out, named[0])))
            expected = f"a superior who does not report to them: {names}"
            yield self._error(line.number, "manager", line.values["manager"], expected)

    def _notices(
        self,
        key: str,
        line: int,
        person: Person | None,
        changed: Sequence[str],
        before: Mapping[str, object],
    ) -> Iterable[Finding]:
        """Say what would change, what would be founded, and who could still sign in."""
        values = self._told.lines[key][0].values
        after = {**values, "ends_on": values.get("ends_on", "")}
        if person is not None:
            for name in changed:
                told = str(after.get(name, "")) or "nothing"
                yield Finding(FindingKind.CHANGE, line, name, told, f"was {before[name]}")
        yield from self._like_notices(key, line, person)
        if self._waits_for(key):
            expected = "has an error of their own: nobody, until that one comes in"
            yield Finding(FindingKind.NOTICE, line, "manager", values["manager"], expected)
        unit, team = values.get("unit", ""), values.get("team", "")
        if unit and unit not in self._standing.units:
            yield Finding(FindingKind.NOTICE, line, "unit", unit, "will be founded")
        if team and team not in self._standing.teams:
            yield Finding(FindingKind.NOTICE, line, "team", team, "will be founded")
        if person is not None and after["ends_on"]:
            yield from self._leaving.sign_ins(person, line, after["ends_on"])

    def _like_notices(self, key: str, line: int, person: Person | None) -> Iterable[Finding]:
        """Say that another id differs in nothing but case: most likely it is one human being."""
        other = self._told.by_folded_id[folded(key)]
        if other != key:
            told = f"line {self._told.lines[other][0].number} has {other}: is it the same person?"
            yield Finding(FindingKind.NOTICE, line, self.identity, key, told)
        known = self._standing.by_folded_id.get(folded(key), key)
        if person is None and known != key:
            told = f"{known} stands in the directory: is it the same person?"
            yield Finding(FindingKind.NOTICE, line, self.identity, key, told)

    def _error(self, line: int, name: str, found: str, expected: str) -> Finding:
        column = self.mapping.columns.get(name) or self.identity
        return Finding(FindingKind.ERROR, line, column, found, expected)

    def apply(
        self, batch_key: int, judgements: Sequence[Judgement], *, actor: Account, at: datetime
    ) -> None:
        """Keep what the batch says; people are no evidence of a span."""
        batch = ImportBatch.objects.get(pk=batch_key)
        keep_people(batch=batch, judgements=judgements, actor=actor, at=at)

    def settle(self, batch_key: int, after: str, *, actor: Account, at: datetime) -> Settled:  # noqa: ARG002 — people are settled together, since one may be another's superior
        """Let what the batch says hold, or put back what stood before."""
        batch = ImportBatch.objects.get(pk=batch_key)
        settle_people(batch=batch, actor=actor, at=at)
        return ALL_SETTLED


class PeopleTable(MappedProfile):
    """A profile for any table of people."""

    key = PEOPLE_FORMAT
    title = "Table of people (any columns, one row per person)"
    noun = NOUN
    domain: ClassVar[str] = "office.people"
    fields = FIELDS
    options = (UNKNOWN_PLACES, ABSENT, LEFT_ON, MOST_LEAVING)
    needs = (("external_id", "email"), ("name", "last_name"))

    def bound(self, mapping: ColumnMapping, batch_key: int) -> Profile:
        """Return the profile of one table."""
        return _BoundPeople(mapping, batch_key)


PEOPLE_TABLE = PeopleTable()
