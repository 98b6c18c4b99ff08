"""The words that the columns of people may hold.

Where the kernel `jobtext` has a word for something, the same word is stored.
"""

from django.db import models

from quarterdeck.kernels.jobtext.records import (
    ClauseKind,
    ConditionKind,
    Direction,
    MeasureKind,
    Modality,
    Necessity,
    Polarity,
)


class ClassStatus(models.TextChoices):
    """Whether people are still taken into a class."""

    ACTIVE = "active", "In use"
    RETIRED = "retired", "Retired"


class DutyModality(models.TextChoices):
    """How binding a duty is as written."""

    DOES = Modality.DOES, "Does"
    MUST = Modality.MUST, "Must"
    MAY = Modality.MAY, "May"
    AS_NEEDED = Modality.AS_NEEDED, "As needed"
    BY_POSITION = Modality.BY_POSITION, "By position"


class SpecialClause(models.TextChoices):
    """Standing clauses that documents put among the duties and that are no duties themselves."""

    CATCH_ALL = ClauseKind.CATCH_ALL, "Other duties"
    REDEPLOYMENT = ClauseKind.REDEPLOYMENT, "Redeployment in an emergency"
    ALLOCATION = ClauseKind.ALLOCATION, "Allocation of positions"
    PROGRESSION = ClauseKind.PROGRESSION, "Progression between levels"
    ACCREDITATION = ClauseKind.ACCREDITATION, "Accreditation of degrees"
    NOTE = ClauseKind.NOTE, "Note"
    PUBLIC = ClauseKind.PUBLIC, "Public document"


class RuleKind(models.TextChoices):
    """What a qualification rule is about."""

    EDUCATION = "education", "Education"
    EXPERIENCE = "experience", "Experience"
    LICENCE = "licence", "Licence or certificate"
    SKILL = "skill", "Skill or knowledge"
    EQUIVALENCY = "equivalency", "Equivalency"


class RuleNecessity(models.TextChoices):
    """Whether somebody without it is out."""

    REQUIRED = Necessity.REQUIRED, "Required"
    PREFERRED = Necessity.PREFERRED, "Preferred"


class SupervisionDirection(models.TextChoices):
    """Whose supervision is meant."""

    RECEIVED = Direction.RECEIVED, "Received"
    EXERCISED = Direction.EXERCISED, "Exercised"


class WorkingConditionKind(models.TextChoices):
    """What a condition of work is about."""

    ENVIRONMENT = ConditionKind.ENVIRONMENT, "Environment"
    PHYSICAL_LEVEL = ConditionKind.PHYSICAL_LEVEL, "Level of physical demand"
    PHYSICAL_DEMAND = ConditionKind.PHYSICAL_DEMAND, "Physical demand"
    NOTE = ConditionKind.NOTE, "Note"
    BACKGROUND_CHECK = "background check", "Background check"
    PROBATION = "probation", "Probation"


class StatementKind(models.TextChoices):
    """What else a class description says."""

    SUMMARY = "summary", "General statement"
    DISTINCTION = "distinction", "Distinguishing characteristic"
    SERIES = "series", "Class of the series"
    FACT = "fact", "Detail of the class"
    STATED_NONE = "stated_none", "Stated to be empty"
    PASSAGE = "passage", "Other passage"


class Evidence(models.TextChoices):
    """What sort of evidence a measure of success asks for."""

    NUMBER = MeasureKind.NUMBER, "Number against a target"
    SURVEY = MeasureKind.SURVEY, "Survey"
    YES_NO = MeasureKind.YES_NO, "Yes or no"
    NO_TARGET = MeasureKind.NO_TARGET, "Number without target"
    QUALITATIVE = MeasureKind.QUALITATIVE, "Judgement"


class BetterDirection(models.TextChoices):
    """Which direction of a measure of success is the good one."""

    HIGHER = Polarity.HIGHER, "Higher is better"
    LOWER = Polarity.LOWER, "Lower is better"
    UNKNOWN = Polarity.UNKNOWN, "Not known"


