"""What candidates cost and how they rank, and bursts that are candidates whatever their words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.desk.models import CandidateProblem, Ticket
from quarterdeck.desk.tests.test_candidates import DARK, SPILLS, accepted, rejected, searched
from quarterdeck.desk.tests.test_candidates import reported as reported_hourly
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.major_incidents import Declaration, declare_major_incident
from quarterdeck.desk.verbs.time_spent import Work, record_time
from quarterdeck.desk.vocabulary import CandidateKind, RankedBy

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WORDS = ("Outlook hangs", "Nothing arrives", "Cannot sign on", "Calendar empty", "Error 42", "Help")


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def worked(ticket: Ticket, minutes: int) -> None:
    record_time(
        ticket=ticket,
        work=Work(day=MONDAY.date(), minutes=minutes, activity="repair"),
        actor=account("nils"),
        at=MONDAY + DAY,
    )


def affecting(ticket: Ticket, people: int) -> None:
    declaration = Declaration(
        title="Down",
        reason="Nobody prints",
        commander=person("Nils"),
        first_update_due_at=MONDAY + DAY,
        people_affected=people,
    )
    declare_major_incident(
        ticket=ticket, declaration=declaration, actor=account("ada"), at=ticket.opened_at
    )


def outage(desk: Desk) -> list[Ticket]:
    """Six calls within half an hour in ten words, on a Monday, after nine quiet weeks."""
    opened(desk, title="The door squeaks", at=MONDAY - 63 * DAY - 60 * MINUTE)
    return [opened(desk, title=each, at=MONDAY + n * 5 * MINUTE) for n, each in enumerate(WORDS)]


def test_what_was_lost_ranks_before_what_nobody_knows(desk: Desk) -> None:
    reported_hourly(desk, SPILLS, 4, MONDAY - 3 * DAY)
    dark = reported_hourly(desk, DARK, 3)
    worked(dark[0], 40)
    affecting(dark[1], 5)

    first, second = searched(desk)

    # Five people from 10:00 on Monday until 09:00 on Tuesday; the desk is open from 8 to 18.
    told = (first.worked_minutes, first.worked_on, first.user_minutes, first.users_known_on)
    assert (first.title, told) == (DARK, (40, 1, 5 * 9 * 60, 1))
    assert (first.ranked_by, first.lost_minutes) == (RankedBy.TIME_LOST, 40 + 2_700)
    assert (second.title, second.ranked_by, second.lost_minutes) == (SPILLS, RankedBy.HOURS_OPEN, 0)


def test_time_on_less_than_half_is_told_and_ranks_nothing(desk: Desk) -> None:
    (one, *_) = reported_hourly(desk, SPILLS, 3)
    worked(one, 500)

    (found,) = searched(desk)

    assert (found.worked_minutes, found.worked_on, found.lost_minutes) == (500, 1, 0)
    assert found.ranked_by == RankedBy.HOURS_OPEN


def test_a_page_says_on_how_many_time_is_recorded(desk: Desk, client: Client) -> None:
    (one, *_) = reported_hourly(desk, SPILLS, 3)
    worked(one, 90)
    (found,) = searched(desk)
    client.force_login(desk.ada)

    page = client.get(reverse("desk.candidateproblem.detail", args=[found.pk])).content.decode()

    assert "recorded on 1 of 3" in page
    assert "There is not enough evidence of the time lost" in page


def test_an_outage_told_in_many_words_is_one_candidate(desk: Desk, client: Client) -> None:
    tickets = outage(desk)

    (found,) = searched(desk)

    assert found.kind == CandidateKind.BURST
    assert set(found.members.values_list("ticket", flat=True)) == {one.pk for one in tickets}
    assert {name: found.burst[name] for name in ("count", "elsewhere", "weeks")} == {
        "count": 6,
        "elsewhere": 0,
        "weeks": 9,
    }
    # All six fell into this one of ten weeks.
    assert found.burst["chance"] == pytest.approx(1e-6)
    client.force_login(desk.ada)
    page = client.get(reverse("desk.candidateproblem.detail", args=[found.pk])).content.decode()
    assert "6 incidents of this service came between" in page


def test_a_burst_is_known_again_by_its_time(desk: Desk) -> None:
    outage(desk)
    (found,) = searched(desk)
    (again,) = searched(desk, MONDAY + 2 * DAY)
    rejected(desk, again)

    assert (again.pk, searched(desk, MONDAY + 3 * DAY)) == (found.pk, [])


def test_an_accepted_burst_explains_its_incidents_by_its_counts(desk: Desk) -> None:
    tickets = outage(desk)
    (found,) = searched(desk)

    linked = accepted(desk, found)

    problem = CandidateProblem.objects.get().problem
    assert problem is not None
    assert linked == sorted(one.pk for one in tickets)
    assert problem.statement.startswith("Found because 6 incidents came from 2016-04-04T09:00")
    assert searched(desk, MONDAY + 3 * DAY) == []


def test_a_burst_of_the_same_words_is_told_by_its_words_alone(desk: Desk) -> None:
    opened(desk, title="The door squeaks", at=MONDAY - 63 * DAY - 60 * MINUTE)
    for n in range(6):
        opened(desk, title=SPILLS, at=MONDAY + n * MINUTE)

    (found,) = searched(desk)

    assert (found.kind, found.size) == (CandidateKind.WORDS, 6)
