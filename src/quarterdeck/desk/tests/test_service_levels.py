"""What is promised runs as clocks on tickets, and follows whatever is done with them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.measures import ORGANISATION, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.desk.models import ServiceLevelClock, ServiceLevelPolicy, Ticket
from quarterdeck.desk.queries.clock_rows import COLUMNS, projected_rows, standing_rows
from quarterdeck.desk.tests.promised import (
    FRIDAY,
    HOUR,
    RESOLUTION,
    RESPONSE,
    UPDATE,
    promise,
    promised,
    the_clock,
)
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.service_levels import add_service_level_policy, set_service_level_terms
from quarterdeck.desk.verbs.ticket_details import change_priority
from quarterdeck.desk.verbs.ticket_mail import confirm_opening
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.verbs.tickets import (
    cancel_ticket,
    hold_ticket,
    reopen_ticket,
    resolve_ticket,
    resume_ticket,
)
from quarterdeck.kernels.spans import Span

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2016, 4, day, hour, minute, tzinfo=UTC)


def resolved(ticket: Ticket, when: datetime) -> Ticket:
    ticket.refresh_from_db()
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Cleaned",
        true_category="Printing",
        actor=account("nils"),
        at=when,
    )


def held(ticket: Ticket, when: datetime, reason: str = "requester") -> Ticket:
    asked = {"question": "Which floor?"} if reason == "requester" else {}
    words: dict[str, Any] = {"pause_reason": reason, "actor": account("nils"), "at": when, **asked}
    return hold_ticket(ticket=ticket, version=ticket.version, **words)


def test_a_new_ticket_is_due_when_its_policy_says(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12, RESPONSE: 2}, actor=operator)

    ticket = opened(desk)

    # Nine o'clock on Monday and twelve hours on a calendar that is open from 08:00 to 18:00.
    assert the_clock(ticket).due_at == at(5, 11)
    assert the_clock(ticket, RESPONSE).due_at == at(4, 11)
    assert ticket.due_at == at(4, 11)


def test_a_reply_ends_the_response_and_a_note_does_not(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12, RESPONSE: 2}, actor=operator)
    ticket, nils = opened(desk), account("nils")

    note_internally(ticket=ticket, text="Hm", actor=nils, at=at(4, 9, 30))
    noted = the_clock(ticket, RESPONSE).outcome
    reply_publicly(ticket=ticket, text="We look at it", actor=nils, at=at(4, 10))

    ticket.refresh_from_db()
    assert (noted, the_clock(ticket, RESPONSE).outcome) == ("running", "met")
    assert ticket.due_at == at(5, 11)


def test_the_requesters_own_words_are_no_reply(desk: Desk, operator: Account) -> None:
    promised({RESPONSE: 2}, actor=operator)
    ticket = opened(desk)

    reply_publicly(ticket=ticket, text="Hello?", actor=account("mona"), at=at(4, 10))

    assert the_clock(ticket, RESPONSE).outcome == "running"


def test_what_confirms_a_report_by_itself_is_no_reply(desk: Desk, operator: Account) -> None:
    promised({RESPONSE: 2}, actor=operator)
    ticket = opened(desk)

    confirm_opening(ticket=ticket, actor=operator, at=at(4, 9))
    held(ticket, at(4, 9, 30), "vendor")

    assert the_clock(ticket, RESPONSE).outcome == "running"


def test_waiting_for_the_requester_puts_the_due_time_off(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)

    waiting = held(opened(desk), at(4, 10))
    without = waiting.due_at
    going_on = resume_ticket(
        ticket=waiting, version=waiting.version, actor=account("nils"), at=at(5, 10)
    )

    # A whole working day of ten hours went by.
    assert (without, going_on.due_at) == (None, at(6, 11))


def test_a_fix_in_time_keeps_the_promise_and_the_next_second_misses_it(
    desk: Desk, operator: Account
) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    first, second = opened(desk), opened(desk)

    resolved(first, at(5, 11))
    resolved(second, at(5, 11) + timedelta(seconds=1))

    assert [the_clock(each).outcome for each in (first, second)] == ["met", "missed"]
    assert the_clock(second).breached_at == at(5, 11)


def test_reopened_the_clock_goes_on_where_it_stopped(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    ticket = resolved(opened(desk), at(4, 17))

    back = reopen_ticket(
        ticket=ticket,
        version=ticket.version,
        reason="No better",
        actor=account("nils"),
        at=at(6, 9),
    )

    assert (back.due_at, the_clock(back).counted_seconds) == (at(6, 13), 8 * 3600)


def test_a_raised_priority_takes_the_shorter_time_from_the_report_on(
    desk: Desk, operator: Account
) -> None:
    usual = promise({RESOLUTION: 12}).targets
    targets = {key: (HOUR * (2 if key[1] == 1 else 12), on) for key, (_, on) in usual.items()}
    promised({}, actor=operator, targets=targets)
    ticket = opened(desk)

    raised = change_priority(
        ticket=ticket,
        version=ticket.version,
        impact=1,
        urgency=1,
        actor=account("nils"),
        at=at(4, 10),
    )

    clocks = ServiceLevelClock.objects.filter(ticket=ticket).order_by("number")
    assert list(clocks.values_list("outcome", "ending", "due_at")) == [
        ("cancelled", "subject_changed", at(5, 11)),
        ("running", "", at(4, 11)),
    ]
    assert raised.due_at == at(4, 11)


def test_calling_a_ticket_less_urgent_mends_no_promise_that_was_broken(
    desk: Desk, operator: Account
) -> None:
    usual = promise({RESOLUTION: 2}).targets
    targets = {key: (HOUR * (2 if (key[1] or 0) < 5 else 12), on) for key, (_, on) in usual.items()}
    promised({}, actor=operator, targets=targets)
    for hour in (10, 12):
        # Promised by eleven; called less urgent at ten and at twelve, and fixed at thirteen.
        ticket = opened(desk)
        ticket = change_priority(
            ticket=ticket,
            version=ticket.version,
            impact=3,
            urgency=3,
            actor=account("nils"),
            at=at(4, hour),
        )
        resolved(ticket, at(4, 13))

    april = Span(at(1, 0), at(30, 0))
    reading = take(measure_of("desk.sla_resolution_kept"), april, ORGANISATION, Terms(at(30, 0)))
    assert (reading.value, reading.n) == (Fraction(1, 2), 2)


def test_a_cancelled_ticket_owes_nothing(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    ticket = opened(desk)

    gone = cancel_ticket(
        ticket=ticket,
        version=ticket.version,
        cancelled_as="duplicate",
        actor=account("nils"),
        at=at(4, 10),
    )

    assert (gone.due_at, the_clock(gone).outcome) == (None, "cancelled")


def test_the_closest_policy_governs(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    add_service_level_policy(
        name="Mail", service=desk.mail, promise=promise({RESOLUTION: 4}), actor=operator, at=FRIDAY
    )

    about_mail, about_nothing = opened(desk), opened(desk, service=None)

    assert (about_mail.due_at, about_nothing.due_at) == (at(4, 13), at(5, 11))


def test_a_new_version_leaves_the_tickets_that_were_reported_before(
    desk: Desk, operator: Account
) -> None:
    policy = promised({RESOLUTION: 12}, actor=operator)
    before = opened(desk)

    set_service_level_terms(
        policy=policy,
        promise=promise({RESOLUTION: 4}, valid_from=date(2016, 4, 5)),
        actor=operator,
        at=at(4, 12),
    )

    after = opened(desk, at=at(5, 9))
    resumed = resume_ticket(
        ticket=(waiting := held(before, at(5, 9))),
        version=waiting.version,
        actor=account("nils"),
        at=at(5, 9),
    )
    assert (after.due_at, resumed.due_at) == (at(5, 13), at(5, 11))


def test_terms_that_follow_others_than_were_seen_are_a_conflict(
    desk: Desk,  # noqa: ARG001 — it furnishes the desk
    operator: Account,
) -> None:
    policy = promised({RESOLUTION: 12}, actor=operator)
    seen, less = policy.version, promise({RESOLUTION: 4})
    given: dict[str, Any] = {"policy": policy, "promise": less, "actor": operator, "at": at(4, 12)}
    set_service_level_terms(version=seen, **given)

    with pytest.raises(Conflict):
        set_service_level_terms(version=seen, **given)

    assert policy.terms.count() == 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"hours": {RESOLUTION: 0}}, "longer than nothing"),
        ({"hours": {RESOLUTION: 9000}}, "at most a year"),
        ({"hours": {"praise": 1}}, "no target for “praise”"),
        ({"pauses": frozenset({"lunch"})}, "reasons for which a ticket is put on hold"),
        ({"warning_percent": 100}, "1 to 99 percent"),
        ({"after_reopening": "never"}, "no rule “never”"),
        ({"valid_from": date(1969, 12, 31)}, "1970-01-01 at the earliest"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    operator: Account, wrong: dict[str, object], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        promised(**{"hours": {RESOLUTION: 4}, "actor": operator, **wrong})  # type: ignore[arg-type]  # the words fit


def test_one_service_and_customer_have_one_policy(desk: Desk, operator: Account) -> None:  # noqa: ARG001 — the database is furnished
    promised({RESOLUTION: 4}, actor=operator)

    with pytest.raises(Invalid, match="change its terms"):
        add_service_level_policy(
            name="Others", promise=promise({RESOLUTION: 4}), actor=operator, at=FRIDAY
        )


def test_whoever_only_works_tickets_promises_nothing(desk: Desk) -> None:  # noqa: ARG001 — Nils works there
    with pytest.raises(Refused, match="may not set service levels"):
        promised({RESOLUTION: 4}, actor=account("nils"))
    assert not ServiceLevelPolicy.objects.exists()


def test_clocks_built_anew_from_history_are_those_that_stand(desk: Desk, operator: Account) -> None:
    promised({RESOLUTION: 12, RESPONSE: 2, UPDATE: 4}, actor=operator)
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="We look at it", actor=account("nils"), at=at(4, 10))
    waiting = held(ticket, at(4, 12))
    going_on = resume_ticket(
        ticket=waiting, version=waiting.version, actor=account("nils"), at=at(5, 9)
    )
    done = resolved(going_on, at(6, 9))
    reopen_ticket(
        ticket=done, version=done.version, reason="No", actor=account("nils"), at=at(6, 10)
    )
    opened(desk, requester=person("Omar"))
    tickets = list(Ticket.objects.select_related("requester__unit"))

    standing, anew = standing_rows([each.pk for each in tickets]), projected_rows(tickets, at(7, 9))

    assert standing == anew
    assert {row[COLUMNS.index("metric")] for row in anew.values()} == {RESOLUTION, RESPONSE, UPDATE}


def test_where_nothing_is_promised_an_act_asks_little_more(desk: Desk) -> None:
    ticket = opened(desk)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        held(ticket, MONDAY + timedelta(hours=1), "vendor")

    about_clocks = [each for each in asked if "servicelevel" in each["sql"]]
    assert len(about_clocks) == 2
