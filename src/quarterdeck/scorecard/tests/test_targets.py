"""Targets: set, replaced, ended, and what readings say of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.measures import Better, Measure, Reading, Scope, State, Unit, measure_of
from quarterdeck.core.models import Account, HistoryEntry, Person
from quarterdeck.core.vocabulary import Role
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.targets import judged, targets_in_force
from quarterdeck.scorecard.queries.wording import limit_text
from quarterdeck.scorecard.verbs.targets import end_target, set_target
from quarterdeck.scorecard.vocabulary import Verdict

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEY = "desk.cycle_time"
HOUR = 3_600
JANUARY, MARCH, JUNE = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def manager(operator: Account) -> Account:
    account = add_account(username="ada", actor=operator, at=AT)
    assign_role(account=account, role=Role.IT_MANAGER, actor=operator, at=AT)
    return account


@pytest.fixture
def owner(operator: Account) -> Person:
    return add_person(name="Nkechi Baptiste", actor=operator, at=AT)


def target_of(
    actor: Account,
    owner: Person,
    hours: int = 8,
    valid_from: date = JANUARY,
    warning: int | None = None,
) -> Target:
    return set_target(
        measure=KEY,
        scope=Scope(),
        value=Decimal(hours * HOUR),
        warning=None if warning is None else Decimal(warning * HOUR),
        owner=owner,
        valid_from=valid_from,
        actor=actor,
        at=AT,
    )


def figures(value: Fraction | None, coverage: Fraction = Fraction(1)) -> Figures:
    state = State.NOT_ENOUGH_EVIDENCE if value is None else State.VALUE
    return Figures.of(Reading(state, AT, coverage, value=value, n=1))


def verdict(target: Target, hours: Fraction | int | None) -> Verdict:
    value = None if hours is None else Fraction(hours) * HOUR
    return judged(measure_of(KEY), target, figures(value)).verdict


def test_a_target_holds_from_its_first_day_on(manager: Account, owner: Person) -> None:
    target = target_of(manager, owner, valid_from=MARCH)

    days = [date(2026, 2, 28), MARCH, JUNE]
    assert [targets_in_force(Scope(), day).get(KEY) for day in days] == [None, target, target]


def test_a_new_target_leaves_the_old_one_as_it_was_until_the_day_before(
    manager: Account, owner: Person
) -> None:
    old = target_of(manager, owner, hours=8)
    new = target_of(manager, owner, hours=6, valid_from=JUNE)

    days = [date(2026, 5, 31), JUNE]
    assert [targets_in_force(Scope(), day)[KEY] for day in days] == [old, new]
    assert Target.objects.get(pk=old.pk).value == 8 * HOUR


def test_a_target_that_replaces_one_of_the_same_day_is_the_only_one_in_force(
    manager: Account, owner: Person
) -> None:
    target_of(manager, owner, hours=80)
    corrected = target_of(manager, owner, hours=8)

    assert targets_in_force(Scope(), JANUARY)[KEY] == corrected


def test_the_history_keeps_when_a_target_got_its_end(manager: Account, owner: Person) -> None:
    old = target_of(manager, owner)
    target_of(manager, owner, valid_from=JUNE)

    entry = HistoryEntry.objects.get(table="scorecard_target", row=str(old.pk))
    assert (entry.before, entry.after) == (
        {"valid_to": None, "version": 1},
        {"valid_to": "2026-05-31", "version": 2},
    )


def test_an_ended_target_judges_nothing_any_more(manager: Account, owner: Person) -> None:
    target = target_of(manager, owner)
    end_target(target=target, last_day=MARCH, version=1, actor=manager, at=AT)

    assert targets_in_force(Scope(), JUNE) == {}


def test_ending_what_somebody_else_has_ended_is_a_conflict(manager: Account, owner: Person) -> None:
    target = target_of(manager, owner)
    end_target(target=target, last_day=MARCH, version=1, actor=manager, at=AT)

    with pytest.raises(Conflict):
        end_target(target=target, last_day=JUNE, version=1, actor=manager, at=AT)


def test_a_target_cannot_end_before_it_began(manager: Account, owner: Person) -> None:
    target = target_of(manager, owner, valid_from=JUNE)

    with pytest.raises(Refused, match="cannot end before"):
        end_target(target=target, last_day=MARCH, version=1, actor=manager, at=AT)


def test_whoever_does_not_steer_sets_no_targets(owner: Person, operator: Account) -> None:
    technician = add_account(username="tech", actor=operator, at=AT)
    assign_role(account=technician, role=Role.TECHNICIAN, actor=operator, at=AT)

    with pytest.raises(Refused, match="may not"):
        target_of(technician, owner)


def test_a_share_cannot_exceed_the_whole(manager: Account, owner: Person) -> None:
    with pytest.raises(Refused, match="cannot be"):
        set_target(
            measure="desk.reopen_rate",
            scope=Scope(),
            value=Decimal("1.1"),
            owner=owner,
            valid_from=JANUARY,
            actor=manager,
            at=AT,
        )


def test_a_warning_beyond_the_target_is_refused(manager: Account, owner: Person) -> None:
    with pytest.raises(Refused, match="warning"):
        target_of(manager, owner, hours=8, warning=9)


def test_the_limit_itself_meets_the_target(manager: Account, owner: Person) -> None:
    assert verdict(target_of(manager, owner, hours=8), 8) == Verdict.MET


def test_a_second_over_the_limit_misses_it(manager: Account, owner: Person) -> None:
    assert verdict(target_of(manager, owner, hours=8), 8 + Fraction(1, HOUR)) == Verdict.MISSED


def test_between_warning_and_limit_the_target_is_nearly_missed(
    manager: Account, owner: Person
) -> None:
    assert verdict(target_of(manager, owner, hours=8, warning=6), 7) == Verdict.NEAR


def test_where_higher_is_better_the_good_side_is_above() -> None:
    uptime = Measure("network.uptime", "Uptime", Unit.SHARE, Better.HIGHER, "J3.1.m1", _never)
    target = Target(value=Decimal("0.999"))

    values = [Fraction(999, 1000), Fraction(9989, 10000)]
    verdicts = [judged(uptime, target, figures(value)).verdict for value in values]
    assert verdicts == [Verdict.MET, Verdict.MISSED]


def test_without_evidence_nothing_is_judged(manager: Account, owner: Person) -> None:
    assert verdict(target_of(manager, owner), None) == Verdict.NOT_JUDGED


def test_a_reading_of_a_part_is_judged_and_marked() -> None:
    target = Target(value=Decimal(8 * HOUR))

    judgement = judged(measure_of(KEY), target, figures(Fraction(HOUR), Fraction(1, 2)))

    assert (judgement.verdict, judgement.is_partial) == (Verdict.MET, True)


def test_a_target_is_written_with_every_digit_that_it_was_given() -> None:
    uptime = Measure("network.uptime", "Uptime", Unit.SHARE, Better.HIGHER, "J3.1.m1", _never)

    assert limit_text(uptime, Decimal("0.999500")) == "≥\u00a099.95\u00a0%"


def test_a_target_set_on_the_page_stands_on_the_page_of_the_measure(
    manager: Account, owner: Person
) -> None:
    client = Client()
    client.force_login(manager)
    form = {"value": "8.5", "owner": owner.pk, "valid_from": "2026-01-01"}

    answer = client.post(f"{reverse('scorecard.target', args=[KEY])}?period=2026-03", form)

    page = client.get(answer.headers["Location"]).content.decode()
    assert "≤\u00a08\u00a0h 30\u00a0min" in page


def test_what_is_wrong_with_a_target_is_said_on_the_form(manager: Account, owner: Person) -> None:
    client = Client()
    client.force_login(manager)
    form = {"value": "8", "warning": "9", "owner": owner.pk, "valid_from": "2026-01-01"}

    answer = client.post(reverse("scorecard.target", args=[KEY]), form)

    assert (answer.status_code, "A warning comes before" in answer.content.decode()) == (422, True)


def _never(*_: object) -> Reading:
    raise AssertionError
