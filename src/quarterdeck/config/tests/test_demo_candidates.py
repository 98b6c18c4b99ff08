"""Whoever looks at the demo's candidates finds the causes that were planted, before all else."""

import pytest

from quarterdeck.config.demo.causes import KNOWN
from quarterdeck.config.demo.scripts import PLANTED
from quarterdeck.desk.models import CandidateProblem, CandidateSearch, Problem, Ticket
from quarterdeck.desk.vocabulary import CandidateState, ProblemState

pytestmark = pytest.mark.usefixtures("demo")


def test_the_planted_causes_are_the_first_candidates_each_whole_and_alone() -> None:
    search = CandidateSearch.objects.get()
    found = [
        set(candidate.members.values_list("ticket", flat=True))
        for candidate in CandidateProblem.objects.order_by("-open_hours", "-pk")
    ]

    in_window = Ticket.objects.standing().filter(
        opened_at__gte=search.window_from, opened_at__lt=search.window_until
    )
    planted = [
        set(in_window.filter(title=one.title).values_list("pk", flat=True)) for one in PLANTED
    ]
    assert sorted(map(sorted, found[: len(planted)])) == sorted(map(sorted, planted))
    assert len(found) > len(planted)


def test_the_mail_that_does_not_arrive_is_a_known_error_of_the_sign_in() -> None:
    problem = Problem.objects.get()
    candidate = CandidateProblem.objects.get(state=CandidateState.ACCEPTED)

    told = (problem.title, problem.state, problem.category, problem.true_category)
    assert told == (
        KNOWN,
        ProblemState.KNOWN_ERROR,
        "Email and calendar",
        "Password and sign-in",
    )
    assert (candidate.problem, problem.links.count()) == (problem, candidate.size)
