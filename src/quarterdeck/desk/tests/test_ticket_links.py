"""Tickets are linked, merged and split; what is merged is counted once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.measures import ORGANISATION, Reading, Terms
from quarterdeck.desk.measures.backlog import backlog_age
from quarterdeck.desk.measures.cycle_time import first_fix_time
from quarterdeck.desk.models import Ticket, TicketLink, TicketMessage
from quarterdeck.desk.queries.links import links_of, merged_into
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.ticket_links import (
    Part,
    link_tickets,
    merge_ticket,
    split_ticket,
    unlink_tickets,
    unmerge_ticket,
)
from quarterdeck.desk.verbs.ticket_messages import note_internally
from quarterdeck.desk.verbs.tickets import (
    hold_ticket,
    reopen_ticket,
    resolve_ticket,
    start_ticket,
)
from quarterdeck.desk.vocabulary.ticket_life import LinkKind
from quarterdeck.kernels.spans import Span
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(hours=2)
APRIL = Span(datetime(2016, 4, 1, tzinfo=UTC), datetime(2016, 5, 1, tzinfo=UTC))


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils", at: datetime = LATER) -> dict[str, Any]:
    return {"actor": account(by), "at": at}


def link(one: Ticket, kind: LinkKind, other: Ticket, by: str = "nils") -> TicketLink:
    return link_tickets(ticket=one, kind=kind, other=other, **words(by))


def merge(one: Ticket, into: Ticket, by: str = "nils", at: datetime = LATER) -> Ticket:
    one.refresh_from_db()
    return merge_ticket(ticket=one, version=one.version, into=into, **words(by, at))


def resolve(ticket: Ticket, at: datetime = LATER) -> Ticket:
    said = {"resolution": "A new roller.", "true_category": "Hardware", **words(at=at)}
    return resolve_ticket(ticket=ticket, version=ticket.version, **said)


def read(measure: Callable[..., Reading], period: Span, at: datetime) -> Reading:
    return measure(period, ORGANISATION, Terms(as_of=at))


def left_out(reading: Reading) -> dict[str, int]:
    return {each.reason: each.n for each in reading.excluded}


MERGED = "Merged: the ticket that it was merged into counts"


def test_a_link_reads_from_both_sides(desk: Desk) -> None:
    one, other = opened(desk), opened(desk)
    link(one, LinkKind.CAUSED_BY, other)

    told = [
        [(each.words, each.ticket.number) for each in links_of(ticket, desk.nils)]
        for ticket in (one, other)
    ]

    assert told == [[("Caused by", "T-000002")], [("Cause of", "T-000001")]]


def test_a_direction_never_leads_back(desk: Desk) -> None:
    first, second, third = (opened(desk) for _ in range(3))
    link(first, LinkKind.CHILD_OF, second)
    link(second, LinkKind.CHILD_OF, third)

    with pytest.raises(Refused, match="that is a ring"):
        link(third, LinkKind.CHILD_OF, first)


def test_what_is_related_is_so_once_whoever_says_it(desk: Desk) -> None:
    one, other = opened(desk), opened(desk)
    link(one, LinkKind.RELATED, other)

    with pytest.raises(Refused, match="linked so already"):
        link(other, LinkKind.RELATED, one)


def test_a_ticket_is_part_of_one_other_at_most(desk: Desk) -> None:
    part, one, other = (opened(desk) for _ in range(3))
    link(part, LinkKind.CHILD_OF, one)

    with pytest.raises(Refused, match="T-000001 is part of T-000002 already"):
        link(part, LinkKind.CHILD_OF, other)


def test_whoever_links_may_work_on_both(desk: Desk) -> None:
    one, other = opened(desk), opened(desk, by="omar", team=desk.workplace)

    with pytest.raises(Refused, match="There is no such ticket"):
        link(one, LinkKind.BLOCKS, other)


def test_a_link_is_taken_away(desk: Desk) -> None:
    made = link(opened(desk), LinkKind.BLOCKS, opened(desk))

    unlink_tickets(link=made, **words())

    assert TicketLink.objects.count() == 0


def test_a_merged_ticket_is_cancelled_and_not_resolved(desk: Desk) -> None:
    one, counts = opened(desk), opened(desk)

    merged = merge(one, counts)

    told = merged.state, merged.cancelled_as, merged.merged_into, merged.last_fix_at
    assert told == ("cancelled", "merged", counts, None)


def test_what_is_merged_is_not_reopened_but_taken_apart(desk: Desk) -> None:
    merged = merge(opened(desk), opened(desk))

    with pytest.raises(Refused, match="cannot be reopened"):
        reopen_ticket(ticket=merged, version=merged.version, reason="x", **words())


def test_taken_apart_a_ticket_stands_as_before(desk: Desk) -> None:
    ticket, counts = opened(desk), opened(desk)
    held = hold_ticket(
        ticket=ticket, version=ticket.version, pause_reason="vendor", **words(at=MONDAY)
    )
    merged = merge(held, counts)

    apart = unmerge_ticket(ticket=merged, version=merged.version, reason="Another floor", **words())

    told = apart.state, apart.pause_reason, apart.cancelled_as, apart.merged_into
    assert (told, apart.reopen_count) == (("on_hold", "vendor", "", None), 0)


def test_two_tickets_are_never_merged_into_each_other(desk: Desk) -> None:
    one, other = opened(desk), opened(desk)
    merge(one, other)

    with pytest.raises(Refused, match="T-000001 counts for no ticket"):
        merge(other, one)


def test_the_other_ticket_shows_all_messages_by_any_way(client: Client, desk: Desk) -> None:
    first, second, third = (opened(desk) for _ in range(3))
    note_internally(ticket=first, text="Seen on the ground floor", **words())
    merge(first, second)
    merge(second, third)
    client.force_login(desk.nils)

    page = client.get(f"/desk/tickets/{third.pk}/").content.decode()

    assert ("Seen on the ground floor" in page, merged_into(third)) == (True, [first, second])


def test_whoever_reported_it_too_hears_of_the_merge_and_the_end(desk: Desk) -> None:
    counts = opened(desk, requester=person("Omar"))
    merged = merge(opened(desk), counts)
    resolve(counts)

    to_mona = TicketMessage.objects.filter(ticket=merged, mail__recipient="mona@example.org")
    assert list(to_mona.order_by("pk").values_list("kind", flat=True)) == [
        "confirmation",
        "confirmation",
        "resolution",
    ]


def test_a_mail_about_the_merge_names_no_other_ticket(desk: Desk) -> None:
    counts = opened(desk, requester=person("Omar"), title="Payroll is wrong")
    merge(opened(desk), counts)

    last = OutgoingMail.objects.filter(recipient="mona@example.org").order_by("pk").last()
    assert last is not None
    assert ("T-000001" in last.text, "Payroll" in last.text) == (False, False)


def test_a_requester_reads_nothing_of_what_was_merged_into_theirs(
    client: Client, desk: Desk
) -> None:
    own, other = opened(desk), opened(desk, requester=person("Omar"), title="Of another one")
    merge(other, own)
    client.force_login(desk.mona)

    page = client.get(f"/desk/tickets/{own.pk}/").content.decode()

    assert ("T-000002" in page, "Of another one" in page) == (False, False)


def test_a_ticket_that_was_fixed_once_and_merged_then_is_left_out_by_name(desk: Desk) -> None:
    ticket, counts = opened(desk), opened(desk)
    fixed = resolve(ticket, MONDAY + timedelta(hours=1))
    reopened = reopen_ticket(ticket=fixed, version=fixed.version, reason="x", **words())
    merge(reopened, counts)

    reading = read(first_fix_time, APRIL, LATER + timedelta(days=1))

    assert (reading.n, left_out(reading)[MERGED]) == (0, 1)


def test_the_backlog_counts_a_merged_ticket_until_then_and_once_from_then(desk: Desk) -> None:
    one, counts = opened(desk), opened(desk)
    start_ticket(ticket=counts, version=counts.version, **words(at=MONDAY))
    merge(one, counts)
    before, after = (
        read(backlog_age, Span(APRIL.start, LATER + timedelta(hours=hours)), LATER + later)
        for hours, later in ((-1, timedelta(hours=-1)), (1, timedelta(hours=1)))
    )

    assert (before.n, after.n, left_out(after)) == (2, 1, {MERGED: 1})


def test_a_part_is_split_off_for_the_same_requester(desk: Desk) -> None:
    whole = opened(desk)

    part = split_ticket(ticket=whole, part=Part(title="And the phone", entry_key="a"), **words())
    again = split_ticket(ticket=whole, part=Part(title="And the phone", entry_key="a"), **words())

    told = part.requester, part.team, part.service, [str(each) for each in part.links.all()]
    assert (told, again) == (
        (whole.requester, whole.team, whole.service, ["T-000002: split off from T-000001"]),
        part,
    )


def test_the_requester_is_told_that_it_is_a_part_and_not_that_something_is_reported(
    desk: Desk,
) -> None:
    whole = opened(desk)
    before = OutgoingMail.objects.count()

    split_ticket(ticket=whole, part=Part(title="And the phone", entry_key="a"), **words())

    (mail,) = OutgoingMail.objects.order_by("pk")[before:]
    assert (mail.recipient, mail.text.splitlines()[0]) == (
        person("Mona").email,
        "A part of your report T-000001 goes on under a number of its own, T-000002:",
    )


def test_taking_apart_wants_a_reason(desk: Desk) -> None:
    merged = merge(opened(desk), opened(desk))

    with pytest.raises(Invalid, match="Say why they are not the same"):
        unmerge_ticket(ticket=merged, version=merged.version, reason=" ", **words())


def test_a_ticket_is_merged_by_its_number(client: Client, desk: Desk) -> None:
    one, counts = opened(desk), opened(desk)
    client.force_login(desk.nils)

    typed = {"into": "t-000002", "version": str(one.version)}
    client.post(f"/desk/tickets/{one.pk}/merge", typed)

    one.refresh_from_db()
    assert one.merged_into == counts
