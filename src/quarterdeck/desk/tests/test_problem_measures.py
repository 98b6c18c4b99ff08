"""The measures of problems, against a handful of incidents counted by hand."""

from datetime import date, timedelta
from fractions import Fraction
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from quarterdeck.core.evidence import months_marked
from quarterdeck.core.history import remove
from quarterdeck.core.measures import State
from quarterdeck.desk.models import Problem, ProblemStateChange, Ticket
from quarterdeck.desk.tests.incident_log import reading
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.problem_links import link_incident
from quarterdeck.desk.verbs.problem_work import DOMAIN
from quarterdeck.desk.verbs.problems import (
    declare_known_error,
    investigate_problem,
    open_problem,
    resolve_problem,
)
from quarterdeck.desk.verbs.tickets import resolve_ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def fixed(desk: Desk, true_category: str = "Printing") -> Ticket:
    ticket = opened(desk)
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category=true_category,
        actor=account("nils"),
        at=MONDAY + DAY,
    )


def test_incidents_count_as_explained_when_the_cause_of_their_problem_is_known(desk: Desk) -> None:
    explained, linked, _, _ = (fixed(desk) for _ in range(4))
    for ticket, is_known in ((explained, True), (linked, False)):
        problem = open_problem(title="Jams", incidents=[ticket], actor=desk.ada, at=MONDAY)
        if is_known:
            declare_known_error(
                problem=problem,
                version=problem.version,
                cause="Damp paper",
                true_category="Printing",
                actor=desk.ada,
                at=MONDAY + DAY,
            )

    found = reading("desk.known_cause_share", "2016-04")

    assert (found.value, found.n) == (Fraction(1, 4), 4)


def test_where_no_problem_was_ever_recorded_nothing_is_known_of_causes(desk: Desk) -> None:
    fixed(desk)

    found = reading("desk.known_cause_share", "2016-04")

    assert (found.state, found.value) == (State.NOT_ENOUGH_EVIDENCE, None)


def test_what_was_found_is_held_against_what_was_reported(desk: Desk) -> None:
    for true in ("Printing", "Supplies", "Supplies"):
        fixed(desk, true)

    assert reading("desk.presenting_category_share", "2016-04").value == Fraction(1, 3)


def test_a_solved_problem_came_back_if_an_incident_of_its_thirty_days_is_linked(desk: Desk) -> None:
    for days_after in (10, 40):
        problem = open_problem(title="Jams", actor=desk.ada, at=MONDAY)
        ticket = opened(desk, at=MONDAY + days_after * DAY)
        link_incident(problem=problem, ticket=ticket, actor=desk.ada, at=MONDAY + 40 * DAY)
        problem.refresh_from_db()
        resolve_problem(
            problem=problem,
            version=problem.version,
            resolution="A dry store",
            fixed_at=MONDAY,
            actor=desk.ada,
            at=MONDAY + 41 * DAY,
        )

    found = reading("desk.recurrence_share", "2016-05")

    assert (found.value, found.n) == (Fraction(1, 2), 2)


def solved(desk: Desk, day: int, problem: Problem | None = None) -> Problem:
    """A problem that is called fixed on a day after Monday."""
    present = problem or open_problem(title="Jams", actor=desk.ada, at=MONDAY)
    return resolve_problem(
        problem=present,
        version=present.version,
        resolution="A dry store",
        fixed_at=MONDAY + day * DAY,
        actor=desk.ada,
        at=MONDAY + day * DAY,
    )


def jams(desk: Desk, problem: Problem, day: int) -> None:
    """An incident of a day after Monday that is linked to the problem."""
    ticket = opened(desk, at=MONDAY + day * DAY)
    link_incident(problem=problem, ticket=ticket, actor=desk.ada, at=MONDAY + day * DAY)
    problem.refresh_from_db()


def taken_up(desk: Desk, problem: Problem, day: int) -> Problem:
    return investigate_problem(
        problem=problem,
        version=problem.version,
        reason="It jams again.",
        actor=desk.ada,
        at=MONDAY + day * DAY,
    )


def test_a_fix_that_failed_counts_also_after_the_problem_is_taken_up_or_fixed_again(
    desk: Desk,
) -> None:
    reopened, mended, quiet, doubted = (solved(desk, 0) for _ in range(4))
    for problem in (reopened, mended):
        jams(desk, problem, 10)
        taken_up(desk, problem, 11)
    mended.refresh_from_db()
    solved(desk, 40, mended)
    taken_up(desk, doubted, 12)

    first, second = (reading("desk.recurrence_share", month) for month in ("2016-05", "2016-06"))

    # The 30 days after the first fixes, of 4 April, end on 4 May: two of four problems came back.
    # Those after the second fix of one of them, of 14 May, end on 13 June, without an incident.
    assert (first.value, first.n) == (Fraction(1, 2), 4)
    assert first.amounts == {reopened.pk: 1, mended.pk: 1, quiet.pk: 0, doubted.pk: 0}
    assert (second.value, second.amounts) == (Fraction(0), {mended.pk: 0})
    for found in (first, second):
        assert found.included is not None
        assert set(found.included.values_list("pk", flat=True)) == set(found.amounts)


def test_a_problem_with_two_fixes_in_a_period_counts_once_and_by_the_one_that_failed(
    desk: Desk,
) -> None:
    problem = solved(desk, 0)
    jams(desk, problem, 1)
    solved(desk, 10, taken_up(desk, problem, 2))

    found = reading("desk.recurrence_share", "2016-05")

    assert (found.value, found.n) == (Fraction(1), 1)


def test_figures_are_taken_anew_from_the_fix_on_and_not_from_when_it_was_noted(desk: Desk) -> None:
    problem = open_problem(title="Jams", actor=desk.ada, at=MONDAY)
    may = date(2016, 5, 1)
    before = months_marked(DOMAIN).filter(month=may).count()

    resolve_problem(
        problem=problem,
        version=problem.version,
        resolution="A dry store",
        fixed_at=MONDAY,
        actor=desk.ada,
        at=MONDAY + 60 * DAY,
    )

    # Noted on 3 June, it says of 4 May that the problem stayed away.
    assert (before, months_marked(DOMAIN).filter(month=may).count()) == (0, 1)


def test_the_fixes_that_former_versions_forgot_are_read_from_the_history(desk: Desk) -> None:
    twice, once = solved(desk, 2), solved(desk, 3)
    solved(desk, 5, taken_up(desk, twice, 4))
    tell_fixes = import_module("quarterdeck.desk.migrations.0048_fixes_of_problems").tell_fixes

    # As while a migration runs: facts may be changed, and what was not kept yet is not there.
    remove(connection)
    ProblemStateChange.objects.update(fixed_at=None)
    tell_fixes(apps, None)

    known = ProblemStateChange.objects.filter(fixed_at__isnull=False).order_by("pk")
    assert list(known.values_list("problem", "state", "fixed_at")) == [
        (twice.pk, "resolved", MONDAY + 2 * DAY),
        (once.pk, "resolved", MONDAY + 3 * DAY),
        (twice.pk, "resolved", MONDAY + 5 * DAY),
    ]
