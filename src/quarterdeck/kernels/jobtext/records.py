"""What is found in a job description: typed records, each with its place and its confidence.

The shapes are those of class specifications, matrices of levels, and results-focused descriptions.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from quarterdeck.kernels.jobtext.source import SourceSpan


class DocumentKind(StrEnum):
    """What a document is: one class, a family with levels, or a text about the trade at large."""

    CLASS = "class"
    FAMILY = "family"
    TEMPLATE = "template"


class Confidence(StrEnum):
    """How far a record may be trusted before a person has looked at it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Modality(StrEnum):
    """How binding a duty is as written."""

    DOES = "does"
    MUST = "must"
    MAY = "may"
    AS_NEEDED = "as needed"
    BY_POSITION = "by position"


class ClauseKind(StrEnum):
    """Standing clauses beside the duties; none of them is a duty itself."""

    CATCH_ALL = "catch-all"
    REDEPLOYMENT = "redeployment"
    ALLOCATION = "allocation"
    PROGRESSION = "progression"
    ACCREDITATION = "accreditation"
    NOTE = "note"
    PUBLIC = "public document"


class QualificationKind(StrEnum):
    """What a qualification asks for."""

    EDUCATION = "education"
    EXPERIENCE = "experience"
    LICENCE = "licence"
    SKILL = "skill"


class Degree(StrEnum):
    """Degrees by rank, lowest first."""

    HIGH_SCHOOL = "high school"
    ASSOCIATE = "associate"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTORATE = "doctorate"


class Necessity(StrEnum):
    """Whether somebody without it is out."""

    REQUIRED = "required"
    PREFERRED = "preferred"


class Operator(StrEnum):
    """How a figure found is to compare with the one written."""

    AT_LEAST = ">="
    MORE = ">"
    AT_MOST = "<="
    LESS = "<"
    EQUAL = "="


class MeasureKind(StrEnum):
    """What sort of evidence a measure of success asks for."""

    NUMBER = "number"
    SURVEY = "survey"
    YES_NO = "yes or no"
    NO_TARGET = "number without target"
    QUALITATIVE = "qualitative"


class Polarity(StrEnum):
    """Which direction is better."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Whose supervision a passage speaks of."""

    RECEIVED = "received"
    EXERCISED = "exercised"


class ConditionKind(StrEnum):
    """What a working condition is about."""

    ENVIRONMENT = "environment"
    PHYSICAL_LEVEL = "physical level"
    PHYSICAL_DEMAND = "physical demand"
    NOTE = "note"


