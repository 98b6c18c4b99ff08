"""None of the duties that the five documents ask for is missing from `docs/duties.md`.

The documents are read by the product itself. Whatever it finds of a kind has as many rows on the
page; titles there are our own words, so that amounts are what both can be compared by.
"""

import re
from pathlib import Path

import pytest

from quarterdeck.config.tests.documents import duties
from quarterdeck.kernels.jobtext import Draft, plain_source, read_draft

pytestmark = pytest.mark.shared


def read(shared: Path, document: int) -> Draft:
    """Return what is read of document J1 to J5, which the folder numbers from 000."""
    (path,) = (shared.parent / "jobs").glob(f"{document - 1:03}_*.txt")
    return read_draft(plain_source(path.read_text(encoding="utf-8")).lines)


def listed(pattern: str) -> int:
    """Return how many rows of the page have an id like this."""
    return sum(re.fullmatch(pattern, duty.id) is not None for duty in duties())


def anchors(draft: Draft) -> int:
    return sum(len(competency.anchors) for competency in draft.competencies)


def clauses(draft: Draft, *kinds: str) -> int:
    return sum(clause.kind.value in kinds for clause in draft.clauses)


def test_the_family_with_two_levels_is_listed(shared: Path) -> None:
    family = read(shared, 1)

    found = {
        r"J1\.[45]\.d\d+": len(family.duties) + clauses(family, "catch-all"),
        r"J1\.[45]\.[ci]\d+": anchors(family),
        r"J1\.[45]\.v\d+": len(family.supervision),
    }

    assert {pattern: listed(pattern) for pattern in found} == found


def test_the_class_specification_is_listed(shared: Path) -> None:
    specification = read(shared, 2)

    found = {
        r"J2\.d\d+": len(specification.duties),
        r"J2\.x\d+": clauses(specification, "catch-all", "redeployment", "allocation"),
        r"J2\.c\d+": len(specification.competencies),
        r"J2\.v\d+": len(specification.supervision),
        r"J2\.w\d+": len(specification.conditions),
        r"J2\.e\d+": len(specification.series),
    }

    assert {pattern: listed(pattern) for pattern in found} == found


def test_every_function_and_measure_of_the_results_focused_description_is_listed(
    shared: Path,
) -> None:
    description = read(shared, 3)

    found = {r"J3\.a\d+": len(description.authority), r"J3\.o\d+": len(description.duties)}
    for number, area in enumerate(description.results_areas, start=1):
        found[rf"J3\.{number}\.\d+"] = len(area.functions)
        found[rf"J3\.{number}\.m\d+"] = len(area.measures)

    assert {pattern: listed(pattern) for pattern in found} == found


def test_the_bullets_of_the_article_are_listed(shared: Path) -> None:
    assert listed(r"J4\.b\d+") == len(read(shared, 4).duties)


def test_every_cell_of_the_competency_matrix_is_listed(shared: Path) -> None:
    assert listed(r"J5\.c\d+\.\w+") == anchors(read(shared, 5))
