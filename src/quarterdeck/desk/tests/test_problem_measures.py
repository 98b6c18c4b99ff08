"""The measures of problems, against a handful of incidents counted by hand."""

from datetime import timedelta
from fractions import Fraction

import pytest

from quarterdeck.core.measures import State
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.incident_log import reading
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.problem_links import link_incident
from quarterdeck.desk.verbs.problems import declare_known_error, open_problem, resolve_problem
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
