"""Candidate problems: found by their words, decided on, and the next search remembers it."""

from datetime import datetime, timedelta

import pytest

from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Act
from quarterdeck.desk.models import CandidateProblem, CandidateSearch, Ticket
from quarterdeck.desk.queries.candidates import harvest_of, next_service
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.candidates import (
    accept_candidate,
    begin_candidate_search,
    finish_candidate_search,
    merge_candidate,
    propose_candidates,
    reject_candidate,
)
from quarterdeck.desk.verbs.problems import open_problem
from quarterdeck.desk.vocabulary import CandidateState, LinkOrigin

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SPILLS = "Toner spills from the printer"
DARK = "The lift stays dark"


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def reported(desk: Desk, title: str, times: int, at: datetime = MONDAY) -> list[Ticket]:
    return [opened(desk, title=title, at=at + n * timedelta(hours=1)) for n in range(times)]


def searched(desk: Desk, at: datetime = MONDAY + DAY) -> list[CandidateProblem]:
    """What one search proposes, the dearest first."""
    search = begin_candidate_search(actor=desk.ada, at=at)
    while (service := next_service(search)) is not None:
        harvest = harvest_of(search, service)
        search = propose_candidates(search=search, harvest=harvest, actor=desk.ada, at=at)
    finish_candidate_search(search=search, actor=desk.ada, at=at)
    rows = CandidateProblem.objects.proposed()
    return list(rows.order_by("-ranked_by", "-lost_minutes", "-open_hours", "-pk"))


def rejected(desk: Desk, candidate: CandidateProblem) -> None:
    reject_candidate(
        candidate=candidate,
        version=candidate.version,
        reason="Different printers",
        actor=desk.ada,
        at=MONDAY + DAY,
    )


def accepted(desk: Desk, candidate: CandidateProblem) -> list[int]:
    problem = accept_candidate(
        candidate=candidate, version=candidate.version, actor=desk.ada, at=MONDAY + DAY
    )
    return list(problem.links.order_by("ticket").values_list("ticket", flat=True))


def test_candidates_are_found_with_their_words_and_ranked_by_the_hours_open(desk: Desk) -> None:
    long_open = reported(desk, SPILLS, 4, MONDAY - 3 * DAY)
    reported(desk, DARK, 3)
    reported(desk, "The door squeaks", 2)

    spills, dark = searched(desk)

    assert [one.title for one in (spills, dark)] == [SPILLS, DARK]
    assert {word for word, _ in spills.words} == {"printer", "spill", "toner"}
    assert set(spills.members.values_list("ticket", flat=True)) == {t.pk for t in long_open}
    # From 09:00, 10:00 and 11:00 on Monday until 09:00 on Tuesday; the desk is open from 8 to 18.
    assert (dark.size, dark.open_hours) == (3, 10 + 9 + 8)
    assert (dark.worked_minutes, dark.user_minutes, dark.ranked_by) == (None, None, 0)


def test_a_search_says_what_it_left_out(desk: Desk) -> None:
    known = reported(desk, SPILLS, 3)
    open_problem(title="Toner", incidents=known, actor=desk.ada, at=MONDAY)
    reported(desk, DARK, 3)

    searched(desk)

    search = CandidateSearch.objects.get()
    assert (search.examined, search.explained, search.wordless, search.found) == (3, 3, 0, 1)


def test_a_search_that_was_stopped_goes_on_after_the_last_service(desk: Desk) -> None:
    reported(desk, SPILLS, 3)
    opened(desk, title=DARK, service=None)
    first = begin_candidate_search(actor=desk.ada, at=MONDAY + DAY)
    assert next_service(first) == 0
    harvest = harvest_of(first, 0)
    propose_candidates(search=first, harvest=harvest, actor=desk.ada, at=MONDAY + DAY)

    again = propose_candidates(search=first, harvest=harvest, actor=desk.ada, at=MONDAY + DAY)

    assert (again.examined, next_service(again)) == (1, desk.mail.pk)
    assert [one.title for one in searched(desk)] == [SPILLS]
    assert CandidateSearch.objects.count() == 1


def test_searching_again_finds_the_same_and_keeps_its_pages(desk: Desk) -> None:
    reported(desk, SPILLS, 3)
    before = searched(desk)

    reported(desk, SPILLS, 1, MONDAY + DAY / 2)
    after = searched(desk, MONDAY + 2 * DAY)

    assert [(one.pk, one.size) for one in before + after] == [(before[0].pk, 3), (before[0].pk, 4)]


