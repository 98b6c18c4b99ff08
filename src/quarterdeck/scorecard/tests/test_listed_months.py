"""The page of closed periods lists the months of which there can be anything to say."""

from datetime import UTC, datetime

import pytest

from quarterdeck.core.directory import add_person
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Act
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.kernels.periods import parse_period
from quarterdeck.scorecard.queries.listed_months import first_month, listed_months

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 20, 12, tzinfo=UTC)
MAY = parse_period("2026-05")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _used_since_april(operator: Account) -> None:
    """Let the installation be used since April 2026."""
    assert not Act.objects.exists()
    add_person(name="Ada", actor=operator, at=IN_APRIL)


def keys(*closed: str) -> list[str]:
    return [month.key for month in listed_months(MAY, first_month(AT), closed)]


def test_a_new_installation_has_no_month_before_its_first_use() -> None:
    assert keys() == ["2026-05", "2026-04"]


def test_months_on_which_records_bear_are_there_too(given: Given) -> None:
    with given():
        touch("desk.tickets", datetime(2025, 11, 3, tzinfo=UTC), datetime(2025, 12, 3, tzinfo=UTC))

    assert keys() == ["2026-05", "2026-04", "2025-12", "2025-11"]


def test_a_closed_month_stays_there() -> None:
    assert keys("2025-07") == ["2026-05", "2026-04", "2025-07"]


def test_nothing_older_than_two_years_is_there(given: Given) -> None:
    with given():
        touch("desk.tickets", datetime(2020, 1, 1, tzinfo=UTC), AT)

    assert (len(keys()), keys()[-1]) == (24, "2024-06")
