"""Bulk acts of imports on people: what a batch says is kept, and holds once the batch counts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.directory import found_unit, name_teams
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account, Person, Team, TeamMembership, Unit
from quarterdeck.core.profiles import Judgement
from quarterdeck.office import rules
from quarterdeck.office.models import ImportBatch, SourceRecord
from quarterdeck.office.vocabulary import BatchState, Outcome

NOUN = "core.person"
# What a table says of a person and the person's row holds word for word.
PLAIN = ("name", "email")
DAYS = ("starts_on", "ends_on")

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
    if not rules.may_import(actor):
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
    if not rules.may_import(actor):
        raise Refused("You may not import people.")
    records = list(SourceRecord.objects.filter(batch=batch, noun=NOUN).order_by("pk"))
    if batch.state == BatchState.APPLIED:
        _take_in(batch, records, actor, at)
    elif batch.state == BatchState.WITHDRAWN:
        _take_back(batch, records, at.date())


def _take_in(
    batch: ImportBatch, records: Sequence[SourceRecord], actor: Account, at: datetime
) -> None:
    units = _units({record.facts["after"].get("unit") for record in records}, actor, at)
    teams = name_teams(
        names=(record.facts["after"].get("team") or "" for record in records), actor=actor, at=at
    )
    people: dict[str, Person] = {}
    for record in records:
        key, after = record.facts["person"], record.facts["after"]
        person = Person(version=0) if key is None else Person.objects.get(pk=key)
        person.source, person.external_id = batch.source, record.external_id
        _set(person, after)
        if "unit" in after:
            person.unit = units.get(after["unit"])
        person.version += 1
        person.save()
        people[record.external_id] = person
        if "team" in after:
            _move(person, record.facts["before"].get("team"), teams.get(after["team"]))
    _set_superiors(batch, records, people)


def _units(names: set[str | None], actor: Account, at: datetime) -> dict[str, Unit]:
    """Return the units of these names; those not known yet are founded under the organisation."""
    wanted = sorted(name for name in names if name)
    known = {unit.name: unit for unit in Unit.objects.filter(name__in=wanted)}
    root = Unit.objects.filter(parent=None).order_by("pk")[0]
    for name in wanted:
        if name not in known:
            known[name] = found_unit(name=name, parent=root, actor=actor, at=at)
    return known


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
        for membership in TeamMembership.objects.filter(person=person, team__name=before):
            membership.delete()
    if team is not None:
        TeamMembership.objects.get_or_create(person=person, team=team)


def _set_superiors(
    batch: ImportBatch, records: Sequence[SourceRecord], people: Mapping[str, Person]
) -> None:
    """Point at superiors once everybody is there."""
    for record in records:
        after = record.facts["after"]
        if "manager" not in after:
            continue
        person, manager = people[record.external_id], after["manager"]
        superior = people.get(manager) if manager else None
        if manager and superior is None:
            superior = Person.objects.filter(source=batch.source, external_id=manager).first()
        if manager and superior is None and manager.startswith("#"):
            superior = Person.objects.filter(pk=manager.removeprefix("#")).first()
        if person.reports_to_id != (superior.pk if superior else None):
            person.reports_to = superior
            person.save(update_fields=["reports_to"])


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
