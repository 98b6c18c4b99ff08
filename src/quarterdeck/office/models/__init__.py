"""The office's nouns."""

from quarterdeck.office.models.calendars import Calendar, Holiday, OpeningHours
from quarterdeck.office.models.imports import (
    ImportBatch,
    ImportFinding,
    ImportProgress,
    SourceRecord,
    StagedRecord,
)
from quarterdeck.office.models.mail import OutgoingMail
from quarterdeck.office.models.organisation import Organisation
from quarterdeck.office.models.saved_view import SavedView

__all__ = [
    "Calendar",
    "Holiday",
    "ImportBatch",
    "ImportFinding",
    "ImportProgress",
    "OpeningHours",
    "Organisation",
    "OutgoingMail",
    "SavedView",
    "SourceRecord",
    "StagedRecord",
]
