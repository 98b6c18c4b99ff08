"""What a job asks of a person, as a tree of rules.

A leaf asks for one thing: a degree, months of experience, a credential, a competency. A branch
joins rules. Each rule carries the sentence that it was read from and whether it is required or
only preferred. Months are months of full-time work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType

__all__ = [
    "YEARS_OF_STUDY",
    "AllOf",
    "AnyOf",
    "ByJudgement",
    "Combination",
    "Comparison",
    "Competency",
    "Credential",
    "Degree",
    "DegreeLevel",
    "Direction",
    "EducationAndExperience",
    "Equivalency",
    "Months",
    "Rule",
    "Source",
    "Standing",
    "StatedNone",
]


class Standing(StrEnum):
    """Whether a rule decides, or is only good to have."""

    REQUIRED = "required"
    PREFERRED = "preferred"


class Comparison(StrEnum):
    """How months are held against a number: five years suffice for `AT_LEAST` five alone."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"


class DegreeLevel(IntEnum):
    """Levels of education; a higher one answers for every lower one."""

    HIGH_SCHOOL = 1
    ASSOCIATE = 2
    BACHELOR = 3
    MASTER = 4
    DOCTORATE = 5


# Years of study after high school. A bachelor's degree is four academic years and an associate's
# two; the United States Office of Personnel Management, Group Coverage Qualification Standard for
# Administrative and Management Positions, sets a master's degree beside two years of graduate
# study (GS-9) and a doctorate beside three (GS-11). A rule may state its own number.
YEARS_OF_STUDY: Mapping[DegreeLevel, int] = MappingProxyType(
    {
        DegreeLevel.HIGH_SCHOOL: 0,
        DegreeLevel.ASSOCIATE: 2,
        DegreeLevel.BACHELOR: 4,
        DegreeLevel.MASTER: 6,
        DegreeLevel.DOCTORATE: 7,
    }
)


class Direction(StrEnum):
    """What an equivalency lets stand in for what."""

    EXPERIENCE_FOR_EDUCATION = "experience_for_education"
    EDUCATION_FOR_EXPERIENCE = "education_for_experience"


@dataclass(frozen=True, slots=True)
class Source:
    """The sentence that a rule was read from: its text, and where it stands in the document.

    `start` and `end` count characters, half-open; both are 0 where the place is not known.
    """

    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What all rules have: `key` names the rule to judgements, `label` to readers."""

    key: str = ""
    label: str = ""
    standing: Standing = Standing.REQUIRED
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(_Rule):
    """Every required part."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(_Rule):
    """One part at least; of no parts, none can be met."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree(_Rule):
    """A completed degree of `level` or above, in one of `fields` or any if there are none.

    With `or_related`, a degree in another field may do, and with `or_equivalent` something else
    instead of a degree: a person has to say. `years` is how many years of study after high school
    the degree stands for where experience replaces it; None is the customary number.
    """

    level: DegreeLevel
    fields: tuple[str, ...] = ()
    or_related: bool = False
    or_equivalent: bool = False
    years: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Months(_Rule):
    """Months of full-time experience in work of `kind`, or any work if None.

    Each of `including` is counted within these months: "five years, of which two managing" is 60
    months that include 24 of the kind managing. Jobs held at one time count as full time at most,
    unless `beyond_full_time`.

    Raises ValueError for a negative number of months.
    """

    months: Fraction
    comparison: Comparison = Comparison.AT_LEAST
    kind: str | None = None
    including: tuple["Months", ...] = ()
    beyond_full_time: bool = False

    def __post_init__(self) -> None:
        if self.months < 0:
            raise ValueError(
                f"The rule {self.label!r} asks for {self.months} months: expected 0 or more."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(_Rule):
    """A licence or certificate by any of `names`, valid on the day asked for.

    Where it `is_described`, the names are words of the source rather than its own name: a person
    has to say whether something else that is held is meant by them.
    """

    names: tuple[str, ...]
    is_described: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency(_Rule):
    """An assessed competency of at least `rank` in its ladder of levels, 1 being the lowest."""

    name: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByJudgement(_Rule):
    """A requirement that only a person can judge, such as the knowledge of a subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedNone(_Rule):
    """The source says in words that nothing is required here, which is more than silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalency(_Rule):
    """What may stand in for what is missing, and at what rate.

    `rate` is how many years of what is given stand for one year of what is replaced: 1 is year
    for year, and 2 years of experience for each year of study is 2. With None the source states
    no rate, so a person has to judge. `limit_years` bounds the years that may be replaced.
    Experience must be of `kind`; None takes the kind of the experience that the rule requires.

    Raises ValueError for a rate that is not positive.
    """

    direction: Direction
    rate: Fraction | None
    limit_years: Fraction | None = None
    kind: str | None = None

    def __post_init__(self) -> None:
        if self.rate is not None and self.rate <= 0:
            raise ValueError(f"The rate {self.rate} of an equivalency: expected more than 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationAndExperience(_Rule):
    """A degree and months of experience, where the equivalencies let one stand in for the other.

    A month that replaces education is not counted again as experience, nor a year of study that
    replaces experience as education.
    """

    education: Degree
    experience: Months
    equivalencies: tuple[Equivalency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination(_Rule):
    """Shares of education and of experience that together make 100 per cent.

    Each share is what the person has over what would suffice alone, and time of study and of work
    together count as full time at most. `education_years` of study suffice alone, counted from
    `beyond_years` after high school on (4 where only graduate study counts); `experience`
    suffices alone. Source: United States Office of Personnel Management, Operating Manual for
    Qualification Standards, part E.5, crediting combinations of education and experience.

    Raises ValueError unless both are positive.
    """

    education_years: Fraction
    experience: Months
    beyond_years: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.education_years <= 0 or self.experience.months <= 0:
            raise ValueError(
                f"The combination {self.label!r} has an empty side: expected more than 0 years of "
                "education and more than 0 months of experience."
            )


Rule = (
    AllOf
    | AnyOf
    | Degree
    | Months
    | Credential
    | Competency
    | ByJudgement
    | StatedNone
    | EducationAndExperience
    | Combination
)
