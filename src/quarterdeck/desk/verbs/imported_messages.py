"""The bulk act of an import of messages: rows of a batch, unseen before the batch counts."""

from collections.abc import Sequence
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.database import insert_rows
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account
from quarterdeck.desk.models import ImportedMessage
from quarterdeck.desk.queries.facts import instant
from quarterdeck.desk.queries.imported_messages import NOUN, ToldMessage
from quarterdeck.desk.queries.names import people_meant
from quarterdeck.office.models import ImportBatch, SourceRecord
from quarterdeck.office.rules import may_import
from quarterdeck.office.vocabulary import Outcome

_MESSAGE = ("ticket", "batch", "external_id", "kind", "author", "author_person", "at", "text")
_SOURCE_RECORD = ("batch", "noun", "source", "external_id", "outcome", "digest", "facts")


@verb
def take_in_messages(
    *,
    batch: ImportBatch,
    messages: Sequence[ToldMessage],
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act says when
) -> None:
    """Write messages of a batch; nobody is sent mail about them, and no clock follows them."""
    if not may_import(actor):
        raise Refused("You may not import messages.")
    people = people_meant({message.facts.author for message in messages}, batch.source)
    insert_rows(
        ImportedMessage,
        _MESSAGE,
        [
            (
                message.ticket_key,
                batch.pk,
                message.facts.external_id,
                message.facts.kind,
                message.facts.author,
                people.get(message.facts.author),
                instant(message.facts.at),
                message.facts.text,
            )
            for message in messages
        ],
    )
    insert_rows(SourceRecord, _SOURCE_RECORD, [_record(batch, message) for message in messages])


def _record(batch: ImportBatch, message: ToldMessage) -> tuple[object, ...]:
    """Return the row of what a source says; the words themselves are kept once, on the message."""
    outcome = Outcome.UPDATED if message.is_correction else Outcome.CREATED
    said = digest(*message.facts)
    return (batch.pk, NOUN, batch.source, message.record, outcome.value, said, {})
