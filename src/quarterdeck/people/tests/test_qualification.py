"""A person against a level: what is counted from the rows, and what people judged.

The known answers are those of the kernel's own tests, here told through rows: they are worked
from the sentences of the rules, month by month.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.kernels.qualification import Verdict
from quarterdeck.kernels.qualification.rules import (
    Combination,
    Credential,
    Degree,
    DegreeLevel,
    Direction,
    EducationAndExperience,
    Equivalency,
    Months,
)
from quarterdeck.kernels.qualification.spells import Cut
from quarterdeck.people.models import Certificate, Education, Experience
from quarterdeck.people.queries.qualification import PersonalStanding
from quarterdeck.people.tests.house import AT
from quarterdeck.people.tests.qualified import DAY, Case, qualified_case, verdicts

pytestmark = pytest.mark.django_db


@pytest.fixture(name="case")
def _case() -> Case:
    return qualified_case()


def months(standing: PersonalStanding) -> tuple[float, float]:
    """Return the months of the first rule that are certain, and those that are possible."""
    finding = standing.qualifications[0].finding
    return float(finding.certain or 0), float(finding.possible or 0)


FIVE_YEARS = Months(
    key="five",
    label="Five years, two of them managing",
    months=Fraction(60),
    including=(Months(key="two", label="Two managing", months=Fraction(24), kind="managing"),),
)


def test_of_whom_nothing_is_recorded_nothing_is_known(case: Case) -> None:
    standing = case.standing()

    assert (verdicts(standing), standing.due) == ([Verdict.UNKNOWN] * 2, ())


def test_five_years_with_two_of_them_managing_are_counted_from_the_rows(case: Case) -> None:
    case.ask(FIVE_YEARS)
    case.work(date(2020, 1, 1), date(2022, 12, 31), percent_managing=0)
    case.work(date(2023, 1, 1), date(2024, 12, 31), percent_managing=100)

    standing = case.standing()

    assert (verdicts(standing), months(standing)) == ([Verdict.MET], (60, 60))


def test_what_is_not_known_of_managing_leaves_the_rule_unknown(case: Case) -> None:
    case.ask(FIVE_YEARS)
    case.work(date(2020, 1, 1), date(2024, 12, 31))

    assert verdicts(case.standing()) == [Verdict.UNKNOWN]


# What is counted of work up to 2 March 2026, and why it is no more.
@pytest.mark.parametrize(
    ("rows", "counted", "cuts"),
    [
        # Half of full time for two years is one year.
        (
            [{"first": date(2020, 1, 1), "last": date(2021, 12, 31), "percent_of_full_time": 50}],
            (12, 12),
            [(Cut.PART_TIME,)],
        ),
        # Two full-time jobs at one time are one, and each gives half of what they share.
        (
            [
                {"first": date(2020, 1, 1), "last": date(2020, 12, 31)},
                {"first": date(2020, 1, 1), "last": date(2020, 12, 31)},
            ],
            (12, 12),
            [(Cut.OVERLAP,), (Cut.OVERLAP,)],
        ),
        # Work that begins later gives nothing yet.
        (
            [{"first": date(2026, 4, 1), "last": None, "is_ongoing": True}],
            (0, 0),
            [(Cut.NOT_BEGUN,)],
        ),
        # Work that will go on counts to the day asked for: 2 March is two days of a month.
        (
            [{"first": date(2026, 2, 1), "last": date(2027, 1, 31)}],
            (16 / 15, 16 / 15),
            [()],
        ),
        # An end that nobody knows leaves all between nothing and up to now.
        (
            [{"first": date(2025, 3, 3), "last": None}],
            (0, 12),
            [(Cut.LAST_DAY_UNKNOWN,)],
        ),
        # May to August, known to the month: two whole months lie between, four at most.
        (
            [
                {
                    "first": date(2025, 5, 15),
                    "begins_precision": "month",
                    "last": date(2025, 8, 2),
                    "ends_precision": "month",
                }
            ],
            (61 / 30, 4),
            [(Cut.DAYS_INEXACT,)],
        ),
        # How much of full time it was, nobody knows.
        (
            [{"first": date(2025, 1, 1), "last": date(2025, 12, 31), "percent_of_full_time": None}],
            (0, 12),
            [(Cut.SHARE_UNKNOWN,)],
        ),
    ],
)
def test_each_piece_of_work_says_what_it_gave_and_why_no_more(
    case: Case,
    rows: list[dict[str, Any]],
    counted: tuple[float, float],
    cuts: list[tuple[Cut, ...]],
) -> None:
    case.ask(Months(key="years", label="A year", months=Fraction(600)))
    for row in rows:
        case.work(row.pop("first"), row.pop("last"), **row)

    standing = case.standing()

    assert months(standing) == counted
    assert [work.spell.cuts for work in standing.qualifications[0].work] == cuts


def test_work_that_was_part_of_a_study_has_no_credit_of_its_own(case: Case) -> None:
    case.ask(Months(key="years", label="A year", months=Fraction(12)))
    study = case.tell(Education, level="bachelor")
    case.work(date(2020, 1, 1), date(2022, 12, 31), study=study)

    standing = case.standing()

    assert (verdicts(standing), months(standing)) == ([Verdict.UNMET], (0, 0))
    assert standing.qualifications[0].work[0].spell.cuts == (Cut.PART_OF_STUDY,)


def test_a_share_of_education_and_one_of_experience_make_a_whole(case: Case) -> None:
    """Six months of twelve and half a year of graduate study: 50 % and 50 %."""
    case.ask(
        Combination(
            key="both",
            label="A year of either",
            education_years=Fraction(1),
            beyond_years=Fraction(4),
            experience=Months(months=Fraction(12)),
        )
    )
    case.tell(
        Education,
        level="master",
        years=Decimal("4.5"),
        begins_on=date(2018, 9, 1),
        ends_on=date(2019, 1, 31),
    )
    case.work(date(2020, 1, 1), date(2020, 6, 30))

    standing = case.standing()

    assert (verdicts(standing), months(standing)) == ([Verdict.MET], (12, 12))


def test_a_year_of_experience_replaces_a_year_of_study_and_counts_once(case: Case) -> None:
    """Three years asked for and four in place of a degree are seven, and six are not enough."""
    case.ask(
        Degree(key="degree", label="A degree", level=DegreeLevel.BACHELOR),
        Months(key="three", label="Three years", months=Fraction(36)),
        Equivalency(
            key="instead",
            label="Year for year",
            direction=Direction.EXPERIENCE_FOR_EDUCATION,
            rate=Fraction(1),
        ),
    )
    case.tell(Education, level="high_school", awarded_on=date(2015, 6, 30))
    work = case.work(date(2016, 1, 1), date(2021, 12, 31))

    after_six = verdicts(case.standing())
    with acting(actor=case.house.operator, verb_name="tests.work_on", at=AT):
        Experience.objects.filter(pk=work.pk).update(ends_on=date(2022, 12, 31))

    assert (after_six, verdicts(case.standing())) == ([Verdict.UNMET], [Verdict.MET])


def test_a_certificate_by_its_own_name_needs_no_judgement_and_expires(case: Case) -> None:
    case.ask(Credential(key="pilot", label="Pilot", names=("Pilot’s licence",), is_described=True))
    case.tell(Certificate, name="First aid", issued_on=date(2020, 1, 1))
    without = case.standing()
    case.tell(
        Certificate,
        name="pilot’s licence",
        issued_on=date(2020, 1, 1),
        expires_on=DAY + timedelta(days=1),
    )

    found = [verdicts(case.standing(DAY + timedelta(days=late))) for late in (1, 2)]

    assert verdicts(without) == [Verdict.UNKNOWN]
    assert found == [[Verdict.MET], [Verdict.UNMET]]


def test_degrees_of_rules_joined_are_asked_for_together(case: Case) -> None:
    """A rule that holds its parts itself is taken apart in the same way."""
    case.ask(
        EducationAndExperience(
            key="both",
            label="Both",
            education=Degree(key="degree", label="A degree", level=DegreeLevel.MASTER),
            experience=Months(key="year", label="A year", months=Fraction(12)),
        )
    )
    case.tell(Education, level="doctorate", awarded_on=date(2015, 6, 30))
    case.work(date(2016, 1, 1), date(2016, 12, 31))

    (line,) = case.standing().qualifications

    assert [part.finding.verdict for part in line.parts] == [Verdict.MET, Verdict.MET]
    assert [work.spell.counted.certain for work in line.parts[1].work] == [12]
