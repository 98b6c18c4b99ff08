"""The rules by which job descriptions are read, each on a few lines made for it."""

from fractions import Fraction

import pytest

from quarterdeck.kernels.jobtext.records import (
    Degree,
    DocumentKind,
    MeasureKind,
    Modality,
    Necessity,
    Operator,
    Polarity,
    QualificationKind,
    WarningKind,
)
from quarterdeck.kernels.tests.job_descriptions import draft_of

EXPERIENCE, EDUCATION = QualificationKind.EXPERIENCE, QualificationKind.EDUCATION


@pytest.mark.parametrize(
    ("text", "title", "code"),
    [
        ("Network Lead - NL1234\n", "Network Lead", "NL1234"),
        ("Network Lead (#462040)\n", "Network Lead", "462040"),
        ("JOB DESCRIPTION\n\nNetwork Lead\n\nDuties\n\nLeads.\n", "Network Lead", None),
        ("Network Lead Job Description\n\nDuties\n", "Network Lead", None),
        ("Job Title: Applications Lead\nClass Code: A-12\n", "Applications Lead", "A-12"),
        ("Job title\nNetwork Lead\nJob code\n6414\n", "Network Lead", "6414"),
        ("---\ntitle: 'Network Lead'\n---\n## Duties\n- Leads\n", "Network Lead", None),
        ('+++\ntitle = "Network Lead"\n+++\n## Duties\n- Leads\n', "Network Lead", None),
        ("Office of Staff\nNetwork Lead\n\nDuties\n\nLeads.\n", "Network Lead", None),
        ("# Application Lead\n\n## Duties\n- Leads\n", "Application Lead", None),
        ("NETWORK LEAD 0561\nTYPICAL WORK ACTIVITIES\nLeads.\n", "NETWORK LEAD", "0561"),
        (
            "Position Classification Title: Network Lead\nPosition Code: M31\n",
            "Network Lead",
            "M31",
        ),
        (
            "$20 - $30 hourly\n\nApply as a transfer\n\nNetwork Lead\n\nDuties\n",
            "Network Lead",
            None,
        ),
        ("Unclassified\n\nHARBOUR COMMISSION\n\nNetwork Lead\n\nDuties\n", "Network Lead", None),
        ("JOB SPECIFICATION NETWORK LEAD\n\nDuties\n\nLeads.\n", "NETWORK LEAD", None),
    ],
)
def test_title_and_code(text: str, title: str, code: str | None) -> None:
    draft = draft_of(text)

    assert draft.title is not None
    assert (draft.title.text, draft.class_code and draft.class_code.text) == (title, code)


@pytest.mark.parametrize(
    "heading",
    [
        "Essential Duties",
        "ESSENTIAL DUTIES AND RESPONSIBILITIES:",
        "3. Duties & Responsibilities",
        "What You’ll Do",
        "What does a Network Lead do?",
        "Essential Dutes",
        "## Key responsibilities",
        "**Your impact**",
    ],
)
def test_duties_are_found_under_any_usual_heading(heading: str) -> None:
    draft = draft_of(f"A line\n\n{heading}\n\n- Keeps the net.\n- Trains users.\n")

    assert [duty.text for duty in draft.duties] == ["Keeps the net.", "Trains users."]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Keeps the net.", Modality.DOES),
        ("Must carry a phone.", Modality.MUST),
        ("The lead may travel.", Modality.MAY),
        ("Trains users as needed.", Modality.AS_NEEDED),
        ("By position, drives a van.", Modality.BY_POSITION),
        ("Acts as required. Reports weekly.", Modality.DOES),
    ],
)
def test_how_binding_a_duty_is(text: str, modality: Modality) -> None:
    draft = draft_of(f"Duties\n\n{text}\n\nKeeps records.\n")

    assert draft.duties[0].modality == modality


