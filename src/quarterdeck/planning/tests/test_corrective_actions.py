"""Corrective actions: opened once, noted on, done, handed on, given up."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, add_person, assign_role, found_team, join_team
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.measures import measure_of
from quarterdeck.core.models import Account, Person, Unit
from quarterdeck.core.records import record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.core.waiting import waiting_for
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.verbs.corrective_actions import (
    Origin,
    cancel_corrective_action,
    complete_corrective_action,
    open_corrective_action,
    reassign_corrective_action,
)
from quarterdeck.planning.vocabulary import ActionState

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
DUE = date(2026, 7, 15)


@pytest.fixture
def manager(operator: Account) -> Account:
    return account_of(operator, "ada", Role.IT_MANAGER)


@pytest.fixture
def owner(operator: Account) -> Person:
    return add_person(name="Nkechi Baptiste", actor=operator, at=AT)


def account_of(
    operator: Account, username: str, role: Role, person: Person | None = None
) -> Account:
    account = add_account(username=username, person=person, actor=operator, at=AT)
    assign_role(account=account, role=role, actor=operator, at=AT)
    return account


def missed(period: str) -> Origin:
    return Origin("desk.cycle_time", "organisation", period, "≤ 8 h", "9 h")


def opened(actor: Account, owner: Person, origin: Origin = missed("2026-05")) -> CorrectiveAction:  # noqa: B008 — a frozen value
    return open_corrective_action(
        title="Fix tickets sooner",
        owner=owner,
        due_on=DUE,
        finding=f"Missed in {origin.period}.",
        origin=origin,
        actor=actor,
        at=AT,
    )


def completed(action: CorrectiveAction, actor: Account, at: datetime = AT) -> CorrectiveAction:
    return complete_corrective_action(
        action=action, version=action.version, what_was_done="Hired.", actor=actor, at=at
    )


def test_the_same_missed_period_opens_one_action(manager: Account, owner: Person) -> None:
    first, again = opened(manager, owner), opened(manager, owner)

    assert (first, CorrectiveAction.objects.count(), first.notes.count()) == (again, 1, 0)


def test_another_missed_period_is_noted_on_the_open_action_once(
    manager: Account, owner: Person
) -> None:
    action = opened(manager, owner)
    for _ in range(2):
        opened(manager, owner, missed("2026-06"))

    assert list(action.notes.values_list("period", "text")) == [("2026-06", "Missed in 2026-06.")]
    assert CorrectiveAction.objects.count() == 1


def test_a_period_whose_action_is_done_gets_no_second_one(manager: Account, owner: Person) -> None:
    action = completed(opened(manager, owner), manager)

    assert opened(manager, owner) == action


def test_a_later_period_after_the_action_is_done_opens_a_new_one(
    manager: Account, owner: Person
) -> None:
    action = completed(opened(manager, owner), manager)

    assert opened(manager, owner, missed("2026-06")) != action


def test_actions_without_an_origin_stand_side_by_side(manager: Account, owner: Person) -> None:
    opened(manager, owner, Origin())
    opened(manager, owner, Origin())

    assert CorrectiveAction.objects.count() == 2


def test_an_action_is_not_due_in_the_past(manager: Account, owner: Person) -> None:
    with pytest.raises(Refused, match="in the past"):
        open_corrective_action(
            title="Late", owner=owner, due_on=date(2026, 6, 14), actor=manager, at=AT
        )


def test_a_technician_opens_no_action(operator: Account, owner: Person) -> None:
    technician = account_of(operator, "tech", Role.TECHNICIAN)

    with pytest.raises(Refused, match="may not open"):
        opened(technician, owner)


def test_its_owner_completes_an_action(manager: Account, operator: Account, owner: Person) -> None:
    account = account_of(operator, "nkechi", Role.TECHNICIAN, owner)

    action = completed(opened(manager, owner), account)

    assert (action.state, action.ended_on) == (ActionState.DONE, date(2026, 6, 15))


def test_nobody_else_completes_it(manager: Account, operator: Account, owner: Person) -> None:
    other = account_of(operator, "other", Role.TECHNICIAN)

    with pytest.raises(Refused, match="Only its owner"):
        completed(opened(manager, owner), other)


def test_what_is_done_stays_done(manager: Account, owner: Person) -> None:
    action = completed(opened(manager, owner), manager)

    with pytest.raises(Refused, match="done already"):
        completed(action, manager)


def test_two_people_who_save_at_once_conflict(manager: Account, owner: Person) -> None:
    action = opened(manager, owner)
    reassign_corrective_action(
        action=action, version=1, owner=owner, due_on=date(2026, 8, 1), actor=manager, at=AT
    )

    with pytest.raises(Conflict):
        cancel_corrective_action(action=action, version=1, reason="No", actor=manager, at=AT)


def test_a_cancelled_action_keeps_the_reason(manager: Account, owner: Person) -> None:
    action = opened(manager, owner)
    cancel_corrective_action(
        action=action, version=1, reason="The count was wrong.", actor=manager, at=AT
    )

    assert [note.text for note in action.notes.all()] == ["Cancelled: The count was wrong."]


def test_an_open_action_waits_for_its_owner_until_it_is_done(
    manager: Account, operator: Account, owner: Person
) -> None:
    account = account_of(operator, "nkechi", Role.TECHNICIAN, owner)
    action = opened(manager, owner)

    before = [item.title for item in waiting_for(account, AT)]
    completed(action, account)

    assert (before, waiting_for(account, AT)) == (["Fix tickets sooner"], ())


def test_an_action_is_due_at_the_end_of_its_day(
    manager: Account, operator: Account, owner: Person
) -> None:
    account = account_of(operator, "nkechi", Role.TECHNICIAN, owner)
    opened(manager, owner)

    (item,) = waiting_for(account, AT)
    assert item.due_at == datetime(2026, 7, 15, 23, 59, 59, 999_999, tzinfo=UTC)


def test_a_handed_on_action_waits_for_the_new_owner(
    manager: Account, operator: Account, owner: Person
) -> None:
    heir = add_person(name="Owen Tregarth", actor=operator, at=AT)
    account = account_of(operator, "owen", Role.TECHNICIAN, heir)
    action = opened(manager, owner)
    reassign_corrective_action(
        action=action, version=1, owner=heir, due_on=DUE, actor=manager, at=AT + timedelta(days=1)
    )

    assert len(waiting_for(account, AT)) == 1


def test_a_team_lead_sees_the_actions_of_the_team_and_a_stranger_none(
    manager: Account, operator: Account, owner: Person
) -> None:
    team = found_team(name="Desk", unit=Unit.objects.get(parent=None), actor=operator, at=AT)
    lead = add_person(name="Lea Dahl", actor=operator, at=AT)
    for member in (owner, lead):
        join_team(person=member, team=team, actor=operator, at=AT)
    opened(manager, owner)

    seen = [
        CorrectiveAction.objects.visible_to(account_of(operator, name, role, person)).count()
        for name, role, person in (
            ("lea", Role.TEAM_LEAD, lead),
            ("guest", Role.REQUESTER, None),
        )
    ]
    assert seen == [1, 0]


def test_its_page_offers_the_day_that_it_is_due_to_whoever_hands_it_on(
    client: Client, manager: Account, owner: Person
) -> None:
    action = open_corrective_action(
        title="Replace the scanner", owner=owner, due_on=date(2026, 12, 22), actor=manager, at=AT
    )
    client.force_login(manager)

    page = client.get(reverse("planning.correctiveaction.detail", args=[action.pk]))

    assert 'type="date" name="due_on" value="2026-12-22"' in " ".join(page.content.decode().split())


def test_its_page_names_the_measure_and_whose_evidence_was_counted(
    client: Client, manager: Account, owner: Person
) -> None:
    origin = Origin("planning.actions_on_time", "team:Network", "2026-05", "≥ 90 %", "80 %")
    action = opened(manager, owner, origin)
    client.force_login(manager)

    page = client.get(reverse("planning.correctiveaction.detail", args=[action.pk]))

    named = (page.context["measure_title"], page.context["scope_title"])
    assert named == (measure_of("planning.actions_on_time").title, "Team Network")


def test_an_open_action_is_called_overdue_from_the_day_after_its_last_on(
    manager: Account, owner: Person
) -> None:
    action = opened(manager, owner)
    ended = opened(manager, owner, Origin("desk.reopen_rate", "organisation"))
    completed(ended, manager)
    marks = record_of(CorrectiveAction).marks

    late = []
    for day in (15, 16):
        with time_machine.travel(datetime(2026, 7, day, 12, tzinfo=UTC), tick=False):
            late.append(list(marks(manager, [action.pk, ended.pk])))

    assert late == [[], [action.pk]]
