"""The catalogue holds every measure of success of J3 and agrees with `docs/duties.md`."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from quarterdeck.scorecard.queries.catalogue import RESULTS

DUTIES_PAGE = Path(__file__).parents[4] / "docs" / "duties.md"
CAPABILITIES = {"A": 10, "B": 11, "C": 7, "D": 5, "E": 5, "F": 10}
MEASURE_OF_SUCCESS = re.compile(r"J3\.\d+\.m\d+")


class DutyRow(NamedTuple):
    """One row of the page: its id, title, requirement ids and what serves it."""

    duty: str
    title: str
    requirements: tuple[str, ...]
    served_by: str


def duty_rows() -> list[DutyRow]:
    rows = []
    for line in DUTIES_PAGE.read_text(encoding="utf-8").splitlines():
        if re.match(r"\| J\d\.", line):
            duty, title, requirements, served_by = (
                cell.strip() for cell in line.strip("|").split("|")
            )
            rows.append(DutyRow(duty, title, tuple(requirements.split(", ")), served_by))
    return rows


def catalogued() -> list[tuple[str, str, str]]:
    return [
        (measure.duty, measure.title, measure.requirement)
        for result in RESULTS
        for measure in result.measures
    ]


def test_four_results_stand_in_the_order_of_the_document() -> None:
    assert [result.duty for result in RESULTS] == ["J3.1", "J3.2", "J3.3", "J3.4"]


def test_results_hold_7_12_2_and_3_measures_of_success() -> None:
    assert [len(result.measures) for result in RESULTS] == [7, 12, 2, 3]


def test_measures_are_numbered_without_gaps_under_their_result() -> None:
    for result in RESULTS:
        expected = [f"{result.duty}.m{number}" for number in range(1, len(result.measures) + 1)]

        assert [measure.duty for measure in result.measures] == expected


def test_every_measure_says_in_one_sentence_what_it_needs() -> None:
    for result in RESULTS:
        for measure in result.measures:
            assert re.fullmatch(r"[A-Z].*[^.]\.", measure.needs), measure.duty


def test_no_two_measures_share_a_title() -> None:
    titles = [title for _, title, _ in catalogued()]

    assert sorted(set(titles)) == sorted(titles)


def test_the_duties_page_lists_the_same_measures_under_the_same_titles() -> None:
    listed = [
        (row.duty, row.title, row.requirements[0])
        for row in duty_rows()
        if MEASURE_OF_SUCCESS.fullmatch(row.duty)
    ]

    assert listed == catalogued()


def test_the_duties_page_lists_the_results_under_the_same_titles() -> None:
    listed = [(row.duty, row.title) for row in duty_rows() if re.fullmatch(r"J3\.\d", row.duty)]

    assert listed == [(result.duty, result.title) for result in RESULTS]


def test_no_id_stands_twice_on_the_duties_page() -> None:
    duties = [row.duty for row in duty_rows()]

    assert sorted(set(duties)) == sorted(duties)


@pytest.mark.parametrize(
    ("ids", "count"),
    [
        (r"J1\.4\.d\d+", 7),
        (r"J1\.5\.d\d+", 7),
        (r"J1\.[45]\.[ic]\d+", 20),
        (r"J2\.d\d+", 11),
        (r"J2\.x\d+", 3),
        (r"J2\.c\d+", 7),
        (r"J3\.\d\.\d+", 14),
        (r"J4\.b\d+", 7),
        (r"J4\.q\d+", 10),
        (r"J5\.c\d\.(contributing|journey|advanced)", 18),
    ],
)
def test_the_duties_page_lists_as_many_rows_as_the_documents_hold(ids: str, count: int) -> None:
    """The counts were taken by hand from the five documents."""
    assert len([row for row in duty_rows() if re.fullmatch(ids, row.duty)]) == count


def test_every_duty_names_requirements_that_exist() -> None:
    existing = {
        f"{letter}{number}"
        for letter, last in CAPABILITIES.items()
        for number in range(1, last + 1)
    }

    for row in duty_rows():
        assert set(row.requirements) - existing == set(), row.duty


def test_every_duty_is_served_by_measures_or_pages_or_not_yet() -> None:
    measure_or_page = r"`([a-z_]+\.[a-z_0-9]+|/[^`]*)`"
    served = rf"not yet|{measure_or_page}(, {measure_or_page})*"

    for row in duty_rows():
        assert re.fullmatch(served, row.served_by), row.duty