@pytest.mark.parametrize(
    ("text", "operator", "years"),
    [
        ("Three (3) years of experience in networks.", Operator.AT_LEAST, 3),
        ("Minimum 5 years of experience.", Operator.AT_LEAST, 5),
        ("5+ years of experience.", Operator.AT_LEAST, 5),
        ("6 or more years of related experience.", Operator.AT_LEAST, 6),
        ("> 5 years of experience.", Operator.MORE, 5),
        ("More than ten years of experience.", Operator.MORE, 10),
        ("Eighteen months of experience.", Operator.AT_LEAST, Fraction(3, 2)),
        ("2 to 4 years managing a team.", Operator.AT_LEAST, 2),
        ("Two years in a technical role.", Operator.AT_LEAST, 2),
    ],
)
def test_years_of_experience(text: str, operator: Operator, years: int | Fraction) -> None:
    (found,) = draft_of(f"Qualifications\n\n{text}\n").qualifications

    assert (found.kind, found.operator, found.years) == (EXPERIENCE, operator, years)


@pytest.mark.parametrize(
    "text",
    [
        "A lead holds the position for 5 to 10 years.",
        "Comfortable with five years of backlog.",
        "Not to exceed 4 years.",
        "The term is 3 years.",
        "A four year college.",
        "Aged 18 years of age.",
    ],
)
def test_years_that_are_no_experience(text: str) -> None:
    found = draft_of(f"Qualifications\n\n{text}\n").qualifications

    assert [one.years for one in found if one.years is not None] == []


def test_years_within_years_are_part_of_them() -> None:
    text = "Ten years of experience, including at least two years managing staff."

    main, part = draft_of(f"Experience\n\n{text}\n").qualifications

    assert (main.years, main.nested_in, part.years, part.nested_in) == (
        Fraction(10),
        None,
        Fraction(2),
        0,
    )


def test_a_number_that_disagrees_with_its_digits_is_pointed_at() -> None:
    draft = draft_of("Experience\n\nThree (5) years of experience.\n")

    assert [one.years for one in draft.qualifications] == [5]
    assert [one.kind for one in draft.warnings if one.kind == WarningKind.CONTRADICTION] == [
        WarningKind.CONTRADICTION
    ]


@pytest.mark.parametrize(
    ("text", "degree", "fields", "related"),
    [
        ("Bachelor’s degree in Physics or a related field.", Degree.BACHELOR, ("Physics",), True),
        ("A B.S. in Computing.", Degree.BACHELOR, ("Computing",), False),
        ("Bachelor's or master's degree.", Degree.BACHELOR, (), False),
        ("Graduation from a four-year college.", Degree.BACHELOR, (), False),
        ("An MBA.", Degree.MASTER, (), False),
        ("High school diploma.", Degree.HIGH_SCHOOL, (), False),
        (
            "Associate degree in Art, Law, or Music.",
            Degree.ASSOCIATE,
            ("Art", "Law", "Music"),
            False,
        ),
    ],
)
def test_degrees(text: str, degree: Degree, fields: tuple[str, ...], related: bool) -> None:
    (found,) = draft_of(f"Education\n\n{text}\n").qualifications

    assert (found.degree, found.fields, found.related_field) == (degree, fields, related)


@pytest.mark.parametrize("text", ["Takes odd jobs.", "Some degree of care.", "Leads teams."])
def test_words_that_hold_the_letters_of_a_degree_are_none(text: str) -> None:
    found = draft_of(f"Qualifications\n\n{text}\n").qualifications

    assert [one.kind for one in found] == [QualificationKind.SKILL]


@pytest.mark.parametrize(
    ("text", "necessity"),
    [
        ("Bachelor's degree preferred.", Necessity.PREFERRED),
        ("Bachelor's degree, preferably in Art.", Necessity.REQUIRED),
        ("Bachelor's degree is highly desirable.", Necessity.PREFERRED),
        ("Bachelor's degree.", Necessity.REQUIRED),
    ],
)
def test_what_is_preferred_is_not_required(text: str, necessity: Necessity) -> None:
    (found,) = draft_of(f"Education\n\n{text}\n").qualifications

    assert found.necessity == necessity


