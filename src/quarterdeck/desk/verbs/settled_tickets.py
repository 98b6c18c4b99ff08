"""What an import makes of tickets that stood before it: worked out unseen, then written at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from quarterdeck.core.acts import verb
from quarterdeck.core.database import insert_rows, update_rows
from quarterdeck.core.directory import name_teams
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import Settled
from quarterdeck.desk.models import StateChange, Ticket, TicketMessage
from quarterdeck.desk.queries.columns import due_order, header_columns, projected_columns
from quarterdeck.desk.queries.facts import NOUN, effective_changes, header_of, latest_records
from quarterdeck.desk.queries.names import assignees_meant, people_meant
from quarterdeck.desk.queries.projection import project
from quarterdeck.office.models import ImportBatch, PreparedRow
from quarterdeck.office.queries import changed_records

TICKETS_A_CHUNK = 1_000
NAMED = 3


class _Rebuilt(NamedTuple):
    """A ticket's row, the version it was worked out from, and the columns that would change."""

    row: int
    version: int
    values: dict[str, Any]


@verb
def prepare_tickets(
    *, batch: ImportBatch, external_ids: Sequence[str], actor: Account, at: datetime
) -> None:
    """Work out what tickets that a batch changes will be once it counts; nobody sees it yet."""
    rebuilt = _rebuilt(batch.source, external_ids, actor, at, beside=batch)
    columns = ("batch", "row", "row_version", "values")
    insert_rows(PreparedRow, columns, [(batch.pk, *each) for each in rebuilt])


@verb
def settle_tickets(*, batch: ImportBatch, after: str, actor: Account, at: datetime) -> Settled:
    """Bring the next tickets that a batch has changed up to date, once it counts or no longer does.

    The tickets that it created need nothing: they appear and vanish with the batch. Refused at the
    beginning where somebody has worked on one that would vanish.
    """
    if batch.counts:
        done = _write_prepared(batch, after, actor, at)
    else:
        if not after:
            _refuse_to_hide_work(batch)
        done = _put_back(batch, after, actor, at)
    if not done.through:
        enqueue("desk.follow_batch", batch_key=batch.pk)
    return done


def _put_back(batch: ImportBatch, after: str, actor: Account, at: datetime) -> Settled:
    """Work the next tickets out anew from what still stands."""
    changed = changed_records(batch).filter(noun=NOUN, external_id__gt=after)
    keys = list(
        changed.order_by("external_id").values_list("external_id", flat=True)[: TICKETS_A_CHUNK + 1]
    )
    some = keys[:TICKETS_A_CHUNK]
    _write(_rebuilt(batch.source, some, actor, at))
    return Settled(some[-1] if len(keys) > len(some) else "", len(some))


def _write_prepared(batch: ImportBatch, after: str, actor: Account, at: datetime) -> Settled:
    """Write what was worked out; a ticket that somebody has changed since is worked out again."""
    following = PreparedRow.objects.filter(batch=batch, row__gt=int(after or 0)).order_by("row")
    found = list(following[: TICKETS_A_CHUNK + 1])
    prepared = found[:TICKETS_A_CHUNK]
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(
        pk__in=[each.row for each in prepared]
    )
    versions = dict(tickets.values_list("pk", "version"))
    _write(
        _Rebuilt(each.row, each.row_version, _restored(each.values))
        for each in prepared
        if versions[each.row] == each.row_version
    )
    stale = [each.row for each in prepared if versions[each.row] != each.row_version]
    if stale:
        keys = list(tickets.filter(pk__in=stale).values_list("external_id", flat=True))
        _write(_rebuilt(batch.source, keys, actor, at))
    return Settled(str(prepared[-1].row) if len(found) > len(prepared) else "", len(prepared))


def _restored(values: dict[str, Any]) -> dict[str, Any]:
    """Return columns as their fields hold them: JSON keeps an instant as text."""
    # A key may be named as the field, or as the column that holds it.
    fields: dict[str, Any] = {
        name: field
        for field in Ticket._meta.concrete_fields
        for name in (field.name, field.attname)
    }
    return {name: fields[name].to_python(value) for name, value in values.items()}


def _rebuilt(
    source: str,
    external_ids: Sequence[str],
    actor: Account,
    at: datetime,
    beside: ImportBatch | None = None,
) -> list[_Rebuilt]:
    """Work tickets out anew from what stands, and from the batch `beside` as if it stood too."""
    standing = Ticket.objects.standing().filter(source=source, external_id__in=external_ids)
    # What is to be written now must not be changed meanwhile.
    tickets = list(standing.select_for_update(of=("self",)) if beside is None else standing)
    headers = latest_records(source, external_ids, beside)
    logs = effective_changes([ticket.pk for ticket in tickets], beside)
    told = {key: header_of(record.facts) for key, record in headers.items()}
    people = people_meant({header.requester for header in told.values()}, source)
    named = {change.assignee for log in logs.values() for _, change in log}
    assignees = assignees_meant(named, source)
    teams = name_teams(
        names=(change.team for log in logs.values() for _, change in log), actor=actor, at=at
    )
    rebuilt = []
    for ticket in tickets:
        header = told[ticket.external_id]
        projection = project(header, [change for _, change in logs[ticket.pk]], assignees)
        columns = {**header_columns(header, people), **projected_columns(projection, teams)}
        order = due_order(ticket.due_at, ticket.team_due_at, columns["priority"])
        columns["due_order"] = order
        team = columns["team"]
        columns["team"] = None if team is None else team.pk
        by_hand = {*ticket.set_by_hand, *(f"{name}_id" for name in ticket.set_by_hand)}
        kept = {name: value for name, value in columns.items() if name not in by_hand}
        changed = {name: value for name, value in kept.items() if _stored(ticket, name) != value}
        rebuilt.append(_Rebuilt(ticket.pk, ticket.version, changed))
    return rebuilt


def _stored(ticket: Ticket, name: str) -> Any:
    """Return a ticket's column as stored: of a team, its key."""
    return ticket.team_id if name == "team" else getattr(ticket, name)


def _write(rebuilt: Iterable[_Rebuilt]) -> None:
    """Write only what differs: naming a column costs its indexes a write each."""
    changed: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for each in rebuilt:
        if each.values:
            changed[tuple(each.values)].append([*each.values.values(), each.row])
    for names, rows in changed.items():
        update_rows(Ticket, names, rows)


def _refuse_to_hide_work(batch: ImportBatch) -> None:
    lines = StateChange.objects.filter(ticket=OuterRef("pk"), batch__isnull=True)
    messages = TicketMessage.objects.filter(ticket=OuterRef("pk"))
    worked = Ticket.objects.filter(Exists(lines) | Exists(messages), batch=batch).order_by("pk")
    numbers = list(worked.values_list("number", flat=True)[: NAMED + 1])
    if numbers:
        named = ", ".join(numbers[:NAMED]) + (" and others" if len(numbers) > NAMED else "")
        raise Refused(f"{batch} cannot be withdrawn: its tickets {named} were worked on by hand.")
