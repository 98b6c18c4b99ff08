"""How import batches are listed and shown, and what every page says of the organisation."""

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


register(import_batches)
provide(surroundings)
navigation.register(
    navigation.Entry(
        "Office", "Imports", import_batches.list_address, import_batches.icon, _may_see_imports
    )
)