def test_under_desirable_everything_is_preferred() -> None:
    text = "## Criteria\n### Essential\n- Knows nets.\n### Desirable\n- Knows law.\n"

    found = draft_of(text).qualifications

    assert [one.necessity for one in found] == [Necessity.REQUIRED, Necessity.PREFERRED]


@pytest.mark.parametrize(
    ("text", "gives", "ratio", "years"),
    [
        ("Experience may be substituted year-for-year.", EXPERIENCE, 1, None),
        ("Two years of experience may be substituted for each year of study.", EXPERIENCE, 2, None),
        ("Additional education may be substituted for experience.", EDUCATION, None, None),
        ("Experience in lieu of a degree.", EXPERIENCE, None, None),
        ("Any combination of education and experience.", EXPERIENCE, None, None),
        ("Six years of experience can substitute this requirement.", EXPERIENCE, None, 6),
    ],
)
def test_what_may_stand_in(
    text: str, gives: QualificationKind, ratio: int | None, years: int | None
) -> None:
    (found,) = draft_of(f"Equivalency\n\n{text}\n").equivalencies

    assert (found.gives, found.ratio, found.years) == (gives, ratio, years)


def test_what_may_not_stand_in_is_no_equivalency() -> None:
    draft = draft_of("Licence\n\nThe certificate is required and may not be substituted.\n")

    assert draft.equivalencies == ()


@pytest.mark.parametrize(
    ("text", "kind", "operator", "value", "polarity"),
    [
        ("99.9% up-time", MeasureKind.NUMBER, Operator.AT_LEAST, 99.9, Polarity.HIGHER),
        ("No more than 5% downtime", MeasureKind.NUMBER, Operator.AT_MOST, 5, Polarity.LOWER),
        ("At least 3 days", MeasureKind.NUMBER, Operator.AT_LEAST, 3, Polarity.UNKNOWN),
        ("5% turnover", MeasureKind.NUMBER, Operator.AT_MOST, 5, Polarity.LOWER),
        ("All users are trained", MeasureKind.NUMBER, Operator.AT_LEAST, 100, Polarity.UNKNOWN),
        ("Reports are written (y-n)", MeasureKind.YES_NO, None, None, Polarity.UNKNOWN),
        ("Users' satisfaction with help", MeasureKind.SURVEY, None, None, Polarity.HIGHER),
        ("Cycle time of tickets", MeasureKind.NO_TARGET, None, None, Polarity.LOWER),
        ("Results of audits", MeasureKind.QUALITATIVE, None, None, Polarity.UNKNOWN),
    ],
)
def test_measures(
    text: str,
    kind: MeasureKind,
    operator: Operator | None,
    value: float | None,
    polarity: Polarity,
) -> None:
    draft = draft_of(f"Essential Functions\n1. Runs.\nMeasures of Success\n• {text}\n")

    (found,) = draft.results_areas[0].measures
    plain = None if found.value is None else float(found.value)
    assert (found.kind, found.operator, plain, found.polarity) == (kind, operator, value, polarity)


@pytest.mark.parametrize(
    ("text", "proposed"),
    [("<90% achievement", Operator.AT_LEAST), (">5% turnover", Operator.AT_MOST)],
)
def test_a_sign_against_the_sense_waits_with_a_proposal(text: str, proposed: Operator) -> None:
    draft = draft_of(f"Essential Functions\n1. Runs.\nMeasures of Success\n• {text}\n")

    (found,) = draft.results_areas[0].measures
    assert found.needs_confirmation
    assert found.proposed is not None
    assert found.proposed.operator == proposed


def test_a_heading_in_capitals_may_run_into_its_text() -> None:
    text = (
        "DUTIES AND RESPONSIBILITIES include the following.\n1. Plans.\n2. Leads.\n\n"
        "EDUCATION A bachelor's degree.\n\nCERTIFICATIONS\nNone required\n"
    )

    draft = draft_of(text)

    assert [duty.text for duty in draft.duties] == ["Plans.", "Leads."]
    assert [one.degree for one in draft.qualifications] == [Degree.BACHELOR]
    assert [one.section for one in draft.stated_none] == ["CERTIFICATIONS"]


