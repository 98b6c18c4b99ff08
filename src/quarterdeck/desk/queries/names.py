"""Whom and what the words of a source mean: people, services and teams that we know."""

from collections.abc import Collection, Iterable, Mapping
from email.utils import parseaddr
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from quarterdeck.core.history import rows_that_held
from quarterdeck.core.models import Person, Team
from quarterdeck.desk.models import PersonAlias, TeamAlias, Ticket
from quarterdeck.desk.queries.facts import NOUN
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries import changed_records
from quarterdeck.services.models import Service

_NAMES_A_CHUNK = 1_000


def services_named(names: Iterable[str]) -> dict[str, int]:
    """Return the keys of the services of these names, whatever their case; others are left out."""
    wanted = {name: name.strip() for name in names if name.strip()}
    return _behind(wanted, _only_ones(Service.objects.all(), "name", wanted.values()))


def people_meant(words: Iterable[str], source: str = "") -> dict[str, int]:
    """Return the keys of the people whom a source means: by mail address, id, or full name.

    A word that fits nobody, or several people, is left out: who may read a ticket is not guessed.
    What somebody has said of a name of this source goes before.
    """
    words = set(words)
    said = _said_of(words, source)
    guessed = _people_guessed(word for word in words if word not in said)
    return guessed | {word: key for word, key in said.items() if key is not None}


def assignees_meant(words: Iterable[str], source: str) -> dict[str, int]:
    """Return the keys of those of whom somebody has said that a source's names mean them.

    Whose work it is decides who sees a ticket, and is not guessed by a name.
    """
    said = _said_of(set(words), source)
    return {word: key for word, key in said.items() if key is not None}


def teams_said(source: str) -> dict[str, str]:
    """Return the names of our teams by the names of a source that mean them: of which somebody has
    said so, or that they bore themselves before they were renamed. A name that is said to be no
    team means nothing."""
    rows = TeamAlias.objects.said().filter(source=source).values_list("text", "team__name")
    said = {text: team or "" for text, team in rows}
    former = {name: said.get(team, team) for name, team in _renamed_teams().items()}
    return former | said


def _renamed_teams() -> dict[str, str]:
    """Return the names of our teams by those that they bore before; a name that several bore, or
    that a team bears now, says nothing."""
    held = rows_that_held(Team, "name")
    names = dict(Team.objects.values_list("pk", "name")) if held else {}
    present = set(names.values())
    bearers = {name: [names[key] for key in keys if key in names] for name, keys in held.items()}
    return {
        name: teams[0] for name, teams in bearers.items() if len(teams) == 1 and name not in present
    }


def names_linked_otherwise(batch: ImportBatch) -> list[str]:
    """Return the names on the tickets that a batch tells of which mean somebody else by now.

    Somebody may have said or taken back whom they mean while the batch was being written.
    """
    told = changed_records(batch).filter(noun=NOUN).values("external_id")
    touched = Q(batch=batch) | Q(source=batch.source, external_id__in=told)
    tickets = Ticket.objects.standing().filter(touched)
    found: set[str] = set()
    for part, meant in (("requester", people_meant), ("assignee", assignees_meant)):
        rows = tickets.exclude(**{f"{part}_name": ""}).order_by()
        pairs = list(rows.values_list(f"{part}_name", f"{part}_id").distinct())
        for start in range(0, len(pairs), _NAMES_A_CHUNK):
            some = pairs[start : start + _NAMES_A_CHUNK]
            keys = meant({text for text, _ in some}, batch.source)
            found |= {text for text, key in some if keys.get(text) != key}
    return sorted(found)


def _said_of(words: Collection[str], source: str) -> dict[str, int | None]:
    rows = PersonAlias.objects.filter(source=source, text__in=words) if source else ()
    return {row.text: row.person_id for row in rows}


def _people_guessed(words: Iterable[str]) -> dict[str, int]:
    wanted = {word: _address(word) for word in words if word.strip()}
    found: dict[str, int] = {}
    for column in ("name", "external_id", "email"):
        found |= _only_ones(Person.objects.all(), column, wanted.values())
    return _behind(wanted, found)


def _address(word: str) -> str:
    """`Mona Berg <mona@example.org>` is known by the address alone."""
    return parseaddr(word)[1] if "@" in word else word.strip()


def _behind(wanted: Mapping[str, str], found: Mapping[str, int]) -> dict[str, int]:
    return {word: found[text.lower()] for word, text in wanted.items() if text.lower() in found}


def _only_ones(rows: QuerySet[Any], column: str, texts: Iterable[str]) -> dict[str, int]:
    """Return the keys of the rows that have one of the texts in a column and share it with none.

    SQLite lowers the letters of ASCII alone, so that the others are compared as they are as well.
    """
    exact = set(texts)
    lowered = Q(text__in={text.lower() for text in exact})
    alike = rows.alias(text=Lower(column)).filter(lowered | Q(**{f"{column}__in": exact}))
    found: dict[str, set[int]] = {}
    for text, key in alike.values_list(column, "pk"):
        found.setdefault(text.lower(), set()).add(key)
    return {text: keys.pop() for text, keys in found.items() if len(keys) == 1}