class Confirmation(models.TextChoices):
    """Whether a person has confirmed how a measure of success is to be read."""

    AS_WRITTEN = "as_written", "Read as written"
    CONFIRMED = "confirmed", "Reading confirmed by a person"


class DraftState(models.TextChoices):
    """How far the review of a draft has come."""

    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    DISCARDED = "discarded", "Discarded"


class DraftKind(models.TextChoices):
    """What the document was taken for."""

    CLASS = "class", "One class"
    FAMILY = "family", "A family with levels"
    TEMPLATE = "template", "Template suggestion"


class RecordState(models.TextChoices):
    """What a person has decided about a record of a draft."""

    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    ACCEPTED = "accepted", "Accepted"
    CORRECTED = "corrected", "Corrected"
    ADDED = "added", "Added"
    DROPPED = "dropped", "Dropped"


class RecordConfidence(models.IntegerChoices):
    """How far the reading of a record may be trusted; a higher number is surer."""

    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"


class RecordKind(models.TextChoices):
    """What a record of a draft becomes once the draft is approved, in the order of a class page."""

    TITLE = "title", "Title"
    CLASS_CODE = "class_code", "Class code"
    ISSUER = "issuer", "Issuer"
    FAMILY = "family", "Job family"
    LEVEL = "level", "Levels"
    SUMMARY = "summary", "General statement"
    SERIES = "series", "Classes of the series"
    DISTINCTION = "distinction", "Distinguishing characteristics"
    DUTY = "duty", "Duties"
    CLAUSE = "clause", "Special clauses"
    RESULTS_AREA = "results_area", "Results areas"
    FUNCTION = "function", "Essential functions"
    MEASURE = "measure", "Measures of success"
    COMPETENCY = "competency", "Competencies"
    ANCHOR = "anchor", "Anchors"
    QUALIFICATION = "qualification", "Qualifications"
    EQUIVALENCY = "equivalency", "Equivalencies"
    SUPERVISION = "supervision", "Supervision"
    AUTHORITY = "authority", "Scope of authority"
    CONDITION = "condition", "Working conditions"
    BACKGROUND_CHECK = "background_check", "Background checks"
    PROBATION = "probation", "Probation"
    FACT = "fact", "Details of the class"
    EVENT = "event", "History of the class"
    STATED_NONE = "stated_none", "Stated to be empty"
    PASSAGE = "passage", "Other passages"


class EntryKind(models.TextChoices):
    """What an entry of a vocabulary is."""

    TASK = "task", "Task"
    KNOWLEDGE = "knowledge", "Knowledge"
    SKILL = "skill", "Skill"
    WORK_STYLE = "work_style", "Work style"


class EducationLevel(models.TextChoices):
    """What a course of study leads to, lowest first; the kernel `qualification` ranks them so."""

    HIGH_SCHOOL = "high_school", "High school"
    ASSOCIATE = "associate", "Associate’s degree"
    BACHELOR = "bachelor", "Bachelor’s degree"
    MASTER = "master", "Master’s degree"
    DOCTORATE = "doctorate", "Doctorate"


class DayPrecision(models.TextChoices):
    """How exactly a day is known."""

    DAY = "day", "The day"
    MONTH = "month", "The month"
    YEAR = "year", "The year"


class JudgedVerdict(models.TextChoices):
    """What a person found where no arithmetic can tell."""

    MET = "met", "Met"
    UNMET = "unmet", "Not met"


class EnrolmentState(models.TextChoices):
    """How somebody stands to a session."""

    ENROLLED = "enrolled", "Has a seat"
    WAITING = "waiting", "On the waiting list"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ATTENDED = "attended", "Attended"
    ABSENT = "absent", "Was absent"


class TestMoment(models.TextChoices):
    """When a test was taken."""

    # pytest would take it for a test by its name.
    __test__ = False

    PRE = "pre", "Before"
    POST = "post", "After"
