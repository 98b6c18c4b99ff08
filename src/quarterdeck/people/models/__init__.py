"""The nouns of people."""

from quarterdeck.people.models.absences import Absence
from quarterdeck.people.models.architecture import (
    ClassHistoryEvent,
    ClassVersion,
    Grade,
    JobClass,
    JobFamily,
    Level,
)
from quarterdeck.people.models.background import Certificate, Education, Experience
from quarterdeck.people.models.course_tests import (
    CourseTest,
    CourseTestAnswer,
    CourseTestAttempt,
    CourseTestChoice,
    CourseTestItem,
    CourseTestReminder,
)
from quarterdeck.people.models.description import (
    Anchor,
    AuthorityDimension,
    ClassStatement,
    Competency,
    Duty,
    QualificationRule,
    ResultsArea,
    SuccessMeasure,
    Supervision,
    WorkingCondition,
)
from quarterdeck.people.models.drafts import DraftedRecord, JobDraft
from quarterdeck.people.models.judgements import QualificationJudgement
from quarterdeck.people.models.positions import Incumbency, Position
from quarterdeck.people.models.training import Course, CourseSession, Enrolment, TestResult
from quarterdeck.people.models.vocabularies import Vocabulary, VocabularyEntry, VocabularyLink

__all__ = [
    "Absence",
    "Anchor",
    "AuthorityDimension",
    "Certificate",
    "ClassHistoryEvent",
    "ClassStatement",
    "ClassVersion",
    "Competency",
    "Course",
    "CourseSession",
    "CourseTest",
    "CourseTestAnswer",
    "CourseTestAttempt",
    "CourseTestChoice",
    "CourseTestItem",
    "CourseTestReminder",
    "DraftedRecord",
    "Duty",
    "Education",
    "Enrolment",
    "Experience",
    "Grade",
    "Incumbency",
    "JobClass",
    "JobDraft",
    "JobFamily",
    "Level",
    "Position",
    "QualificationJudgement",
    "QualificationRule",
    "ResultsArea",
    "SuccessMeasure",
    "Supervision",
    "TestResult",
    "Vocabulary",
    "VocabularyEntry",
    "VocabularyLink",
    "WorkingCondition",
]
