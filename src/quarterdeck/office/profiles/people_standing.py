"""What the directory says of people, read once for the whole of a table."""

from collections import Counter
from functools import cached_property
from typing import Any

from quarterdeck.core.models import Account, Person, Team, TeamMembership, Unit
from quarterdeck.office.verbs.imported_people import DAYS, PLAIN

Values = dict[str, Any]


def folded(text: str) -> str:
    """Return a name without what people do not see as a difference: case and blanks."""
    return " ".join(text.split()).casefold()


class Standing:
    """The directory as one source's table meets it; a table has thousands of lines, and each of
    them asks."""

    def __init__(self, source: str) -> None:
        """Take the name of the source; nothing is read before it is asked for."""
        self.source = source

    @cached_property
    def people(self) -> dict[int, Person]:
        """Everybody, by our own key."""
        return {person.pk: person for person in Person.objects.order_by("pk")}

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """The people of this source, by their id there."""
        return {
            person.external_id: person
            for person in self.people.values()
            if person.source == self.source and person.external_id
        }

    @cached_property
    def by_mail(self) -> dict[str, list[Person]]:
        """Everybody with a mail address, by the address in small letters."""
        found: dict[str, list[Person]] = {}
        for person in self.people.values():
            if person.email:
                found.setdefault(person.email.casefold(), []).append(person)
        return found

    @cached_property
    def by_folded_id(self) -> dict[str, str]:
        """The ids of this source, by what they are without case and blanks."""
        return {folded(key): key for key in self.by_id}

    @cached_property
    def _team_of(self) -> dict[int, str]:
        """The first team of everybody who works in one."""
        rows = TeamMembership.objects.order_by("-pk").values_list("person_id", "team__name")
        return dict(rows)

    @cached_property
    def _unit_names(self) -> dict[int, str]:
        return dict(Unit.objects.values_list("pk", "name"))

    @cached_property
    def units(self) -> Counter[str]:
        """How many units there are of each name."""
        return Counter(self._unit_names.values())

    @cached_property
    def teams(self) -> set[str]:
        """The names of the teams."""
        return set(Team.objects.values_list("name", flat=True))

    @cached_property
    def unit_spellings(self) -> dict[str, str]:
        """The names of units, by what they are without case and blanks."""
        return {folded(name): name for name in self.units}

    @cached_property
    def team_spellings(self) -> dict[str, str]:
        """The names of teams, by what they are without case and blanks."""
        return {folded(name): name for name in self.teams}

    @cached_property
    def user_names(self) -> dict[int, list[str]]:
        """With which names a person can still sign in."""
        found: dict[int, list[str]] = {}
        accounts = Account.objects.filter(is_active=True, person__isnull=False).order_by("pk")
        for person, name in accounts.values_list("person_id", "username"):
            found.setdefault(person, []).append(name)
        return found

    def typed_in(self, mail: str) -> Person | None:
        """Return whoever was typed in here with this mail address and belongs to no source yet."""
        found = [p for p in self.by_mail.get(mail, ()) if not p.source and not p.external_id]
        return found[0] if len(found) == 1 else None

    def superior_key(self, person: Person) -> str:
        """Return a superior in the words of a table: the id at the source, or `#` and our key."""
        superior = self.people.get(person.reports_to_id or 0)
        if superior is None:
            return ""
        is_ours = superior.source == self.source and superior.external_id
        return superior.external_id if is_ours else f"#{superior.pk}"

    def values(self, person: Person) -> Values:
        """Return what the directory says of a person, in the words of a table."""
        return {
            **{name: getattr(person, name) for name in PLAIN},
            **{name: str(getattr(person, name) or "") for name in DAYS},
            "unit": self._unit_names.get(person.unit_id or 0, ""),
            "team": self._team_of.get(person.pk, ""),
            "manager": self.superior_key(person),
            "reports_to": person.reports_to_id,
        }
