"""The acts that count all clocks anew: compare first, then apply, chunk by chunk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.database import insert_rows
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account
from quarterdeck.desk.models import (
    ClockChange,
    ClockRecalculation,
    RecalculationTally,
    ServiceLevelTarget,
    Ticket,
    TicketMessage,
)
from quarterdeck.desk.queries.agreements import CLOCKED
from quarterdeck.desk.queries.clock_rows import COLUMNS, Key, Row, projected_rows, standing_rows
from quarterdeck.desk.queries.facts import NOUN
from quarterdeck.desk.rules import may_set_service_levels
from quarterdeck.desk.verbs.clock_projection import ClockProjection
from quarterdeck.desk.vocabulary import ClockOutcome, RecalculationState
from quarterdeck.desk.vocabulary.recalculation import ClockChangeKind
from quarterdeck.office.models import Calendar, ImportBatch, OutgoingMail, SourceRecord

TICKETS_A_CHUNK = 500
DOMAIN = "desk.tickets"
_CHANGE = (
    *("recalculation", "ticket", "agreement", "metric", "number", "kind"),
    *("due_before", "due_after", "outcome_before", "outcome_after"),
)
_KIND = _CHANGE.index("kind")
_AGREEMENT, _METRIC = (COLUMNS.index(name) for name in ("agreement", "metric"))
_DUE, _OUTCOME, _TEAM = (COLUMNS.index(name) for name in ("due_at", "outcome", "promised_by"))
# What of a clock a person would call another result; the rest follows its ticket without a word.
_TOLD = [COLUMNS.index(name) for name in ("target", "started_at", "stopped_at", "due_at")]
_TOLD.append(_OUTCOME)
_BY_OUTCOME = {
    ClockOutcome.MET: ClockChangeKind.NOW_KEPT,
    ClockOutcome.MISSED: ClockChangeKind.NOW_MISSED,
}


@verb
def request_recalculation(*, reason: str, actor: Account, at: datetime) -> ClockRecalculation:
    """Have every clock compared with what its history gives by the present terms and calendars."""
    if not may_set_service_levels(actor):
        raise Refused("You may not have clocks counted anew.")
    if not reason.strip():
        raise Invalid({"reason": ["Say what has changed."]})
    enqueue("desk.recalculate_clocks", not_before=at)
    return ClockRecalculation.objects.create(
        reason=reason.strip(), requested_by=actor, requested_at=at
    )


@verb
def follow_calendar(
    *,
    calendar: Calendar,
    told: str,
    is_ahead: bool,
    changed_by: Account,
    actor: Account,  # noqa: ARG001 — the act names who
    at: datetime,
) -> ClockRecalculation | None:
    """Have every clock compared after a calendar has changed on which something is promised.

    Where only days to come count otherwise, the clocks follow at once; else a person decides.
    """
    if not ServiceLevelTarget.objects.filter(calendar=calendar).exists():
        return None
    enqueue("desk.recalculate_clocks", not_before=at)
    return ClockRecalculation.objects.create(
        reason=f"{calendar}: {told}", is_ahead=is_ahead, requested_by=changed_by, requested_at=at
    )


@verb
def examine_clocks(*, recalculation: ClockRecalculation, actor: Account, at: datetime) -> bool:
    """Compare the clocks of the next tickets; whether there are more to come.

    What begins with terms that were set ahead is applied at once afterwards; all else waits for a
    decision, in the place of earlier comparisons that still do.
    """
    present = _locked(recalculation, RecalculationState.EXAMINING, actor)
    if not present.total:
        present.total = _clocked().count()
    tickets = list(_clocked().filter(pk__gt=present.through).order_by("pk")[:TICKETS_A_CHUNK])
    keys = [ticket.pk for ticket in tickets]
    before, after = standing_rows(keys), projected_rows(tickets, at)
    _note(present, before, after)
    _tally(present, before, after)
    present.examined += len(tickets)
    if tickets:
        present.through = keys[-1]
    else:
        present.state = _after_examining(present)
        present.through = 0
        present.total = max(present.examined, 1)
        if present.state == RecalculationState.APPLIED:
            present.finished_at = at
        _supersede(present, at)
    _save(present)
    return bool(tickets)


def _supersede(present: ClockRecalculation, at: datetime) -> None:
    """End the comparisons that wait for a decision: this one, which is later, has what they have.

    Each compares every clock with the terms and calendars of its own day, so that of several
    holidays in a row only the last comparison is left to decide on.
    """
    waiting = ClockRecalculation.objects.select_for_update(of=("self",)).filter(
        state=RecalculationState.EXAMINED, pk__lt=present.pk
    )
    for earlier in waiting.order_by("pk"):
        earlier.state, earlier.finished_at = RecalculationState.SUPERSEDED, at
        _save(earlier)


def _after_examining(present: ClockRecalculation) -> RecalculationState:
    if not present.changes.exists():
        return RecalculationState.APPLIED
    terms = present.terms
    # What holds from today on changes what ran since this morning, as calendars have it too.
    ahead = terms is not None and terms.holds_from >= terms.defined_at
    return RecalculationState.APPLYING if ahead or present.is_ahead else RecalculationState.EXAMINED


@verb
def approve_recalculation(
    *, recalculation: ClockRecalculation, actor: Account, at: datetime
) -> ClockRecalculation:
    """Let what was compared be applied."""
    enqueue("desk.recalculate_clocks", not_before=at)
    return _decide(recalculation, RecalculationState.APPLYING, actor, at)


@verb
def discard_recalculation(
    *, recalculation: ClockRecalculation, actor: Account, at: datetime
) -> ClockRecalculation:
    """Leave the clocks as they are; a ticket follows the present terms when somebody acts on it."""
    return _decide(recalculation, RecalculationState.DISCARDED, actor, at)


def _decide(
    recalculation: ClockRecalculation, state: RecalculationState, actor: Account, at: datetime
) -> ClockRecalculation:
    if not may_set_service_levels(actor):
        raise Refused("You may not have clocks counted anew.")
    present = _locked(recalculation, RecalculationState.EXAMINED, actor)
    present.state, present.through = state, 0
    present.finished_at = at if state == RecalculationState.DISCARDED else None
    _save(present)
    return present


@verb
def apply_clocks(*, recalculation: ClockRecalculation, actor: Account, at: datetime) -> bool:
    """Count the clocks of the next tickets that change; whether there are more to come."""
    present = _locked(recalculation, RecalculationState.APPLYING, actor)
    changed = present.changes.filter(ticket__gt=present.through).order_by("ticket")
    keys = list(changed.values_list("ticket_id", flat=True).distinct()[:TICKETS_A_CHUNK])
    _follow_tickets(keys, at)
    if keys:
        present.through = keys[-1]
    else:
        present.state, present.finished_at = RecalculationState.APPLIED, at
    _save(present)
    return bool(keys)


@verb
def follow_import(*, batch_key: int, after: int, actor: Account, at: datetime) -> int:  # noqa: ARG001 — the act names who
    """Bring the clocks of the next tickets that a batch tells of up to their histories.

    Returns the key of the last record of the batch that was followed, and 0 when there are no more.
    """
    batch = ImportBatch.objects.get(pk=batch_key)
    # By what the batch says, and not by the tickets' own order: what is asked for then does not
    # grow with the tickets of other batches.
    told = SourceRecord.objects.filter(batch=batch, noun=NOUN, pk__gt=after).order_by("pk")
    records = list(told.values_list("pk", "external_id")[:TICKETS_A_CHUNK])
    tickets = Ticket.objects.standing().filter(
        CLOCKED, source=batch.source, external_id__in=[named for _, named in records]
    )
    _follow_tickets(list(tickets.values_list("pk", flat=True)), at)
    return records[-1][0] if records else 0


@verb
def follow_mail(
    *,
    mail: OutgoingMail,
    actor: Account,  # noqa: ARG001 — the act names who
    at: datetime,
) -> None:
    """Bring the clocks up to whether a reply can have reached its requester by mail."""
    told = TicketMessage.objects.filter(mail=mail).values("ticket")
    tickets = Ticket.objects.standing().filter(CLOCKED, pk__in=told)
    _follow_tickets(list(tickets.values_list("pk", flat=True)), at)


def _follow_tickets(keys: Sequence[int], at: datetime) -> None:
    """Lock tickets, and bring their clocks and due times up to their histories."""
    rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    tickets = list(rows.select_related("requester__unit"))
    changed = ClockProjection(tickets, at).follow()
    # Readings of what stands as it stood stay true.
    opened = [ticket.opened_at for ticket in tickets if ticket.pk in changed]
    if opened:
        touch(DOMAIN, min(opened), max([at, *opened]))


def _clocked() -> Any:
    return Ticket.objects.standing().filter(CLOCKED).select_related("requester__unit")


def _locked(
    recalculation: ClockRecalculation, state: RecalculationState, _actor: Account
) -> ClockRecalculation:
    rows = ClockRecalculation.objects.select_for_update(of=("self",)).select_related("terms")
    present = rows.get(pk=recalculation.pk)
    if present.state != state:
        raise Refused(f"{present} is {present.get_state_display().lower()}.")
    return present


def _save(present: ClockRecalculation) -> None:
    present.version += 1
    present.save()


def _note(present: ClockRecalculation, before: Mapping[Key, Row], after: Mapping[Key, Row]) -> None:
    changes = [
        (present.pk, *key, kind, *_ends(before.get(key), after.get(key)))
        for key in sorted(before.keys() | after.keys())
        if (kind := _kind(before.get(key), after.get(key)))
    ]
    insert_rows(ClockChange, _CHANGE, changes)
    present.counts = dict(Counter(present.counts) + Counter(change[_KIND] for change in changes))


def _tally(
    present: ClockRecalculation, before: Mapping[Key, Row], after: Mapping[Key, Row]
) -> None:
    """Add the outcomes of more clocks to those that have been counted."""
    old, new = (Counter(map(_standing, rows.values())) for rows in (before, after))
    found = old.keys() | new.keys()
    known = list(present.tallies.all())
    for each in known:
        key = each.agreement, each.metric, each.outcome
        each.before += old[key]
        each.after += new[key]
        found.discard(key)
    present.tallies.bulk_update(known, ["before", "after"])
    present.tallies.bulk_create(
        RecalculationTally(
            recalculation=present,
            agreement=key[0],
            metric=key[1],
            outcome=key[2],
            before=old[key],
            after=new[key],
        )
        for key in sorted(found)
    )


def _standing(row: Row) -> tuple[str, str, str]:
    return row[_AGREEMENT], row[_METRIC], row[_OUTCOME]


def _ends(before: Row | None, after: Row | None) -> tuple[Any, ...]:
    return (
        before and before[_DUE],
        after and after[_DUE],
        before[_OUTCOME] if before else "",
        after[_OUTCOME] if after else "",
    )


def _kind(before: Row | None, after: Row | None) -> str:
    """Say in a word how a clock changes; nothing where a person would see no difference."""
    if before is None or after is None:
        return ClockChangeKind.GONE if after is None else ClockChangeKind.NEW
    if all(before[place] == after[place] for place in _TOLD):
        return "" if before[_TEAM] == after[_TEAM] else ClockChangeKind.TEAM_TOLD
    if before[_OUTCOME] != after[_OUTCOME]:
        return _BY_OUTCOME.get(ClockOutcome(after[_OUTCOME]), ClockChangeKind.OTHER_OUTCOME)
    if before[_DUE] is None or after[_DUE] is None or before[_DUE] == after[_DUE]:
        return ClockChangeKind.OTHER_COURSE
    is_later = before[_DUE] < after[_DUE]
    return ClockChangeKind.DUE_LATER if is_later else ClockChangeKind.DUE_SOONER
