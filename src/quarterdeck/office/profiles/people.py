"""A table of people: a person says which column holds what, and each line is one human being."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from quarterdeck.core.columns import Column, Day, Text
from quarterdeck.core.date_forms import example_of
from quarterdeck.core.mapping import ColumnMapping, FieldKind, MappedProfile
from quarterdeck.core.models import Account, Person, Team, TeamMembership, Unit
from quarterdeck.core.profiles import Finding, Judgement, Profile, ReadRow, StagedRow
from quarterdeck.office.models import ImportBatch, StagedRecord
from quarterdeck.office.profiles.people_fields import CREATE, FIELDS, UNKNOWN_PLACES
from quarterdeck.office.verbs.imported_people import DAYS, NOUN, PLAIN, keep_people, settle_people
from quarterdeck.office.vocabulary import FindingKind, Outcome

Values = dict[str, Any]


@dataclass(frozen=True)
class _Line:
    """What one line of the file says: only what is mapped stands in `values`."""

    number: int
    values: Values


@dataclass
class _BoundPeople(Profile):
    """The table of one batch, by its mapping.

    Superiors and mail addresses are judged over the whole file, whichever line comes first.
    """

    mapping: ColumnMapping
    batch_key: int

    key = "people-table"
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
    def _lines(self) -> dict[str, list[_Line]]:
        """Every readable line of the file, by the id of its person."""
        lines: dict[str, list[_Line]] = {}
        staged = StagedRecord.objects.filter(batch=self.batch_key).order_by("first_line")
        for key, rows in staged.values_list("external_id", "rows").iterator():
            for number, values, error in rows:
                if error is None:
                    lines.setdefault(key, []).append(_Line(number, self._told(values)))
        return lines

    def _told(self, cells: Sequence[Any]) -> Values:
        """Return what a line says: the name in one, the mail address in small letters."""
        given = dict(zip(self._fields, cells, strict=True))
        told: Values = {name: given[name] or "" for name in ("unit", "team") if name in given}
        parts = (given.get("name"), given.get("first_name"), given.get("last_name"))
        told["name"] = " ".join(part for part in parts if part)
        if "email" in given:
            told["email"] = (given["email"] or "").casefold()
        told |= {name: given[name] or "" for name in DAYS if name in given}
        if "manager" in given:
            told["manager"] = given["manager"] or ""
        return told

    @cached_property
    def _by_mail(self) -> dict[str, str]:
        """Who has which mail address in this file; of two, whoever comes first."""
        found: dict[str, str] = {}
        for key, lines in self._lines.items():
            if mail := lines[0].values.get("email"):
                found.setdefault(mail, key)
        return found

    @cached_property
    def _batch(self) -> ImportBatch:
        return ImportBatch.objects.get(pk=self.batch_key)

    @cached_property
    def _standing(self) -> dict[str, Person]:
        """The people of this source, by their id there."""
        people = Person.objects.filter(source=self._batch.source).exclude(external_id="")
        return {person.external_id: person for person in people.select_related("unit")}

    @cached_property
    def _superiors(self) -> dict[str, str]:
        """Whom each person of the file reports to, by id; who is unknown stands for nobody."""
        return {
            key: superior
            for key, lines in self._lines.items()
            if (superior := self._superior(lines[0].values.get("manager", "")))
        }

    def _superior(self, told: str) -> str | None:
        """Return who is meant by an id or a mail address: `#17` is somebody who stands already."""
        if not told:
            return None
        for key in (told, self._by_mail.get(told.casefold(), "")):
            if key in self._lines or key in self._standing:
                return key
        found = Person.objects.filter(email__iexact=told).exclude(email="")[:2]
        return f"#{found[0].pk}" if len(found) == 1 else None

    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Compare people with the directory; reads only."""
        return [self._judged(source, key, rows[0].line) for key, rows in records]

    def _judged(self, source: str, key: str, line: int) -> Judgement:
        lines = self._lines[key]
        values = lines[0].values
        person = self._standing.get(key) or self._typed_in(values)
        errors = tuple(self._errors(key, lines, person))
        if errors:
            return Judgement(key, Outcome.REJECTED, findings=errors)
        before = {} if person is None else self._stands(person)
        after = {**values}
        if "manager" in after:
            after["manager"] = self._superiors.get(key, "")
        if person is not None and before["ends_on"] and "ends_on" not in after:
            # Whoever stands in the file again is back.
            after["ends_on"] = ""
        changed = [name for name in after if before.get(name, "") != after[name]]
        notices = tuple(self._notices(line, values, person, changed, before))
        facts = {"person": None if person is None else person.pk, "before": before, "after": after}
        if person is None:
            return Judgement(key, Outcome.CREATED, facts, notices)
        is_adopted = (person.source, person.external_id) != (source, key)
        outcome = Outcome.UPDATED if changed or is_adopted else Outcome.UNCHANGED
        return Judgement(key, outcome, facts, notices)

    def _typed_in(self, values: Values) -> Person | None:
        """Return whoever was typed in here with this mail address and belongs to no source yet."""
        mail = values.get("email", "")
        found = Person.objects.filter(email__iexact=mail, source="", external_id="")[:2]
        return found[0] if mail and len(found) == 1 else None

    def _stands(self, person: Person) -> Values:
        """Return what the directory says of a person, in the words of a table."""
        superior = person.reports_to
        is_ours = superior is not None and superior.source == self._batch.source
        known = "" if superior is None else superior.external_id if is_ours else f"#{superior.pk}"
        teams = TeamMembership.objects.filter(person=person).order_by("pk")
        return {
            **{name: getattr(person, name) for name in PLAIN},
            **{name: str(getattr(person, name) or "") for name in DAYS},
            "unit": person.unit.name if person.unit else "",
            "team": teams.values_list("team__name", flat=True).first() or "",
            "manager": known,
            "reports_to": person.reports_to_id,
        }

    def _errors(self, key: str, lines: Sequence[_Line], person: Person | None) -> Iterable[Finding]:
        first, values = lines[0], lines[0].values
        for other in lines[1:]:
            expected = f"one line for each person; line {first.number} tells of them too"
            yield self._error(other.number, "external_id", key, expected)
        if not values["name"]:
            yield self._error(first.number, "name", "", "a name")
        yield from self._mail_errors(key, first, person)
        if values.get("ends_on") and values["ends_on"] < values.get("starts_on", ""):
            expected = f"a last day after the first one, {values['starts_on']}"
            yield self._error(first.number, "ends_on", values["ends_on"], expected)
        yield from self._place_errors(first)
        yield from self._superior_errors(key, first)

    def _mail_errors(self, key: str, line: _Line, person: Person | None) -> Iterable[Finding]:
        mail = line.values.get("email", "")
        if not mail:
            return
        try:
            validate_email(mail)
        except ValidationError:
            yield self._error(line.number, "email", mail, "a mail address such as ada@example.org")
        if (other := self._by_mail[mail]) != key:
            expected = f"another address; line {self._lines[other][0].number} has this one too"
            yield self._error(line.number, "email", mail, expected)
        others = Person.objects.filter(email__iexact=mail)
        if person is not None:
            others = others.exclude(pk=person.pk)
        # Two of one file may exchange their addresses.
        present = Q(source=self._batch.source, external_id__in=list(self._lines))
        if (taken := others.exclude(present).first()) is not None:
            whose = f"the address of “{taken}” ({taken.source or 'typed in here'})"
            yield self._error(line.number, "email", mail, f"another address; this is {whose}")

    def _place_errors(self, line: _Line) -> Iterable[Finding]:
        unit, team = line.values.get("unit", ""), line.values.get("team", "")
        may_create = self.mapping.options.get(UNKNOWN_PLACES.name) == CREATE
        count = self._units.get(unit, 0)
        if unit and (count > 1 or (not count and not may_create)):
            expected = "the name of one unit alone" if count else "the name of a unit that there is"
            yield self._error(line.number, "unit", unit, expected)
        if team and team not in self._teams and not may_create:
            yield self._error(line.number, "team", team, "the name of a team that there is")

    @cached_property
    def _units(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for name in Unit.objects.values_list("name", flat=True):
            counts[name] = counts.get(name, 0) + 1
        return counts

    @cached_property
    def _teams(self) -> set[str]:
        return set(Team.objects.values_list("name", flat=True))

    def _superior_errors(self, key: str, line: _Line) -> Iterable[Finding]:
        told = line.values.get("manager", "")
        if not told:
            return
        if key not in self._superiors:
            expected = "the id or mail address of one person of this file or of the directory"
            yield self._error(line.number, "manager", told, expected)
        elif ring := self._ring(key):
            names = " → ".join(self._name(each) for each in (*ring, ring[0]))
            expected = f"a superior who does not report to them: {names}"
            yield self._error(line.number, "manager", told, expected)

    def _ring(self, key: str) -> list[str]:
        """Return the reporting line that comes back to this person, or nothing."""
        chain, each = [key], self._above(key)
        while each is not None and each not in chain:
            chain.append(each)
            each = self._above(each)
        return chain if each == key else []

    def _above(self, key: str) -> str | None:
        """Return the superior of somebody: as the file says, else as the directory does."""
        if key in self._lines and "manager" in self._lines[key][0].values:
            return self._superiors.get(key)
        person = self._standing.get(key)
        if key.startswith("#"):
            person = Person.objects.filter(pk=key.removeprefix("#")).first()
        superior = None if person is None else person.reports_to
        if superior is None:
            return None
        is_ours = superior.source == self._batch.source and superior.external_id
        return superior.external_id if is_ours else f"#{superior.pk}"

    def _name(self, key: str) -> str:
        if key in self._lines:
            return str(self._lines[key][0].values["name"])
        return str(self._standing.get(key) or Person.objects.filter(pk=key.lstrip("#")).first())

    def _notices(
        self,
        line: int,
        values: Values,
        person: Person | None,
        changed: Sequence[str],
        before: Mapping[str, Any],
    ) -> Iterable[Finding]:
        """Say what would change, what would be founded, and who could still sign in."""
        after = {**values, "ends_on": values.get("ends_on", "")}
        if person is not None:
            for name in changed:
                told = str(after.get(name, "")) or "nothing"
                yield Finding(FindingKind.CHANGE, line, name, told, f"was {before[name]}")
        unit, team = values.get("unit", ""), values.get("team", "")
        if unit and unit not in self._units:
            yield Finding(FindingKind.NOTICE, line, "unit", unit, "will be founded")
        if team and team not in self._teams:
            yield Finding(FindingKind.NOTICE, line, "team", team, "will be founded")
        if person is not None and after["ends_on"]:
            for account in Account.objects.filter(person=person, is_active=True):
                told = f"the account {account.username} can still sign in; lock it"
                yield Finding(FindingKind.NOTICE, line, "ends_on", after["ends_on"], told)

    def _error(self, line: int, name: str, found: str, expected: str) -> Finding:
        column = self.mapping.columns.get(name) or self.identity
        return Finding(FindingKind.ERROR, line, column, found, expected)

    def apply(
        self, batch_key: int, judgements: Sequence[Judgement], *, actor: Account, at: datetime
    ) -> None:
        """Keep what the batch says; people are no evidence of a span."""
        batch = ImportBatch.objects.get(pk=batch_key)
        keep_people(batch=batch, judgements=judgements, actor=actor, at=at)

    def settle(self, batch_key: int, *, actor: Account, at: datetime) -> None:
        """Let what the batch says hold, or put back what stood before."""
        batch = ImportBatch.objects.get(pk=batch_key)
        settle_people(batch=batch, actor=actor, at=at)


class PeopleTable(MappedProfile):
    """A profile for any table of people."""

    key = "people-table"
    title = "Table of people (any columns, one row per person)"
    noun = NOUN
    domain: ClassVar[str] = "office.people"
    fields = FIELDS
    options = (UNKNOWN_PLACES,)
    needs = (("external_id", "email"), ("name", "last_name"))

    def bound(self, mapping: ColumnMapping, batch_key: int) -> Profile:
        """Return the profile of one table."""
        return _BoundPeople(mapping, batch_key)


PEOPLE_TABLE = PeopleTable()