def test_a_row_of_keys_and_values_is_short_facts() -> None:
    draft = draft_of("Position Title:\tNetwork Lead\tGrade:\t12\nFLSA:\tExempt\n")

    assert {fact.key: fact.text for fact in draft.facts} == {
        "title": "Network Lead",
        "pay_grade": "12",
        "flsa": "Exempt",
    }


def test_lines_of_keys_are_not_run_together() -> None:
    draft = draft_of("**Position Title:** Lead of Nets\n**Department:** Nets\n**Grade:** 10\n")

    assert [fact.text for fact in draft.facts] == ["Lead of Nets", "Nets", "10"]


def test_functions_without_measures_are_duties() -> None:
    draft = draft_of("Essential Functions\n\n1. Runs the net.\n2. Trains.\n")

    assert ([duty.text for duty in draft.duties], draft.results_areas) == (
        ["Runs the net.", "Trains."],
        (),
    )


def test_a_running_head_is_dropped_and_the_sentence_it_cut_is_whole() -> None:
    text = "City of X\n\nDuties\n\nKeeps the net and\n\nCity of X\n\nthe servers.\n"

    assert [duty.text for duty in draft_of(text).duties] == ["Keeps the net and the servers."]


def test_wrapped_lines_are_one_paragraph() -> None:
    line = "Keeps the network of the department in order and"
    text = f"Duties\n\n{line}\nTrains those who use it every day of the whole week.\n\nTravels.\n"

    assert len(draft_of(text).duties) == 2


def test_adverts_are_left_out() -> None:
    advert = "Download the free kit\n\nMore of us\n\nA free e-book\n"

    draft = draft_of(f"Get 10 free samples\n\nDuties\n\nLeads.\n\n{advert}")

    assert ([duty.text for duty in draft.duties], draft.passages) == (["Leads."], ())


def test_tables_between_bars_are_read_and_two_tables_stay_two() -> None:
    text = (
        "# Lead\n\n| Competency | Junior | Senior |\n|---|---|---|\n| Planning | Plans a week. | "
        "Plans a year. |\n\n| Detail | Value |\n| :--- | :--- |\n| Grade | G7 |\n"
    )

    draft = draft_of(text)

    assert [one.name for one in draft.competencies] == ["Planning"]
    assert [fact.text for fact in draft.facts if fact.key == "pay_grade"] == ["G7"]


def test_an_article_on_the_trade_is_a_template() -> None:
    text = (
        "What is a Network Lead?\nTypically a lead keeps a company's net.\n"
        "What does a Network Lead do?\n- Keeps the net\n"
    )

    draft = draft_of(text)

    assert (draft.kind, draft.title and draft.title.text) == (DocumentKind.TEMPLATE, "Network Lead")


def test_duties_that_a_page_has_torn_are_whole_again() -> None:
    text = (
        "Pilot\n\nTypical functions\nSteers\nthe ferry across the strait every day of the week;\n"
    )
    text += "Keeps\nthe log of each crossing and of the weather that there was on it;\n"

    draft = draft_of(text)

    assert [duty.text.split()[:2] for duty in draft.duties] == [["Steers", "the"], ["Keeps", "the"]]


def test_what_is_handed_over_in_flowing_prose_is_a_clause_and_no_duty() -> None:
    text = "Pilot\n\nStandard duties:\nSteers the ferry. Keeps the log. Sounds the horn. "
    text += "Performs other duties as assigned.\n"

    draft = draft_of(text)

    assert (len(draft.duties), [clause.kind.value for clause in draft.clauses]) == (
        3,
        ["catch-all"],
    )


def test_parts_that_are_lettered_are_parts() -> None:
    text = "Pilot\n\n(a) Description: Steers the ferry across the strait.\n"
    text += "(b) Education: A high school diploma is required.\n"
    text += "(c) Experience: At least three (3) years of experience.\n"

    draft = draft_of(text)

    asked = [(each.kind.value, str(each.years or each.degree)) for each in draft.qualifications]
    assert asked == [("education", "high school"), ("experience", "3")]
