"""The five real documents: counts, spans and short facts; their sentences stay where they are."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from quarterdeck.kernels.jobtext import draft_as_json, read_draft
from quarterdeck.kernels.jobtext.blocks import blocks_of
from quarterdeck.kernels.jobtext.layout import rows_of
from quarterdeck.kernels.jobtext.outline import outline_of
from quarterdeck.kernels.jobtext.records import (
    ClauseKind,
    ConditionKind,
    Degree,
    Direction,
    DocumentKind,
    Modality,
    Necessity,
    Operator,
    QualificationKind,
    WarningKind,
)
from quarterdeck.kernels.tests.job_descriptions import (
    misplaced,
    real_draft,
    real_source,
    years_asked,
)

pytestmark = pytest.mark.shared

FAMILY, CLASS, RESULTS, ARTICLE, MATRIX = "000", "001", "002", "003", "004"
ALL = (FAMILY, CLASS, RESULTS, ARTICLE, MATRIX)
LOWER, UPPER = "IT Manager", "Senior IT Manager"


@pytest.mark.parametrize("number", ALL)
def test_every_record_stands_where_it_says(shared: Path, number: str) -> None:
    source = real_source(shared, number)

    assert misplaced(source, read_draft(source.lines)) == []


@pytest.mark.parametrize(
    ("number", "facts"),
    [
        (FAMILY, (DocumentKind.FAMILY, "IT Manager Job Family", None, None, "IT Manager")),
        (
            CLASS,
            (DocumentKind.CLASS, "IT Manager Senior", "CI2788", "Office of Human Resources", None),
        ),
        (RESULTS, (DocumentKind.CLASS, "IT Manager", None, None, None)),
        (ARTICLE, (DocumentKind.TEMPLATE, "IT Manager", None, None, None)),
        (
            MATRIX,
            (
                DocumentKind.CLASS,
                "IT Manager",
                None,
                "NC DEPARTMENT OF CRIME CONTROL & PUBLIC SAFETY",
                "Information Technology",
            ),
        ),
    ],
)
def test_a_document_says_what_it_is(
    shared: Path, number: str, facts: tuple[str | None, ...]
) -> None:
    read = draft_as_json(real_draft(shared, number))

    assert tuple(read[key] for key in ("kind", "title", "class_code", "issuer", "family")) == facts


def test_the_family_has_two_levels_in_the_order_of_their_grades(shared: Path) -> None:
    levels = real_draft(shared, FAMILY).levels

    assert [(one.name, one.rank, one.grade_system, one.grade) for one in levels] == [
        (LOWER, 1, "Admin level", "4"),
        (UPPER, 2, "Admin level", "5"),
    ]


def test_the_table_of_the_family_has_sixteen_rows_over_four_pages(shared: Path) -> None:
    (table,) = outline_of(blocks_of(rows_of(real_source(shared, FAMILY).lines))).tables

    assert (len(table.rows), len(table.header), table.merged, table.healed) == (16, 2, 3, 2)


def test_the_family_has_ten_competencies_with_an_anchor_for_each_level(shared: Path) -> None:
    found = [
        (one.group, [anchor.level for anchor in one.anchors])
        for one in real_draft(shared, FAMILY).competencies
    ]

    both = [LOWER, UPPER]
    impact, skills = ("JOB IMPACT", both), ("QUALIFICATIONS/TECHNICAL SKILLS:", both)
    assert found == [impact] * 3 + [skills] * 7


def test_sentences_cut_by_a_page_are_whole_again(shared: Path) -> None:
    """Line 34 of the family goes on from line 30, in both columns, behind a paragraph's tag."""
    source = real_source(shared, FAMILY)
    leading = read_draft(source.lines).competencies[-2]

    lines = [
        [source.text.count("\n", 0, span.start) + 1 for span in anchor.spans]
        for anchor in leading.anchors
    ]
    whole = [
        anchor.criteria[2 + (anchor.level == UPPER)].endswith(".") for anchor in leading.anchors
    ]
    assert (leading.name, whole, [sorted(set(numbers)) for numbers in lines]) == (
        "Influencing and Leading",
        [True, True],
        [[30, 34], [30, 34]],
    )


def test_each_level_of_the_family_has_its_own_duties(shared: Path) -> None:
    read = real_draft(shared, FAMILY)

    # Seven paragraphs a level; the last of each hands over whatever else comes up.
    assert Counter(duty.level for duty in read.duties) == {LOWER: 6, UPPER: 6}
    assert [(one.kind, one.level) for one in read.clauses] == [
        (ClauseKind.CATCH_ALL, LOWER),
        (ClauseKind.CATCH_ALL, UPPER),
    ]


def test_an_optional_duty_is_no_firm_one(shared: Path) -> None:
    optional = [
        (duty.level, duty.order)
        for duty in real_draft(shared, FAMILY).duties
        if duty.modality == Modality.MAY
    ]

    assert optional == [(LOWER, 6)]


