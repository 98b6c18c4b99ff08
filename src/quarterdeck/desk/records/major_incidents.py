"""How major incidents are listed and shown, and whom they wait for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Badge, Record, Tone, View
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import (
    AffectedService,
    MajorIncident,
    MajorIncidentEntry,
    PublicUpdate,
    ReviewAction,
    Ticket,
)
from quarterdeck.desk.queries.major_incidents import is_overdue, majors_among, told_to
from quarterdeck.desk.records.escalations import sees_escalations
from quarterdeck.desk.rules.major_incidents import may_command, may_note
from quarterdeck.desk.verbs import major_incidents as verbs
from quarterdeck.desk.verbs.ticket_links import link_tickets
from quarterdeck.desk.vocabulary.ticket_life import LinkKind
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.rules import may_open_actions
from quarterdeck.ui import navigation
from quarterdeck.ui.service_news import ServiceNews, provide

_SOON = timedelta(minutes=30)


def link_part(*, incident: MajorIncident, part: Ticket, actor: Account, at: datetime) -> None:
    """Link a ticket, which the actor works on too, as a part."""
    link_tickets(ticket=part, kind=LinkKind.CHILD_OF, other=incident.ticket, actor=actor, at=at)


def _may_open_action(user: User, _incident: MajorIncident) -> bool:
    return may_open_actions(user)


_TOLD: Mapping[str, Any] = {
    "says": {
        "text": "What everybody reads.",
        "next_due_at": "By when they are promised to hear more.",
    },
    "makes": PublicUpdate,
}
_NOTED: Mapping[str, Any] = {
    "says": {"text": "What happened.", "happened_at": "When it happened."},
    "makes": MajorIncidentEntry,
}
_ENDED: Mapping[str, Any] = {
    "says": {
        "resolution": "What was done.",
        "true_category": "What it truly was.",
        "text": "What everybody reads at last.",
        "with_parts": "Whether its open parts are resolved with it.",
    },
    "longest": {"true_category": 200},
}
_ACTION: Mapping[str, Any] = {
    "says": {
        "title": "What shall be done so that it does not come again.",
        "owner": "The key of who does it.",
        "due_on": "By which day.",
    },
    "longest": {"title": 200},
    "makes": CorrectiveAction,
}
ACTS = (
    RecordAct("update", "Tell everybody", verbs.publish_update, may_command, **_TOLD),
    RecordAct("note", "Note in the timeline", verbs.note_in_timeline, may_note, **_NOTED),
    RecordAct(
        "part", "Add a part", link_part, may_command, says={"part": "The key of the other ticket."}
    ),
    RecordAct("roles", "Roles", verbs.assign_roles, may_command),
    RecordAct(
        "affected",
        "Who suffers",
        verbs.set_affected,
        may_command,
        says={"services": "The keys of all services that suffer."},
    ),
    RecordAct("resolve", "Resolve", verbs.resolve_major_incident, may_command, **_ENDED),
    RecordAct("review", "Review", verbs.review_major_incident, may_command),
    RecordAct("action", "Open an action", verbs.open_review_action, _may_open_action, **_ACTION),
)
major_incidents = Record(
    MajorIncident,
    columns=(
        *("ticket", "title", "commander", "next_update_due_at"),
        *("declared_at", "ended_at", "reviewed_at"),
    ),
    filters=("commander", "declared_at", "ended_at"),
    search=("title", "reason"),
    order=("-declared_at", "-id"),
    titles={
        "next_update_due_at": "Next update promised",
        "declared_at": "Declared",
        "ended_at": "Ended",
        "reviewed_at": "Reviewed",
        "communication_lead": "Communication lead",
    },
    views=(View("Active", "active"), View("Not reviewed", "without_review")),
    acts=ACTS,
    icon="flag",
    section="Desk",
    empty="No incident was declared a major one. Whoever leads a team does so on its ticket.",
)
affected_services = Record(
    AffectedService,
    columns=("service", "incident"),
    filters=("service", "incident"),
    order=("-id",),
    icon="server",
    section="Desk",
    empty="Services that suffer from major incidents are found here.",
)
entries = Record(
    MajorIncidentEntry,
    columns=("happened_at", "incident", "kind", "text", "by", "recorded_at"),
    filters=("kind", "happened_at"),
    order=("-id",),
    titles={"happened_at": "When", "recorded_at": "Written down"},
    icon="history",
    section="Desk",
    empty="What happens in major incidents is found here.",
)
public_updates = Record(
    PublicUpdate,
    columns=("at", "incident", "text", "by", "next_due_at"),
    filters=("at", "next_due_at"),
    search=("text",),
    order=("-id",),
    titles={"at": "Told", "next_due_at": "Next promised by"},
    icon="send",
    section="Desk",
    empty="What everybody was told of major incidents is found here.",
)
review_actions = Record(
    ReviewAction,
    columns=("action", "incident", "opened_by", "opened_at"),
    order=("-id",),
    titles={"opened_at": "Opened", "opened_by": "By"},
    icon="checklist",
    section="Desk",
    empty="What reviews of major incidents gave rise to is found here.",
)
RECORDS = (major_incidents, affected_services, entries, public_updates, review_actions)
ENTRY = navigation.Entry(
    "Desk",
    "Major incidents",
    major_incidents.list_address,
    major_incidents.icon,
    sees_escalations,
)


def _run_by(person: int | Slot) -> Q:
    return Q(commander=person) | Q(communication_lead=person)


def _promised() -> QuerySet[MajorIncident]:
    due = MajorIncident.objects.active().filter(
        _run_by(Slot("person")), next_update_due_at__lt=Slot("soon")
    )
    return due.select_related("ticket").order_by("next_update_due_at", "pk")


def _led(person: int | Slot) -> QuerySet[MajorIncident]:
    """Return what goes on under somebody, or at the team that they lead."""
    own = _run_by(person) | Q(ticket__team__lead=person)
    return MajorIncident.objects.active().filter(own)


def _not_owed(
    seen: QuerySet[MajorIncident], person: int | Slot, soon: datetime | Slot
) -> QuerySet[MajorIncident]:
    """Leave out of what goes on that of which somebody owes the next update before long."""
    owed = MajorIncident.objects.active().filter(_run_by(person), next_update_due_at__lt=soon)
    rows = seen.exclude(pk__in=owed.values("pk")).select_related("ticket", "commander").distinct()
    return rows.order_by("declared_at", "pk")


_PROMISED = Prepared(_promised)
_ONES_OWN = Prepared(lambda: _not_owed(_led(Slot("person")), Slot("person"), Slot("soon")))
_GOING_ON = Prepared(lambda: MajorIncident.objects.active().order_by().values_list("pk")[:1])


def promised_updates(account: Account, at: datetime) -> waiting.Told:
    """Give whoever commands or speaks the updates that were promised for now or before."""
    if account.person_id is None:
        return
    due = _PROMISED.posed(person=account.person_id, soon=at + _SOON)
    yield [due]
    for incident in due:
        late = is_overdue(incident, at)
        yield waiting.WaitingItem(
            title=f"{'Update overdue' if late else 'Update promised'}: {incident}",
            address=reverse(major_incidents.detail_address, args=[incident.pk]),
            due_at=incident.next_update_due_at,
            consequence=waiting.Consequence.SEVERE,
            kind="Major incident",
            detail="Everybody was promised to hear how it stands.",
        )


def active_incidents(account: Account, at: datetime) -> waiting.Told:
    """Give what goes on to whoever commands it, leads its team or manages IT.

    Where the next update is due at once, whoever owes it is told of that instead.
    """
    if account.person_id is None:
        return
    if not holds(account, Role.IT_MANAGER):
        told = _ONES_OWN.posed(person=account.person_id, soon=at + _SOON)
        yield [told]
        yield from _told_of(told)
        return
    # To ask what a manager sees takes a statement that is long to write, and mostly nothing is on.
    going_on = _GOING_ON.posed()
    yield [going_on]
    if list(going_on):
        seen = MajorIncident.objects.visible_to(account).active()
        rows = _not_owed(_led(account.person_id) | seen, account.person_id, at + _SOON)
        yield [rows]
        yield from _told_of(rows)


def _told_of(rows: Iterable[MajorIncident]) -> waiting.Told:
    for incident in rows:
        yield waiting.WaitingItem(
            title=f"Major incident: {incident.title}",
            address=reverse(major_incidents.detail_address, args=[incident.pk]),
            due_at=incident.next_update_due_at,
            consequence=waiting.Consequence.SEVERE,
            kind="Major incident",
            detail=f"{incident.ticket.number}, commanded by {incident.commander}.",
        )


def marks_of(user: User, keys: Collection[int]) -> dict[int, Badge]:
    """Name those of these tickets that are major incidents now."""
    return dict.fromkeys(majors_among(keys, user), Badge(Tone.BAD, "Major incident"))


def news_of_major_incidents(user: User, at: datetime) -> Iterator[ServiceNews]:
    """Tell the portal what is disturbed of what the reader uses."""
    if isinstance(user, Account) and user.person_id is not None:
        for incident in told_to(user, at).active().prefetch_related("affected__service")[:5]:
            names = sorted(each.service.name for each in incident.affected.all())
            about = f"{', '.join(names)}: " if names else ""
            yield ServiceNews(f"{about}{incident.title}.", Tone.BAD, incident.declared_at)


waiting.register(promised_updates)
waiting.register(active_incidents)
provide(news_of_major_incidents)
