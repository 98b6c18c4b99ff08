"""The nouns that every deck above builds on."""

from quarterdeck.core.models.account import Account, RoleAssignment
from quarterdeck.core.models.api_token import ApiToken
from quarterdeck.core.models.base import Fact, Noun, Scratch
from quarterdeck.core.models.directory import Person, Team, TeamMembership, Unit
from quarterdeck.core.models.erasure import Erasure
from quarterdeck.core.models.evidence import EvidenceMark
from quarterdeck.core.models.history import Act, HistoryEntry
from quarterdeck.core.models.jobs import JobLease, JobProgress, ScheduledJob
from quarterdeck.core.models.outbox import Announcement, Delivery
from quarterdeck.core.models.redaction import Redaction
from quarterdeck.core.models.sealing import Seal
from quarterdeck.core.models.sign_in import SignInLimit, SignInSession

__all__ = [
    "Account",
    "Act",
    "Announcement",
    "ApiToken",
    "Delivery",
    "Erasure",
    "EvidenceMark",
    "Fact",
    "HistoryEntry",
    "JobLease",
    "JobProgress",
    "Noun",
    "Person",
    "Redaction",
    "RoleAssignment",
    "ScheduledJob",
    "Scratch",
    "Seal",
    "SignInLimit",
    "SignInSession",
    "Team",
    "TeamMembership",
    "Unit",
]
