"""How import batches are listed and shown, and what every page says of the organisation."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.records import Action, Badge, Record, Tone, register
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ImportBatch, Organisation
from quarterdeck.office.rules import may_import
from quarterdeck.office.vocabulary import BatchState
from quarterdeck.ui import navigation
from quarterdeck.ui.surroundings import Surroundings, provide

STATE_BADGES = {
    BatchState.STAGING: Badge(Tone.ACTIVE),
    BatchState.EXAMINING: Badge(Tone.ACTIVE),
    BatchState.EXAMINED: Badge(Tone.WARNING),
    BatchState.APPLYING: Badge(Tone.ACTIVE),
    BatchState.APPLIED: Badge(Tone.GOOD),
    BatchState.REJECTED: Badge(Tone.BAD),
    BatchState.WITHDRAWN: Badge(Tone.NEUTRAL),
}


def _may_import(user: User) -> bool:
    return isinstance(user, Account) and may_import(user)


def _may_see_imports(user: User) -> bool:
    return _may_import(user) or holds(user, Role.AUDITOR)


import_batches = Record(
    ImportBatch,
    columns=(
        "id",
        "file_name",
        "state",
        "profile",
        "source",
        "begun_at",
        "begun_by",
        "created",
        "updated",
        "unchanged",
        "rejected",
    ),
    filters=("state", "begun_at"),
    details=(
        "state",
        "profile",
        "source",
        "file_name",
        "zone",
        "accept",
        "begun_at",
        "begun_by",
        "applied_at",
        "withdrawn_at",
        "covers_from",
        "covers_until",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "failure",
    ),
    order=("-id",),
    titles={
        "id": "Batch",
        "file_name": "File",
        "begun_at": "Begun",
        "begun_by": "By",
        "created": "New",
        "updated": "Changed",
        "applied_at": "Applied",
        "withdrawn_at": "Withdrawn",
    },
    badges={"state": STATE_BADGES},
    action=Action("Import a file", "office.import", "upload", _may_import),
    icon="file-import",
    section="Office",
    empty="Take in a first file: nothing is applied before you have seen what it would change.",
)


def surroundings() -> Surroundings:
    """Return what every page says of the organisation."""
    organisation = Organisation.objects.only("name", "zone", "is_demo").first()
    if organisation is None:
        return Surroundings()
    return Surroundings(organisation.name, organisation.zone, organisation.is_demo)


def waiting_imports(account: Account, _at: datetime) -> Iterator[waiting.WaitingItem]:
    """Give the imports that the account began and that wait for its decision."""
    if not may_import(account):
        return
    for batch in ImportBatch.objects.filter(begun_by=account, state=BatchState.EXAMINED):
        yield waiting.WaitingItem(
            title=f"Decide on {batch}",
            address=reverse(import_batches.detail_address, args=[batch.pk]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Import",
            detail="It was examined, and nothing of it counts before you let it in.",
        )


register(import_batches)
waiting.register(waiting_imports)
provide(surroundings)
navigation.register(
    navigation.Entry(
        "Office", "Imports", import_batches.list_address, import_batches.icon, _may_see_imports
    )
)
