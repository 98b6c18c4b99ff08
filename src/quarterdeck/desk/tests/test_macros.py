"""Canned replies, macros and tags: kept for some, used by one click, all or nothing."""

from typing import Any

import pytest
from django.test import Client

from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.desk.models import CannedReply, Macro, Ticket, TicketMessage, TicketTag
from quarterdeck.desk.queries.steps import Step, steps_in_words, steps_of
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.kept import (
    Shelf,
    change_canned_reply,
    keep_canned_reply,
    keep_macro,
    run_macro,
)
from quarterdeck.desk.verbs.ticket_tags import MOST_TAGS, tag_ticket, untag_ticket
from quarterdeck.desk.verbs.tickets import take_ticket
from quarterdeck.desk.vocabulary.ticket_life import Audience, StepKind

pytestmark = pytest.mark.django_db

THANKS = "Dear {{first name}}, {{number}} is about {{service}}. {{me}}"


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils") -> dict[str, Any]:
    return {"actor": account(by), "at": MONDAY}


def reply(by: str = "nils", text: str = THANKS, **shelf: Any) -> CannedReply:
    return keep_canned_reply(shelf=Shelf(name="Thanks", **shelf), text=text, **words(by))


def macro(*steps: Step, by: str = "nils", **shelf: Any) -> Macro:
    return keep_macro(shelf=Shelf(name="Usual", **shelf), steps=steps, **words(by))


def run(macro: Macro, ticket: Ticket, by: str = "nils") -> Ticket:
    return run_macro(ticket=ticket, version=ticket.version, macro=macro, **words(by))


def test_a_macro_does_all_its_steps(desk: Desk) -> None:
    steps = (
        Step(StepKind.TAKE),
        Step(StepKind.IMPACT, "1"),
        Step(StepKind.REPLY, str(reply().pk)),
        Step(StepKind.TAG, "Second  Floor"),
        Step(StepKind.HOLD, "requester"),
    )

    done = run(macro(*steps), opened(desk))

    said = TicketMessage.objects.filter(ticket=done, kind="public").values_list("text", flat=True)
    told = done.assignee, done.priority, done.state, [str(tag) for tag in done.tags.all()]
    assert (told, list(said)) == (
        (account("nils").person, 2, "on_hold", ["second floor"]),
        ["Dear Mona, T-000001 is about Mail. Nils"],
    )


def test_a_refused_step_leaves_nothing_of_those_before_it(desk: Desk) -> None:
    ticket = opened(desk)
    steps = Step(StepKind.TAG, "done"), Step(StepKind.TAKE), Step(StepKind.CLOSE)

    with pytest.raises(Refused, match="Step 3, “Close”: T-000001 cannot be closed"):
        run(macro(*steps), ticket)

    ticket.refresh_from_db()
    assert (ticket.assignee, TicketTag.objects.count()) == (None, 0)


def test_what_is_so_already_is_passed_over(desk: Desk) -> None:
    ticket = take_ticket(ticket=(seen := opened(desk)), version=seen.version, **words())
    steps = Step(StepKind.TAKE), Step(StepKind.TEAM, str(desk.network.pk))

    assert run(macro(*steps), ticket).version == ticket.version


def test_a_macro_sees_that_somebody_else_has_changed_the_ticket(desk: Desk) -> None:
    ticket = opened(desk)
    take_ticket(ticket=ticket, version=ticket.version, **words())

    with pytest.raises(Conflict):
        run(macro(Step(StepKind.START)), ticket)


def test_nobody_does_by_a_macro_what_they_may_not_do_alone(desk: Desk) -> None:
    shared = macro(Step(StepKind.TAG, "x"), by="ada", audience=Audience.EVERYBODY)

    with pytest.raises(Refused, match="There is no such ticket"):
        run(shared, opened(desk), by="omar")


def test_a_macro_refuses_by_a_row_that_is_gone(desk: Desk) -> None:
    text = reply()
    usual = macro(Step(StepKind.NOTE, str(text.pk)))
    shelf = Shelf(name="Thanks", retired=True)
    change_canned_reply(reply=text, version=text.version, shelf=shelf, text="x", **words())

    with pytest.raises(Refused, match="the canned reply that it names is not to be found"):
        run(usual, opened(desk))


