"""What sources say was written on tickets, as plain values between their profile and our rows."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Min

from quarterdeck.core.database import Among
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.desk.models import ImportedMessage, Ticket
from quarterdeck.desk.models.imported_message import ImportedMessageQuerySet
from quarterdeck.desk.queries.facts import instant

NOUN = "desk.importedmessage"


class MessageFacts(NamedTuple):
    """A message as a source tells it; `at` is in seconds since 1970 UTC."""

    external_id: str
    kind: str
    author: str
    at: int
    text: str


@dataclass(frozen=True)
class ToldMessage:
    """A message with the key of its record and of the ticket that it is on, and whether it corrects
    one that stands."""

    record: str
    ticket_key: int
    facts: MessageFacts
    is_correction: bool


def tickets_of(source: str, numbers: Collection[str]) -> dict[str, int]:
    """Return the keys of the standing tickets of a source by the numbers that it gives them."""
    rows = Ticket.objects.standing().filter(
        source=source, external_id__in=numbers, batch__isnull=False
    )
    return dict(rows.values_list("external_id", "pk"))


def standing_messages(ticket_keys: Collection[int]) -> dict[tuple[int, str], MessageFacts]:
    """Return the messages that stand on tickets, by ticket and external id."""
    rows = ImportedMessage.objects.standing().filter(ticket__in=ticket_keys)
    columns = ("ticket_id", "external_id", "kind", "author", "at", "text")
    return {
        (ticket, external_id): MessageFacts(external_id, kind, author, int(at.timestamp()), text)
        for ticket, external_id, kind, author, at, text in rows.values_list(*columns)
    }


def since_reported(messages: Sequence[ToldMessage]) -> datetime:
    """Return when the first of the tickets was reported on which these messages are: from there on
    figures of answers may change."""
    keys = {message.ticket_key for message in messages}
    first: datetime = Ticket.objects.filter(pk__in=keys).aggregate(first=Min("opened_at"))["first"]
    return min(first, instant(min(message.facts.at for message in messages)))


def _told() -> ImportedMessageQuerySet:
    rows = ImportedMessage.objects.standing().filter(Among("ticket", Slot("tickets")))
    return rows.select_related("author_person").order_by("at", "pk")


_TOLD = Prepared(_told)
_TOLD_IN_PUBLIC = Prepared(lambda: _told().public())


def messages_told(tickets: Sequence[Ticket], *, public_only: bool) -> list[ImportedMessage]:
    """Return what sources say was written on tickets, oldest first; nothing of tickets by hand."""
    known = {ticket.pk: ticket for ticket in tickets if ticket.batch_id is not None}
    if not known:
        return []
    told: list[ImportedMessage] = (_TOLD_IN_PUBLIC if public_only else _TOLD).records(
        tickets=json.dumps(list(known))
    )
    for message in told:
        message.ticket = known[message.ticket_id]
    return told
