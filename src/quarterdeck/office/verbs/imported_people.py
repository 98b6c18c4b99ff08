"""Bulk acts of imports on people: what a batch says is kept, and holds once the batch counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.database import update_rows
from quarterdeck.core.directory import name_teams, name_units
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account, Person, Team, TeamMembership, Unit
from quarterdeck.core.profiles import Judgement
from quarterdeck.office import rules
from quarterdeck.office.models import ImportBatch, SourceRecord
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.vocabulary import Outcome

NOUN = "core.person"
# What a table says of a person and the person's row holds word for word.
PLAIN = ("name", "email")
DAYS = ("starts_on", "ends_on")
ADDED_AT_ONCE = 500
# Columns that hold the key of another row.
_KEYS = {"unit": "unit_id", "reports_to": "reports_to_id"}

Values = Mapping[str, Any]


@verb
def keep_people(
    *,
    batch: ImportBatch,
    judgements: Sequence[Judgement],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep what a batch says of people, and what stood before; nobody's row changes yet."""
    if not rules.may_import(actor, batch.profile):
        raise Refused("You may not import people.")
    SourceRecord.objects.bulk_create(
        SourceRecord(
            batch=batch,
            noun=NOUN,
            source=batch.source,
            external_id=judgement.external_id,
            outcome=judgement.outcome,
            digest=digest(sorted(judgement.facts["after"].items())),
            facts=judgement.facts,
        )
        for judgement in judgements
    )


@verb
def settle_people(*, batch: ImportBatch, actor: Account, at: datetime) -> None:
    """Let what a batch says of people hold, or put back what stood before it was applied.

    Nobody is removed: whom a withdrawn batch brought has left on the day of the withdrawal. What
    has been changed by hand since is not put back.
    """
    if not rules.may_import(actor, batch.profile):
        raise Refused("You may not import people.")
    records = list(SourceRecord.objects.filter(batch=batch, noun=NOUN).order_by("pk"))
    if batch.counts:
        _take_in(batch, records, actor, at)
    else:
        _take_back(batch, records, own_day(at))


def _take_in(
    batch: ImportBatch, records: Sequence[SourceRecord], actor: Account, at: datetime
) -> None:
    told = [record.facts["after"] for record in records]
    units = name_units(names=(after.get("unit") or "" for after in told), actor=actor, at=at)
    names = (after.get("team") or "" for after in told)
    teams = name_teams(names=names, actor=actor, at=at)
    stood = Person.objects.in_bulk([r.facts["person"] for r in records if r.facts["person"]])
    added = {
        record.external_id: _added(batch, record, units)
        for record in records
        if record.facts["person"] is None
    }
    Person.objects.bulk_create(added.values(), batch_size=ADDED_AT_ONCE)
    people = {
        record.external_id: stood.get(record.facts["person"]) or added[record.external_id]
        for record in records
    }
    superiors = _superiors(batch, records, people)
    _write(
        (people[record.external_id], _columns(batch, record, units, superiors))
        for record in records
    )
    _move_all(records, people, teams)


def _added(batch: ImportBatch, record: SourceRecord, units: Mapping[str, Unit]) -> Person:
    person = Person(source=batch.source, external_id=record.external_id)
    for name, value in _columns(batch, record, units, {}).items():
        setattr(person, _KEYS.get(name, name), value)
    return person


def _columns(
    batch: ImportBatch,
    record: SourceRecord,
    units: Mapping[str, Unit],
    superiors: Mapping[str, int | None],
) -> dict[str, Any]:
    """Return what a person's row shall hold of what the batch says, as it is stored."""
    after = record.facts["after"]
    columns: dict[str, Any] = {name: after[name] for name in PLAIN if name in after}
    for name in DAYS:
        if name in after:
            columns[name] = date.fromisoformat(after[name]) if after[name] else None
    if "unit" in after:
        columns["unit"] = units[after["unit"]].pk if after["unit"] else None
    if record.external_id in superiors:
        columns["reports_to"] = superiors[record.external_id]
    return {"source": batch.source, "external_id": record.external_id, **columns}


