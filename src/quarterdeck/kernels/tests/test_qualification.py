"""Rules of a qualification, against published worked rules and against a count by hand."""

from datetime import date
from fractions import Fraction

import pytest

from quarterdeck.kernels.qualification import Background, Verdict, evaluate, gap
from quarterdeck.kernels.qualification.background import (
    Day,
    Education,
    Experience,
    HeldCredential,
    Judgement,
    Rating,
)
from quarterdeck.kernels.qualification.counting import months_between
from quarterdeck.kernels.qualification.rules import (
    AllOf,
    AnyOf,
    ByJudgement,
    Combination,
    Comparison,
    Competency,
    Credential,
    Degree,
    DegreeLevel,
    Rule,
    Source,
    Standing,
    StatedNone,
)
from quarterdeck.kernels.tests.qualified import TODAY, counted, job, months, person, since, whole

MET, UNMET, UNKNOWN = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN
BACHELOR = Education(
    key="bachelor", level=DegreeLevel.BACHELOR, field="Economics", completed=date(2010, 6, 30)
)

# Months. The first two figures are from the University of South Florida, "Assessing Experience"
# (usf.edu/hr/recruitment/assess-experience.aspx).


def test_whole_months_with_days_given_are_counted_to_the_last_day() -> None:
    assert months_between(date(2000, 6, 1), date(2001, 6, 1)) == 12


def test_an_unfinished_month_does_not_make_a_seventy_fourth() -> None:
    worked = months_between(date(1995, 6, 3), date(2001, 7, 5))

    assert worked // 1 == 6 * 12 + 1


def test_of_two_months_by_name_only_the_time_between_them_is_certain() -> None:
    work = Experience(key="work", first=Day.in_month(2000, 5), last=Day.in_month(2001, 6))

    assert counted(work) == 12 + Fraction(1, 30)


def test_of_two_years_by_number_december_to_january_is_certain() -> None:
    work = Experience(key="work", first=Day.in_year(1999), last=Day.in_year(2001))

    # From 31 December, which is the last day of its month, to 1 January.
    assert counted(work) == 12 + Fraction(1, 30)


@pytest.mark.parametrize(
    ("day", "year_later"),
    [
        (date(2016, 2, 15), date(2017, 2, 15)),
        (date(2016, 3, 1), date(2017, 3, 1)),
        (date(2015, 8, 31), date(2016, 8, 31)),
        (date(2015, 2, 28), date(2016, 2, 28)),
    ],
)
def test_a_year_from_any_day_is_twelve_months(day: date, year_later: date) -> None:
    assert months_between(day, year_later) == 12


# The next figures are from the United States Geological Survey, "Combining Graduate Education and
# Experience for GS-06 to GS-11" and "Combining Education and Experience for GS-03 to GS-05".


def test_a_year_at_twenty_of_forty_hours_is_six_months() -> None:
    assert counted(job("half", date(2024, 1, 1), date(2024, 12, 31), share=Fraction(1, 2))) == 6


def test_two_years_of_which_three_quarters_were_budget_work_are_eighteen_months() -> None:
    mixed = job(
        "mixed",
        date(2023, 1, 1),
        date(2024, 12, 31),
        kinds={"personnel": Fraction(1, 4), "budget": Fraction(3, 4)},
    )

    assert counted(mixed, rule=months(12, kind="budget")) == 18


@pytest.mark.parametrize(
    ("had", "a_year", "per_cent"), [(21, 30, "70%"), (19, 45, "42%"), (360, 720, "50%")]
)
def test_hours_of_study_make_their_share_of_a_year(had: int, a_year: int, per_cent: str) -> None:
    study = Education(
        key="study", level=DegreeLevel.ASSOCIATE, years=Fraction(had, a_year), completed=None
    )
    rule = Combination(education_years=Fraction(1), experience=months(6))

    found = evaluate(rule, person(education=(study,)), TODAY)

    assert f"Education makes {per_cent} " in found.reason


def test_four_hours_of_graduate_study_are_44_per_cent_of_half_a_year() -> None:
    study = Education(key="study", level=DegreeLevel.MASTER, years=4 + Fraction(4, 18))
    rule = Combination(
        education_years=Fraction(1, 2), beyond_years=Fraction(4), experience=months(12)
    )

    found = evaluate(rule, person(education=(study,)), TODAY)

    assert found.reason == "Education makes 44% and experience 0% of what would suffice alone."


