"""The acts on major incidents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk.models import (
    AffectedService,
    MajorIncident,
    MajorIncidentEntry,
    PublicUpdate,
    ReviewAction,
    Ticket,
)
from quarterdeck.desk.queries.major_incidents import DOMAIN, open_parts_of
from quarterdeck.desk.queries.routing import people_of_the_desk
from quarterdeck.desk.queries.webhook_subjects import MAJOR, UPDATE
from quarterdeck.desk.rules.major_incidents import can_declare, may_command, may_declare, may_note
from quarterdeck.desk.verbs.ticket_details import change_priority
from quarterdeck.desk.verbs.tickets import assign_ticket, resolve_ticket
from quarterdeck.desk.verbs.webhook_news import TicketTold
from quarterdeck.desk.vocabulary import OPEN_STATES, Level
from quarterdeck.desk.vocabulary.major_incident import EntryKind
from quarterdeck.office.vocabulary import WebhookEvent
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.verbs.corrective_actions import open_corrective_action
from quarterdeck.services.models import Service


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is said when an incident is declared a major one.

    It gets the highest impact and urgency, unless it `keeps_priority`.
    """

    title: str
    reason: str
    commander: Person
    first_update_due_at: datetime
    communication_lead: Person | None = None
    services: tuple[Service, ...] = ()
    people_affected: int | None = None
    team: Team | None = None
    assignee: Person | None = None
    keeps_priority: bool = False


@verb
def declare_major_incident(
    *, ticket: Ticket, declaration: Declaration, actor: Account, at: datetime
) -> MajorIncident:
    """Work on an open incident as a major one: with a commander, and a promised first update.

    It is handed to the team and the person that the declaration names; with neither it stays where
    it is.
    """
    row = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if not may_declare(actor, row):
        raise Refused("Only whoever leads a team may declare a major incident there.")
    if not can_declare(row):
        raise Refused(f"{row.number} is no open incident.")
    if MajorIncident.objects.filter(ticket=row).exists():
        raise Refused(f"{row.number} was declared a major incident already.")
    _ask_words({"title": declaration.title, "reason": declaration.reason})
    _ask_later("first_update_due_at", declaration.first_update_due_at, at)
    _ask_roles(declaration.commander, declaration.communication_lead)
    incident = MajorIncident.objects.create(
        ticket=row,
        title=declaration.title.strip(),
        reason=declaration.reason.strip(),
        commander=declaration.commander,
        communication_lead=declaration.communication_lead,
        people_affected=declaration.people_affected,
        declared_by=actor,
        declared_at=at,
        next_update_due_at=declaration.first_update_due_at,
    )
    services = set(declaration.services) | ({row.service} if row.service is not None else set())
    _affect(incident, services)
    _enter(incident, EntryKind.DECLARED, incident.reason, actor, at)
    touch(DOMAIN, at, at)
    row = _as_declared(row, declaration, actor, at)
    TicketTold(row, at).of(WebhookEvent.MAJOR_DECLARED, f"{MAJOR}:{incident.pk}")
    return incident


def _as_declared(ticket: Ticket, declaration: Declaration, actor: Account, at: datetime) -> Ticket:
    """Return the ticket with its new priority, and in the hands that the declaration names."""
    words: dict[str, Any] = {"actor": actor, "at": at}
    high = Level.HIGH.value
    if not declaration.keeps_priority and (ticket.impact, ticket.urgency) != (high, high):
        ticket = change_priority(
            ticket=ticket, version=ticket.version, impact=high, urgency=high, **words
        )
    team, assignee = declaration.team or ticket.team, declaration.assignee
    if team != ticket.team or assignee not in {None, ticket.assignee}:
        ticket = assign_ticket(
            ticket=ticket, version=ticket.version, team=team, assignee=assignee, **words
        )
    return ticket


