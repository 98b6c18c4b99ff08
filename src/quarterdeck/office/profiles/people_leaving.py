"""Who stands in the directory and not in a table that names everybody: they have left."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.core.models import Person
from quarterdeck.core.profiles import Finding, Judgement
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.profiles.people_fields import ABSENT, LEAVE, LEFT_ON, MOST_LEAVING
from quarterdeck.office.profiles.people_standing import Standing
from quarterdeck.office.profiles.people_told import Told
from quarterdeck.office.vocabulary import FindingKind, Outcome


class Leaving:
    """What a table says of the people of its source whom it does not name.

    Nobody is removed: whoever has left gets a last day.
    """

    def __init__(
        self, batch: ImportBatch, mapping: ColumnMapping, standing: Standing, told: Told
    ) -> None:
        """Take the batch, its mapping, and both sides of the comparison."""
        self._batch, self._options = batch, mapping.options
        self._standing, self._told = standing, told

    @cached_property
    def last_day(self) -> date:
        """The last day of those who have left: as chosen, else that on which the file came in."""
        if chosen := self._options.get(LEFT_ON.name, ""):
            return date.fromisoformat(chosen)
        return self._batch.begun_at.astimezone(ZoneInfo(self._batch.zone)).date()

    @cached_property
    def _here(self) -> list[str]:
        """Who of this source is in the directory and has not left by that day."""
        return [
            key
            for key, person in self._standing.by_id.items()
            if (person.ends_on is None or person.ends_on > self.last_day)
            and (person.starts_on is None or person.starts_on <= self.last_day)
        ]

    @cached_property
    def _absent(self) -> list[str]:
        return sorted(key for key in self._here if key not in self._told.ids)

    def people(self) -> list[str]:
        """Return the ids of those who would be marked as having left."""
        return self._absent if self._options.get(ABSENT.name) == LEAVE else []

    def judged(self, key: str) -> Judgement:
        """Say what becomes of somebody whom the file does not name."""
        person = self._standing.by_id[key]
        if errors := tuple(self._errors(person)):
            return Judgement(key, Outcome.REJECTED, findings=errors)
        day, before = self.last_day.isoformat(), self._standing.values(person)
        told = f"{person} is not in the file; was {before['ends_on'] or 'still there'}"
        findings = (
            Finding(FindingKind.CHANGE, None, "ends_on", day, told),
            *self.sign_ins(person, None, day),
        )
        facts = {"person": person.pk, "before": before, "after": {"ends_on": day}}
        return Judgement(key, Outcome.UPDATED, facts, findings)

    def _errors(self, person: Person) -> Iterable[Finding]:
        if nameless := self._batch.nameless_lines:
            found = f"{person} is not in the file, of which {nameless} lines name nobody"
            expected = "a name on every line, before anybody is marked as having left"
            yield Finding(FindingKind.ERROR, None, "ends_on", found, expected)
        share = int(self._options.get(MOST_LEAVING.name, MOST_LEAVING.usual))
        if len(self._absent) * 100 > share * len(self._here):
            found = f"{len(self._absent)} of {len(self._here)} people would leave, {person} too"
            expected = f"at most {share} in 100, or another choice of “{MOST_LEAVING.title}”"
            yield Finding(FindingKind.ERROR, None, "ends_on", found, expected)

    def sign_ins(self, person: Person, line: int | None, day: str) -> Iterable[Finding]:
        """Say with which accounts somebody who leaves can still sign in."""
        for name in self._standing.user_names.get(person.pk, ()):
            told = f"the account {name} can still sign in; lock it"
            yield Finding(FindingKind.NOTICE, line, "ends_on", day, told)
