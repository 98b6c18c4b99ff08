"""The demo as its tests load it: once for all tests of a file, and gone after them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction

from django.db import transaction

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.demo import DemoSignIn, load_demo
from quarterdeck.config.demo.story import story_until
from quarterdeck.core.measures import Reading, Scope, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import period_named

AT = datetime(2026, 3, 18, 10, 20, tzinfo=UTC)
LAST_MONTH, HOLE, OUTAGE = "2026-02", "2024-11", "2025-09"
STORY = story_until(AT)


def silent(*_: object) -> None:
    """Report progress to nobody."""


@contextmanager
def loaded_demo() -> Iterator[DemoSignIn]:
    """Load the demo as of AT, and take it back."""
    with transaction.atomic():
        loaded = load_demo(actor=operator(), at=AT, report=silent)
        assert loaded is not None
        yield loaded
        transaction.set_rollback(True)


def read(key: str, period: Period, scope: Scope | None = None) -> Reading:
    """Take one measure as of AT, of the organisation unless it is said of whom."""
    return take(measure_of(key), period.span, scope or Scope(), Terms(as_of=AT))


def value_of(key: str, period: str, scope: str = "organisation") -> Fraction:
    """Return the value of a measure that has one."""
    value = read(key, period_named(period), Scope.parse(scope)).value
    assert value is not None
    return value


def account_of(role: Role) -> Account:
    """Return the account with which a reader of the demo signs in as this role."""
    return next(
        account
        for account in Account.objects.filter(roles__role=role, is_builtin=False)
        if account.has_usable_password()
    )