def test_an_accepted_candidate_is_a_problem_that_explains_its_incidents(desk: Desk) -> None:
    tickets = reported(desk, SPILLS, 3)
    (candidate,) = searched(desk)

    linked = accepted(desk, candidate)

    candidate.refresh_from_db()
    assert linked == [ticket.pk for ticket in tickets]
    assert candidate.state == CandidateState.ACCEPTED
    assert candidate.problem is not None
    origins = set(candidate.problem.links.values_list("origin", flat=True))
    assert (candidate.problem.title, origins) == (SPILLS, {LinkOrigin.CANDIDATE})


def test_what_comes_after_an_accepted_candidate_is_more_of_its_problem(desk: Desk) -> None:
    reported(desk, SPILLS, 3)
    (candidate,) = searched(desk)
    accepted(desk, candidate)
    reported(desk, SPILLS, 3, MONDAY + 2 * DAY)

    (more,) = searched(desk, MONDAY + 3 * DAY)

    candidate.refresh_from_db()
    assert (more.resembles, more.size) == (candidate.problem, 3)


def test_what_was_rejected_stays_out_until_it_has_doubled(desk: Desk) -> None:
    reported(desk, SPILLS, 3)
    rejected(desk, searched(desk)[0])

    reported(desk, SPILLS, 2, MONDAY + DAY)
    still = searched(desk, MONDAY + 2 * DAY)
    reported(desk, SPILLS, 1, MONDAY + 2 * DAY)
    doubled = searched(desk, MONDAY + 3 * DAY)

    assert (still, [one.size for one in doubled]) == ([], [6])
    assert list(CandidateSearch.objects.order_by("pk").values_list("suppressed", flat=True)) == [
        0,
        1,
        0,
    ]


def test_a_candidate_is_merged_into_a_problem_that_is_known(desk: Desk) -> None:
    tickets = reported(desk, SPILLS, 3)
    problem = open_problem(title="Worn seals", actor=desk.ada, at=MONDAY)
    (candidate,) = searched(desk)

    merge_candidate(
        candidate=candidate, version=candidate.version, problem=problem, actor=desk.ada, at=MONDAY
    )

    assert problem.links.count() == len(tickets)
    assert searched(desk, MONDAY + 2 * DAY) == []


def test_what_is_not_found_any_more_fades(desk: Desk) -> None:
    reported(desk, SPILLS, 3)
    searched(desk)
    opened(desk, title=DARK, at=MONDAY + 100 * DAY)

    assert searched(desk, MONDAY + 101 * DAY) == []
    assert CandidateProblem.objects.get().state == CandidateState.FADED


def test_a_decision_is_taken_once_by_somebody_who_leads_and_sees_it(desk: Desk) -> None:
    reported(desk, SPILLS, 3)
    (candidate,) = searched(desk)

    with pytest.raises(Refused, match="may not decide"):
        accept_candidate(
            candidate=candidate, version=candidate.version, actor=account("nils"), at=MONDAY
        )
    rejected(desk, candidate)
    with pytest.raises(Refused, match="rejected already"):
        accepted(desk, candidate)


def test_somebody_who_saw_an_older_search_is_told(desk: Desk) -> None:
    reported(desk, SPILLS, 3)
    (seen,) = searched(desk)
    searched(desk, MONDAY + 2 * DAY)

    with pytest.raises(Conflict):
        rejected(desk, seen)


def test_candidates_of_several_teams_are_for_those_who_see_everything(desk: Desk) -> None:
    reported(desk, SPILLS, 2)
    of_one, of_two = reported(desk, DARK, 3), opened(desk, title=SPILLS, team=desk.workplace)
    searched(desk)

    seen = CandidateProblem.objects.visible_to(account("nils"))

    assert [one.title for one in seen] == [DARK]
    assert CandidateProblem.objects.visible_to(desk.mona).count() == 0
    assert {of_one[0].team, of_two.team} == {desk.network, desk.workplace}


def test_beginning_and_finishing_a_search_once_more_writes_no_act(desk: Desk) -> None:
    search = begin_candidate_search(actor=desk.ada, at=MONDAY)
    finish_candidate_search(search=search, actor=desk.ada, at=MONDAY)
    running = begin_candidate_search(actor=desk.ada, at=MONDAY + DAY)
    before = Act.objects.count()

    finished = finish_candidate_search(search=search, actor=desk.ada, at=MONDAY + DAY)
    again = begin_candidate_search(actor=desk.ada, at=MONDAY + DAY)

    assert (finished.finished_at, again, Act.objects.count()) == (MONDAY, running, before)
