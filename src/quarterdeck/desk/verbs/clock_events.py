"""The acts that note what runs out: warnings and breaches, and the mails about them."""

from datetime import datetime, timedelta

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.models import Account, Person
from quarterdeck.core.outbox import announce
from quarterdeck.desk.models import ServiceLevelClock, ServiceLevelEvent, Ticket
from quarterdeck.desk.queries.clock_letters import event_letter
from quarterdeck.desk.queries.facts import whole_second
from quarterdeck.desk.queries.routing import managers_of_the_desk
from quarterdeck.desk.queries.webhook_subjects import CLOCK
from quarterdeck.desk.verbs.clock_projection import ClockProjection
from quarterdeck.desk.verbs.webhook_news import TicketTold
from quarterdeck.desk.vocabulary import ClockEventKind
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.office.vocabulary import WebhookEvent

CLOCK_EVENT = "desk.clock-event"
# Who finds a breach of last month, after an import or a stop of the worker, mails nobody about it.
_FRESH = timedelta(days=1)


@verb
def note_clock_events(
    *,
    most: int = 200,
    actor: Account,  # noqa: ARG001 — the act names who looked
    at: datetime,
) -> int:
    """Note the warnings and breaches that are due, at most so many, and announce each.

    A ticket on which somebody acts at this moment is left for the next run, and what was resolved
    meanwhile yields nothing: its row is locked, and its clocks are looked at behind the lock. So
    two workers never note the same. Returns how many clocks were looked at.
    """
    now = whole_second(at)
    due = ServiceLevelClock.objects.filter(next_event_at__lt=now).order_by("next_event_at")
    keys = list(dict.fromkeys(due.values_list("ticket_id", flat=True)[:most]))
    rows = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
    tickets = list(rows.filter(pk__in=keys).select_related("requester__unit"))
    if not tickets:
        raise NothingDone(0)
    counted = set(Ticket.objects.standing().filter(pk__in=keys).values_list("pk", flat=True))
    running = due.filter(ticket__in=tickets).select_related("ticket__service")
    looked_at = 0
    for clock in running:
        looked_at += 1
        if clock.ticket_id in counted:
            _note(clock, now, at)
    # Where a batch does not count, its clocks wait for nothing.
    hidden = [ticket.pk for ticket in tickets if ticket.pk not in counted]
    ServiceLevelClock.objects.filter(ticket__in=hidden).update(next_event_at=None)
    standing = [ticket for ticket in tickets if ticket.pk in counted]
    ClockProjection(standing, at).follow()
    return looked_at


def _note(clock: ServiceLevelClock, now: datetime, at: datetime) -> None:
    """Note what a clock has come to; a breach that was never warned of is a breach alone."""
    breached = clock.is_breached(now)
    if clock.due_at is None:
        return
    event, is_new = ServiceLevelEvent.objects.get_or_create(
        ticket_id=clock.ticket_id,
        agreement=clock.agreement,
        metric=clock.metric,
        number=clock.number,
        kind=ClockEventKind.BREACH if breached else ClockEventKind.WARNING,
        defaults={"due_at": clock.due_at, "noted_at": at, "target_id": clock.target_id},
    )
    if is_new:
        announce(CLOCK_EVENT, {"event": event.pk}, at)
        _tell_webhooks(event, clock.ticket, at)


def _tell_webhooks(event: ServiceLevelEvent, ticket: Ticket, at: datetime) -> None:
    if event.noted_at - event.due_at <= _FRESH and ticket.ended_at is None:
        is_breach = event.kind == ClockEventKind.BREACH
        kind = WebhookEvent.CLOCK_BREACH if is_breach else WebhookEvent.CLOCK_WARNING
        TicketTold(ticket, at).of(kind, f"{CLOCK}:{event.pk}")


@verb
def mail_clock_event(*, event: ServiceLevelEvent, actor: Account, at: datetime) -> int:
    """Write to the ticket's assignee, and of a breach to the lead of its team too; how many.

    Whoever has nobody assigned hears it through the lead; where no team has the ticket, or nobody
    leads it, the IT managers hear it in the lead's place. Nobody is told of what is long past, or
    of a ticket that ended meanwhile.
    """
    ticket = Ticket.objects.select_related("assignee", "team__lead").get(pk=event.ticket_id)
    if event.noted_at - event.due_at > _FRESH or ticket.ended_at is not None:
        return 0
    concerned = _concerned(ticket, event.kind, at)
    told = {person.pk: person for person in concerned}
    for person in told.values():
        letter = event_letter(person, event, ticket)
        write_letter(letter=letter, actor=actor, at=at)
    return len(told)


def _concerned(ticket: Ticket, kind: str, at: datetime) -> list[Person]:
    held = [] if ticket.assignee is None else [ticket.assignee]
    if held and kind != ClockEventKind.BREACH:
        return held
    lead = None if ticket.team is None else ticket.team.lead
    return [*held, *([lead] if lead is not None else managers_of_the_desk(at))]
