"""Rules as plain values and back, and single rules joined."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given

from quarterdeck.kernels.qualification import Background, Verdict, evaluate
from quarterdeck.kernels.qualification.background import Day, Experience
from quarterdeck.kernels.qualification.joining import joined
from quarterdeck.kernels.qualification.rules import (
    AllOf,
    ByJudgement,
    Comparison,
    Credential,
    Degree,
    DegreeLevel,
    Direction,
    EducationAndExperience,
    Equivalency,
    Months,
    Rule,
    Source,
    Standing,
)
from quarterdeck.kernels.qualification.trees import rule_of, tree_of
from quarterdeck.kernels.tests.test_qualification_properties import rules

BACHELOR = Degree(key="degree", level=DegreeLevel.BACHELOR, fields=("Computing",), or_related=True)
THREE_YEARS = Months(key="years", months=Fraction(36), kind="technology")
ONE_YEAR = Months(key="year", months=Fraction(12), kind="managing")
YEAR_FOR_YEAR = Equivalency(direction=Direction.EXPERIENCE_FOR_EDUCATION, rate=Fraction(1))


def test_a_tree_tells_the_type_and_what_is_not_as_by_default() -> None:
    rule = Months(
        months=Fraction(60), comparison=Comparison.MORE_THAN, source=Source("As written.", 3, 14)
    )

    assert tree_of(rule) == {
        "rule": "Months",
        "months": "60",
        "comparison": "more_than",
        "source": {"text": "As written.", "start": 3, "end": 14},
    }


@given(rules)
def test_a_rule_comes_back_from_json_as_it_was(rule: Rule) -> None:
    assert rule_of(json.loads(json.dumps(tree_of(rule)))) == rule


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"rule": "Nothing"},
        {"rule": "Months"},
        {"rule": "Months", "months": "1/0"},
        {"rule": "Months", "months": "many"},
        {"rule": "Degree", "level": 3},
        {"rule": "Degree", "level": "bachelor", "colour": "red"},
        {"rule": "Months", "months": "1", "source": "As written."},
        {"rule": "AllOf", "parts": [1]},
    ],
)
def test_what_is_no_tree_of_a_rule_is_refused(tree: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="This is no tree of a rule"):
        rule_of(tree)


def test_without_an_equivalency_each_rule_stands_for_itself() -> None:
    assert joined([BACHELOR, THREE_YEARS]) == AllOf(parts=(BACHELOR, THREE_YEARS))


def test_an_equivalency_joins_the_degree_and_the_longest_experience() -> None:
    licence = Credential(names=("Driving licence",))

    (both, *rest) = joined([ONE_YEAR, BACHELOR, licence, THREE_YEARS, YEAR_FOR_YEAR]).parts

    assert isinstance(both, EducationAndExperience)
    assert (both.education, both.experience, both.equivalencies, rest) == (
        BACHELOR,
        THREE_YEARS,
        (YEAR_FOR_YEAR,),
        [ONE_YEAR, licence],
    )


def test_a_degree_that_is_only_preferred_needs_no_replacement() -> None:
    preferred = replace(BACHELOR, standing=Standing.PREFERRED)

    assert joined([preferred, THREE_YEARS, YEAR_FOR_YEAR]).parts == (preferred, THREE_YEARS)


@pytest.mark.parametrize(
    ("day", "verdict"), [(date(2022, 12, 30), Verdict.UNMET), (date(2023, 12, 31), Verdict.MET)]
)
def test_four_years_and_three_years_are_seven(day: date, verdict: Verdict) -> None:
    work = Experience(key="work", first=Day.on(date(2017, 1, 1)), kinds={"technology": Fraction(1)})
    background = Background(education=(), experience=(work,))

    found = evaluate(joined([BACHELOR, THREE_YEARS, YEAR_FOR_YEAR]), background, day)

    assert found.verdict == verdict


def test_a_degree_alone_is_replaced_by_work_of_its_kind() -> None:
    work = Experience(key="work", first=Day.on(date(2020, 1, 1)), kinds={"degree": Fraction(1)})
    background = Background(education=(), experience=(work,))

    found = evaluate(joined([BACHELOR, ByJudgement(), YEAR_FOR_YEAR]), background, date(2024, 1, 1))

    assert found.parts[0].verdict == Verdict.MET
