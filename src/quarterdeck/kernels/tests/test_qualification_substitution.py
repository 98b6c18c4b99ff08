"""Education and experience in place of each other, against published worked rules."""

from datetime import date
from fractions import Fraction

import pytest

from quarterdeck.kernels.qualification import Background, Verdict, evaluate
from quarterdeck.kernels.qualification.background import Education, Judgement
from quarterdeck.kernels.qualification.rules import (
    Degree,
    DegreeLevel,
    Direction,
    EducationAndExperience,
    Equivalency,
    Months,
)
from quarterdeck.kernels.tests.qualified import TODAY, job, months, person, since, whole

MET, UNMET, UNKNOWN = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN

# Montgomery County, Maryland, "Equivalencies for Education and Experience": a year of relevant
# experience for each year of required education, four for a bachelor's degree.

YEAR_FOR_YEAR = Equivalency(
    key="equivalency", direction=Direction.EXPERIENCE_FOR_EDUCATION, rate=Fraction(1)
)


def bachelor_and(experience: Months, *equivalencies: Equivalency) -> EducationAndExperience:
    return EducationAndExperience(
        education=Degree(level=DegreeLevel.BACHELOR),
        experience=experience,
        equivalencies=equivalencies,
    )


@pytest.mark.parametrize(("since_year", "verdict"), [(2022, MET), (2023, UNMET)])
def test_four_years_replace_a_bachelors_degree(since_year: int, verdict: Verdict) -> None:
    rule = bachelor_and(months(0), YEAR_FOR_YEAR)

    assert evaluate(rule, person(since(since_year)), TODAY).verdict == verdict


@pytest.mark.parametrize(("since_year", "verdict"), [(2021, MET), (2022, UNMET)])
def test_five_years_replace_a_masters_degree_where_a_county_says_so(
    since_year: int, verdict: Verdict
) -> None:
    rule = EducationAndExperience(
        education=Degree(level=DegreeLevel.MASTER, years=Fraction(5)),
        experience=months(0),
        equivalencies=(YEAR_FOR_YEAR,),
    )

    assert evaluate(rule, person(since(since_year)), TODAY).verdict == verdict


# A city's class specification asks for a bachelor's degree and three years, and lets a year of
# experience replace each required year of education after high school: four and three are seven.


@pytest.mark.parametrize(
    ("since_year", "verdict", "short"), [(2019, MET, 0), (2020, UNMET, 12), (2023, UNMET, 48)]
)
def test_a_month_that_replaces_education_is_not_counted_again(
    since_year: int, verdict: Verdict, short: int
) -> None:
    rule = bachelor_and(months(36), YEAR_FOR_YEAR)

    found = evaluate(rule, person(since(since_year)), TODAY)

    assert (found.verdict, whole(found.parts[2].short)) == (verdict, short)


def test_half_of_the_education_halves_what_has_to_replace_it() -> None:
    rule = bachelor_and(months(36), YEAR_FOR_YEAR)
    studied = Education(key="college", level=DegreeLevel.BACHELOR, years=Fraction(2))

    found = evaluate(rule, person(since(2021), education=(studied,)), TODAY)

    assert (found.verdict, whole(found.replaced)) == (MET, 24)


def test_years_of_managing_are_kept_for_experience_and_others_replace_education() -> None:
    rule = bachelor_and(
        months(60, kind="technology", including=(months(24, kind="managing"),)), YEAR_FOR_YEAR
    )
    technology = {"technology": Fraction(1)}
    early = job("technician", date(2017, 1, 1), date(2023, 12, 31), kinds=technology)
    late = job("lead", date(2024, 1, 1), TODAY, kinds={**technology, "managing": Fraction(1)})

    assert evaluate(rule, person(early, late), TODAY).verdict == MET


