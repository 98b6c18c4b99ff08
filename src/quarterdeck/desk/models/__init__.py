"""The desk's nouns."""

from quarterdeck.desk.models.article import Article, ArticleEvent, ArticleVersion
from quarterdeck.desk.models.article_file import ArticleFile
from quarterdeck.desk.models.article_use import ArticleFeedback, ArticleUse, KnowledgeVisit
from quarterdeck.desk.models.assignment import AssignmentDecision, AssignmentPolicy, Skill
from quarterdeck.desk.models.candidate_problem import (
    CandidateMember,
    CandidateProblem,
    CandidateSearch,
)
from quarterdeck.desk.models.canned_reply import CannedReply
from quarterdeck.desk.models.catalogue_request import CatalogueRequest
from quarterdeck.desk.models.category import Category
from quarterdeck.desk.models.category_alias import CategoryAlias
from quarterdeck.desk.models.escalation import (
    Escalation,
    EscalationEvent,
    EscalationPolicy,
)
from quarterdeck.desk.models.imported_message import ImportedMessage
from quarterdeck.desk.models.incoming_mail import IncomingMail, MailOriginal
from quarterdeck.desk.models.link import TicketLink
from quarterdeck.desk.models.macro import Macro
from quarterdeck.desk.models.mailbox import Mailbox, MailboxStanding
from quarterdeck.desk.models.major_incident import (
    AffectedService,
    MajorIncident,
    MajorIncidentEntry,
    PublicUpdate,
    ReviewAction,
)
from quarterdeck.desk.models.message import TicketMessage
from quarterdeck.desk.models.message_file import MessageFile
from quarterdeck.desk.models.number_series import NumberSeries
from quarterdeck.desk.models.person_alias import PersonAlias
from quarterdeck.desk.models.priority_matrix import PriorityMatrix
from quarterdeck.desk.models.problem import (
    CauseStep,
    ContributingFactor,
    Problem,
    ProblemLink,
    ProblemStateChange,
)
from quarterdeck.desk.models.recurring_ticket import RecurringOccurrence, RecurringTicket
from quarterdeck.desk.models.rota import DutyShift, Rota, ShiftSwap
from quarterdeck.desk.models.routine import RoutineDefinition
from quarterdeck.desk.models.service_level import (
    ServiceLevelPolicy,
    ServiceLevelTarget,
    ServiceLevelTerms,
)
from quarterdeck.desk.models.service_level_clock import (
    ClockChange,
    ClockRecalculation,
    RecalculationTally,
    ServiceLevelClock,
    ServiceLevelEvent,
)
from quarterdeck.desk.models.shift_note import ShiftNote, ShiftReceipt
from quarterdeck.desk.models.state_change import StateChange
from quarterdeck.desk.models.tag import TicketTag
from quarterdeck.desk.models.team_alias import TeamAlias
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.models.ticket_rule import RuleFiring, TicketRule
from quarterdeck.desk.models.time_entry import TimeEntry
from quarterdeck.desk.models.watcher import (
    Mention,
    TicketNotice,
    TicketWatcher,
)

__all__ = [
    "AffectedService",
    "Article",
    "ArticleEvent",
    "ArticleFeedback",
    "ArticleFile",
    "ArticleUse",
    "ArticleVersion",
    "AssignmentDecision",
    "AssignmentPolicy",
    "CandidateMember",
    "CandidateProblem",
    "CandidateSearch",
    "CannedReply",
    "CatalogueRequest",
    "Category",
    "CategoryAlias",
    "CauseStep",
    "ClockChange",
    "ClockRecalculation",
    "ContributingFactor",
    "DutyShift",
    "Escalation",
    "EscalationEvent",
    "EscalationPolicy",
    "ImportedMessage",
    "IncomingMail",
    "KnowledgeVisit",
    "Macro",
    "MailOriginal",
    "Mailbox",
    "MailboxStanding",
    "MajorIncident",
    "MajorIncidentEntry",
    "Mention",
    "MessageFile",
    "NumberSeries",
    "PersonAlias",
    "PriorityMatrix",
    "Problem",
    "ProblemLink",
    "ProblemStateChange",
    "PublicUpdate",
    "RecalculationTally",
    "RecurringOccurrence",
    "RecurringTicket",
    "ReviewAction",
    "Rota",
    "RoutineDefinition",
    "RuleFiring",
    "ServiceLevelClock",
    "ServiceLevelEvent",
    "ServiceLevelPolicy",
    "ServiceLevelTarget",
    "ServiceLevelTerms",
    "ShiftNote",
    "ShiftReceipt",
    "ShiftSwap",
    "Skill",
    "StateChange",
    "TeamAlias",
    "Ticket",
    "TicketLink",
    "TicketMessage",
    "TicketNotice",
    "TicketRule",
    "TicketTag",
    "TicketWatcher",
    "TimeEntry",
]
