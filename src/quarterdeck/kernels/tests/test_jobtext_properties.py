"""What holds for the reading of any text whatever."""

from collections.abc import Sequence
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.jobtext import draft_as_json, plain_source, read_draft
from quarterdeck.kernels.jobtext.reading import MOST_CHARACTERS, MOST_LINES
from quarterdeck.kernels.jobtext.records import DocumentKind, WarningKind
from quarterdeck.kernels.tests.job_descriptions import draft_of, misplaced, records_of

# Words and signs on which the rules turn, so that chance builds documents and not only noise.
TELLING = (
    "Essential Duties", "Essential Functions", "Measures of Success", "Competencies", "Education",
    "QUALIFICATIONS", "Class History:", "Job Results", "Pay Grade: X-1", "Supervision Exercised",
    "What is an IT Manager?", "Critical Success Factors", "Physical Demands", "Probation Period",
    "None", "NOTE: none", "• ", "- ", "1. ", "a) ", "\t", "\t\t", "\n", "\n\n", "\n\n\n",
    "\f", "\r\n",
    "<p>", "</p>", "<br>", "&amp;", "&", "&#8217;", "**", "__", "## ", "> ", "---\n", "{% if %}",
    "[a](b)",
    "Three (3) years of experience", "> 5 years", "at least ten years managing", "a B.S. degree in",
    "Bachelor’s degree or related field", "one year of experience for each year of education",
    "year-for-year", "may be substituted", "in lieu of", "<90% achievement", "No more than 1% of",
    "All employees", "(y-n)", "(%)", "satisfaction with:", "People: Complex (e.g. one; two)",
    "7/1/24 - revised; 13/45/2020", "Other duties as assigned.", "including at least 2 years",
    "Lead - Guides others.", "e\u0301", "\u00a0", "\u200b", "\u0130", "ß", "…", "–",
    "Title - AB1234",
    "IT Job Family Manager Competencies", "Get free e-book", ". ", "; ", ": ", ", ", " and ",
)  # fmt: skip
documents = st.lists(st.sampled_from(TELLING) | st.text(max_size=12), max_size=60).map("".join)


@given(documents)
def test_any_text_gives_a_draft_whose_records_stand_where_they_say(text: str) -> None:
    source = plain_source(text)

    assert misplaced(source, read_draft(source.lines)) == []


@given(documents)
def test_every_record_has_a_place_and_a_reason(text: str) -> None:
    bare = [one for one in records_of(draft_of(text)) if not (one.spans and one.reason.strip())]

    assert bare == []


@given(documents)
def test_a_source_is_made_of_its_lines(text: str) -> None:
    source = plain_source(text)

    assert [line.span.of(text) for line in source.lines] == [line.text for line in source.lines]
    assert all(
        cell.span.of(text) == cell.text for line in source.lines for cell in line.cells or ()
    )


@given(documents)
def test_a_draft_is_plain_values(text: str) -> None:
    def is_plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
        if isinstance(value, list):
            return all(map(is_plain, value))
        return value is None or type(value) in {str, int, float, bool}

    draft = draft_of(text)

    plain = draft_as_json(draft)
    assert is_plain(plain)
    assert {field.name for field in fields(draft)} - plain.keys() == set()


@given(documents)
def test_nested_years_are_part_of_an_earlier_requirement(text: str) -> None:
    asked: Sequence[int | None] = [one.nested_in for one in draft_of(text).qualifications]

    assert all(main is None or main < place for place, main in enumerate(asked))


def test_a_document_without_text_is_a_template_without_records() -> None:
    draft = draft_of(" \n\n\t\n")

    assert (draft.kind, list(records_of(draft))) == (DocumentKind.TEMPLATE, [])


def test_reading_stops_at_the_most_lines_and_says_so() -> None:
    draft = draft_of("x1\n" * (MOST_LINES + 5))

    stops = [one.message for one in draft.warnings if one.kind == WarningKind.SOURCE]
    assert [text.split(":")[0] for text in stops] == [
        f"The reading stopped at line {MOST_LINES + 1}"
    ]


def test_reading_stops_at_the_most_characters_and_says_so() -> None:
    draft = draft_of("Manages things. " * (MOST_CHARACTERS // 16) + "\n" + "more\n" * 3)

    stops = [one.message for one in draft.warnings if one.kind == WarningKind.SOURCE]
    assert [text.split(":")[0] for text in stops] == ["The reading stopped at line 2"]
