"""Whoever guesses passwords waits longer and longer, whether the account exists or not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from quarterdeck.core.errors import Refused
from quarterdeck.core.lockout import (
    ACCOUNT,
    ADDRESS,
    admit,
    forgive,
    network_of,
    wait_after,
)
from quarterdeck.core.models import SignInLimit

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def tries(count: int, *, username: str = "ada", address: str = "192.0.2.1") -> int:
    """Try to sign in so many times at once; return how often one was let through to a check."""
    admitted = 0
    for _ in range(count):
        try:
            admit(username=username, address=address, at=AT)
        except Refused:
            continue
        admitted += 1
    return admitted


def test_an_account_may_be_tried_five_times() -> None:
    assert tries(20) == ACCOUNT.free


def test_a_refused_attempt_says_how_long_to_wait() -> None:
    tries(ACCOUNT.free)

    with pytest.raises(Refused, match=r"^Too many attempts\. Wait 30 seconds, then try again\.$"):
        admit(username="ada", address="192.0.2.1", at=AT)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 960), (11, 1800), (99, 1800)],
)
def test_each_further_failure_doubles_the_wait_up_to_half_an_hour(
    failures: int, seconds: int
) -> None:
    assert wait_after(failures, ACCOUNT.free) == timedelta(seconds=seconds)


def test_the_door_opens_again_after_the_wait() -> None:
    tries(ACCOUNT.free)

    admit(username="ada", address="192.0.2.1", at=AT + timedelta(seconds=31))

    assert SignInLimit.objects.order_by("-failures")[0].failures == ACCOUNT.free + 1


def test_a_name_in_other_letters_is_the_same_account() -> None:
    tries(ACCOUNT.free)

    assert tries(1, username=" ADA ") == 0


def test_other_accounts_are_not_locked_out_with_one() -> None:
    tries(ACCOUNT.free)

    assert tries(1, username="bilal") == 1


def test_an_address_that_tries_many_accounts_is_stopped() -> None:
    admitted = sum(tries(1, username=f"account{number}") for number in range(40))

    assert admitted == ADDRESS.free


def test_the_right_password_forgets_the_failures_of_the_account() -> None:
    tries(ACCOUNT.free - 1)
    forgive(username="ada", address="192.0.2.1")

    assert tries(20) == ACCOUNT.free


def test_what_people_typed_is_not_kept() -> None:
    tries(1, username="my secret password")

    kept = SignInLimit.objects.values_list("subject", flat=True)
    assert [subject for subject in kept if "secret" in subject] == []


def test_failures_are_forgotten_after_half_a_day() -> None:
    tries(20)

    admit(username="bilal", address="192.0.2.9", at=AT + timedelta(hours=13))

    assert SignInLimit.objects.count() == 2


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_address_counts_with_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_attempts_that_arrive_at_once_are_counted_one_by_one() -> None:
    def attempt(_: int) -> int:
        try:
            return tries(1)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        admitted = sum(pool.map(attempt, range(24)))

    assert admitted == ACCOUNT.free


def test_a_locked_name_is_refused_alike_whether_it_exists_or_not(
    raised: Callable[[str], str],
) -> None:
    assert raised("operator") == raised("nobody at all")


@pytest.fixture
def raised() -> Callable[[str], str]:
    """Return what somebody is told who has tried a name too often."""

    def told(username: str) -> str:
        tries(ACCOUNT.free, username=username)
        with pytest.raises(Refused) as refusal:
            admit(username=username, address="192.0.2.1", at=AT)
        return str(refusal.value)

    return told