def test_steps_read_as_sentences(desk: Desk) -> None:
    usual = macro(Step(StepKind.TEAM, str(desk.network.pk)), Step(StepKind.START))

    told = steps_in_words(steps_of(usual.steps), desk.nils)

    assert told == ["Hand it to the team “Network”", "Start"]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((), "Say what shall be done."),
        ((Step(StepKind.HOLD),), "“Put it on hold” needs a value."),
        ((Step(StepKind.HOLD, "requester"),), "let a reply before it ask them"),
        ((Step(StepKind.TEAM, "999999"),), "what was chosen is not on offer"),
    ],
    ids=["no step", "no value", "no question", "no such team"],
)
@pytest.mark.usefixtures("desk")
def test_a_macro_that_could_not_run_is_not_kept(steps: tuple[Step, ...], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        macro(*steps)


@pytest.mark.usefixtures("desk")
def test_a_text_names_nothing_but_what_is_listed() -> None:
    with pytest.raises(Invalid, match=r"Nobody knows \{\{password\}\}"):
        reply(text="{{password}}")


def test_each_finds_what_is_for_them(desk: Desk) -> None:
    reply()
    reply("vera", audience=Audience.TEAM, team=desk.network)
    reply("omar", audience=Audience.TEAM, team=desk.workplace)
    reply("ada", audience=Audience.EVERYBODY)

    found = {
        name: CannedReply.objects.visible_to(account(name)).count()
        for name in ("nils", "vera", "omar", "ada", "mona")
    }

    # Mona only reports; whoever administers reaches every team.
    assert found == {"nils": 3, "vera": 2, "omar": 2, "ada": 3, "mona": 0}


@pytest.mark.usefixtures("desk")
def test_a_technician_keeps_nothing_for_everybody() -> None:
    with pytest.raises(Invalid, match="leads, for all"):
        reply(audience=Audience.EVERYBODY)


def test_a_tag_is_put_on_once_and_taken_away(desk: Desk) -> None:
    ticket = opened(desk)
    for name in ("Printer", " printer "):
        tag_ticket(ticket=ticket, name=name, **words())
    before = list(ticket.tags.values_list("name", flat=True))
    untag_ticket(ticket=ticket, name="PRINTER", **words())

    assert (before, ticket.tags.count()) == (["printer"], 0)


def test_whoever_only_reported_a_ticket_reads_no_tags(desk: Desk) -> None:
    ticket = opened(desk)
    tag_ticket(ticket=ticket, name="known complainer", **words())

    sight = {name: TicketTag.objects.visible_to(account(name)).count() for name in ("mona", "nils")}
    assert (ticket.requester, sight) == (account("mona").person, {"mona": 0, "nils": 1})


def test_a_ticket_has_so_many_tags_and_no_more(desk: Desk) -> None:
    ticket = opened(desk)
    for number in range(MOST_TAGS):
        tag_ticket(ticket=ticket, name=f"tag {number}", **words())

    with pytest.raises(Refused, match="20 tags already"):
        tag_ticket(ticket=ticket, name="one more", **words())


def test_a_canned_reply_is_filled_in_after_what_was_typed(client: Client, desk: Desk) -> None:
    ticket, text = opened(desk), reply()
    client.force_login(desk.nils)

    path = f"/desk/tickets/{ticket.pk}/replies/{text.pk}"
    page = client.post(path, {"act": "reply", "text": "Hello."}).content.decode()

    assert ">Hello.\n\nDear Mona, T-000001 is about Mail. Nils</textarea>" in page


def test_canned_replies_are_found_by_their_words(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    reply()
    client.force_login(desk.nils)

    path = f"/desk/tickets/{ticket.pk}/replies"
    found = {
        sought: "Thanks" in client.get(path, {"act": "note", "sought": sought}).content.decode()
        for sought in ("dear service", "farewell")
    }

    assert found == {"dear service": True, "farewell": False}


def test_a_macro_is_made_and_run_by_clicks(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    client.force_login(desk.nils)
    typed = {"name": "Mine", "audience": "own", "kind-1": "take", "kind-2": "tag", "value-2": "a"}
    client.post("/desk/macros/new", typed)
    made = Macro.objects.get()

    client.post(f"/desk/tickets/{ticket.pk}/macros/{made.pk}", {"version": str(ticket.version)})

    ticket.refresh_from_db()
    assert (ticket.assignee, [str(tag) for tag in ticket.tags.all()]) == (desk.nils.person, ["a"])
