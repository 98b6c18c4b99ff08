"""Who may import and change settings, and when a batch may be applied, withdrawn or discarded."""

from django.db.models import Q

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import (
    Attachment,
    Comment,
    ImportBatch,
    OutgoingMail,
    SavedView,
    SourceRecord,
)
from quarterdeck.office.models.imports import (
    BEFORE_IT_COUNTS,
    CATCHING_UP,
    IMPORTING_ROLES,
    PEOPLE_FORMAT,
    UNFINISHED,
    keeps_personnel,
)
from quarterdeck.office.vocabulary import BatchState


def may_import(user: User, profile: str = "") -> bool:
    """Whether this account may bring in files of this format, or of every one where none is named,
    and take their batches back."""
    if holds(user, *IMPORTING_ROLES):
        return True
    return profile == PEOPLE_FORMAT and keeps_personnel(user)


def may_import_something(user: User) -> bool:
    """Whether there is a format of which this account may bring files in."""
    return may_import(user, PEOPLE_FORMAT)


def may_change_settings(user: Account) -> bool:
    """Whether this account may change the organisation's settings, calendars and holidays."""
    return holds(user, Role.ADMINISTRATOR, Role.IT_MANAGER)


def ask_keeper(account: Account) -> None:
    """Refuse an act on the settings by an account to which it is not given."""
    if not may_change_settings(account):
        raise Refused("You may not change the settings.")


def can_discard(batch: ImportBatch) -> bool:
    """Whether the batch has not come to count yet."""
    return batch.state in BEFORE_IT_COUNTS


def can_settle(batch: ImportBatch) -> bool:
    """Whether records still have to catch up with a batch that counts, or no longer counts."""
    return batch.state in CATCHING_UP


def can_clear(batch: ImportBatch) -> bool:
    """Whether nothing needs the batch's working rows any more."""
    return batch.state not in UNFINISHED


def can_map(batch: ImportBatch) -> bool:
    """Whether it may still be said what the batch's columns hold."""
    return batch.state in {BatchState.MAPPING, BatchState.EXAMINED}


def can_withdraw(batch: ImportBatch) -> bool:
    """Whether the batch counts at present."""
    return batch.state == BatchState.APPLIED


def built_upon_by(batch: ImportBatch) -> ImportBatch | None:
    """Return the last standing batch after this one that speaks of its records, if there is one.

    A batch that found records unchanged holds no rows for them: they would go with the batch that
    told them first, though its file says them too.
    """
    records = SourceRecord.objects.filter(batch=batch).values("external_id")
    later = ImportBatch.objects.standing().filter(source=batch.source, pk__gt=batch.pk)
    builds = Q(source_records__external_id__in=records) | Q(unchanged__gt=0)
    return later.filter(builds).order_by("-pk").first()


def may_send_again(user: User) -> bool:
    """Whether this account may queue any failed mail once more: it runs the installation."""
    return holds(user, Role.ADMINISTRATOR)


def can_send_again(mail: OutgoingMail) -> bool:
    """Whether a mail failed, and is still there to be sent."""
    return mail.has_failed and not mail.is_emptied


def may_share_views(user: User) -> bool:
    """Whether this account may offer its views of lists to everybody."""
    return holds(user, Role.ADMINISTRATOR, Role.IT_MANAGER, Role.TEAM_LEAD)


def may_keep_view(user: User, view: SavedView) -> bool:
    """Whether one may change and remove it: it is one's own, or one keeps what is shared."""
    is_own = isinstance(user, Account) and view.owner_id == user.pk
    return is_own or (view.is_shared and holds(user, Role.ADMINISTRATOR))


_REMARKING = (
    Role.TECHNICIAN,
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.DIRECTOR,
    Role.HR_PARTNER,
    Role.ADMINISTRATOR,
)


def may_read_remarks(user: User) -> bool:
    """Whether this account finds comments and files on the records that it sees."""
    return holds(user, *_REMARKING, Role.AUDITOR)


def may_remark(user: User) -> bool:
    """Whether this account may comment on the records that it sees, and add files to them."""
    return holds(user, *_REMARKING)


def may_remove_remark(user: User, remark: Comment | Attachment) -> bool:
    """Whether a comment or file is one's own, or one keeps the installation."""
    is_own = isinstance(user, Account) and remark.by_id == user.pk and may_remark(user)
    return is_own or holds(user, Role.ADMINISTRATOR)


def may_keep_surveys(user: User) -> bool:
    """Whether this account may begin, change and end surveys."""
    return holds(user, Role.IT_MANAGER, Role.DIRECTOR, Role.HR_PARTNER, Role.ADMINISTRATOR)


def may_read_anonymous_texts(user: User) -> bool:
    """Whether this account may read what was written to an anonymous survey, without any name."""
    return holds(user, Role.IT_MANAGER, Role.DIRECTOR, Role.HR_PARTNER)
