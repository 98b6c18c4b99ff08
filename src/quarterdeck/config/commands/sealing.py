"""The commands that verify the chain of seals, and redact what it covers."""

import argparse

from django.apps import apps

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.output import note, say
from quarterdeck.core import clock
from quarterdeck.core.erasure import erase, names_of
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Person
from quarterdeck.core.redaction import redact
from quarterdeck.core.sealing import seal_rows, verify
from quarterdeck.desk.models import IncomingMail
from quarterdeck.kernels.erasing import is_one_word
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState


def verify_seals(chosen: argparse.Namespace) -> int:
    """Compute the chain of seals again and name the first fault; 1 if there is one."""
    if chosen.seal_first:
        say(f"{seal_rows(actor=operator(), at=clock.now()):,} rows sealed")
    found = verify()
    if found.fault:
        note(found.fault)
    say(f"{found.rows:,} rows under {found.seals:,} seals are as they were sealed")
    if found.redacted:
        say(f"{found.redacted:,} of them were redacted since, and are as they were left then")
    say(f"last seal {found.last_digest}")
    return int(bool(found.fault))


def erase_person(chosen: argparse.Namespace) -> int:
    """Take a person's names and addresses out of every row and file; run it again if killed."""
    person = Person.objects.filter(pk=chosen.person).first()
    if person is None:
        raise Refused(f"There is no person {chosen.person}.")
    names = names_of(person)
    if not (names or chosen.also):
        raise Refused("The directory does not name this person any more; name whom with --also.")
    for name in dict.fromkeys([*names, *chosen.also]):
        is_whole = is_one_word(name) and name not in chosen.also
        note(f"seeking “{name}”{' where it stands alone' * is_whole}")
    _ask_for_files_unread()
    done = erase(
        names=names,
        also=chosen.also,
        person=person,
        reason=chosen.reason,
        actor=operator(),
        at=clock.now(),
    )
    for noun, rows in sorted(done.rows.items()):
        note(f"{noun}: {rows:,} rows")
    say(f"{sum(done.rows.values()):,} rows masked, {done.files:,} files removed")
    return 0


def _ask_for_files_unread() -> None:
    """Refuse while a file waits to be read that an erasure might remove, and all in it be lost."""
    states = (BatchState.MAPPING, BatchState.STAGING)
    unread = ImportBatch.objects.filter(state__in=states).exclude(stored_file="").order_by("pk")
    if (batch := unread.first()) is not None:
        raise Refused(
            f"{batch} is not read yet, and an erasure might remove its file. Expected: its columns"
            " mapped and the file read by a worker, or the batch discarded (page Imports)."
        )
    mails = IncomingMail.objects.waiting() | IncomingMail.objects.not_understood()
    if (count := mails.count()) > 0:
        raise Refused(
            f"Of the mails that came in, {count:,} are not understood yet, and an erasure might"
            " remove their originals. Expected: read by a worker, a ticket made of them, or"
            " discarded (page Incoming mail)."
        )


def redact_content(chosen: argparse.Namespace) -> int:
    """Take content out of one row and its history; what was sealed stays sealed."""
    try:
        model = apps.get_model(chosen.noun)
    except (LookupError, ValueError) as problem:
        raise Refused(
            f"There is no noun “{chosen.noun}”; expected such as desk.ticketmessage."
        ) from problem
    # A row that was removed still has a history.
    row = model._base_manager.filter(pk=chosen.key).first() or model(pk=chosen.key)
    done = redact(
        row=row,
        columns=chosen.column,
        reason=chosen.reason,
        actor=operator(),
        at=clock.now(),
    )
    say(f"{done:,} rows redacted")
    return 0
