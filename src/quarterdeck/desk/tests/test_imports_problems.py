"""A real log of problems: a second source is a mapping, not new code."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from quarterdeck.core.measures import State
from quarterdeck.core.models import Account
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.incident_log import (
    PROBLEMS,
    counts,
    golden_figures,
    reading,
    take_in,
)
from quarterdeck.office.models import ImportBatch

pytestmark = [pytest.mark.shared, pytest.mark.django_db]


@pytest.fixture(scope="module")
def problems(shared: Path) -> Path:
    """The log of a car maker's IT problems."""
    return shared / "itsm" / "bpic2013_closed_problems.csv.gz"


@pytest.fixture(scope="module")
def golden(shared: Path) -> Mapping[str, Any]:
    """What was computed of this log independently."""
    return golden_figures(shared)


@pytest.fixture
def problem_batch(problems: Path, operator: Account) -> ImportBatch:
    """The log of problems, taken in."""
    return take_in(problems, operator, profile=PROBLEMS)


def test_a_log_of_problems_comes_in_by_a_mapping_alone(
    problem_batch: ImportBatch, golden: Mapping[str, Any]
) -> None:
    known = golden["bpic2013_closed_problems"]
    problems = Ticket.objects.filter(source=PROBLEMS)
    changes = StateChange.objects.filter(ticket__source=PROBLEMS)

    assert (counts(problem_batch), problems.filter(kind="problem").count(), changes.count()) == (
        (known["cases"], 0, 0, 0),
        known["cases"],
        known["events"],
    )


@pytest.mark.usefixtures("problem_batch")
def test_problems_keep_the_words_of_their_source(golden: Mapping[str, Any]) -> None:
    words = StateChange.objects.filter(ticket__source=PROBLEMS).values_list(
        "source_state", flat=True
    )

    known = golden["bpic2013_closed_problems"]["states"]
    assert {word: list(words).count(word.replace("/", "|")) for word in known} == known


@pytest.mark.usefixtures("problem_batch")
def test_problems_take_as_long_as_their_log_says(golden: Mapping[str, Any]) -> None:
    spans: dict[int, list[datetime]] = {}
    for key, at in StateChange.objects.filter(ticket__source=PROBLEMS).values_list(
        "ticket", "occurred_at"
    ):
        spans.setdefault(key, []).append(at)

    seconds = sorted((max(span) - min(span)).total_seconds() for span in spans.values())

    known = golden["bpic2013_closed_problems"]
    assert [median(seconds), percentile(seconds, 9)] == pytest.approx(
        [known["first_to_last_event_median_s"], known["first_to_last_event_p90_s"]], abs=0.5
    )


def percentile(ordered: list[float], tenths: int) -> float:
    """Quantile of type 7: linear between the two values around it."""
    place, rest = divmod((len(ordered) - 1) * tenths, 10)
    return ordered[place] + (ordered[place + 1] - ordered[place]) * rest / 10


@pytest.mark.usefixtures("problem_batch")
def test_problems_are_never_routine() -> None:
    one = reading("desk.cycle_time", "2012-04")

    reasons = [each.reason for each in one.excluded]
    assert (one.state, one.n, float(one.coverage), reasons) == (
        State.NOT_APPLICABLE,
        0,
        1.0,
        ["Not routine: a problem"],
    )
