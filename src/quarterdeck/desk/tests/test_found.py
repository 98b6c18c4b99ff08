"""The ticket that an address names is found by whoever finds it in a list, and by nobody else."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, RoleAssignment, Team, TeamMembership
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets() -> list[Ticket]:
    """Of two teams and of none, reported, worked on and opened by some, and one withdrawn."""
    desk = staffed_desk()
    with acting(actor=desk.operator, verb_name="test.roles", at=MONDAY):
        for name, role in {"auditor": Role.AUDITOR, "viewer": Role.EXECUTIVE_VIEWER}.items():
            one = Account.objects.create(username=name)
            RoleAssignment.objects.create(account=one, role=role)
        Account.objects.create(username="nobody")
    found = [
        opened(desk),
        opened(desk, team=None, requester=None),
        opened(desk, "omar", team=desk.workplace, requester=person("Vera")),
        opened(desk, "omar", team=desk.workplace, requester=None),
    ]
    with acting(actor=desk.operator, verb_name="test.withdrawn", at=MONDAY):
        batch = ImportBatch.objects.create(
            profile="x",
            source="x",
            state=BatchState.WITHDRAWN,
            begun_by=desk.operator,
            begun_at=MONDAY,
        )
        Ticket.objects.filter(pk=found[3].pk).update(batch=batch)
        Ticket.objects.filter(pk=found[1].pk).update(assignee=person("Mona"))
    return found


def seen(name: str) -> tuple[set[int], set[int]]:
    """The keys that an account finds one by one, and those that stand in its list."""
    reader = account(name)
    found = set()
    for key in Ticket.objects.values_list("pk", flat=True):
        try:
            found.add(find_ticket(key, reader).pk)
        except Http404:
            continue
    return found, set(Ticket.objects.visible_to(reader).values_list("pk", flat=True))


def test_each_reader_finds_what_stands_in_their_list(tickets: list[Ticket]) -> None:
    first, second, third, withdrawn = (ticket.pk for ticket in tickets)
    expected = {
        "auditor": {first, second, third},
        "nils": {first, second},
        "vera": {first, second, third},
        "omar": {second, third},
        "mona": {first, second},
        "viewer": set(),
        "nobody": set(),
    }

    assert {name: seen(name) for name in expected} == {
        name: (keys, keys) for name, keys in expected.items()
    }
    assert withdrawn not in set().union(*expected.values())


def test_who_joins_a_team_finds_its_tickets_and_who_leaves_it_no_longer(
    tickets: list[Ticket],
) -> None:
    def finds() -> bool:
        return tickets[0].pk in seen("omar")[0]

    before = finds()
    with acting(actor=account("operator"), verb_name="test.joins", at=MONDAY):
        network = Team.objects.get(name="Network")
        joined = TeamMembership.objects.create(person=person("Omar"), team=network)
    during = finds()
    with acting(actor=account("operator"), verb_name="test.leaves", at=MONDAY):
        joined.delete()

    assert (before, during, finds()) == (False, True, False)


def test_nobody_is_shown_a_ticket_who_has_not_signed_in(tickets: list[Ticket]) -> None:
    with pytest.raises(Http404):
        find_ticket(tickets[0].pk, AnonymousUser())