def _write(told: Iterable[tuple[Person, dict[str, Any]]]) -> None:
    """Write what differs from what stands, people with the same columns together."""
    changed: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for person, columns in told:
        stored = {name: getattr(person, _KEYS.get(name, name)) for name in columns}
        names = tuple(name for name, value in columns.items() if stored[name] != value)
        if names:
            changed[names].append([*(columns[name] for name in names), person.pk])
    for names, rows in changed.items():
        update_rows(Person, names, rows)


def _set(person: Person, values: Values) -> None:
    for name in PLAIN:
        if name in values:
            setattr(person, name, values[name])
    for name in DAYS:
        if name in values:
            text = values[name]
            setattr(person, name, date.fromisoformat(text) if text else None)


def _move(person: Person, before: str | None, team: Team | None) -> None:
    """Let a person work in the team that the table names, in place of the one it named before."""
    if before and (team is None or before != team.name):
        _leave(person, before)
    if team is not None:
        TeamMembership.objects.get_or_create(person=person, team=team)


def _leave(person: Person, team: str) -> None:
    for membership in TeamMembership.objects.filter(person=person, team__name=team):
        membership.delete()


def _move_all(
    records: Sequence[SourceRecord], people: Mapping[str, Person], teams: Mapping[str, Team]
) -> None:
    """Let everybody work in the team that the table names."""
    working = set(TeamMembership.objects.values_list("person_id", "team_id"))
    joined = []
    for record in records:
        after, before = record.facts["after"], record.facts["before"].get("team")
        person = people[record.external_id]
        if "team" in after and before and before != after["team"]:
            _leave(person, before)
        team = teams.get(after.get("team", ""))
        if team is not None and (person.pk, team.pk) not in working:
            joined.append(TeamMembership(person=person, team=team))
    TeamMembership.objects.bulk_create(joined, batch_size=ADDED_AT_ONCE)


def _superiors(
    batch: ImportBatch, records: Sequence[SourceRecord], people: Mapping[str, Person]
) -> dict[str, int | None]:
    """Return the superior's key for everybody of whom the table says one, or nobody."""
    keys = dict(Person.objects.filter(source=batch.source).values_list("external_id", "pk")) | {
        external_id: person.pk for external_id, person in people.items()
    }
    ours = set(Person.objects.values_list("pk", flat=True))
    found: dict[str, int | None] = {}
    for record in records:
        told = record.facts["after"].get("manager")
        if told is not None:
            number = told.removeprefix("#")
            typed = int(number) if told.startswith("#") and number.isdecimal() else 0
            found[record.external_id] = keys.get(told) or (typed if typed in ours else None)
    return found


def _take_back(batch: ImportBatch, records: Sequence[SourceRecord], day: date) -> None:
    for record in records:
        person = Person.objects.filter(source=batch.source, external_id=record.external_id).first()
        if person is None:
            continue
        if record.outcome == Outcome.CREATED:
            if person.ends_on is None or person.ends_on > day:
                person.ends_on = day
        else:
            _put_back(person, record.facts["before"], record.facts["after"])
        person.version += 1
        person.save()


def _put_back(person: Person, before: Values, after: Values) -> None:
    """Put back each value that is still as the batch left it."""
    for name in (*PLAIN, *DAYS):
        if name in after and _text(getattr(person, name)) == (after[name] or ""):
            _set(person, {name: before.get(name)})
    if "unit" in after and _text(person.unit) == (after["unit"] or ""):
        person.unit = Unit.objects.filter(name=before.get("unit")).first()
    if "manager" in after and _superior_key(person) == after["manager"]:
        person.reports_to_id = before.get("reports_to")
    memberships = TeamMembership.objects.filter(person=person, team__name=after.get("team") or "")
    if "team" in after and (memberships.exists() or not after["team"]):
        team = Team.objects.filter(name=before.get("team") or "").first()
        _move(person, after["team"], team)


def _superior_key(person: Person) -> str:
    """Return a superior in the words of a table: the id at the source, or `#` and our key."""
    superior = person.reports_to
    if superior is None:
        return ""
    is_ours = superior.source == person.source and superior.external_id
    return superior.external_id if is_ours else f"#{superior.pk}"


def _text(value: object) -> str:
    return "" if value is None else str(value)
