"""The acts by which policies escalate: by clocks, by age, by reopenings; each occasion once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Escalation, EscalationPolicy, ServiceLevelEvent, Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries import escalation_letters as letters
from quarterdeck.desk.queries.business_past import business_time_ago
from quarterdeck.desk.queries.escalations import Promise
from quarterdeck.desk.queries.promises import hours_text
from quarterdeck.desk.queries.reporting_line import line_of, line_of_team, reached
from quarterdeck.desk.verbs.escalation_work import Call, EscalationWork
from quarterdeck.desk.vocabulary import EscalationCause, EscalationDirection
from quarterdeck.office.queries import organisation, working_calendar
from quarterdeck.office.queries.periods import own_start_of

_HOUR = 3_600
# Who finds a breach of last month, after an import or a stop of the worker, escalates nothing.
_FRESH = timedelta(days=7)


@verb
def escalate_by_clock(*, event: ServiceLevelEvent, actor: Account, at: datetime) -> int:
    """Escalate what a warning or breach asks for by the policies in use; returns how many.

    Nothing is escalated for a ticket that ended meanwhile, and the same event never twice. What a
    team promises beneath the service level is told to it and escalates nothing.
    """
    if event.is_operational:
        return 0
    ticket = _locked([event.ticket_id], passes_over=False).first()
    if ticket is None or event.noted_at - event.due_at > _FRESH:
        return 0
    policies = EscalationPolicy.objects.in_use().filter(cause=event.kind)
    occasion = f"{event.kind}:{event.metric}:{event.number}"
    due = f"{event.due_at.astimezone(organisation().tzinfo):%Y-%m-%d %H:%M}"
    what = event.get_metric_display().lower()
    reason = f"The {what} was promised by {due} ({organisation().zone})."
    return sum(
        _raise(policy, ticket, occasion, reason, actor, at)
        for policy in _with_what_is_asked(policies)
        if policy.metric in {"", event.metric}
        and event.due_at >= _begins(policy)
        and _fits(policy, ticket)
    )


@verb
def escalate_aged(*, most: int = 100, actor: Account, at: datetime) -> int:
    """Escalate the open tickets that have come to the age or the reopenings of a policy.

    At most so many for each policy; a ticket on which somebody acts at this moment is left for the
    next run. Returns how many were escalated.
    """
    policies = EscalationPolicy.objects.in_use().filter(
        cause__in=(EscalationCause.AGE, EscalationCause.REOPENED)
    )
    done = sum(
        _raise(policy, ticket, _occasion(policy), _reason(policy, ticket), actor, at)
        for policy in _with_what_is_asked(policies)
        for ticket in _locked(_due(policy, at, most), passes_over=True)
    )
    if not done:
        raise NothingDone(0)
    return done


def _with_what_is_asked(policies: Iterable[EscalationPolicy]) -> Iterable[EscalationPolicy]:
    rows = EscalationPolicy.objects.filter(pk__in=[policy.pk for policy in policies])
    return rows.select_related("calendar", "to_team__lead__reports_to", "to_team__unit").order_by(
        "pk"
    )


def _begins(policy: EscalationPolicy) -> datetime:
    return own_start_of(policy.begins_on)


def _locked(keys: Iterable[int], *, passes_over: bool) -> TicketQuerySet:
    """Return the open, standing tickets of these keys, locked.

    What somebody works on at this moment is waited for, or passed over until the next run.
    """
    counted = Ticket.objects.standing().open().filter(pk__in=list(keys))
    rows = Ticket.objects.select_for_update(of=("self",), skip_locked=passes_over)
    return (
        rows.filter(pk__in=list(counted.values_list("pk", flat=True)))
        .select_related(
            "assignee__reports_to", "assignee__unit", "team__lead__reports_to", "team__unit"
        )
        .order_by("pk")
    )


def _due(policy: EscalationPolicy, at: datetime, most: int) -> list[int]:
    """Return the keys of the tickets that a policy has not escalated yet and now would."""
    told = Escalation.objects.filter(
        policy=policy, ticket=OuterRef("pk"), occasion=_occasion(policy)
    )
    fitting = {
        "team": policy.team_id,
        "service": policy.service_id,
        "priority__lte": policy.priority,
    }
    asked = {name: value for name, value in fitting.items() if value is not None}
    rows = Ticket.objects.standing().open().filter(**asked).exclude(Exists(told))
    if policy.cause == EscalationCause.REOPENED:
        again = rows.filter(reopen_count__gte=policy.times, changed_at__gte=_begins(policy))
        return list(again.order_by("pk").values_list("pk", flat=True)[:most])
    hours = working_calendar(policy.calendar)
    seconds = (policy.hours or 0) * _HOUR
    aged = rows.filter(
        opened_at__lte=business_time_ago(hours, at, seconds),
        opened_at__gt=business_time_ago(hours, _begins(policy), seconds),
    )
    return list(aged.order_by("opened_at", "pk").values_list("pk", flat=True)[:most])


def _fits(policy: EscalationPolicy, ticket: Ticket) -> bool:
    is_urgent = policy.priority is None or (ticket.priority or policy.priority + 1) <= (
        policy.priority
    )
    of_service = policy.service_id in {None, ticket.service_id}
    return is_urgent and of_service and policy.team_id in {None, ticket.team_id}


def _occasion(policy: EscalationPolicy) -> str:
    what = policy.times if policy.cause == EscalationCause.REOPENED else policy.hours
    return f"{policy.cause}:{what}"


def _reason(policy: EscalationPolicy, ticket: Ticket) -> str:
    if policy.cause == EscalationCause.REOPENED:
        return f"It was reopened {ticket.reopen_count} times."
    told = hours_text((policy.hours or 0) * _HOUR)
    return f"It is open for more than {told} on {policy.calendar}."


def _raise(  # noqa: PLR0917 — the sides of one escalation, called in two places
    policy: EscalationPolicy,
    ticket: Ticket,
    occasion: str,
    reason: str,
    actor: Account,
    at: datetime,
) -> int:
    """Escalate by a policy, unless it did so for this occasion; the ticket's row is locked."""
    if Escalation.objects.filter(policy=policy, ticket=ticket, occasion=occasion).exists():
        return 0
    promise = Promise(policy.calendar, policy.answer_hours, policy.resolution_hours)
    due, _ = promise.due(at)
    if policy.direction == EscalationDirection.FUNCTIONAL and policy.to_team is not None:
        owner = reached(line_of_team(policy.to_team, at, due))
    else:
        owner = reached(line_of(ticket, at, due), policy.levels_up)
    call = Call(
        cause=policy.cause,
        direction=policy.direction,
        reason=reason,
        owner=owner,
        promise=promise,
        to_team=policy.to_team if policy.direction == EscalationDirection.FUNCTIONAL else None,
        policy=policy,
        occasion=occasion,
    )
    work = EscalationWork.raised(ticket, call, actor, at)
    work.mail(letters.for_owner(work.escalation, owner.person))
    return 1
