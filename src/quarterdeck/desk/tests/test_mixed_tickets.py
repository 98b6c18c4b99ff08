"""Imported tickets that are worked by hand too, and what a later import of them does.

Nothing of either side is lost: the log keeps every line in the order in which we learnt of it. What
a source repeats leaves alone what was done here; what it changes counts, and stands last.
"""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.core.directory import found_team
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Unit
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.facts import effective_changes, header_of_ticket
from quarterdeck.desk.queries.log import log_of
from quarterdeck.desk.queries.projection import project
from quarterdeck.desk.tests.incident_log import (
    AT,
    counts,
    event,
    examine,
    history,
    reading,
    take_in,
    write_log,
)
from quarterdeck.desk.tests.incident_log import ticket as standing
from quarterdeck.desk.verbs.ticket_details import change_category, change_priority
from quarterdeck.desk.verbs.ticket_messages import note_internally
from quarterdeck.desk.verbs.tickets import assign_ticket, resolve_ticket, start_ticket
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import apply_batch

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=1)
OPEN_HISTORY = history()[:2]


def resolved_by_hand(ticket: Ticket, operator: Account) -> Ticket:
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Changed the cable.",
        true_category="Cabling",
        actor=operator,
        at=LATER,
    )


def states(number: str = "INC1") -> list[tuple[str, bool]]:
    return [(line.change.state, line.change.by_hand) for line in log_of(standing(number))]


def again(folder: Path, operator: Account, *more: dict[str, str], **cells: str) -> Ticket:
    """Import the open history again, with other cells or with more lines."""
    lines = [*history(**cells)[:2], *more]
    take_in(write_log(folder / "again.csv", lines), operator, at=LATER + timedelta(days=1))
    return standing()


@pytest.fixture
def imported(tmp_path: Path, operator: Account) -> Ticket:
    """A ticket that came in open, in progress at its source."""
    take_in(write_log(tmp_path / "log.csv", OPEN_HISTORY), operator)
    return standing()


def test_an_imported_ticket_can_be_worked_by_hand(imported: Ticket, operator: Account) -> None:
    ticket = resolved_by_hand(imported, operator)

    assert (ticket.state, ticket.last_fix_at, ticket.true_category) == (
        "resolved",
        LATER,
        "Cabling",
    )


def test_what_was_done_by_hand_stands_last_in_the_log(imported: Ticket, operator: Account) -> None:
    resolved_by_hand(imported, operator)

    assert states() == [("new", False), ("in_progress", False), ("resolved", True)]


