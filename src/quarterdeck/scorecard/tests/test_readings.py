"""Readings by way of the cache."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from quarterdeck.core.evidence import touch
from quarterdeck.core.measures import Better, Measure, Reading, Scope, State, Terms, Unit
from quarterdeck.core.models import Account
from quarterdeck.kernels.periods import parse_period
from quarterdeck.kernels.spans import Span
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Answers, Wanted, answers
from quarterdeck.scorecard.verbs.cached_readings import keep_readings

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
MARCH = parse_period("2026-03")


class Counter:
    """A measure that says how often it has been computed."""

    def __init__(self) -> None:
        self.computed = 0

    def __call__(self, _period: Span, _scope: Scope, terms: Terms) -> Reading:
        """Return the number of computations as the value."""
        self.computed += 1
        return Reading(State.VALUE, terms.as_of, Fraction(1), value=Fraction(self.computed), n=1)


def counted_by(counter: Counter, *, version: int = 1) -> Measure:
    return Measure(
        "scorecard.counter",
        "Counter",
        Unit.COUNT,
        Better.HIGHER,
        "J3.4.m1",
        counter,
        version,
        "desk.tickets",
    )


def read(
    measure: Measure, *periods: str, at: datetime = NOON, go_on: Callable[[], bool] = lambda: True
) -> Answers:
    wanted = [Wanted(measure, parse_period(period)) for period in periods]
    return answers(wanted, Terms(at), go_on=go_on)


def keep(found: Answers, actor: Account) -> None:
    keep_readings(computed=found.computed, actor=actor, at=NOON)


@pytest.fixture
def worker() -> Account:
    return Account.objects.get(username="worker")


def test_a_kept_reading_of_a_past_month_is_not_computed_again(worker: Account) -> None:
    counter = Counter()
    keep(read(counted_by(counter), "2026-03"), worker)

    again = read(counted_by(counter), "2026-03", at=NOON + timedelta(days=40))

    assert (counter.computed, again.computed, again.missing) == (1, [], [])


def test_changed_evidence_makes_only_its_months_stale(worker: Account) -> None:
    counter = Counter()
    keep(read(counted_by(counter), "2026-03", "2026-04"), worker)
    touch("desk.tickets", datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC))

    again = read(counted_by(counter), "2026-03", "2026-04")

    assert [each.wanted.period.key for each in again.computed] == ["2026-04"]


def test_evidence_of_another_domain_changes_nothing(worker: Account) -> None:
    counter = Counter()
    keep(read(counted_by(counter), "2026-03"), worker)
    touch("services.checks", datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))

    assert read(counted_by(counter), "2026-03").computed == []


def test_a_new_definition_makes_every_kept_reading_stale(worker: Account) -> None:
    counter = Counter()
    keep(read(counted_by(counter), "2026-03"), worker)

    again = read(counted_by(counter, version=2), "2026-03")

    assert len(again.computed) == 1


def test_a_running_month_is_read_anew_after_five_minutes(worker: Account) -> None:
    counter = Counter()
    keep(read(counted_by(counter), "2026-06"), worker)

    soon = read(counted_by(counter), "2026-06", at=NOON + timedelta(minutes=4, seconds=59))
    later = read(counted_by(counter), "2026-06", at=NOON + timedelta(minutes=5))

    assert (len(soon.computed), len(later.computed)) == (0, 1)


def test_without_patience_what_is_missing_stays_missing() -> None:
    found = read(counted_by(Counter()), "2026-03", "2026-04", go_on=lambda: False)

    assert [each.period.key for each in found.missing] == ["2026-03", "2026-04"]
    assert found.figures(Wanted(counted_by(Counter()), MARCH)) is None


def test_figures_come_back_from_the_cache_as_exact_as_they_went_in(worker: Account) -> None:
    def third(_period: Span, _scope: Scope, terms: Terms) -> Reading:
        return Reading(
            State.VALUE,
            terms.as_of,
            coverage=Fraction(2, 3),
            value=Fraction(1, 3),
            n=3,
            numerator=Fraction(1),
            denominator=Fraction(3),
            freshest_at=NOON,
        )

    measure = Measure("scorecard.third", "Third", Unit.SHARE, Better.HIGHER, "J3.4.m1", third)
    first = read(measure, "2026-03")
    keep(first, worker)

    again = read(measure, "2026-03")

    wanted = Wanted(measure, MARCH)
    assert again.computed == []
    assert again.figures(wanted) == first.figures(wanted)


def test_a_silent_reading_keeps_its_silence() -> None:
    silent = Figures.of(Reading(State.NOT_ENOUGH_EVIDENCE, NOON, Fraction(0)))

    assert Figures.restored(silent.stored()) == silent


def test_readings_of_two_calendars_are_kept_apart(worker: Account) -> None:
    counter = Counter()
    measure = counted_by(counter)
    keep(read(measure, "2026-03"), worker)

    other = answers([Wanted(measure, MARCH)], Terms(NOON, "around-the-clock"), go_on=lambda: True)

    assert len(other.computed) == 1
