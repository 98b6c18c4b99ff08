"""The demo as its tests load it, in a database of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.demo import DemoSignIn, load_demo
from quarterdeck.config.demo.story import story_until
from quarterdeck.core.measures import Reading, Scope, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.core.tests.databases import name_in, speaking_with
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import period_named

AT = datetime(2026, 3, 18, 10, 20, tzinfo=UTC)
LAST_MONTH, HOLE, OUTAGE = "2026-02", "2024-11", "2025-09"
STORY = story_until(AT)


def silent(*_: object) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Town:
    """A database with the demo, and who signs in there."""

    database: str
    sign_in: DemoSignIn


def demo_town(url: str) -> Town:
    """Load the demo as of AT into the database of this URL."""
    with speaking_with(name_in(url)):
        loaded = load_demo(actor=operator(), at=AT, report=silent)
        assert loaded is not None
        return Town(name_in(url), loaded)


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