def test_the_same_file_again_changes_nothing(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    resolved_by_hand(imported, operator)
    before = Ticket.objects.values().get()

    batch = take_in(write_log(tmp_path / "again.csv", OPEN_HISTORY), operator, at=LATER)

    assert (counts(batch), Ticket.objects.values().get()) == ((0, 0, 1, 0), before)


def test_a_line_that_only_repeats_the_state_does_not_undo_a_resolution(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    resolved_by_hand(imported, operator)

    ticket = again(
        tmp_path,
        operator,
        event("INC1", 2, "3/3/2016 09:00", "Active", assigned_to="Resolver 9"),
    )

    assert (ticket.state, ticket.last_fix_at, ticket.assignee_name, ticket.resolution) == (
        "resolved",
        LATER,
        "Resolver 9",
        "Changed the cable.",
    )


def test_a_state_that_the_source_changes_later_counts(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    start_ticket_again = resolved_by_hand(imported, operator)

    ticket = again(tmp_path, operator, event("INC1", 2, "3/3/2016 09:00", "Awaiting Vendor"))

    assert (start_ticket_again.pk, ticket.state, states()) == (
        ticket.pk,
        "on_hold",
        [("new", False), ("in_progress", False), ("resolved", True), ("on_hold", False)],
    )


def test_a_priority_set_by_hand_outlives_lines_that_repeat_the_old_one(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    change_priority(
        ticket=imported, version=imported.version, impact=1, urgency=1, actor=operator, at=LATER
    )

    ticket = again(tmp_path, operator, event("INC1", 2, "3/3/2016 09:00", "Resolved"))

    assert (ticket.state, ticket.priority, ticket.impact, ticket.urgency) == ("resolved", 1, 1, 1)


def test_a_category_set_by_hand_outlives_what_the_source_says_later(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    change_category(
        ticket=imported, version=imported.version, category="Cabling", actor=operator, at=LATER
    )

    ticket = again(tmp_path, operator, category="Category 2", contact_type="Email")

    assert (ticket.category, ticket.contact_channel) == ("Cabling", "Email")


def test_a_correction_stays_in_its_place_before_what_was_done_by_hand(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    resolved_by_hand(imported, operator)
    corrected = event("INC1", 1, "2/3/2016 09:00", "Active", assignment_group="Group 2")

    take_in(write_log(tmp_path / "again.csv", [history()[0], corrected]), operator, at=LATER)

    lines = [(line.change.team, line.change.by_hand) for line in log_of(standing())]
    assert lines == [("Group 1", False), ("Group 2", False), ("Group 1", True)]


def test_what_is_derived_of_a_mixed_ticket_can_be_rebuilt(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    resolved_by_hand(imported, operator)
    ticket = again(tmp_path, operator, event("INC1", 2, "3/3/2016 09:00", "Awaiting Vendor"))

    log = [change for _, change in effective_changes([ticket.pk])[ticket.pk]]
    rebuilt: dict[str, Any] = project(header_of_ticket(ticket), log)._asdict()

    team = ticket.team.name if ticket.team else ""
    assert rebuilt == {**{name: getattr(ticket, name) for name in rebuilt}, "team": team}


def test_work_goes_on_by_hand_after_a_later_import(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    resolved_by_hand(imported, operator)
    ticket = again(tmp_path, operator, event("INC1", 2, "3/3/2016 09:00", "New"))

    start_ticket(
        ticket=ticket, version=ticket.version, actor=operator, at=LATER + timedelta(days=2)
    )

    assert states()[2:] == [("resolved", True), ("new", False), ("in_progress", True)]


def test_work_by_hand_at_the_very_end_of_an_import_is_not_lost(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    lines = [*OPEN_HISTORY, event("INC1", 2, "3/3/2016 09:00", "Awaiting Vendor")]
    path = write_log(tmp_path / "again.csv", [dict(each, category="Printers") for each in lines])
    batch = examine(path, operator)

    def resolve_once_prepared(what: str, _done: int, _of: int) -> None:
        if what == "changes prepared":
            resolved_by_hand(imported, operator)

    apply_batch(batch=batch, report=resolve_once_prepared, actor=operator, at=LATER)

    ticket = standing()
    assert (ticket.category, ticket.true_category, ticket.resolution, states()) == (
        "Printers",
        "Cabling",
        "Changed the cable.",
        [("new", False), ("in_progress", False), ("on_hold", False), ("resolved", True)],
    )


def test_a_batch_is_not_withdrawn_from_under_work_by_hand(
    imported: Ticket, operator: Account
) -> None:
    note_internally(ticket=imported, text="Called back.", actor=operator, at=LATER)

    assert imported.batch is not None
    with pytest.raises(Refused, match="its tickets INC1 were worked on by hand"):
        withdraw_import(batch=imported.batch, actor=operator, at=LATER)


def test_a_later_batch_is_withdrawn_and_leaves_the_work_by_hand(
    tmp_path: Path, imported: Ticket, operator: Account
) -> None:
    resolved_by_hand(imported, operator)
    before = standing()
    lines = [*OPEN_HISTORY, event("INC1", 2, "3/3/2016 09:00", "Awaiting Vendor")]
    later = take_in(write_log(tmp_path / "again.csv", lines), operator, at=LATER)

    withdraw_import(batch=later, actor=operator, at=LATER)

    after = standing()
    assert (after.state, after.last_fix_at, states()) == (
        before.state,
        before.last_fix_at,
        [("new", False), ("in_progress", False), ("resolved", True)],
    )


def test_an_imported_ticket_that_is_handed_on_here_counts_as_reassigned(
    imported: Ticket, operator: Account
) -> None:
    root = Unit.objects.get(parent=None)
    team = found_team(name="Group 2", unit=root, actor=operator, at=LATER)
    handed = assign_ticket(
        ticket=imported, version=imported.version, team=team, actor=operator, at=LATER
    )
    resolved_by_hand(handed, operator)

    taken = reading("desk.reassignment_rate", f"{LATER:%Y-%m}", as_of=LATER)
    assert (taken.value, taken.n) == (Fraction(1), 1)