@verb
def note_in_timeline(
    *, incident: MajorIncident, text: str, happened_at: datetime, actor: Account, at: datetime
) -> MajorIncidentEntry:
    """Add to the timeline what happened at a time that is said; nothing there is ever changed."""
    row = _held(incident)
    if not may_note(actor, row):
        raise Refused("Only those who work on it may write in its timeline.")
    _ask_words({"text": text})
    if happened_at > at:
        raise Invalid({"happened_at": ["What has not happened yet is no part of a timeline."]})
    return _enter(row, EntryKind.NOTE, text.strip(), actor, at, happened_at)


@verb
def publish_update(
    *,
    incident: MajorIncident,
    text: str,
    next_due_at: datetime,
    actor: Account,
    at: datetime,
) -> PublicUpdate:
    """Tell everybody how it stands, and promise when they hear more."""
    row = _commanded(incident, actor)
    _ask_open(row)
    _ask_words({"text": text})
    _ask_later("next_due_at", next_due_at, at)
    update = _told(row, text, next_due_at, actor, at)
    TicketTold(row.ticket, at).of(WebhookEvent.MAJOR_UPDATED, f"{UPDATE}:{update.pk}")
    return update


@verb
def assign_roles(
    *,
    incident: MajorIncident,
    version: int,
    commander: Person,
    communication_lead: Person | None = None,
    actor: Account,
    at: datetime,
) -> MajorIncident:
    """Say who commands a major incident, and who speaks of it."""
    row = _commanded(incident, actor, version)
    _ask_open(row)
    _ask_roles(commander, communication_lead)
    row.commander, row.communication_lead = commander, communication_lead
    speaker = communication_lead or commander
    told = f"{commander} commands, {speaker} tells everybody how it stands."
    _enter(row, EntryKind.ROLES, told, actor, at)
    return _saved(row, "commander", "communication_lead")


@verb
def set_affected(
    *,
    incident: MajorIncident,
    version: int,
    services: Sequence[Service],
    people_affected: int | None = None,
    actor: Account,
    at: datetime,
) -> MajorIncident:
    """Say which services suffer, and how many people; those of the services read the updates."""
    row = _commanded(incident, actor, version)
    _ask_open(row)
    chosen = set(services)
    AffectedService.objects.filter(incident=row).exclude(service__in=chosen).delete()
    _affect(row, chosen)
    row.people_affected = people_affected
    names = ", ".join(sorted(map(str, chosen))) or "No service named"
    people = "" if people_affected is None else f"; {people_affected:,} people"
    _enter(row, EntryKind.AFFECTED, f"{names}{people}", actor, at)
    return _saved(row, "people_affected")


@verb
def resolve_major_incident(
    *,
    incident: MajorIncident,
    version: int,
    resolution: str,
    true_category: str,
    text: str,
    with_parts: bool = False,
    actor: Account,
    at: datetime,
) -> MajorIncident:
    """Resolve the ticket, tell everybody for the last time, and end the major incident.

    Its open parts are resolved with it only where that is said; then all of them, or nothing.
    """
    row = _commanded(incident, actor, version)
    _ask_open(row)
    _ask_words({"text": text})
    done = [row.ticket, *(open_parts_of(row.ticket) if with_parts else ())]
    for ticket in (each for each in done if each.state in OPEN_STATES):
        resolve_ticket(
            ticket=ticket,
            version=ticket.version,
            resolution=resolution,
            true_category=true_category,
            actor=actor,
            at=at,
        )
    _told(row, text, None, actor, at)
    row.ended_at = at
    _enter(row, EntryKind.ENDED, resolution.strip(), actor, at)
    TicketTold(row.ticket, at).of(WebhookEvent.MAJOR_ENDED, f"{MAJOR}:{row.pk}")
    touch(DOMAIN, row.declared_at, at)
    return _saved(row, "ended_at")


