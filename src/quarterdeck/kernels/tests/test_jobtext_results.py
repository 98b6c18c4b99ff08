"""A results-focused description, an article and a matrix: counts, spans and short facts."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from quarterdeck.kernels.jobtext import read_draft
from quarterdeck.kernels.jobtext.records import (
    ClauseKind,
    Degree,
    MeasureKind,
    Operator,
    QualificationKind,
    WarningKind,
)
from quarterdeck.kernels.tests.job_descriptions import (
    real_draft,
    real_source,
    years_asked,
)

pytestmark = pytest.mark.shared

FAMILY, CLASS, RESULTS, ARTICLE, MATRIX = "000", "001", "002", "003", "004"
ALL = (FAMILY, CLASS, RESULTS, ARTICLE, MATRIX)
LOWER, UPPER = "IT Manager", "Senior IT Manager"


def test_results_areas_have_functions_and_measures(shared: Path) -> None:
    found = [
        (area.name, len(area.functions), len(area.measures))
        for area in real_draft(shared, RESULTS).results_areas
    ]

    assert found == [
        ("Secure, Available Network", 6, 7),
        ("Effective, Efficient Department", 4, 12),
        ("Technological Solutions to Business Needs", 1, 2),
        ("Solved Problems/Technical Guidance & Advice", 3, 3),
    ]


def test_measures_are_of_five_kinds(shared: Path) -> None:
    measures = [one for area in real_draft(shared, RESULTS).results_areas for one in area.measures]

    assert Counter(one.kind for one in measures) == {
        MeasureKind.SURVEY: 8,
        MeasureKind.NUMBER: 7,
        MeasureKind.YES_NO: 1,
        MeasureKind.NO_TARGET: 2,
        MeasureKind.QUALITATIVE: 6,
    }


def test_a_stem_stands_before_each_of_its_bullets(shared: Path) -> None:
    network, _, solutions, _ = real_draft(shared, RESULTS).results_areas

    under_stem = [one for one in (*network.measures, *solutions.measures) if len(one.spans) > 1]
    assert [(one.evaluator, one.heading) for one in under_stem] == [
        ("supervisor", "Disaster Recovery")
    ] * 4 + [("supervisor", "")] * 2


def test_the_measure_with_the_wrong_sign_waits_for_a_person(shared: Path) -> None:
    measures = [one for area in real_draft(shared, RESULTS).results_areas for one in area.measures]

    (waiting,) = (one for one in measures if one.needs_confirmation)
    assert (waiting.operator, waiting.value, waiting.unit) == (Operator.LESS, Fraction(90), "%")
    assert waiting.proposed is not None
    assert (waiting.proposed.operator, waiting.proposed.value) == (Operator.AT_LEAST, Fraction(90))


def test_figures_of_measures(shared: Path) -> None:
    measures = [one for area in real_draft(shared, RESULTS).results_areas for one in area.measures]

    assert [(one.operator, one.value) for one in measures if one.value is not None] == [
        (Operator.AT_LEAST, Fraction("99.9")),
        (Operator.AT_LEAST, 100),
        (Operator.AT_LEAST, 100),
        (Operator.LESS, 90),
        (Operator.AT_LEAST, 100),
        (Operator.AT_LEAST, 100),
        (Operator.AT_MOST, 1),
    ]


def test_lost_headings_and_doubtful_measures_are_pointed_at(shared: Path) -> None:
    assert Counter(one.kind for one in real_draft(shared, RESULTS).warnings) == {
        WarningKind.LOST_HEADING: 3,
        WarningKind.COMPOUND: 2,
        WarningKind.DUPLICATE: 1,
        WarningKind.DIRECTION: 1,
        WarningKind.NO_RATIO: 1,
        WarningKind.UNCLEAR: 1,
    }


def test_two_success_factors_have_lost_their_names(shared: Path) -> None:
    names = [one.name for one in real_draft(shared, RESULTS).competencies]

    assert names == ["Customer Focus", "", "", "Talent Builder"]


def test_authority_has_three_dimensions(shared: Path) -> None:
    found = [
        (one.dimension, one.complexity, len(one.examples))
        for one in real_draft(shared, RESULTS).authority
    ]

    assert found == [
        ("People", "Moderately Complex", 1),
        ("Operations", "Moderately Complex", 3),
        ("Money or Capital", "Moderately Complex", 1),
    ]


def test_a_garbled_requirement_still_gives_degree_years_and_equivalent(shared: Path) -> None:
    read = real_draft(shared, RESULTS)

    degree, years = read.qualifications[:2]
    assert (degree.degree, degree.fields, degree.or_equivalent) == (
        Degree.BACHELOR,
        ("Information Systems",),
        True,
    )
    assert (years.operator, years.years, len(read.qualifications)) == (
        Operator.AT_LEAST,
        Fraction(6),
        6,
    )
    assert [one.ratio for one in read.equivalencies] == [None]


def test_the_article_is_a_template_with_seven_duties(shared: Path) -> None:
    read = real_draft(shared, ARTICLE)

    assert len(read.duties) == 7
    assert [duty.order for duty in read.duties if duty.recurrence == "quarterly"] == [4]


def test_the_article_mixes_competencies_degree_years_and_skills(shared: Path) -> None:
    read = real_draft(shared, ARTICLE)

    assert len(read.competencies) == 5
    assert Counter(one.kind for one in read.qualifications) == {
        QualificationKind.EDUCATION: 1,
        QualificationKind.EXPERIENCE: 1,
        QualificationKind.SKILL: 3,
    }


def test_a_tenure_is_no_requirement(shared: Path) -> None:
    """The article says that one holds the position for 5 to 10 years."""
    assert years_asked(real_draft(shared, ARTICLE)) == [("", Operator.AT_LEAST, 5, None)]


def test_the_matrix_has_six_competencies_at_three_levels(shared: Path) -> None:
    read = real_draft(shared, MATRIX)

    levels = ["Contributing", "Journey", "Advanced"]
    assert [one.name for one in read.levels] == levels
    assert [[anchor.level for anchor in one.anchors] for one in read.competencies] == [levels] * 6


def test_a_line_that_begins_with_tabs_goes_on_in_its_column(shared: Path) -> None:
    source = real_source(shared, MATRIX)
    development = read_draft(source.lines).competencies[3]

    assert [len(anchor.spans) for anchor in development.anchors] == [1, 1, 2]
    assert development.anchors[2].spans[1].of(source.text) == "and growth."


def test_years_of_college_are_no_experience(shared: Path) -> None:
    read = real_draft(shared, MATRIX)

    assert years_asked(read) == [("", Operator.AT_LEAST, 4, None)]
    assert [(one.degree, one.related_field) for one in read.qualifications if one.degree] == [
        (Degree.BACHELOR, True)
    ]


def test_the_matrix_lets_experience_stand_year_for_year(shared: Path) -> None:
    read = real_draft(shared, MATRIX)

    assert [one.ratio for one in read.equivalencies] == [1]
    assert [one.kind for one in read.clauses] == [
        ClauseKind.NOTE,
        ClauseKind.PROGRESSION,
        ClauseKind.ACCREDITATION,
    ]