def half_study_and(months_of_work: int) -> Background:
    """Half a year of study in early 2020, and work from 2021 on."""
    study = Education(
        key="study",
        level=DegreeLevel.ASSOCIATE,
        years=Fraction(1, 2),
        first=date(2020, 1, 1),
        last=date(2020, 6, 30),
    )
    last = date(2021, months_of_work, 28 if months_of_work == 2 else 30)
    return person(job("work", date(2021, 1, 1), last), education=(study,))


@pytest.mark.parametrize(("worked", "verdict"), [(3, MET), (2, UNMET)])
def test_shares_of_education_and_experience_have_to_make_the_whole(
    worked: int, verdict: Verdict
) -> None:
    rule = Combination(education_years=Fraction(1), experience=months(6))

    # Half of the education and 3 of 6 months are 100 per cent.
    assert evaluate(rule, half_study_and(worked), TODAY).verdict == verdict


def test_work_beside_credited_full_time_study_has_no_credit_of_its_own() -> None:
    study = Education(
        key="study",
        level=DegreeLevel.BACHELOR,
        years=Fraction(1),
        first=date(2020, 1, 1),
        last=date(2020, 12, 31),
    )
    rule = Combination(education_years=Fraction(2), experience=months(12))
    background = person(job("work", date(2020, 1, 1), date(2020, 12, 31)), education=(study,))

    assert evaluate(rule, background, TODAY).short == 6


def test_study_at_an_unknown_time_may_have_been_beside_the_work() -> None:
    study = Education(key="study", level=DegreeLevel.BACHELOR, years=Fraction(1))
    rule = Combination(education_years=Fraction(2), experience=months(12))
    background = person(job("work", date(2020, 1, 1), date(2020, 12, 31)), education=(study,))

    assert evaluate(rule, background, TODAY).verdict == UNKNOWN


# One thing at a time.


@pytest.mark.parametrize(
    ("comparison", "verdict"), [(Comparison.AT_LEAST, MET), (Comparison.MORE_THAN, UNMET)]
)
def test_exactly_five_years_are_at_least_five_and_not_more_than_five(
    comparison: Comparison, verdict: Verdict
) -> None:
    rule = months(60, comparison=comparison)

    assert evaluate(rule, person(since(2021)), TODAY).verdict == verdict


def test_two_jobs_at_one_time_are_one_time() -> None:
    day_job = job("day", date(2025, 1, 1), TODAY)
    evening_job = job("evening", date(2025, 1, 1), TODAY, share=Fraction(1, 2))

    found = evaluate(months(0), person(day_job, evening_job), TODAY)

    assert [(credit.key, whole(credit.certain)) for credit in found.credits] == [
        ("day", 8),
        ("evening", 4),
    ]


def test_two_jobs_at_one_time_are_more_where_the_source_says_so() -> None:
    day_job = job("day", date(2025, 1, 1), TODAY)
    evening_job = job("evening", date(2025, 1, 1), TODAY, share=Fraction(1, 2))

    assert counted(day_job, evening_job, rule=months(0, beyond_full_time=True)) == 18


def test_work_that_was_part_of_study_has_no_credit_of_its_own() -> None:
    assert counted(since(2025, part_of="bachelor")) == 0


def test_work_of_an_unknown_kind_leaves_it_unknown() -> None:
    found = evaluate(
        months(12, kind="managing"), person(since(2024, other_kinds_unknown=True)), TODAY
    )

    assert (found.verdict, whole(found.certain), whole(found.possible)) == (UNKNOWN, 0, 24)


def test_managing_half_and_technology_three_quarters_of_a_year_coincide_three_months_at_least() -> (
    None
):
    rule = months(0, kind="technology", including=(months(0, kind="managing"),))
    work = since(2025, kinds={"technology": Fraction(3, 4), "managing": Fraction(1, 2)})

    (inner,) = evaluate(rule, person(work), TODAY).parts

    assert (whole(inner.certain), whole(inner.possible)) == (3, 6)


def test_an_end_that_nobody_knows_leaves_it_unknown() -> None:
    work = Experience(key="work", first=Day.on(date(2020, 1, 1)), last_unknown=True)

    assert evaluate(months(12), person(work), TODAY).verdict == UNKNOWN