@verb
def review_major_incident(
    *,
    incident: MajorIncident,
    version: int,
    what_happened: str,
    what_went_well: str,
    actor: Account,
    at: datetime,
) -> MajorIncident:
    """Write down, once it has ended, what happened and what went well."""
    row = _commanded(incident, actor, version)
    if row.ended_at is None:
        raise Refused("It is reviewed once it has ended.")
    _ask_words({"what_happened": what_happened, "what_went_well": what_went_well})
    row.what_happened, row.what_went_well = what_happened.strip(), what_went_well.strip()
    row.reviewed_at = at
    _enter(row, EntryKind.REVIEWED, row.what_happened, actor, at)
    return _saved(row, "what_happened", "what_went_well", "reviewed_at")


@verb
def open_review_action(
    *,
    incident: MajorIncident,
    title: str,
    owner: Person,
    due_on: date,
    actor: Account,
    at: datetime,
) -> CorrectiveAction:
    """Open a corrective action that a review has found; who may, the register of actions says."""
    row = _held(incident)
    if row.reviewed_at is None:
        raise Refused("What is to be done follows from the review: write that first.")
    finding = f"Review of the major incident {row}: {row.what_happened}"
    action = open_corrective_action(
        title=title, owner=owner, due_on=due_on, finding=finding, actor=actor, at=at
    )
    ReviewAction.objects.create(incident=row, action=action, opened_by=actor, opened_at=at)
    return action


def _held(incident: MajorIncident) -> MajorIncident:
    rows = MajorIncident.objects.select_for_update(of=("self",)).select_related("ticket__service")
    return rows.get(pk=incident.pk)


def _commanded(
    incident: MajorIncident, actor: Account, version: int | None = None
) -> MajorIncident:
    row = _held(incident)
    if not may_command(actor, row):
        raise Refused("Only its commander, its communication lead and whoever leads may do that.")
    if version is not None and row.version != version:
        raise Conflict(row)
    return row


def _ask_open(incident: MajorIncident) -> None:
    if incident.ended_at is not None:
        raise Refused(f"{incident} has ended.")


def _ask_words(given: dict[str, str]) -> None:
    missing = {name: ["Say it in a few words."] for name, text in given.items() if not text.strip()}
    if missing:
        raise Invalid(missing)


def _ask_roles(commander: Person, communication_lead: Person | None) -> None:
    """Refuse a commander from outside of the desk, and a speaker who cannot sign in."""
    if not people_of_the_desk().filter(pk=commander.pk).exists():
        raise Invalid({"commander": [f"{commander} does not work at the desk."]})
    if communication_lead is None:
        return
    if not Account.objects.filter(person=communication_lead, is_active=True).exists():
        raise Invalid({"communication_lead": [f"{communication_lead} has no account to act with."]})


def _ask_later(name: str, due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        raise Invalid({name: ["What is promised lies ahead."]})


def _affect(incident: MajorIncident, services: Iterable[Service]) -> None:
    for service in sorted(services, key=lambda each: each.pk):
        AffectedService.objects.get_or_create(incident=incident, service=service)


def _enter(  # noqa: PLR0917 — a line of the timeline says all of it
    incident: MajorIncident,
    kind: EntryKind,
    text: str,
    actor: Account,
    at: datetime,
    happened_at: datetime | None = None,
) -> MajorIncidentEntry:
    return MajorIncidentEntry.objects.create(
        incident=incident,
        kind=kind,
        text=text,
        happened_at=happened_at or at,
        recorded_at=at,
        by=actor,
    )


def _told(
    incident: MajorIncident, text: str, next_due_at: datetime | None, actor: Account, at: datetime
) -> PublicUpdate:
    update = PublicUpdate.objects.create(
        incident=incident, text=text.strip(), at=at, by=actor, next_due_at=next_due_at
    )
    incident.next_update_due_at = next_due_at
    _saved(incident, "next_update_due_at")
    touch(DOMAIN, incident.declared_at, next_due_at or at)
    return update


def _saved(incident: MajorIncident, *columns: str) -> MajorIncident:
    incident.version += 1
    incident.save(update_fields=[*columns, "version"])
    return incident