def test_the_ampersand_in_a_paragraph_stays(shared: Path) -> None:
    second = real_draft(shared, FAMILY).duties[1]

    assert second.text.split()[1] == "IS&T"


def test_supervision_of_the_family_goes_on_behind_the_page(shared: Path) -> None:
    found = Counter((one.direction, one.level) for one in real_draft(shared, FAMILY).supervision)

    assert found == {
        (Direction.RECEIVED, LOWER): 1,
        (Direction.RECEIVED, UPPER): 1,
        (Direction.EXERCISED, LOWER): 2,
        (Direction.EXERCISED, UPPER): 1,
    }


def test_years_of_the_family_are_strict_here_and_inclusive_there(shared: Path) -> None:
    read = real_draft(shared, FAMILY)

    assert years_asked(read) == [
        (LOWER, Operator.MORE, 5, None),
        (UPPER, Operator.MORE, 10, None),
        (UPPER, Operator.AT_LEAST, 5, 4),
        (LOWER, Operator.AT_LEAST, 5, None),
        (UPPER, Operator.AT_LEAST, 10, None),
        (UPPER, Operator.AT_LEAST, 5, 13),
    ]
    assert [one.kind for one in read.warnings] == [WarningKind.CONTRADICTION] * 2


def test_a_degree_is_preferred_at_the_lower_level_only(shared: Path) -> None:
    degrees = [
        (one.level, one.degree, one.necessity)
        for one in real_draft(shared, FAMILY).qualifications
        if one.kind == QualificationKind.EDUCATION
    ]

    assert degrees == [(LOWER, Degree.BACHELOR, Necessity.PREFERRED)]


def test_the_class_has_eleven_duties_and_three_clauses(shared: Path) -> None:
    read = real_draft(shared, CLASS)

    kinds = [
        ClauseKind.PUBLIC,
        ClauseKind.CATCH_ALL,
        ClauseKind.REDEPLOYMENT,
        ClauseKind.ALLOCATION,
    ]
    assert len(read.duties) == 11
    assert [one.kind for one in read.clauses] == kinds


def test_none_is_stated_and_not_silence(shared: Path) -> None:
    assert [one.section for one in real_draft(shared, CLASS).stated_none] == [
        "Knowledge & Skills",
        "Licensure & Certification",
        "Assessment Requirement",
    ]


def test_the_class_has_a_history_of_three_events(shared: Path) -> None:
    assert [(one.day, one.notice) for one in real_draft(shared, CLASS).history] == [
        (date(2021, 10, 21), ""),
        (date(2022, 11, 27), "CN1746"),
        (date(2024, 7, 1), ""),
    ]


def test_the_class_stands_in_a_series_of_five(shared: Path) -> None:
    read = real_draft(shared, CLASS)

    names = ["IT Manager", "IT Manager Senior", "IT Director", "IT Director Senior", "IT Executive"]
    assert ([one.text for one in read.series], len(read.distinctions)) == (names, 4)


def test_the_class_has_seven_named_competencies(shared: Path) -> None:
    names = [one.name for one in real_draft(shared, CLASS).competencies]

    assert (len(names), names[2], names[4]) == (7, "Interpersonal Skills", "Technical Competence")


def test_one_equivalency_of_the_class_has_a_ratio_and_one_has_none(shared: Path) -> None:
    read = real_draft(shared, CLASS)

    experience, education = QualificationKind.EXPERIENCE, QualificationKind.EDUCATION
    assert [(one.gives, one.replaces, one.ratio) for one in read.equivalencies] == [
        (experience, education, 1),
        (education, experience, None),
    ]
    assert [one.kind for one in read.warnings] == [WarningKind.NO_RATIO]


def test_the_class_asks_for_a_degree_and_three_years(shared: Path) -> None:
    read = real_draft(shared, CLASS)

    (degree,) = (one for one in read.qualifications if one.degree)
    fields = ("Computer Science", "Mathematics", "Business")
    assert (degree.degree, degree.fields, degree.related_field) == (Degree.BACHELOR, fields, True)
    assert years_asked(read) == [("", Operator.AT_LEAST, 3, None)]


def test_conditions_of_the_class(shared: Path) -> None:
    read = real_draft(shared, CLASS)

    assert Counter(one.kind for one in read.conditions) == {
        ConditionKind.ENVIRONMENT: 4,
        ConditionKind.PHYSICAL_LEVEL: 1,
        ConditionKind.PHYSICAL_DEMAND: 19,
        ConditionKind.NOTE: 1,
    }
    assert [one.condition for one in read.background_checks] == ["", "", "", "by position"]
    assert [one.condition for one in read.supervision] == ["", "by position"]


def test_short_facts_of_the_class_are_kept_as_written(shared: Path) -> None:
    read = real_draft(shared, CLASS)

    assert {fact.key: fact.text for fact in read.facts} == {
        "pay_grade": "EX-18",
        "flsa": "Y",
        "established_on": "9/21/2018",
        "established_by": "LS",
        "revised_on": "7/1/2024",
        "revised_by": "CW",
    }
    assert read.probation is not None
    assert read.probation.months == 6
