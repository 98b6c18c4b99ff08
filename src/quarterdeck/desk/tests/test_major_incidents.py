"""Major incidents: declared, told of at promised times, resolved with parts, reviewed."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.measures import ORGANISATION, Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.waiting import waiting_for
from quarterdeck.desk.models import (
    MajorIncident,
    MajorIncidentEntry,
    ReviewAction,
    Ticket,
    TicketLink,
)
from quarterdeck.desk.queries.major_incidents import (
    parts_seen,
    public_incidents,
    timeline_of,
    told_to,
)
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.web_cast import Desk, add_tickets
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person
from quarterdeck.desk.verbs.major_incidents import (
    Declaration,
    assign_roles,
    declare_major_incident,
    note_in_timeline,
    open_review_action,
    publish_update,
    resolve_major_incident,
    review_major_incident,
    set_affected,
)
from quarterdeck.desk.verbs.ticket_links import link_tickets
from quarterdeck.desk.verbs.tickets import start_ticket, take_ticket
from quarterdeck.kernels.spans import Span
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.services.models import Service

pytestmark = pytest.mark.django_db


def after(minutes: int) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


@pytest.fixture
def desk() -> Desk:
    """Vera leads Network, and Nils works there; Greta manages."""
    return led_desk()


def declared(desk: Desk, by: str = "vera", **given: Any) -> MajorIncident:
    """Mail is down since Monday 09:00; an update is promised within the half hour."""
    ticket = given.pop("ticket", None) or opened(desk)
    words = {
        "title": "Mail is down",
        "reason": "Nobody can write",
        "commander": person("Vera"),
        "first_update_due_at": after(30),
        **given,
    }
    return declare_major_incident(
        ticket=ticket, declaration=Declaration(**words), actor=account(by), at=MONDAY
    )


def told(incident: MajorIncident, at: int, due: int) -> None:
    publish_update(
        incident=incident,
        text=f"After {at} minutes",
        next_due_at=after(due),
        actor=account("vera"),
        at=after(at),
    )


def ended(incident: MajorIncident, at: int, *, with_parts: bool = False) -> MajorIncident:
    incident.refresh_from_db()
    return resolve_major_incident(
        incident=incident,
        version=incident.version,
        resolution="The line is mended",
        true_category="Printing",
        text="Mail works again",
        with_parts=with_parts,
        actor=account("vera"),
        at=after(at),
    )


def test_only_who_leads_declares_an_open_incident_once(desk: Desk) -> None:
    with pytest.raises(Refused, match="Only whoever leads"):
        declared(desk, by="nils")
    with pytest.raises(Refused, match="no open incident"):
        declared(desk, ticket=opened(desk, kind="request"))
    first = declared(desk)
    with pytest.raises(Refused, match="already"):
        declared(desk, ticket=first.ticket)
    with pytest.raises(Invalid, match="lies ahead"):
        declared(desk, first_update_due_at=MONDAY)

    assert [each.service for each in first.affected.all()] == [desk.mail]


def test_naming_the_team_that_has_it_leaves_it_with_its_assignee(desk: Desk) -> None:
    ticket = opened(desk)
    taken = take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=MONDAY)

    declared(desk, ticket=taken, team=desk.network)

    assert Ticket.objects.get(pk=taken.pk).assignee == person("Nils")


def test_the_timeline_is_the_log_the_notes_the_parts_and_what_was_told(desk: Desk) -> None:
    incident = declared(desk, keeps_priority=True)
    ticket = Ticket.objects.get(pk=incident.ticket_id)
    start_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=after(5))
    note_in_timeline(
        incident=incident,
        text="The first call came",
        happened_at=after(-20),
        actor=account("nils"),
        at=after(10),
    )
    told(incident, 15, 45)
    part = opened(desk)
    link_tickets(ticket=part, kind="child_of", other=ticket, actor=account("vera"), at=after(20))

    links = parts_seen(ticket, account("nils"))
    lines = [(line.at, line.what, line.is_public) for line in timeline_of(incident, links)]

    assert lines == [
        (after(-20), "Noted", False),
        (MONDAY, "Ticket", False),
        (MONDAY, "Declared", False),
        (after(5), "Ticket", False),
        (after(15), "Told everybody", True),
        (after(20), "Part", False),
    ]
    noted = MajorIncidentEntry.objects.get(kind="note")
    assert (noted.happened_at, noted.recorded_at) == (after(-20), after(10))


def test_what_has_not_happened_yet_is_not_noted(desk: Desk) -> None:
    with pytest.raises(Invalid):
        note_in_timeline(
            incident=declared(desk),
            text="It will rain",
            happened_at=after(1),
            actor=account("nils"),
            at=MONDAY,
        )


def test_an_overdue_update_stands_on_today_of_the_commander(desk: Desk) -> None:
    incident = declared(desk)

    def titles(name: str, minutes: int) -> list[str]:
        items = waiting_for(account(name), after(minutes))
        return [each.title for each in items if each.kind == "Major incident"]

    assert titles("vera", 31) == [f"Update overdue: {incident}"]
    assert titles("nils", 31) == []
    told(incident, 32, 90)
    assert (titles("vera", 33), titles("vera", 61)) == (
        [f"Major incident: {incident.title}"],
        [f"Update promised: {incident}"],
    )


def test_the_communication_lead_may_tell_and_a_colleague_may_not(desk: Desk) -> None:
    incident = declared(desk)
    words: dict[str, Any] = {"text": "Soon", "next_due_at": after(60), "at": after(5)}
    with pytest.raises(Refused):
        publish_update(incident=incident, actor=account("nils"), **words)

    assign_roles(
        incident=incident,
        version=incident.version,
        commander=person("Vera"),
        communication_lead=person("Nils"),
        actor=account("vera"),
        at=after(4),
    )
    publish_update(incident=incident, actor=account("nils"), **words)

    assert incident.updates.count() == 1


@pytest.mark.parametrize(("with_parts", "state"), [(True, "resolved"), (False, "new")])
def test_parts_are_resolved_with_it_only_where_that_is_said(
    desk: Desk, *, with_parts: bool, state: str
) -> None:
    incident, part = declared(desk), opened(desk)
    link_tickets(
        ticket=part,
        kind="child_of",
        other=incident.ticket,
        actor=account("vera"),
        at=after(1),
    )

    over = ended(incident, 60, with_parts=with_parts)

    part.refresh_from_db()
    assert part.state == state
    assert (over.ended_at, over.next_update_due_at) == (after(60), None)
    assert Ticket.objects.get(pk=incident.ticket_id).state == "resolved"
    assert [each.text for each in over.updates.all()] == ["Mail works again"]


def test_no_open_part_is_left_behind_however_many_there_are(desk: Desk) -> None:
    incident = declared(desk)
    done = add_tickets(desk, 200, state="closed")
    parts = [*done, opened(desk)]
    words = {"other": incident.ticket, "kind": "child_of", "made_at": MONDAY}
    with acting(actor=desk.operator, verb_name="test.parts", at=MONDAY):
        for part in parts:
            TicketLink.objects.create(ticket=part, made_by=desk.operator, **words)

    ended(incident, 60, with_parts=True)

    assert Ticket.objects.get(pk=parts[-1].pk).state == "resolved"


def test_requesters_read_the_updates_of_what_they_use_and_nothing_else(
    client: Client, desk: Desk
) -> None:
    incident = declared(desk)
    note_in_timeline(
        incident=incident,
        text="The secret cause",
        happened_at=MONDAY,
        actor=account("nils"),
        at=after(1),
    )
    told(incident, 2, 30)
    mona = account("mona")
    client.force_login(mona)

    page = client.get("/portal/status").content.decode()
    shown = [each.incident for each in public_incidents(mona, after(3))]
    # Mona is known to use Mail: what another service suffers is not for her.
    set_affected(
        incident=MajorIncident.objects.get(pk=incident.pk),
        version=2,
        services=[],
        actor=account("vera"),
        at=after(3),
    )
    of_none = [each.incident for each in public_incidents(mona, after(4))]

    assert (shown, of_none) == ([incident], [incident])
    assert client.get(f"/desk/major-incidents/{incident.pk}/").status_code == 404
    # The page tells what was told long ago, and it is over for nobody yet.
    assert "After 2 minutes" in page
    assert "secret" not in page


def test_what_only_another_service_suffers_is_told_to_those_who_use_it_alone(desk: Desk) -> None:
    """Mona uses Mail, and Omar the payroll."""
    with acting(actor=desk.operator, verb_name="test.payroll", at=MONDAY):
        payroll = Service.objects.create(name="Payroll")
    opened(desk)
    opened(desk, service=payroll, requester=person("Omar"))
    other = opened(desk, service=None, requester=None)
    incident = declared(desk, ticket=other, services=(payroll,))

    seen = {
        name: [each.incident for each in public_incidents(account(name), after(3))]
        for name in ("mona", "omar")
    }

    assert seen == {"mona": [], "omar": [incident]}


def test_what_goes_on_is_told_first_and_then_what_ended_last(desk: Desk) -> None:
    over, later, goes_on = declared(desk), declared(desk), declared(desk)
    ended(over, 60)
    ended(later, 90)

    assert list(told_to(account("mona"), after(91))) == [goes_on, later, over]


def test_the_review_opens_corrective_actions(desk: Desk) -> None:
    incident = declared(desk)
    with pytest.raises(Refused, match="once it has ended"):
        review_major_incident(
            incident=incident,
            version=incident.version,
            what_happened="A cable",
            what_went_well="Calm",
            actor=account("vera"),
            at=after(1),
        )
    over = ended(incident, 60)
    review_major_incident(
        incident=over,
        version=over.version,
        what_happened="A cable broke",
        what_went_well="We were calm",
        actor=account("vera"),
        at=after(90),
    )
    words: dict[str, Any] = {
        "incident": over,
        "title": "Lay a second cable",
        "owner": person("Vera"),
        "due_on": date(2016, 5, 1),
        "at": after(91),
    }

    with pytest.raises(Refused, match="may not open"):
        open_review_action(actor=account("vera"), **words)
    action = open_review_action(actor=account("greta"), **words)

    assert CorrectiveAction.objects.get() == action
    assert action.finding.endswith("A cable broke")
    assert ReviewAction.objects.get(action=action).incident == over


def reading(key: str, scope: Scope = ORGANISATION) -> Reading:
    """Read April 2016 as of the Monday's evening."""
    period = Span(datetime(2016, 4, 1, tzinfo=UTC), datetime(2016, 5, 1, tzinfo=UTC))
    return take(measure_of(key), period, scope, Terms(after(600)))


