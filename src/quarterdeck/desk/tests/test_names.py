"""Names on imported tickets are linked to people, later, as often as one likes, and back again."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import unfinished
from quarterdeck.core.models import Account, Person, RoleAssignment, Team, TeamMembership
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.jobs import follow_batch, follow_name
from quarterdeck.desk.models import PersonAlias
from quarterdeck.desk.queries.team_standing import standing_of
from quarterdeck.desk.queries.unresolved_names import unresolved_names, with_suggestions
from quarterdeck.desk.tests.incident_log import AT, INCIDENTS, event, history, take_in, write_log
from quarterdeck.desk.tests.incident_log import ticket as standing
from quarterdeck.desk.verbs import names as verbs
from quarterdeck.desk.verbs.names import link_name, unlink_name
from quarterdeck.desk.verbs.ticket_details import change_priority
from quarterdeck.desk.verbs.tickets import assign_ticket
from quarterdeck.desk.vocabulary import Level

pytestmark = pytest.mark.django_db

OPEN = ("INC1", "INC2", "INC3")


@pytest.fixture
def operator(operator: Account, tmp_path: Path) -> Account:
    """Three open tickets of a source, by one caller, with one resolver."""
    lines = [line for number in OPEN for line in history(number)[:2]]
    take_in(write_log(tmp_path / "log.csv", lines), operator)
    return operator


def person(operator: Account, name: str, email: str = "") -> Person:
    with acting(actor=operator, verb_name="tests.person", at=AT):
        made = Person.objects.create(name=name, email=email)
        team = Team.objects.get(name="Group 1")
        TeamMembership.objects.create(person=made, team=team)
    return made


def linked(text: str, who: Person | None, operator: Account) -> PersonAlias:
    alias = link_name(source=INCIDENTS, text=text, person=who, actor=operator, at=AT)
    follow_name.call(source=INCIDENTS, text=text)
    return alias


def parts(number: str = "INC1") -> tuple[Person | None, Person | None]:
    ticket = standing(number)
    return ticket.requester, ticket.assignee


def names() -> list[tuple[str, int, int]]:
    return [(each.text, each.as_requester, each.as_assignee) for each in unresolved_names()]


def test_names_that_lead_to_nobody_stand_in_the_order_of_their_tickets(
    operator: Account, tmp_path: Path
) -> None:
    more = event("INC4", 0, "1/3/2016 09:00", "New", caller_id="Caller 2", assigned_to="Resolver 1")
    take_in(write_log(tmp_path / "more.csv", [more]), operator)

    assert names() == [("Resolver 1", 0, 4), ("Caller 1", 3, 0), ("Caller 2", 1, 0)]


def test_a_linked_name_makes_tickets_somebodys_in_chunks(
    operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "TICKETS_A_CHUNK", 2)
    nils = person(operator, "Nils")

    linked("Resolver 1", nils, operator)

    assert [parts(number) for number in OPEN] == [(None, nils)] * 3
    assert (standing().assignee_name, names()) == ("Resolver 1", [("Caller 1", 3, 0)])


def test_undo_puts_tickets_back_but_for_what_was_done_by_hand(operator: Account) -> None:
    nils, mona = person(operator, "Nils"), person(operator, "Mona")
    aliases = [linked("Resolver 1", nils, operator), linked("Caller 1", mona, operator)]
    given = standing("INC2")
    assign_ticket(
        ticket=given, version=given.version, team=given.team, assignee=mona, actor=operator, at=AT
    )

    for alias in aliases:
        unlink_name(alias=alias, actor=operator, at=AT)
        follow_name.call(source=INCIDENTS, text=alias.text)

    assert [parts(number) for number in OPEN] == [(None, None), (None, mona), (None, None)]


def test_work_on_a_ticket_makes_no_wrong_name_right(operator: Account, tmp_path: Path) -> None:
    nils, mona = person(operator, "Nils"), person(operator, "Mona")
    linked("Resolver 1", nils, operator)
    given = standing("INC1")
    change_priority(
        ticket=given,
        version=given.version,
        impact=Level.MEDIUM,
        urgency=Level.HIGH,
        actor=operator,
        at=AT,
    )
    touched = parts()

    alias = linked("Resolver 1", mona, operator)
    mended = parts()
    unlink_name(alias=alias, actor=operator, at=AT)
    follow_name.call(source=INCIDENTS, text="Resolver 1")
    taken_back = parts()
    more = event("INC1", 2, "3/3/2016 09:00", "Active", category="Printing")
    take_in(write_log(tmp_path / "more.csv", [*history()[:2], more]), operator)

    assert (touched, mended, taken_back, parts()) == (
        (None, nils),
        (None, mona),
        (None, None),
        (None, None),
    )


def test_later_imports_know_whom_a_name_means(operator: Account, tmp_path: Path) -> None:
    nils, mona = person(operator, "Nils"), person(operator, "Mona")
    linked("Resolver 1", nils, operator)
    linked("Caller 1", mona, operator)
    added = event("INC4", 0, "1/3/2016 09:00", "New")
    changed = event("INC1", 2, "3/3/2016 09:00", "Active", priority="2 - High")

    take_in(write_log(tmp_path / "more.csv", [*history()[:2], changed, added]), operator)

    assert (parts("INC4"), parts("INC1")) == ((mona, nils), (mona, nils))


def test_what_was_said_of_a_name_while_an_import_ran_holds_for_its_tickets(
    operator: Account, tmp_path: Path
) -> None:
    nils, mona = person(operator, "Nils"), person(operator, "Mona")
    alias = linked("Resolver 1", mona, operator)
    added = event("INC4", 0, "1/3/2016 09:00", "New", caller_id="Caller 2")
    batch = take_in(write_log(tmp_path / "more.csv", [added]), operator)
    # As if both had been said, and followed, before the batch was committed.
    with acting(actor=operator, verb_name="tests.meanwhile", at=AT):
        PersonAlias.objects.filter(pk=alias.pk).delete()
        PersonAlias.objects.create(source=INCIDENTS, text="Caller 2", person=nils)
    before = parts("INC4")

    follow_batch.call(batch_key=batch.pk)
    asked = unfinished("desk.follow_name")
    for each in asked:
        follow_name.call(**each)

    assert (before, parts("INC4")) == ((None, mona), (nils, None))
    # The first time that it was linked, nobody has followed from the queue.
    texts = sorted(each["text"] for each in asked)
    assert texts == ["Caller 2", "Resolver 1", "Resolver 1"]


def test_a_name_of_another_source_means_nobody(operator: Account) -> None:
    nils = person(operator, "Nils")

    link_name(source="another", text="Resolver 1", person=nils, actor=operator, at=AT)
    follow_name.call(source="another", text="Resolver 1")

    assert parts() == (None, None)


def test_nobody_of_ours_is_asked_about_no_more(operator: Account) -> None:
    linked("Resolver 1", None, operator)

    assert (names(), parts()) == ([("Caller 1", 3, 0)], (None, None))


def test_a_name_means_what_was_said_last(operator: Account) -> None:
    nils, mona = person(operator, "Nils"), person(operator, "Mona")

    linked("Resolver 1", nils, operator)
    linked("Resolver 1", mona, operator)

    assert (parts(), PersonAlias.objects.count()) == ((None, mona), 1)


def test_a_member_stands_once_on_the_page_of_the_team(operator: Account) -> None:
    team = Team.objects.get(name="Group 1")
    nils = person(operator, "Resolver 1")
    before = [(load.name, load.open) for load in standing_of(team, AT).loads]

    linked("Resolver 1", nils, operator)

    after = [(load.name, load.open) for load in standing_of(team, AT).loads]
    assert (before, after) == ([("Resolver 1", 3), ("Resolver 1", 0)], [("Resolver 1", 3)])


def test_suggestions_are_whom_the_name_fits_and_then_who_is_similar(operator: Account) -> None:
    person(operator, "Caller One")
    person(operator, "1, Caller")
    person(operator, "Caller 1")

    caller = next(each for each in with_suggestions(unresolved_names()) if each.as_requester)

    told = [(each.person.name, each.is_exact) for each in caller.suggestions]
    assert told == [("Caller 1", True), ("1, Caller", False)]


def test_only_whoever_imports_says_whom_names_mean(operator: Account) -> None:
    with acting(actor=operator, verb_name="tests.account", at=AT):
        account = Account.objects.create(username="tia")
        RoleAssignment.objects.create(account=account, role=Role.TECHNICIAN)

    with pytest.raises(Refused, match="may not say whom"):
        link_name(source=INCIDENTS, text="Resolver 1", person=None, actor=account, at=AT)


@pytest.fixture
def client(operator: Account) -> Client:
    with acting(actor=operator, verb_name="tests.keeper", at=AT):
        account = Account.objects.create(username="kim")
        RoleAssignment.objects.create(account=account, role=Role.ADMINISTRATOR)
    found = Client()
    found.force_login(account)
    return found


def test_the_page_counts_first_then_links_and_takes_back(client: Client, operator: Account) -> None:
    nils = person(operator, "Nils")
    page = reverse("desk.names")
    given = {"source-0": INCIDENTS, "text-0": "Resolver 1", "person-0": "", "typed-0": "nils"}

    counted = client.post(page, {**given, "count": "yes"})
    before = PersonAlias.objects.count()
    client.post(page, given)
    alias = PersonAlias.objects.get()
    client.post(page, {"undo": str(alias.pk)})

    told = [str(each) for each in counted.context["messages"]]
    expected = (
        "1 name would be linked: on 0 tickets as requester, on 3 as assignee. "
        "Nothing is linked yet."
    )
    assert (told, before, alias.person) == ([expected], 0, nils)
    assert PersonAlias.objects.count() == 0


def test_a_name_that_fits_nobody_is_told_beside_it(client: Client) -> None:
    given = {"source-0": INCIDENTS, "text-0": "Resolver 1", "typed-0": "Nemo"}

    answer = client.post(reverse("desk.names"), given)

    assert (answer.status_code, answer.context["rows"][0].error) == (
        422,
        "Nobody, or not one alone, is called “Nemo”.",
    )


def test_the_page_asks_the_database_as_often_for_many_names(
    client: Client,
    operator: Account,
    tmp_path: Path,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    lines = [
        event(f"INC{number}", 0, "1/3/2016 09:00", "New", caller_id=f"Caller {number}")
        for number in range(10, 40)
    ]
    take_in(write_log(tmp_path / "more.csv", lines), operator)
    client.get(reverse("desk.names"))

    with django_assert_num_queries(12):
        client.get(reverse("desk.names"))
