"""Operational levels beneath a service level: hand-made cases, counted on paper."""

from datetime import UTC, datetime
from typing import Any

from quarterdeck.kernels.calendars import standard_week
from quarterdeck.kernels.service_levels import (
    Clock,
    Ending,
    History,
    Line,
    Metric,
    Outcome,
    Standing,
    Target,
    Terms,
    clocks_of,
)

HOUR = 3600
NINE_TO_FIVE = standard_week(opens="09:00", closes="17:00")
OPEN, _, FIXED, _ = Standing


def march(day: int, hour: int) -> datetime:
    """An hour of March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def terms(hours: int, **given: Any) -> Terms:
    """So many hours of business for a resolution, whatever the priority."""
    target = Target(Metric.RESOLUTION, hours * HOUR, NINE_TO_FIVE)
    usual = {"policy": 1, "version": 1, "rank": 1, "holds_from": march(1, 0)}
    return Terms(**{**usual, "targets": {None: [target]}, **given})


SLA = terms(16)
_ANSWER = Target(Metric.RESPONSE, 2 * HOUR, NINE_TO_FIVE)
_FIX = Target(Metric.RESOLUTION, 4 * HOUR, NINE_TO_FIVE)
OF_EVERY_TEAM = terms(4, policy=2, rank=2, is_operational=True)
OF_NETWORK = terms(6, policy=3, rank=1, is_operational=True, team="Network")


def told(*lines: tuple[datetime, Standing, str], agreed: list[Terms]) -> list[tuple[Any, ...]]:
    """Whose promise each clock is about, its policy, from when, until when due, and its end."""
    log = [Line(at, standing, team=team) for at, standing, team in lines]
    return [_told(each) for each in clocks_of(History(log[0].at, log), agreed)]


def _told(clock: Clock) -> tuple[Any, ...]:
    kind = "OLA" if clock.terms.is_operational else "SLA"
    return (kind, clock.terms.policy, clock.started_at, clock.due_at, clock.outcome, clock.ending)


def test_a_teams_time_begins_with_the_ticket_and_the_customers_with_the_report() -> None:
    found = told(
        (march(2, 9), OPEN, "Desk"),
        (march(2, 11), OPEN, "Network"),
        (march(2, 14), FIXED, "Network"),
        agreed=[SLA, OF_EVERY_TEAM, OF_NETWORK],
    )

    assert found == [
        ("SLA", 1, march(2, 9), march(3, 17), Outcome.MET, Ending.FIXED),
        ("OLA", 2, march(2, 9), march(2, 13), Outcome.CANCELLED, Ending.HANDED_ON),
        ("OLA", 3, march(2, 11), march(2, 17), Outcome.MET, Ending.FIXED),
    ]


def test_whoever_hands_on_too_late_has_missed_it_though_the_customer_was_served_in_time() -> None:
    found = told(
        (march(2, 9), OPEN, "Desk"),
        (march(2, 14), OPEN, "Network"),
        (march(2, 15), FIXED, "Network"),
        agreed=[SLA, OF_EVERY_TEAM],
    )

    assert [(kind, outcome) for kind, _, _, _, outcome, _ in found] == [
        ("SLA", Outcome.MET),
        ("OLA", Outcome.MISSED),
        ("OLA", Outcome.MET),
    ]


def test_back_with_a_team_its_time_begins_anew_and_reopened_it_goes_on() -> None:
    back = told(
        (march(2, 9), OPEN, "Desk"),
        (march(2, 10), OPEN, "Network"),
        (march(2, 12), OPEN, "Desk"),
        agreed=[OF_EVERY_TEAM],
    )
    reopened = told(
        (march(2, 9), OPEN, "Desk"),
        (march(2, 10), FIXED, "Desk"),
        (march(3, 9), OPEN, "Desk"),
        agreed=[OF_EVERY_TEAM],
    )

    assert back[-1] == ("OLA", 2, march(2, 12), march(2, 16), Outcome.RUNNING, Ending.NONE)
    # One hour was used on Monday, three are left.
    assert reopened == [("OLA", 2, march(2, 9), march(3, 12), Outcome.RUNNING, Ending.NONE)]


def test_reopened_by_way_of_another_team_its_time_begins_anew() -> None:
    found = told(
        (march(2, 9), OPEN, "Desk"),
        (march(2, 10), FIXED, "Desk"),
        (march(2, 11), OPEN, "Network"),
        (march(2, 14), FIXED, "Network"),
        (march(2, 15), OPEN, "Desk"),
        (march(3, 12), FIXED, "Desk"),
        agreed=[OF_EVERY_TEAM],
    )

    # Four hours each; of the last ones two are left on Monday and two are Tuesday's.
    assert found == [
        ("OLA", 2, march(2, 9), march(2, 13), Outcome.MET, Ending.FIXED),
        ("OLA", 2, march(2, 11), march(2, 15), Outcome.MET, Ending.FIXED),
        ("OLA", 2, march(2, 15), march(3, 11), Outcome.MISSED, Ending.FIXED),
    ]


def test_given_away_after_its_fix_it_is_the_other_teams_from_the_reopening_on() -> None:
    found = told(
        (march(2, 9), OPEN, "Desk"),
        (march(2, 10), FIXED, "Desk"),
        (march(2, 11), FIXED, "Network"),
        (march(2, 12), OPEN, "Network"),
        agreed=[terms(4, policy=2, is_operational=True, targets={None: [_ANSWER, _FIX]})],
    )

    # Network has not answered, whatever the Desk has fixed.
    assert found == [
        ("OLA", 2, march(2, 9), march(2, 11), Outcome.MET, Ending.FIXED),
        ("OLA", 2, march(2, 12), march(2, 14), Outcome.RUNNING, Ending.NONE),
        ("OLA", 2, march(2, 9), march(2, 13), Outcome.MET, Ending.FIXED),
        ("OLA", 2, march(2, 12), march(2, 16), Outcome.RUNNING, Ending.NONE),
    ]


def test_a_clock_names_the_team_that_had_the_ticket_and_a_service_level_none() -> None:
    teams = ("Desk", "Network", "Desk")
    log = [Line(march(2, 9 + at), OPEN, team=team) for at, team in enumerate(teams)]

    found = clocks_of(History(log[0].at, log), [SLA, OF_EVERY_TEAM])

    assert [each.team for each in found] == ["", "Desk", "Network", "Desk"]


def test_each_team_answers_in_its_own_time_whoever_has_answered_before() -> None:
    log = [
        Line(march(2, 9), OPEN, team="Desk"),
        Line(march(2, 11), OPEN, team="Network"),
        Line(march(2, 15), OPEN, team="Mail"),
    ]
    replies = [march(2, 10), march(2, 14)]
    of_all = terms(2, policy=2, is_operational=True, targets={None: [_ANSWER]})

    found = [_told(each) for each in clocks_of(History(march(2, 9), log, replies), [of_all])]

    assert found == [
        ("OLA", 2, march(2, 9), march(2, 11), Outcome.MET, Ending.ANSWERED),
        ("OLA", 2, march(2, 11), march(2, 13), Outcome.MISSED, Ending.ANSWERED),
        ("OLA", 2, march(2, 15), march(2, 17), Outcome.RUNNING, Ending.NONE),
    ]


def test_what_no_team_has_is_promised_by_none_and_another_teams_promise_is_not_theirs() -> None:
    nobodys = told((march(2, 9), OPEN, ""), agreed=[OF_EVERY_TEAM])
    others = told((march(2, 9), OPEN, "Desk"), agreed=[OF_NETWORK])

    assert (nobodys, others) == ([], [])
