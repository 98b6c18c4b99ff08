"""Mail on what was resolved: it goes on with the ticket, or a new one follows it."""

from datetime import timedelta

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.desk.models import Mailbox
from quarterdeck.desk.tests.mail_cast import (
    mailed_desk,
    reply_to,
    resolved,
    said,
    taken,
    ticket_of,
    written,
)
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened
from quarterdeck.desk.verbs.tickets import close_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return mailed_desk()


def test_an_answer_reopens_what_was_resolved_lately(desk: Desk) -> None:
    ticket = resolved(opened(desk))
    taken(written("Not at all", to=reply_to(ticket)), MONDAY + timedelta(days=14))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopen_count) == ("new", 1)


def test_who_answers_by_mail_is_who_reopens(desk: Desk) -> None:
    ticket = resolved(opened(desk))
    taken(written("Not at all", to=reply_to(ticket)), MONDAY + timedelta(days=1))

    last = ticket.state_changes.order_by("sequence").last()
    assert last is not None
    assert (last.state, last.changed_by) == ("new", str(account("mona")))


@pytest.mark.parametrize(("days", "is_closed"), [(15, False), (1, True)])
def test_an_answer_that_comes_too_late_is_followed_up(
    desk: Desk, days: int, is_closed: bool
) -> None:
    ticket = resolved(opened(desk))
    if is_closed:
        words = {"version": ticket.version, "actor": account("nils"), "at": MONDAY}
        ticket = close_ticket(ticket=ticket, **words)  # type: ignore[arg-type]  # the words fit
    mail = taken(written("Not at all", to=reply_to(ticket)), MONDAY + timedelta(days=days))

    follower = ticket_of(mail)
    assert (follower == ticket, follower.follows, follower.description) == (
        False,
        ticket,
        "Not at all",
    )


def test_a_second_late_answer_joins_what_followed_the_first(desk: Desk) -> None:
    ticket = resolved(opened(desk))
    late = MONDAY + timedelta(days=15)
    first = ticket_of(taken(written("Not at all", to=reply_to(ticket)), late))
    second = ticket_of(taken(written("And the other one", to=reply_to(ticket)), late))

    assert (second, [text for _, text in said(first)]) == (first, ["And the other one"])


def test_what_follows_a_ticket_takes_over_what_was_known_and_no_quote(desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.shared_mailbox", at=MONDAY):
        Mailbox.objects.update(team=None)
    ticket = resolved(opened(desk, category="Mail", impact=1))
    answer = "Not at all\n\nOn Monday the desk wrote:\n> It works again.\n"
    mail = taken(written(answer, to=reply_to(ticket)), MONDAY + timedelta(days=15))

    new = ticket_of(mail)
    assert (new.service, new.category, new.team, new.priority, new.description) == (
        desk.mail,
        "Mail",
        desk.network,
        ticket.priority,
        "Not at all",
    )
