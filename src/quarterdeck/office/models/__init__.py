"""The office's nouns."""

from quarterdeck.office.models.approval_policies import (
    ApprovalPolicy,
    ApprovalPolicyApprover,
    ApprovalPolicyStep,
)
from quarterdeck.office.models.approvals import (
    ApprovalDecision,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalStep,
)
from quarterdeck.office.models.calendars import Calendar, CalendarHours, Holiday
from quarterdeck.office.models.delegations import Delegation
from quarterdeck.office.models.imports import (
    ImportBatch,
    ImportFinding,
    ImportMapping,
    ImportProgress,
    OfCountingBatch,
    PreparedRow,
    SourceRecord,
    StagedRecord,
)
from quarterdeck.office.models.inquiries import ApprovalInquiry, InquiryAnswer
from quarterdeck.office.models.letters import (
    DigestRhythm,
    MailDigest,
    MailTemplate,
    MailWish,
    WaitingLetter,
)
from quarterdeck.office.models.mail import OutgoingMail
from quarterdeck.office.models.notices import Notice
from quarterdeck.office.models.organisation import Organisation
from quarterdeck.office.models.period_rules import PeriodRule, PeriodRuleWithdrawal
from quarterdeck.office.models.printing import PrintedPaper, PrintRequest
from quarterdeck.office.models.remarks import Attachment, Comment
from quarterdeck.office.models.saved_view import SavedView
from quarterdeck.office.models.survey_responses import SurveyAnswer, SurveyResponse
from quarterdeck.office.models.surveys import (
    SpentLink,
    Survey,
    SurveyInvitation,
    SurveyOptOut,
    SurveyProgress,
    SurveyQuestion,
    SurveyVersion,
)
from quarterdeck.office.models.webhooks import Webhook, WebhookPost, WebhookStanding

__all__ = [
    "ApprovalDecision",
    "ApprovalInquiry",
    "ApprovalPolicy",
    "ApprovalPolicyApprover",
    "ApprovalPolicyStep",
    "ApprovalRequest",
    "ApprovalSeat",
    "ApprovalStep",
    "Attachment",
    "Calendar",
    "CalendarHours",
    "Comment",
    "Delegation",
    "DigestRhythm",
    "Holiday",
    "ImportBatch",
    "ImportFinding",
    "ImportMapping",
    "ImportProgress",
    "InquiryAnswer",
    "MailDigest",
    "MailTemplate",
    "MailWish",
    "Notice",
    "OfCountingBatch",
    "Organisation",
    "OutgoingMail",
    "PeriodRule",
    "PeriodRuleWithdrawal",
    "PreparedRow",
    "PrintRequest",
    "PrintedPaper",
    "SavedView",
    "SourceRecord",
    "SpentLink",
    "StagedRecord",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyOptOut",
    "SurveyProgress",
    "SurveyQuestion",
    "SurveyResponse",
    "SurveyVersion",
    "WaitingLetter",
    "Webhook",
    "WebhookPost",
    "WebhookStanding",
]