def test_a_start_that_nobody_knows_leaves_it_unknown() -> None:
    work = Experience(key="work", first=None, last=Day.on(date(2020, 1, 1)))

    assert evaluate(months(12), person(work), TODAY).verdict == UNKNOWN


def test_work_after_the_day_asked_for_does_not_count() -> None:
    assert evaluate(months(0), person(since(2025)), date(2025, 6, 30)).certain == 6


def test_nothing_recorded_is_unknown_and_not_unmet() -> None:
    assert evaluate(months(12), Background(), TODAY).verdict == UNKNOWN


DEGREE = Degree(
    key="degree", level=DegreeLevel.BACHELOR, fields=("Computer Science",), or_related=True
)


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (Degree(level=DegreeLevel.BACHELOR), MET),
        (Degree(level=DegreeLevel.MASTER), UNMET),
        (Degree(level=DegreeLevel.BACHELOR, fields=("economics", "finance")), MET),
        (Degree(level=DegreeLevel.BACHELOR, fields=("Computer Science",)), UNMET),
        (DEGREE, UNKNOWN),
        (Degree(level=DegreeLevel.MASTER, or_equivalent=True), UNKNOWN),
    ],
)
def test_a_degree_is_held_against_level_and_field(rule: Degree, verdict: Verdict) -> None:
    assert evaluate(rule, person(education=(BACHELOR,)), TODAY).verdict == verdict


def test_a_person_says_whether_a_field_is_related() -> None:
    made = Judgement(
        about="degree", accepted=False, by="R. Osei", on=date(2025, 1, 1), reason="No computing."
    )
    background = Background(education=(BACHELOR,), judgements=(made,))

    found = evaluate(DEGREE, background, TODAY)

    assert (found.verdict, found.reason) == (
        UNMET,
        "Judged by R. Osei on 2025-01-01: No computing.",
    )


@pytest.mark.parametrize(
    ("at", "verdict"),
    [(date(2023, 12, 31), UNMET), (date(2024, 6, 1), MET), (date(2025, 6, 1), UNMET)],
)
def test_a_certificate_counts_while_it_is_valid(at: date, verdict: Verdict) -> None:
    held = HeldCredential(
        key="pmp", name="PMP", issued=date(2024, 1, 1), expires=date(2024, 12, 31)
    )

    found = evaluate(Credential(names=("pmp",)), Background(credentials=(held,)), at)

    assert found.verdict == verdict


def test_the_latest_assessment_of_a_competency_counts() -> None:
    ratings = tuple(
        Rating(key=str(rank), name="Coaching", rank=rank, on=date(2020 + rank, 1, 1), by="A. Lee")
        for rank in (1, 2, 3)
    )
    rule = Competency(name="coaching", rank=2)

    found = evaluate(rule, Background(ratings=ratings), date(2022, 6, 1))

    assert (found.verdict, found.credits[0].key) == (MET, "2")


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (AllOf(parts=(StatedNone(), ByJudgement())), UNKNOWN),
        (AllOf(parts=(months(1), ByJudgement())), UNMET),
        (AllOf(parts=(StatedNone(), months(1, standing=Standing.PREFERRED))), MET),
        (AllOf(parts=()), MET),
        (AnyOf(parts=(months(1), ByJudgement())), UNKNOWN),
        (AnyOf(parts=(months(1), StatedNone())), MET),
        (AnyOf(parts=()), UNMET),
    ],
)
def test_branches_join_the_verdicts_of_their_parts(rule: Rule, verdict: Verdict) -> None:
    assert evaluate(rule, person(), TODAY).verdict == verdict


def test_a_finding_carries_the_sentence_that_its_rule_was_read_from() -> None:
    sentence = Source("Five years, of which two managing.", 120, 154)

    assert evaluate(months(60, source=sentence), person(), TODAY).source == sentence


def test_a_gap_is_a_list_of_what_is_met_unmet_and_unknown() -> None:
    level = AllOf(
        parts=(
            AllOf(parts=(Degree(level=DegreeLevel.BACHELOR), months(60))),
            Competency(name="Coaching", rank=2),
        )
    )

    items = gap(person(since(2023), education=(BACHELOR,)), [level], TODAY)

    assert [item.verdict for item in items] == [MET, UNMET, UNKNOWN]
