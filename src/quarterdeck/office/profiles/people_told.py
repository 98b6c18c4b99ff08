"""What a table says of people: each line in our words, whom each reports to, and rings of those."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from quarterdeck.office.models import StagedRecord
from quarterdeck.office.profiles.people_standing import Standing, Values, folded
from quarterdeck.office.verbs.imported_people import DAYS


@dataclass(frozen=True)
class Line:
    """What one line of the file says: only what is mapped stands in `values`."""

    number: int
    values: Values


class Told:
    """The table of one batch as a whole, since superiors and mail addresses are judged over all of
    it, whichever line comes first."""

    def __init__(self, batch_key: int, fields: Sequence[str], standing: Standing) -> None:
        """Take the batch, the mapped fields in order, and what stands already."""
        self._batch_key, self._fields, self._standing = batch_key, fields, standing
        # How this file spelt a unit or team that is not known, at first sight.
        self._new_units: dict[str, str] = {}
        self._new_teams: dict[str, str] = {}

    @cached_property
    def lines(self) -> dict[str, list[Line]]:
        """Every readable line of the file, by the id of its person."""
        lines: dict[str, list[Line]] = {}
        for key, rows in self._staged():
            for number, values, error in rows:
                if error is None:
                    lines.setdefault(key, []).append(Line(number, self._told(values)))
        return lines

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every id that the file names, also on a line that cannot be read."""
        return frozenset(key for key, rows in self._staged() if rows)

    def _staged(self) -> Iterator[tuple[str, list[Any]]]:
        staged = StagedRecord.objects.filter(batch=self._batch_key).order_by("first_line")
        return staged.values_list("external_id", "rows").iterator()

    def _told(self, cells: Sequence[Any]) -> Values:
        """Return what a line says: the name in one, the mail address in small letters, a unit or
        team as it is spelt already."""
        given = dict(zip(self._fields, cells, strict=True))
        told: Values = {}
        if "unit" in given:
            told["unit"] = _spelt(given["unit"], self._standing.unit_spellings, self._new_units)
        if "team" in given:
            told["team"] = _spelt(given["team"], self._standing.team_spellings, self._new_teams)
        parts = (given.get("name"), given.get("first_name"), given.get("last_name"))
        told["name"] = " ".join(" ".join(part for part in parts if part).split())
        if "email" in given:
            told["email"] = (given["email"] or "").casefold()
        told |= {name: given[name] or "" for name in DAYS if name in given}
        if "manager" in given:
            told["manager"] = given["manager"] or ""
        return told

    @cached_property
    def by_mail(self) -> dict[str, str]:
        """Who has which mail address in this file; of two, whoever comes first."""
        found: dict[str, str] = {}
        for key, lines in self.lines.items():
            if mail := lines[0].values.get("email"):
                found.setdefault(mail, key)
        return found

    @cached_property
    def by_folded_id(self) -> dict[str, str]:
        """The ids of the file, by what they are without case; of two, the first."""
        found: dict[str, str] = {}
        for key in self.lines:
            found.setdefault(folded(key), key)
        return found

    @cached_property
    def superiors(self) -> dict[str, str]:
        """Whom each person of the file reports to, by id; who is unknown stands for nobody."""
        return {
            key: superior
            for key, lines in self.lines.items()
            if (superior := self._superior(lines[0].values.get("manager", "")))
        }

    def _superior(self, told: str) -> str | None:
        """Return who is meant by an id or a mail address: `#17` is somebody who stands already."""
        if not told:
            return None
        for key in (told, self.by_mail.get(told.casefold(), "")):
            if key in self.lines or key in self._standing.by_id:
                return key
        found = self._standing.by_mail.get(told.casefold(), [])
        return f"#{found[0].pk}" if len(found) == 1 else None

    def rings(self, refused: AbstractSet[str]) -> dict[str, list[str]]:
        """Return the reporting lines that come back, by everybody who stands on one.

        Of those who are refused the directory's word holds. Everybody has one superior at most, so
        each is walked past once.
        """
        rings: dict[str, list[str]] = {}
        seen: set[str] = set()
        for start in self.lines:
            path: dict[str, int] = {}
            each: str | None = start
            while each is not None and each not in seen and each not in path:
                path[each] = len(path)
                each = self._above(each, refused)
            if each is not None and each in path:
                ring = list(path)[path[each] :]
                rings |= {key: ring[place:] + ring[:place] for place, key in enumerate(ring)}
            seen |= path.keys()
        return rings

    def _above(self, key: str, refused: AbstractSet[str]) -> str | None:
        """Return the superior of somebody: as the file says, else as the directory does."""
        is_told = key in self.lines and key not in refused
        if is_told and "manager" in self.lines[key][0].values:
            return self.superiors.get(key)
        person = self._standing.by_id.get(key)
        if person is None and key not in self.lines and key.startswith("#"):
            person = self._standing.people.get(int(key.removeprefix("#")))
        return None if person is None else self._standing.superior_key(person) or None

    def name(self, key: str) -> str:
        """Return the name of somebody in the file or in the directory."""
        if key in self.lines:
            return str(self.lines[key][0].values["name"])
        known = self._standing.by_id.get(key)
        return str(known or self._standing.people.get(int(key.lstrip("#"))))


def _spelt(told: str | None, known: dict[str, str], new: dict[str, str]) -> str:
    """Return a name as it is spelt where it stands already, else as this file spelt it first."""
    name = " ".join((told or "").split())
    return known.get(folded(name)) or new.setdefault(folded(name), name)
