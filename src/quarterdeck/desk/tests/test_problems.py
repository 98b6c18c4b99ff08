"""A problem from its opening to its end: states, analysis, incidents, and what came after."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import RoleAssignment
from quarterdeck.core.records import record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import CauseStep, Problem, Ticket
from quarterdeck.desk.queries.problems import (
    analysis_of,
    incidents_of,
    recurrence_of,
    steps_of,
    workarounds_for,
)
from quarterdeck.desk.queries.routing import people_of_the_desk
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.problem_links import link_incident, unlink_incident
from quarterdeck.desk.verbs.problems import (
    close_problem,
    declare_known_error,
    describe_problem,
    investigate_problem,
    open_problem,
    raise_change,
    resolve_problem,
)
from quarterdeck.desk.vocabulary import ProblemState, TicketKind

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def jammed(desk: Desk, *tickets: Ticket) -> Problem:
    """A problem of the printers, which Nils owns."""
    return open_problem(
        title="Printers jam",
        service=desk.mail,
        owner=person("Nils"),
        incidents=tickets,
        reason="The same tray.",
        actor=account("nils"),
        at=MONDAY,
    )


def test_who_only_reports_owns_no_problem(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        open_problem(title="Printers jam", owner=person("Mona"), actor=account("nils"), at=MONDAY)
    jam = jammed(desk)
    with pytest.raises(Invalid):
        describe_problem(
            problem=jam,
            title="Printers jam",
            statement="",
            service=None,
            owner=person("Mona"),
            impact=2,
            actor=account("nils"),
            at=MONDAY,
        )

    offered = {str(each) for each in people_of_the_desk()}
    assert "Mona works on no problems" in refused.value.errors["owner"][0]
    assert ("Nils" in offered, "Mona" in offered) == (True, False)


def test_an_owner_without_a_role_by_now_stays_where_others_are_described(
    client: Client, desk: Desk
) -> None:
    jam = jammed(desk)
    with acting(actor=desk.operator, verb_name="test.leave", at=MONDAY):
        RoleAssignment.objects.filter(account=account("nils")).delete()
        RoleAssignment.objects.create(account=account("vera"), role=Role.IT_MANAGER)
    client.force_login(account("vera"))
    typed = {
        "version": str(jam.version),
        "title": "Printers jam daily",
        "owner": str(person("Nils").pk),
        "impact": "2",
    }

    client.post(reverse("desk.problem.act", args=[jam.pk, "describe"]), typed)

    jam.refresh_from_db()
    assert (jam.title, jam.owner) == ("Printers jam daily", person("Nils"))


def known(problem: Problem) -> Problem:
    return declare_known_error(
        problem=problem,
        version=problem.version,
        cause="Damp paper",
        true_category="Supplies",
        workaround="Use the other tray.",
        actor=account("nils"),
        at=MONDAY + DAY,
    )


def resolved(problem: Problem, days: float) -> Problem:
    return resolve_problem(
        problem=problem,
        version=problem.version,
        resolution="A dry store",
        fixed_at=MONDAY + days * DAY,
        actor=account("nils"),
        at=MONDAY + days * DAY,
    )


def test_a_problem_goes_its_way_and_each_state_stays_in_its_history(desk: Desk) -> None:
    problem = jammed(desk)
    words: Any = {"actor": account("nils"), "at": MONDAY + DAY}

    problem = investigate_problem(problem=problem, version=problem.version, **words)
    problem = known(problem)
    problem = raise_change(
        problem=problem, version=problem.version, change_reference="C-7", **words
    )
    problem = resolved(problem, 2)
    close_problem(
        problem=problem, version=problem.version, actor=account("nils"), at=MONDAY + 3 * DAY
    )

    problem.refresh_from_db()
    states = problem.state_changes.order_by("sequence").values_list("state", flat=True)
    assert list(states) == list(ProblemState)
    told = (problem.number, problem.state, problem.cause_known_at, problem.fixed_at)
    assert told == ("P-000001", ProblemState.CLOSED, MONDAY + DAY, MONDAY + 2 * DAY)


def test_numbers_have_no_gap_and_are_no_source_of_tickets(desk: Desk) -> None:
    numbers = [jammed(desk).number, jammed(desk).number]

    assert numbers == ["P-000001", "P-000002"]
    assert opened(desk).number == "T-000001"


def test_a_problem_taken_up_again_has_no_known_cause_and_no_fix(desk: Desk) -> None:
    problem = resolved(known(jammed(desk)), 2)

    again = investigate_problem(
        problem=problem,
        version=problem.version,
        reason="It jams again.",
        actor=account("nils"),
        at=MONDAY + 3 * DAY,
    )

    assert (again.cause_known_at, again.fixed_at, again.ended_at) == (None, None, None)
    assert again.cause == "Damp paper"


def test_a_known_error_says_its_cause_and_what_it_truly_is(desk: Desk) -> None:
    problem = jammed(desk)

    with pytest.raises(Invalid) as refusal:
        declare_known_error(
            problem=problem,
            version=problem.version,
            cause=" ",
            true_category="",
            actor=account("nils"),
            at=MONDAY,
        )

    assert sorted(refusal.value.errors) == ["cause", "true_category"]


def test_what_was_reported_and_what_it_truly_is_stay_apart(desk: Desk) -> None:
    ticket = opened(desk)
    problem = known(jammed(desk, ticket))

    ticket.refresh_from_db()
    assert (problem.category, problem.true_category) == ("Printing", "Supplies")
    assert (ticket.category, ticket.true_category) == ("Printing", "")


def test_only_its_owner_and_those_who_lead_move_a_problem_on(desk: Desk) -> None:
    problem = jammed(desk)

    with pytest.raises(Refused, match="its owner"):
        investigate_problem(
            problem=problem, version=problem.version, actor=account("vera"), at=MONDAY
        )


def test_somebody_who_saw_an_older_version_is_told(desk: Desk) -> None:
    problem = jammed(desk)
    known(problem)

    with pytest.raises(Conflict):
        close_problem(problem=problem, version=0, actor=account("nils"), at=MONDAY)


def test_a_link_says_who_when_and_why_and_can_be_taken_back(desk: Desk) -> None:
    ticket = opened(desk)
    problem = jammed(desk, ticket)
    link = problem.links.get()

    unlink_incident(
        link=link, version=link.version, reason="Another printer", actor=desk.ada, at=MONDAY + DAY
    )

    link.refresh_from_db()
    told = (link.linked_by, link.linked_at, link.reason, link.ended_at, link.end_reason)
    assert told == (account("nils"), MONDAY, "The same tray.", MONDAY + DAY, "Another printer")
    assert incidents_of(problem, desk.ada).links.count() == 0


def test_an_incident_is_linked_once_and_a_request_never(desk: Desk) -> None:
    ticket, request = opened(desk), opened(desk, kind=TicketKind.REQUEST)
    problem = jammed(desk, ticket)
    words: Any = {"problem": problem, "actor": account("nils"), "at": MONDAY}

    again = link_incident(ticket=ticket, **words)

    assert again == problem.links.get()
    with pytest.raises(Refused, match="explains incidents, and nothing else"):
        link_incident(ticket=request, **words)


def test_incidents_of_other_teams_are_counted_and_not_shown(desk: Desk) -> None:
    ticket = opened(desk)
    problem = jammed(desk, ticket)

    seen = incidents_of(problem, account("omar"))

    assert (seen.links.count(), seen.hidden) == (0, 1)


def test_the_workaround_is_found_for_the_incidents_of_a_known_error_alone(desk: Desk) -> None:
    ticket = opened(desk)
    problem = jammed(desk, ticket)
    before = workarounds_for([ticket.pk], desk.ada)

    known(problem)

    assert (before, workarounds_for([ticket.pk], desk.ada)) == ([], [problem])
    assert workarounds_for([ticket.pk], desk.mona) == []


def test_whys_make_a_tree_and_stay_on_their_own_problem(desk: Desk) -> None:
    problem, other = jammed(desk), jammed(desk)
    words: Any = {"record": record_of(CauseStep), "actor": account("nils"), "at": MONDAY}

    def because(answer: str, above: object = None, of: Problem = problem) -> CauseStep:
        values = {"problem": of, "answer": answer, "above": above}
        step: CauseStep = add_record(values=values, **words)  # type: ignore[assignment]  # it adds one of these
        return step

    damp = because("The paper is damp")
    because("The tray is worn")
    because("It is stored in the cellar", damp)

    found = [(each.depth, each.step.answer) for each in analysis_of(steps_of(problem))]
    assert found == [
        (0, "The paper is damp"),
        (1, "It is stored in the cellar"),
        (0, "The tray is worn"),
    ]
    with pytest.raises(Refused):
        because("Elsewhere", damp, of=other)


def test_what_comes_after_the_fix_is_held_against_the_days_before(desk: Desk) -> None:
    before = [opened(desk, at=MONDAY + day * DAY) for day in range(-20, 0, 2)]
    after = [opened(desk, at=MONDAY + 5 * DAY)]
    problem = resolved(known(jammed(desk, *before, *after)), 1)

    found = recurrence_of(problem, MONDAY + 22 * DAY)

    # Ten came on every second day for 18 days, the first one opens the count; 21 days to the fix.
    assert found is not None
    assert (found.before, found.before_days, found.after, found.after_days) == (9, 21, 1, 21)
    assert found.ratio == pytest.approx(1 / 9)
    assert found.high is not None
    assert found.high < 1


def test_too_short_after_the_fix_is_not_enough_evidence(desk: Desk) -> None:
    before = [opened(desk, at=MONDAY + day * DAY) for day in range(-20, 0, 5)]
    problem = resolved(known(jammed(desk, *before)), 1)

    found = recurrence_of(problem, MONDAY + 4 * DAY)

    assert found is not None
    assert (found.ratio, found.after) == (None, 0)
