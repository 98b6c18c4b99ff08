"""Who may keep job classes and positions, what is possible with a draft, and who tells, verifies
and judges what a person brings."""

from collections.abc import Collection

from django.db.models import QuerySet

from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.people.models import DraftedRecord, JobDraft
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.models.drafts import KEEPING_ROLES
from quarterdeck.people.models.positions import people_within
from quarterdeck.people.models.training import TRAINING_ROLES, Course, CourseSession
from quarterdeck.people.vocabulary import DraftKind, DraftState, RecordKind, RecordState

POSITION_ROLES = (Role.IT_MANAGER, Role.DIRECTOR, Role.HR_PARTNER)
# Who answers for others: their lines' managers, and HR.
JUDGING_ROLES = (Role.TEAM_LEAD, Role.IT_MANAGER, Role.DIRECTOR, Role.HR_PARTNER)
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


def within_reach(user: User) -> QuerySet[Person]:
    """Return the people whose personnel records the account may see: HR's, one's line, oneself."""
    sight = sight_of(user, NounClass.PERSONNEL)
    people = Person.objects.all()
    return people if sight.everything else people.filter(people_within(user, sight)).distinct()


def may_judge(user: User, person_key: int) -> bool:
    """Whether this account may verify and judge what the person brings."""
    return (
        may_judge_within_reach(user, person_key)
        and within_reach(user).filter(pk=person_key).exists()
    )


def may_judge_within_reach(user: User, person_key: int) -> bool:
    """Whether this account may judge somebody who is known to be in its reach: never oneself."""
    is_other = isinstance(user, Account) and user.person_id != person_key
    return is_other and holds(user, *JUDGING_ROLES)


def may_tell_background(user: User) -> bool:
    """Whether this account may say what somebody brings: at least of oneself."""
    return isinstance(user, Account) and (user.person_id is not None or holds(user, *JUDGING_ROLES))


def may_store_background(user: User, row: BackgroundItem) -> bool:
    """Whether this account may say it of that person."""
    is_own = isinstance(user, Account) and user.person_id == row.person_id
    return is_own or may_judge(user, row.person_id)


def may_change_background(user: User, row: BackgroundItem) -> bool:
    """Whether this account may change it now: what is verified stays, until that is taken back."""
    return row.verified_at is None and may_store_background(user, row)


def may_keep_courses(user: User) -> bool:
    """Whether this account may say which courses and sessions there are."""
    return holds(user, *TRAINING_ROLES)


def may_enrol(user: User) -> bool:
    """Whether this account may enrol its person in sessions."""
    return isinstance(user, Account) and user.person_id is not None


def may_take_attendance(user: User, session: CourseSession) -> bool:
    """Whether this account may say who attended: who plans courses, and who gives the session."""
    person = user.person_id if isinstance(user, Account) else None
    return may_keep_courses(user) or (person is not None and person == session.trainer_id)


def may_keep_test(user: User, course: Course) -> bool:
    """Whether this account may write the test of a course, and so read its key: who plans courses,
    and who gives one of its sessions."""
    person = user.person_id if isinstance(user, Account) else None
    gives = person is not None and course.sessions.filter(trainer=person).exists()
    return gives or may_keep_courses(user)


def may_read_answers(user: User, session: CourseSession) -> bool:
    """Whether this account may read what participants answered in tests: its trainer alone."""
    return (
        isinstance(user, Account)
        and user.person_id is not None
        and (user.person_id == session.trainer_id)
    )


def may_record_absence(user: User, person: Person) -> bool:
    """Whether this account may say when somebody is away: that person, or whoever leads them."""
    return person.pk in may_record_absences(user, {person.pk})


def may_record_absences(user: User, keys: Collection[int]) -> set[int]:
    """Return for whom of these people this account may say when they are away."""
    if not isinstance(user, Account):
        return set()
    own = {user.person_id} & set(keys) if user.person_id is not None else set[int]()
    if not holds(user, *JUDGING_ROLES):
        return own
    return own | set(within_reach(user).filter(pk__in=keys).values_list("pk", flat=True))
