"""Every measure answers for every month: one to come, one that runs, one without data."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.cast import Cast, arrange_cast
from quarterdeck.core.measures import ORGANISATION, State, Terms, all_measures, take
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.spans import Span

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEXT_MONTH = Span(datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
FAR_MONTH = Span(datetime(2031, 1, 1, tzinfo=UTC), datetime(2031, 2, 1, tzinfo=UTC))
OLD_MONTH = Span(datetime(1999, 1, 1, tzinfo=UTC), datetime(1999, 2, 1, tzinfo=UTC))


@pytest.fixture
def cast(tmp_path: Path) -> Cast:
    return arrange_cast(tmp_path)


@pytest.mark.parametrize("month", [NEXT_MONTH, FAR_MONTH, OLD_MONTH], ids=["next", "far", "old"])
def test_no_measure_has_a_figure_for_a_month_without_evidence(cast: Cast, month: Span) -> None:
    assert cast.accounts
    terms = Terms(NOW)

    with_figure = [
        each.key
        for each in all_measures()
        if take(each, month, ORGANISATION, terms).state is State.VALUE
    ]

    assert with_figure == []


def test_the_scorecard_has_a_page_for_a_month_that_has_not_begun(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.accounts[Role.ADMINISTRATOR])

    answer = client.get(reverse("scorecard"), {"period": "2031-01"})

    assert answer.status_code == 200
