"""Clocks counted anew: compared first, applied by decision, resumed where it was killed."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.waiting import waiting_for
from quarterdeck.desk.jobs import recalculate_clocks
from quarterdeck.desk.models import ClockChange, ClockRecalculation, RecalculationTally, Ticket
from quarterdeck.desk.queries.recalculations import Kept, effects_of
from quarterdeck.desk.tests.promised import FRIDAY, RESOLUTION, promise, promised, the_clock
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, staffed_desk
from quarterdeck.desk.verbs import recalculations
from quarterdeck.desk.verbs.recalculations import (
    approve_recalculation,
    discard_recalculation,
    examine_clocks,
    request_recalculation,
)
from quarterdeck.desk.verbs.service_levels import set_service_level_terms
from quarterdeck.desk.verbs.tickets import resolve_ticket
from quarterdeck.office.models import Calendar, Holiday

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def at(day: int, hour: int) -> datetime:
    return datetime(2016, 4, day, hour, tzinfo=UTC)


def close_on_tuesday(operator: Account) -> None:
    with acting(actor=operator, verb_name="test.holiday", at=at(4, 12)):
        Holiday.objects.create(
            calendar=Calendar.objects.get(organisation__pk=1), day=date(2016, 4, 5)
        )


def compared(operator: Account) -> ClockRecalculation:
    asked = request_recalculation(reason="A holiday was forgotten", actor=operator, at=at(4, 13))
    recalculate_clocks.call()
    asked.refresh_from_db()
    return asked


def test_a_forgotten_holiday_is_compared_before_anything_changes(
    desk: Desk, operator: Account
) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    ticket = opened(desk)
    close_on_tuesday(operator)

    found = compared(operator)

    [change] = ClockChange.objects.filter(recalculation=found)
    ticket.refresh_from_db()
    assert (found.state, found.counts) == ("examined", {"due later": 1})
    assert (change.due_before, change.due_after) == (at(5, 11), at(6, 11))
    assert ticket.due_at == at(5, 11)


def fixed(desk: Desk, when: datetime) -> Ticket:
    """A ticket of that Monday morning, resolved then."""
    ticket = opened(desk)
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="A new roller.",
        true_category="Hardware",
        actor=account("nils"),
        at=when,
    )


def test_promises_kept_are_told_as_they_stood_and_counted_anew(
    desk: Desk, client: Client, operator: Account
) -> None:
    # Twelve business hours from Monday 09:00 end on Tuesday at 11:00, and on Wednesday at 11:00
    # when Tuesday is a holiday: what was fixed on Wednesday at 10:00 was late, and then is not.
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    fixed(desk, at(4, 12))
    late = fixed(desk, at(6, 10))
    fixed(desk, at(7, 10))
    close_on_tuesday(operator)

    found = compared(operator)
    client.force_login(operator)
    page = client.get(reverse("desk.clockrecalculation.detail", args=[found.pk]))
    listed = client.get(reverse("desk.clockchange.list"), {"kind": "now kept"})

    [effect] = effects_of(found, includes_operational=False)
    assert (effect.before, effect.after) == (Kept(1, 3), Kept(2, 3))
    assert found.counts == {"now kept": 1, "due later": 2}
    text = page.content.decode()
    assert "1 of 3" in text
    assert "2 of 3" in text
    assert late.number in listed.content.decode()


@pytest.mark.usefixtures("desk")
def test_what_teams_promise_is_told_to_the_desk_only(operator: Account) -> None:
    found = compared(operator)
    RecalculationTally.objects.create(
        recalculation=found, agreement="ola", metric=RESOLUTION, outcome="met", before=1, after=1
    )

    assert effects_of(found, includes_operational=False) == []
    assert len(effects_of(found, includes_operational=True)) == 1


def test_changes_of_one_kind_are_shown_apart(desk: Desk, client: Client, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    kept, later = fixed(desk, at(6, 10)), opened(desk)
    close_on_tuesday(operator)
    found = compared(operator)
    client.force_login(operator)
    address = reverse("desk.clockrecalculation.detail", args=[found.pk])

    page = client.get(address, {"kind": "due later"}).content.decode()
    unknown = client.get(address, {"kind": "no such kind"}).content.decode()

    assert later.number in page
    assert kept.number not in page
    assert kept.number in unknown


def test_a_later_comparison_takes_the_place_of_one_that_waits(
    desk: Desk, operator: Account
) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    opened(desk)
    close_on_tuesday(operator)

    earlier, later = compared(operator), compared(operator)

    earlier.refresh_from_db()
    assert (earlier.state, later.state) == ("superseded", "examined")
    with pytest.raises(Refused, match="superseded by a later one"):
        approve_recalculation(recalculation=earlier, actor=operator, at=at(4, 14))


def test_whoever_sets_service_levels_finds_what_waits_for_a_decision_today(
    desk: Desk, operator: Account
) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    opened(desk)
    close_on_tuesday(operator)
    found = compared(operator)
    address = reverse("desk.clockrecalculation.detail", args=[found.pk])

    waiting = {
        name: [
            item.title for item in waiting_for(account(name), at(4, 14)) if item.address == address
        ]
        for name in ("operator", "nils")
    }
    discard_recalculation(recalculation=found, actor=operator, at=at(4, 14))
    afterwards = [item.address for item in waiting_for(operator, at(4, 15))]

    assert waiting == {"operator": ["A holiday was forgotten"], "nils": []}
    assert address not in afterwards


def test_applied_the_clocks_follow(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    ticket = opened(desk)
    version = ticket.version
    close_on_tuesday(operator)
    found = compared(operator)

    approve_recalculation(recalculation=found, actor=operator, at=at(4, 14))
    recalculate_clocks.call()

    ticket.refresh_from_db()
    found.refresh_from_db()
    assert (found.state, ticket.due_at, ticket.version) == ("applied", at(6, 11), version)
    assert the_clock(ticket).due_at == at(6, 11)


def test_discarded_they_stay(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    ticket = opened(desk)
    close_on_tuesday(operator)
    found = compared(operator)

    discard_recalculation(recalculation=found, actor=operator, at=at(4, 14))
    recalculate_clocks.call()

    assert the_clock(ticket).due_at == at(5, 11)


def test_where_nothing_differs_there_is_nothing_to_decide(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    opened(desk)

    found = compared(operator)

    assert (found.state, found.counts, found.examined) == ("applied", {}, 1)


def test_a_killed_run_goes_on_after_the_last_chunk(
    desk: Desk, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculations, "TICKETS_A_CHUNK", 1)
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    tickets = [opened(desk) for _ in range(3)]
    close_on_tuesday(operator)
    asked = request_recalculation(reason="A holiday", actor=operator, at=at(4, 13))

    examine_clocks(recalculation=asked, actor=operator, at=at(4, 13))
    recalculate_clocks.call()

    changed = ClockChange.objects.filter(recalculation=asked).values_list("ticket_id", flat=True)
    assert sorted(changed) == [ticket.pk for ticket in tickets]
    [running] = RecalculationTally.objects.filter(recalculation=asked)
    assert (running.outcome, running.before, running.after) == ("running", 3, 3)


def test_terms_that_cover_running_tickets_take_hold_when_they_begin(
    desk: Desk, operator: Account
) -> None:
    ticket = opened(desk)
    before = ticket.due_at

    tomorrow = {"covers_running": True, "valid_from": date(2016, 4, 5)}
    promised({RESOLUTION: 12}, actor=operator, at=at(4, 12), **tomorrow)
    recalculate_clocks.call()

    ticket.refresh_from_db()
    assert (before, ticket.due_at) == (None, at(5, 11))
    assert ClockRecalculation.objects.get().state == "applied"


def test_terms_from_today_wait_for_a_decision_on_what_ran_this_morning(
    desk: Desk, operator: Account
) -> None:
    ticket = opened(desk)

    today = {"covers_running": True, "valid_from": date(2016, 4, 4)}
    promised({RESOLUTION: 12}, actor=operator, at=at(4, 12), **today)
    recalculate_clocks.call()

    ticket.refresh_from_db()
    assert ticket.due_at is None
    assert ClockRecalculation.objects.get().state == "examined"


def test_terms_from_a_day_that_is_past_wait_for_a_decision(desk: Desk, operator: Account) -> None:
    policy = promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    ticket = opened(desk)

    set_service_level_terms(
        policy=policy,
        promise=promise({RESOLUTION: 2}, valid_from=FRIDAY.date()),
        actor=operator,
        at=at(4, 12),
    )
    recalculate_clocks.call()

    waiting = ClockRecalculation.objects.order_by("pk").last()
    ticket.refresh_from_db()
    assert waiting is not None
    assert (waiting.state, waiting.counts) == ("examined", {"due sooner": 1})
    assert ticket.due_at == at(5, 11)


def test_whoever_only_works_tickets_decides_nothing(desk: Desk, operator: Account) -> None:  # noqa: ARG001 — Nils works there
    found = compared(operator)

    with pytest.raises(Refused, match="may not have clocks counted anew"):
        request_recalculation(reason="Why not", actor=account("nils"), at=at(4, 13))
    with pytest.raises(Refused, match="applied"):
        approve_recalculation(recalculation=found, actor=operator, at=at(4, 14))


def test_a_manager_sees_before_and_after_and_decides_on_a_page(
    desk: Desk, client: Client, operator: Account
) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    ticket = opened(desk)
    close_on_tuesday(operator)
    client.force_login(operator)

    answer = client.post(reverse("desk.recalculate"), {"reason": "A holiday was forgotten"})
    recalculate_clocks.call()
    page = client.get(answer["Location"]).content.decode()
    found = ClockRecalculation.objects.order_by("-pk")[0]
    client.post(reverse("desk.recalculation.decide", args=[found.pk]), {"decision": "apply"})
    recalculate_clocks.call()

    assert "2016-04-05 11:00" in page
    assert "2016-04-06 11:00" in page
    assert Ticket.objects.get(pk=ticket.pk).due_at == at(6, 11)