class WarningKind(StrEnum):
    """Why a person should look."""

    CONTRADICTION = "contradiction"
    DIRECTION = "direction"
    DUPLICATE = "duplicate"
    COMPOUND = "compound"
    LOST_HEADING = "lost heading"
    NO_RATIO = "no ratio"
    UNCLEAR = "unclear"
    INCOMPLETE = "incomplete"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something found in a source.

    `text` is in NFC, with one space between words and without marks of lists and markup. `spans`
    are the places it was read from, in its own order: more than one where a sentence was healed
    across a page break, or a stem put before its item. `reason` explains the confidence.
    """

    text: str
    spans: tuple[SourceSpan, ...]
    confidence: Confidence
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Found):
    """A short value under a name, such as the pay grade; `text` is the value as written.

    `key` is our name for it (`pay_grade`, `flsa` …), or the document's own in lower case with
    underscores. `day` is the date that the value states, where it states one.
    """

    key: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Found):
    """A level, ranked from 1, the lowest; `grade_system` and `grade` as in "Admin level", "4"."""

    name: str
    rank: int
    grade_system: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Found):
    """A duty or essential function; `level` names the level it belongs to, "" for all.

    `recurrence` is the rhythm that the text itself states, such as `quarterly`; "" if none.
    """

    order: int
    modality: Modality
    area: str = ""
    level: str = ""
    recurrence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Found):
    """A standing clause that is no duty; `level` names the level it stands under, "" for all."""

    kind: ClauseKind
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor(Found):
    """What a competency looks like at a level ("" for one alone); `criteria` are its sentences."""

    level: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency(Found):
    """A competency with one anchor per level; `name` is "" where the name is lost."""

    name: str
    anchors: tuple[Anchor, ...]
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalency(Found):
    """What may stand in for what.

    `ratio` is the number of years of `gives` for one year of `replaces`, `years` the number that
    stands for the whole requirement. Where both are None the text has no ratio: a person judges.
    """

    gives: QualificationKind
    replaces: QualificationKind
    ratio: Fraction | None
    years: Fraction | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification(Found):
    """One thing asked for.

    `operator` and `years` belong to experience; `degree` and `fields` to education, where
    `related_field` says that a neighbouring field will do and `or_equivalent` that the sentence
    admits an equivalent without a ratio. `nested_in` is the position, in the draft's list, of the
    requirement whose years these are part of. `level` names the level, "" for all.
    """

    kind: QualificationKind
    necessity: Necessity
    operator: Operator | None = None
    years: Fraction | None = None
    degree: Degree | None = None
    fields: tuple[str, ...] = ()
    related_field: bool = False
    or_equivalent: bool = False
    nested_in: int | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision(Found):
    """Supervision received or exercised; `condition` holds words such as "by position"."""

    direction: Direction
    condition: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a measure is held against, such as >= 90 %."""

    operator: Operator
    value: Fraction
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Found):
    """A measure of success.

    `operator`, `value` and `unit` are as written; an operator left out is read from the polarity.
    `subject` is what is measured, `evaluator` who judges it ("" where nobody does). `proposed` is
    the reading offered where the writing is doubtful; it counts only once a person confirms it.
    `heading` is the sub-heading above, `parts` the claims of a compound sentence, `similar_to` the
    position in its area of an earlier measure that says much the same.
    """

    kind: MeasureKind
    subject: str
    operator: Operator | None = None
    value: Fraction | None = None
    unit: str = ""
    evaluator: str = ""
    polarity: Polarity = Polarity.UNKNOWN
    needs_confirmation: bool = False
    proposed: Target | None = None
    heading: str = ""
    parts: tuple[str, ...] = ()
    similar_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsArea(Found):
    """A result that the job is there for, with its essential functions and measures."""

    name: str
    functions: tuple[Duty, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityDimension(Found):
    """How far authority reaches in one dimension: people, operations, or money."""

    dimension: str
    complexity: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCondition(Found):
    """A condition of work; `name` is the word before the colon of a physical demand."""

    kind: ConditionKind
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundCheck(Found):
    """A check before somebody is taken on; `condition` holds words such as "by position"."""

    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probation(Found):
    """The time of probation."""

    months: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEvent(Found):
    """One event in the history of the class itself; `notice` is the number of its notice."""

    day: date
    change: str
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesMember(Found):
    """A class of the series that the document names, in the document's order from 1."""

    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedNone(Found):
    """A section that says "None": stated to be empty, which is not the same as silent."""

    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Found):
    """A passage kept as text: what a section says that no record holds. `section` is its name."""

    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWarning(Found):
    """Something a person should look at; `message` says what, `text` is the text concerned."""

    kind: WarningKind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that was found in one document, waiting for a person's review."""

    kind: DocumentKind
    kind_reason: str
    title: Fact | None = None
    class_code: Fact | None = None
    issuer: Fact | None = None
    family: Fact | None = None
    summary: tuple[Passage, ...] = ()
    levels: tuple[Level, ...] = ()
    series: tuple[SeriesMember, ...] = ()
    distinctions: tuple[Passage, ...] = ()
    duties: tuple[Duty, ...] = ()
    clauses: tuple[Clause, ...] = ()
    competencies: tuple[Competency, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    equivalencies: tuple[Equivalency, ...] = ()
    supervision: tuple[Supervision, ...] = ()
    results_areas: tuple[ResultsArea, ...] = ()
    authority: tuple[AuthorityDimension, ...] = ()
    conditions: tuple[WorkingCondition, ...] = ()
    background_checks: tuple[BackgroundCheck, ...] = ()
    probation: Probation | None = None
    facts: tuple[Fact, ...] = ()
    history: tuple[ClassEvent, ...] = ()
    stated_none: tuple[StatedNone, ...] = ()
    passages: tuple[Passage, ...] = ()
    warnings: tuple[DraftWarning, ...] = ()
