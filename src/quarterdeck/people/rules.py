"""Who may keep job classes and positions, and what is possible with a draft."""

from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.people.models import DraftedRecord, JobDraft
from quarterdeck.people.models.drafts import KEEPING_ROLES
from quarterdeck.people.vocabulary import DraftKind, DraftState, RecordKind, RecordState

POSITION_ROLES = (Role.IT_MANAGER, Role.DIRECTOR, Role.HR_PARTNER)
# What one person may keep as two, or two as one: texts, not structure.
TEXTS = frozenset(
    {
        RecordKind.DUTY,
        RecordKind.FUNCTION,
        RecordKind.CLAUSE,
        RecordKind.MEASURE,
        RecordKind.ANCHOR,
        RecordKind.QUALIFICATION,
        RecordKind.EQUIVALENCY,
        RecordKind.SUPERVISION,
        RecordKind.CONDITION,
        RecordKind.BACKGROUND_CHECK,
        RecordKind.SUMMARY,
        RecordKind.DISTINCTION,
        RecordKind.PASSAGE,
        RecordKind.EVENT,
        RecordKind.AUTHORITY,
        RecordKind.FACT,
    }
)


def may_keep_job_classes(user: User) -> bool:
    """Whether this account may import, review and approve class descriptions."""
    return holds(user, *KEEPING_ROLES)


def may_keep_positions(user: User) -> bool:
    """Whether this account may say which positions there are and who holds them."""
    return holds(user, *POSITION_ROLES)


def may_review(user: User, draft: JobDraft) -> bool:
    """Whether this account may decide about the records of this draft now."""
    return may_keep_job_classes(user) and draft.state == DraftState.IN_REVIEW


def can_become_a_class(draft: JobDraft) -> bool:
    """Whether the draft may be approved: a general article is a suggestion, never a class."""
    return draft.kind != DraftKind.TEMPLATE


def can_accept(record: DraftedRecord) -> bool:
    """Whether the record may be accepted as it stands."""
    return not record.needs_confirmation and record.state != RecordState.DROPPED


def can_part(record: DraftedRecord) -> bool:
    """Whether the record is a text that may be split or joined with its like."""
    return record.kind in TEXTS