def test_the_measures_count_the_first_update_and_the_promises(desk: Desk) -> None:
    quick, slow, mute = declared(desk), declared(desk), declared(desk)
    for at, due in ((10, 40), (40, 70), (80, 900)):
        told(quick, at, due)
    told(slow, 30, 60)
    ended(slow, 55)

    first, kept = reading("desk.time_to_first_update"), reading("desk.updates_on_promised_time")

    # 10 and 30 minutes; nothing was told of the third.
    assert (first.n, first.median) == (2, Fraction(20 * 60))
    assert [(each.reason, each.n) for each in first.excluded] == [
        ("Nobody has told anything yet", 1)
    ]
    # Kept: at minute 40, and at 55 by the end; missed: at 70. One is not due yet.
    assert (kept.n, kept.value) == (3, Fraction(2, 3))
    assert [(each.reason, each.n) for each in kept.excluded] == [("It is not due yet", 1)]
    assert reading("desk.updates_on_promised_time", Scope("team", "Workplace")).n == 0
    assert not mute.updates.exists()


@pytest.mark.usefixtures("desk")
def test_without_any_major_incident_there_is_not_enough_evidence() -> None:
    assert reading("desk.time_to_first_update").state == State.NOT_ENOUGH_EVIDENCE


def test_the_lead_declares_and_tells_on_the_pages(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    client.force_login(account("vera"))
    form = {
        "title": "Mail is down",
        "reason": "Nobody can write",
        "commander": person("Vera").pk,
        "first_update_due_at": "2100-01-01T10:00",
    }

    empty = client.post(f"/desk/tickets/{ticket.pk}/declare", {})
    made = client.post(f"/desk/tickets/{ticket.pk}/declare", form)
    incident = MajorIncident.objects.get()
    page = f"/desk/major-incidents/{incident.pk}/"
    update = {"text": "We know", "next_due_at": "2100-01-01T11:00"}
    published = client.post(f"{page}act/update", update)

    assert (empty.status_code, made.status_code, published.status_code) == (422, 302, 302)
    assert [each.text for each in incident.updates.all()] == ["We know"]


def test_the_page_asks_as_often_for_many_lines_as_for_few(client: Client, desk: Desk) -> None:
    incident = declared(desk)
    told(incident, 1, 30)
    client.force_login(account("vera"))
    page = f"/desk/major-incidents/{incident.pk}/"
    client.get(page)
    for minute in range(2, 7):
        told(incident, minute, 30)

    with CaptureQueriesContext(connection) as asked:
        client.get(page)

    assert len(asked) == 16
