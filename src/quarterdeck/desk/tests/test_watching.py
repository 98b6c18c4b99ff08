"""Tickets are watched, notes name people, and each hears of it once and of nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Announcement, Person, RoleAssignment, TeamMembership
from quarterdeck.core.vocabulary import Role
from quarterdeck.core.waiting import waiting_for
from quarterdeck.desk.models import Mention, Ticket, TicketMessage, TicketNotice, TicketWatcher
from quarterdeck.desk.queries.mentions import named_in
from quarterdeck.desk.reactions import tell_watchers
from quarterdeck.desk.tests.portal_cast import news_arrives
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.verbs.tickets import assign_ticket, resolve_ticket, start_ticket
from quarterdeck.desk.verbs.watch_news import WATCH_NEWS
from quarterdeck.desk.verbs.watching import (
    MOST_WATCHERS,
    unwatch_ticket,
    watch_ticket,
)
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.letters import wish_mail

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils") -> dict[str, Any]:
    return {"actor": account(by), "at": LATER}


def lead(name: str = "vera") -> Account:
    """Let somebody in Network lead it."""
    with acting(actor=account("ada"), verb_name="test.lead", at=MONDAY):
        RoleAssignment.objects.create(account=account(name), role=Role.TEAM_LEAD)
    return account(name)


def colleague(name: str, username: str, desk: Desk) -> Account:
    with acting(actor=desk.operator, verb_name="test.colleague", at=MONDAY):
        who = Person.objects.create(name=name, external_id=username, email=f"{username}@x.example")
        made = Account.objects.create(username=username, person=who)
        RoleAssignment.objects.create(account=made, role=Role.TECHNICIAN)
        TeamMembership.objects.create(person=who, team=desk.network)
    return made


def heard() -> list[tuple[str, str]]:
    """Let a worker deliver, and return who was sent what, as its subject says."""
    news_arrives()
    told = TicketNotice.objects.exclude(mail=None).order_by("pk")
    rows = told.values_list("account__username", "mail__subject")
    return [(name, subject.split("] ")[1].split(":")[0]) for name, subject in rows]


def watchers(ticket: Ticket) -> list[str]:
    return list(ticket.watchers.order_by("pk").values_list("account__username", flat=True))


def test_whoever_sees_a_ticket_watches_it_once(desk: Desk) -> None:
    ticket = opened(desk)

    watch_ticket(ticket=ticket, **words("vera"))
    watch_ticket(ticket=ticket, **words("vera"))

    assert watchers(ticket) == ["vera"]


def test_whoever_does_not_see_it_does_not_watch_it(desk: Desk) -> None:
    ticket = opened(desk)

    with pytest.raises(Refused, match="There is no such ticket"):
        watch_ticket(ticket=ticket, **words("omar"))


def test_a_lead_lets_others_watch_who_may_see_it_and_nobody_else(desk: Desk) -> None:
    ticket, leader = opened(desk), lead()

    watch_ticket(ticket=ticket, account=account("nils"), actor=leader, at=LATER)
    with pytest.raises(Refused, match="may not see T-000001"):
        watch_ticket(ticket=ticket, account=account("omar"), actor=leader, at=LATER)
    with pytest.raises(Refused, match="Whoever leads the team"):
        watch_ticket(ticket=ticket, account=account("vera"), **words("nils"))

    assert watchers(ticket) == ["nils"]


def test_one_stops_to_watch_and_takes_nobody_else_away(desk: Desk) -> None:
    ticket = opened(desk)
    for name in ("vera", "nils"):
        watch_ticket(ticket=ticket, **words(name))

    with pytest.raises(Refused, match="takes watchers"):
        unwatch_ticket(ticket=ticket, account=account("vera"), **words("nils"))
    unwatch_ticket(ticket=ticket, **words("nils"))

    assert watchers(ticket) == ["vera"]


def test_watchers_hear_of_replies_and_states_and_never_of_notes_or_their_own(desk: Desk) -> None:
    ticket = opened(desk)
    for name in ("vera", "nils"):
        watch_ticket(ticket=ticket, **words(name))

    note_internally(ticket=ticket, text="The caretaker drinks", **words())
    reply_publicly(ticket=ticket, text="We are on our way", **words())
    start_ticket(ticket=ticket, version=ticket.version, **words())

    assert heard() == [("vera", "a new reply"), ("vera", "in progress")]
    assert not OutgoingMail.objects.filter(text__contains="caretaker").exists()


def test_the_requester_who_watches_is_written_to_once(desk: Desk) -> None:
    ticket = opened(desk)
    watch_ticket(ticket=ticket, **words("mona"))

    reply_publicly(ticket=ticket, text="We are on our way", **words())
    done = {"resolution": "A new roller.", "true_category": "Hardware", **words()}
    resolve_ticket(ticket=ticket, version=ticket.version, **done)

    assert heard() == []


def test_whoever_is_handed_the_ticket_hears_it_once(desk: Desk) -> None:
    ticket = opened(desk)
    watch_ticket(ticket=ticket, **words("vera"))

    assign_ticket(ticket=ticket, version=ticket.version, assignee=person("Vera"), **words())

    assert heard() == []


def test_news_that_are_delivered_again_are_mailed_once(desk: Desk) -> None:
    ticket = opened(desk)
    watch_ticket(ticket=ticket, **words("vera"))
    reply_publicly(ticket=ticket, text="We are on our way", **words())

    before = heard()
    tell_watchers(Announcement.objects.get(topic=WATCH_NEWS))

    assert (before, heard()) == ([("vera", "a new reply")], [("vera", "a new reply")])


def test_whoever_lost_sight_of_a_ticket_hears_no_more_of_it(desk: Desk) -> None:
    ticket = opened(desk)
    watch_ticket(ticket=ticket, **words("vera"))
    with acting(actor=desk.operator, verb_name="test.leave", at=MONDAY):
        TeamMembership.objects.filter(person__name="Vera").delete()

    reply_publicly(ticket=ticket, text="We are on our way", **words())

    assert heard() == []


def test_whoever_wants_no_mail_gets_none_and_reads_it_on_today(desk: Desk) -> None:
    ticket = opened(desk)
    kinds = ("desk.mention", "desk.watched-reply", "desk.watched-state")
    wish_mail(timings=dict.fromkeys(kinds, "never"), **words("vera"))

    note_internally(ticket=ticket, text="@vera, have a look", **words())
    reply_publicly(ticket=ticket, text="We are on our way", **words())

    today = [(item.kind, item.detail) for item in waiting_for(account("vera"), LATER)]
    assert (heard(), ("Mention", "@vera, have a look") in today) == ([], True)


def test_a_note_names_somebody_who_watches_then_and_is_told_once(desk: Desk) -> None:
    ticket = opened(desk)

    note_internally(ticket=ticket, text="@Vera, and again @vera: look. @nils", **words())

    told = list(Mention.objects.values_list("account__username", "seen_at"))
    assert (told, watchers(ticket)) == ([("vera", None)], ["vera"])
    assert heard() == [("vera", "Nils has named you")]


def test_a_note_on_a_ticket_that_a_hundred_watch_still_names_somebody(desk: Desk) -> None:
    ticket = opened(desk)
    with acting(actor=desk.operator, verb_name="test.crowd", at=MONDAY):
        for number in range(MOST_WATCHERS):
            TicketWatcher.objects.create(
                ticket=ticket,
                account=Account.objects.create(username=f"watcher{number}"),
                added_by=desk.operator,
                added_at=MONDAY,
            )

    note_internally(ticket=ticket, text="@vera, have a look", **words())

    assert [each.account.username for each in Mention.objects.all()] == ["vera"]
    assert "vera" not in watchers(ticket)
    assert heard() == [("vera", "Nils has named you")]


def test_whoever_writes_on_the_ticket_has_seen_what_names_them(desk: Desk) -> None:
    ticket = opened(desk)
    note_internally(ticket=ticket, text="@vera?", **words())

    note_internally(ticket=ticket, text="Done", **words("vera"))

    assert Mention.objects.unseen().count() == 0


def test_a_name_of_several_is_refused_and_the_account_is_not(desk: Desk) -> None:
    ticket = opened(desk)
    for name, username in (("Kim Alder", "kim.alder"), ("Kim Birch", "kim.birch")):
        colleague(name, username, desk)

    with pytest.raises(Invalid, match="Several people are called “@kim”"):
        note_internally(ticket=ticket, text="@Kim knows", **words())
    note_internally(ticket=ticket, text="@kim.birch knows.", **words())

    assert [each.account.username for each in Mention.objects.all()] == ["kim.birch"]
    assert TicketMessage.objects.filter(kind="internal").count() == 1


def test_whoever_may_not_read_the_note_is_not_named(desk: Desk) -> None:
    """Omar does not see the ticket, Mona reported it and reads no notes."""
    named = named_in("@omar @mona @vera mail@vera a/@vera @", opened(desk))

    found = [each.username for each in named.accounts], named.unknown
    assert found == (["vera"], ("omar", "mona"))


def test_words_that_came_by_themselves_name_nobody(desk: Desk) -> None:
    note_internally(ticket=opened(desk), text="@vera", actor=desk.operator, at=LATER)

    assert Mention.objects.count() == 0


def test_the_page_says_who_was_not_told(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    client.force_login(desk.nils)
    sent = {"text": "@omar", "entry_key": "1", "version": ticket.version}

    page = client.post(f"/desk/tickets/{ticket.pk}/act/note", sent, follow=True)

    assert "@omar told nobody" in page.content.decode()


def test_the_page_shows_what_names_one_until_it_is_seen(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    note_internally(ticket=ticket, text="@vera?", **words())
    client.force_login(account("vera"))
    address = f"/desk/tickets/{ticket.pk}/"

    before = client.get(address).content.decode()
    after = client.post(f"{address}seen", follow=True).content.decode()

    assert ["Nils named you in a note" in page for page in (before, after)] == [True, False]


def test_somebody_is_found_and_named_while_a_note_is_written(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    client.force_login(desk.nils)
    address = f"/desk/tickets/{ticket.pk}/readers"

    found = client.get(address, {"who": "v"}).content.decode()
    hidden = client.get(address, {"who": "omar"}).content.decode()
    field = client.post(f"{address}/{account('vera').pk}", {"text": "Look"}).content.decode()

    assert ("@vera" in found, "@omar" in hidden, "Look @vera </textarea>" in field) == (
        True,
        False,
        True,
    )


def test_my_watched_is_a_queue_of_what_one_still_sees(
    client: Client, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        watch_ticket(ticket=opened(desk), **words("vera"))
    hidden = opened(desk)
    with acting(actor=desk.operator, verb_name="test.watch", at=LATER):
        TicketWatcher.objects.create(
            ticket=hidden, account=account("omar"), added_by=desk.operator, added_at=LATER
        )
    client.force_login(account("omar"))
    omars = client.get("/desk/watched").content.decode()
    client.force_login(account("vera"))

    with django_assert_num_queries(9):
        page = client.get("/desk/watched").content.decode()

    assert (page.count("The printer on the second"), omars.count("The printer")) == (3, 0)