def test_years_that_must_be_managing_and_replace_education_by_managing_are_not_both() -> None:
    managing = Equivalency(
        direction=Direction.EXPERIENCE_FOR_EDUCATION, rate=Fraction(1), kind="managing"
    )
    rule = bachelor_and(
        months(60, kind="technology", including=(months(24, kind="managing"),)), managing
    )
    both = {"technology": Fraction(1), "managing": Fraction(1)}
    early = job(
        "technician", date(2016, 1, 1), date(2021, 12, 31), kinds={"technology": Fraction(1)}
    )
    late = job("lead", date(2022, 1, 1), TODAY, kinds=both)

    # Of ten years four were managing; four for the degree and two within the five make six.
    assert evaluate(rule, person(early, late), TODAY).verdict == UNMET


def test_no_more_years_may_be_replaced_than_the_limit() -> None:
    limited = Equivalency(
        direction=Direction.EXPERIENCE_FOR_EDUCATION,
        rate=Fraction(1),
        limit_years=Fraction(2),
    )

    found = evaluate(bachelor_and(months(12), limited), person(since(2000)), TODAY)

    assert found.verdict == UNMET


def test_a_masters_degree_replaces_two_years_of_experience() -> None:
    rule = bachelor_and(
        months(60),
        Equivalency(direction=Direction.EDUCATION_FOR_EXPERIENCE, rate=Fraction(1)),
    )
    master = Education(
        key="master",
        level=DegreeLevel.MASTER,
        completed=date(2012, 6, 30),
        first=date(2010, 7, 1),
        last=date(2012, 6, 30),
    )

    found = evaluate(rule, person(since(2023), education=(master,)), TODAY)

    assert (found.verdict, whole(found.certain), whole(found.replaced)) == (MET, 60, 24)


# An equivalency without a rate.

NO_RATE = Equivalency(key="equivalency", direction=Direction.EXPERIENCE_FOR_EDUCATION, rate=None)
ACCEPTED = Judgement(
    about="equivalency",
    accepted=True,
    by="R. Osei",
    on=date(2025, 11, 3),
    reason="Led two migrations.",
)


def test_an_equivalency_without_a_rate_awaits_a_judgement() -> None:
    found = evaluate(bachelor_and(months(36), NO_RATE), person(since(2015)), TODAY)

    assert (found.verdict, found.awaits) == (UNKNOWN, NO_RATE)


def test_a_judgement_decides_and_says_who_and_when() -> None:
    background = Background(experience=(since(2015),), education=(), judgements=(ACCEPTED,))

    found = evaluate(bachelor_and(months(36), NO_RATE), background, TODAY)

    assert (found.verdict, found.judgement) == (MET, ACCEPTED)


def test_a_judgement_counts_from_its_day_on() -> None:
    background = Background(experience=(since(2015),), education=(), judgements=(ACCEPTED,))

    found = evaluate(bachelor_and(months(36), NO_RATE), background, date(2025, 11, 2))

    assert found.verdict == UNKNOWN


def test_a_judgement_does_not_make_up_for_missing_experience() -> None:
    background = Background(experience=(since(2025),), education=(), judgements=(ACCEPTED,))

    found = evaluate(bachelor_and(months(36), NO_RATE), background, TODAY)

    assert found.verdict == UNMET


def test_a_field_judged_unrelated_has_to_be_replaced_in_full() -> None:
    economics = Education(
        key="bachelor",
        level=DegreeLevel.BACHELOR,
        field="Economics",
        completed=date(2010, 6, 30),
    )
    made = Judgement(
        about="degree", accepted=False, by="R. Osei", on=date(2025, 1, 1), reason="No computing."
    )
    rule = EducationAndExperience(
        education=Degree(
            key="degree", level=DegreeLevel.BACHELOR, fields=("Computer Science",), or_related=True
        ),
        experience=months(12),
        equivalencies=(YEAR_FOR_YEAR,),
    )
    background = Background(experience=(since(2022),), education=(economics,), judgements=(made,))

    assert evaluate(rule, background, TODAY).parts[2].short == 12
