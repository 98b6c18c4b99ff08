"""Who is on duty: the rota of a team, swaps, absences, and the pages that tell it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.desk.models import DutyShift
from quarterdeck.desk.queries.rota import duty_now, rota_plan
from quarterdeck.desk.tests.escalation_cast import gone, led_desk
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, person
from quarterdeck.desk.verbs.rota import (
    WeeklyTimes,
    add_single_shift,
    add_weekly_shift,
    end_shift,
    keep_rota,
    swap_shifts,
)
from quarterdeck.desk.web.rota_forms import AwayForm
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries import calendar_named
from quarterdeck.office.verbs.calendars import add_calendar
from quarterdeck.people.verbs.absences import record_absence, withdraw_absence

pytestmark = pytest.mark.django_db

# A Monday; the usual calendar is open from 08:00 to 18:00 UTC.
MONDAY = date(2016, 4, 25)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2016, 4, day, hour, minute, tzinfo=UTC)


def weekly(start: int, end: int, **given: Any) -> WeeklyTimes:
    times = {"weekday": 0, "first_on": MONDAY, **given}
    return WeeklyTimes(start_minute=start * 60, end_minute=end * 60, **times)


@pytest.fixture
def desk() -> Desk:
    """Vera leads Network; Nils has Monday mornings there and Vera the afternoons."""
    desk = led_desk()
    for name, start, end in (("Nils", 8, 13), ("Vera", 12, 17)):
        add_weekly_shift(
            team=desk.network,
            person=person(name),
            times=weekly(start, end),
            actor=account("vera"),
            at=at(20),
        )
    return desk


def names(turns: Any) -> list[str]:
    return [turn.person.name for turn in turns]


def test_who_is_on_duty_now_and_who_is_next(desk: Desk) -> None:
    duty = duty_now(desk.network, at(25))

    assert names(duty.now) == ["Nils"]
    assert [(turn.person.name, turn.span.start) for turn in duty.next] == [("Vera", at(25, 12))]
    assert not duty_now(desk.workplace, at(25)).is_kept


def test_a_swap_and_an_absence_change_who_it_is(desk: Desk) -> None:
    vera = account("vera")
    span: dict[str, Any] = {"starts_at": at(25, 8), "ends_at": at(25, 10)}
    swap_shifts(
        team=desk.network,
        person=person("Nils"),
        stand_in=person("Vera"),
        actor=vera,
        at=at(24),
        **span,
    )
    swapped = names(duty_now(desk.network, at(25)).now)
    away = record_absence(person=person("Vera"), actor=vera, at=at(24), **span)
    missed = duty_now(desk.network, at(25))
    withdraw_absence(absence=away, actor=vera, at=at(24))

    assert swapped == ["Vera"]
    assert (names(missed.now), names(missed.away)) == ([], ["Vera"])
    assert names(duty_now(desk.network, at(25)).now) == ["Vera"]


def test_whoever_has_left_stands_in_for_nobody(desk: Desk) -> None:
    swap_shifts(
        team=desk.network,
        person=person("Nils"),
        stand_in=person("Vera"),
        starts_at=at(25, 8),
        ends_at=at(25, 10),
        actor=account("vera"),
        at=at(24),
    )
    gone("Vera", date(2016, 4, 24), desk.operator)

    # Nobody has the two hours of the swap; afterwards it is Nils's turn.
    duty = duty_now(desk.network, at(25))
    assert (names(duty.now), [turn.span for turn in duty.next]) == (
        [],
        [Span(at(25, 10), at(25, 13))],
    )


def test_the_plan_names_gaps_and_overlaps_against_the_calendar(desk: Desk) -> None:
    # Of the week only Monday has shifts, from 08:00 to 17:00.
    plan = rota_plan(desk.network, MONDAY, at(25))

    assert plan.gaps[0] == Span(at(25, 17), at(25, 18))
    assert plan.gaps[1] == Span(at(26, 8), at(26, 18))
    assert [(each.span, names_of(each.people)) for each in plan.overlaps][:1] == [
        (Span(at(25, 12), at(25, 13)), ["Nils", "Vera"])
    ]
    assert [names(turns) for _, turns in plan.days] == [["Nils", "Vera"], *[[]] * 6] * 2


def names_of(people: Any) -> list[str]:
    return [each.name for each in people]


def test_a_team_without_shifts_has_no_gaps(desk: Desk) -> None:
    assert rota_plan(desk.workplace, MONDAY, at(25)).gaps == []


def test_shifts_are_written_in_the_zone_of_the_team(desk: Desk) -> None:
    berlin = add_calendar(
        key="berlin",
        name="Berlin",
        zone="Europe/Berlin",
        openings=[(0, 480, 1080)],
        actor=desk.operator,
        at=at(20),
    )
    keep_rota(team=desk.network, calendar=berlin, actor=account("vera"), at=at(20))

    # In April Berlin is two hours ahead.
    assert duty_now(desk.network, at(25, 6)).now[0].span == Span(at(25, 6), at(25, 11))


def test_an_ended_shift_keeps_its_past(desk: Desk) -> None:
    shift = DutyShift.objects.get(person=person("Nils"))
    end_shift(
        shift=shift,
        version=shift.version,
        last_on=date(2016, 5, 1),
        actor=account("vera"),
        at=at(30),
    )

    assert names(duty_now(desk.network, at(25)).now) == ["Nils"]
    assert names(duty_now(desk.network, datetime(2016, 5, 2, 9, tzinfo=UTC)).now) == []


def test_ending_a_shift_leaves_the_duty_that_has_begun_today(client: Client, desk: Desk) -> None:
    client.force_login(account("vera"))
    shift = DutyShift.objects.get(person=person("Nils"))
    later = DutyShift.objects.get(person=person("Vera"))

    # On its first day at nine: that of eight has begun, that of noon has not.
    with time_machine.travel(at(25), tick=False):
        for each in (shift, later):
            client.post(f"/desk/shifts/{each.pk}/end", {"version": each.version})

    left = DutyShift.objects.get()
    assert (left, left.last_on) == (shift, MONDAY)
    assert names(duty_now(desk.network, at(25)).now) == ["Nils"]
    assert names(duty_now(desk.network, datetime(2016, 5, 2, 9, tzinfo=UTC)).now) == []


def test_a_shift_alone_is_cut_short_or_taken_away(desk: Desk) -> None:
    vera = account("vera")
    once = add_single_shift(
        team=desk.network,
        person=person("Nils"),
        starts_at=at(26, 8),
        ends_at=at(26, 12),
        actor=vera,
        at=at(25),
    )
    cut = end_shift(shift=once, version=1, last_on=MONDAY, actor=vera, at=at(26, 10))
    later = add_single_shift(
        team=desk.network,
        person=person("Nils"),
        starts_at=at(27, 8),
        ends_at=at(27, 12),
        actor=vera,
        at=at(25),
    )
    end_shift(shift=later, version=1, last_on=MONDAY, actor=vera, at=at(26, 10))

    assert cut.ends_at == at(26, 10)
    assert not DutyShift.objects.filter(pk=later.pk).exists()


def test_only_those_who_lead_the_team_put_its_people_on_duty(desk: Desk) -> None:
    acts: dict[str, Any] = {"person": person("Nils"), "times": weekly(8, 9), "at": at(24)}

    with pytest.raises(Refused, match="Only whoever leads"):
        add_weekly_shift(team=desk.network, actor=account("nils"), **acts)
    with pytest.raises(Refused, match="does not work in"):
        add_weekly_shift(team=desk.workplace, actor=desk.ada, **acts)


@pytest.mark.parametrize(
    "given",
    [
        {"weekday": 7},
        {"every_weeks": 0},
        {"last_on": MONDAY - timedelta(days=1)},
        {"first_on": date.max},
        {"first_on": date.min},
    ],
)
def test_a_shift_has_possible_times(desk: Desk, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        add_weekly_shift(
            team=desk.network,
            person=person("Nils"),
            times=weekly(8, 9, **given),
            actor=account("vera"),
            at=at(24),
        )


@pytest.mark.usefixtures("desk")
def test_an_absence_is_told_by_oneself_or_whoever_leads() -> None:
    span: dict[str, Any] = {"starts_at": at(25), "ends_at": at(26), "at": at(24)}
    record_absence(person=person("Nils"), actor=account("nils"), **span)

    with pytest.raises(Refused, match="away already"):
        record_absence(person=person("Nils"), actor=account("vera"), **span)
    with pytest.raises(Refused, match="Only Vera"):
        record_absence(person=person("Vera"), actor=account("nils"), **span)


def test_the_lead_puts_somebody_on_duty_on_the_page(client: Client, desk: Desk) -> None:
    client.force_login(account("vera"))
    form = {
        "person": person("Nils").pk,
        "weekday": "5",
        "start_minute": "22:00",
        "end_minute": "06:00",
        "every_weeks": "2",
        "first_on": "2016-04-30",
    }

    answer = client.post(f"/desk/rota/{desk.network.pk}/weekly", form)
    wrong = client.post(f"/desk/rota/{desk.network.pk}/weekly", {**form, "start_minute": "8"})

    assert (answer.status_code, wrong.status_code) == (302, 422)
    assert str(DutyShift.objects.order_by("-pk")[0]) == "Nils, Saturday 22:00–06:00, every 2 weeks"


def test_the_page_reads_moments_on_the_clocks_of_the_team(client: Client, desk: Desk) -> None:
    berlin = add_calendar(
        key="berlin",
        name="Berlin",
        zone="Europe/Berlin",
        openings=[(0, 480, 1080)],
        actor=desk.operator,
        at=at(20),
    )
    keep_rota(team=desk.network, calendar=berlin, actor=account("vera"), at=at(20))
    client.force_login(account("nils"))
    form = {
        "person": person("Nils").pk,
        "starts_at": "2016-04-25T09:00",
        "ends_at": "2016-04-25T11:00",
    }

    client.post(f"/desk/rota/{desk.network.pk}/away", form)

    told = person("Nils").absences.values_list("starts_at", "ends_at")
    assert list(told) == [(at(25, 7), at(25, 9))]


@pytest.mark.parametrize(
    "path",
    [
        "/desk/rota?from=9999-12-25",
        "/desk/rota?from=0001-01-01",
        "/desk/time?week=0001-W01",
        "/desk/time?week=9999-W52",
    ],
)
def test_days_at_the_edge_of_the_calendar_have_no_page(
    client: Client, desk: Desk, path: str
) -> None:
    """The form for a moment says so, too; one of year 1 in Berlin lies before all of UTC."""
    client.force_login(account("vera"))
    form: dict[str, Any] = {"person": person("Nils").pk, "ends_at": "2016-04-25T11:00"}
    form["starts_at"] = "0001-01-01T00:00"
    berlin = ZoneInfo("Europe/Berlin")

    errors = AwayForm(form, team=desk.network, zone=berlin, act="away").errors

    assert client.get(path).status_code == 404
    assert errors == {"starts_at": ["Expected a day from 1970 to 2199."]}


def test_a_shift_from_the_last_day_on_comes_never(desk: Desk) -> None:
    """Where one was kept before that was refused, the team is read nevertheless."""
    with acting(actor=desk.operator, verb_name="test.shift", at=at(20)):
        DutyShift.objects.filter(person=person("Vera")).update(first_on=date.max)

    assert names(duty_now(desk.network, at(25, 14)).next) == ["Nils"]


@pytest.mark.parametrize(
    ("path", "queries"), [("/desk/rota", 14), ("/desk/board", 10), ("/desk/lead", 14)]
)
def test_the_pages_ask_as_often_for_many_shifts_as_for_few(
    client: Client, desk: Desk, path: str, queries: int
) -> None:
    client.force_login(account("vera"))
    client.get(path)
    for name in ("Nils", "Vera"):
        until = datetime(2100, 1, 1, tzinfo=UTC)
        record_absence(
            person=person(name),
            starts_at=at(24),
            ends_at=until,
            actor=account(name.lower()),
            at=at(24),
        )
    for weekday in range(5):
        add_weekly_shift(
            team=desk.network,
            person=person("Nils"),
            times=weekly(8, 9, weekday=weekday),
            actor=account("vera"),
            at=at(24),
        )

    with CaptureQueriesContext(connection) as asked:
        client.get(path, {"team": desk.network.pk})

    assert len(asked) == queries


def test_the_usual_calendar_is_wanted_where_no_rota_says_otherwise(desk: Desk) -> None:
    assert rota_plan(desk.network, MONDAY, at(25)).calendar == calendar_named("")
