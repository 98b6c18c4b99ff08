"""People escalate, answer, resolve and judge; who answers, by when, and what everybody is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.core.waiting import Consequence, waiting_for
from quarterdeck.desk.models import Escalation, EscalationEvent
from quarterdeck.desk.queries.escalation_letters import (
    signature_of_round,
    signed_complaint,
    verdict_address,
)
from quarterdeck.desk.tests.escalation_cast import complaint, led_desk, with_nils
from quarterdeck.desk.tests.work_cast import MONDAY, account, person
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import (
    acknowledge_escalation,
    answer_escalation,
    complain,
    escalate_ticket,
    give_verdict,
    pass_on_escalation,
    record_verdict,
    resolve_escalation,
)
from quarterdeck.desk.verbs.tickets import resolve_ticket
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db

UP, ACROSS = "hierarchical", "functional"


def at(day: int, hour: int) -> datetime:
    return datetime(2016, 4, day, hour, tzinfo=UTC)


def mails() -> list[tuple[str, str]]:
    """Whom was written what since, in order."""
    return list(OutgoingMail.objects.order_by("pk").values_list("recipient", "subject"))


def resolved(row: Escalation, by: str = "vera") -> Escalation:
    return resolve_escalation(
        escalation=row,
        version=row.version,
        resolution="A new roller",
        place="https://desk.example.org/",
        actor=account(by),
        at=at(5, 9),
    )


def test_it_goes_to_the_lead_above_whoever_has_the_ticket() -> None:
    ticket = with_nils(led_desk())

    row = escalate_ticket(
        ticket=ticket, direction=UP, reason="The vendor is silent", actor=account("nils"), at=MONDAY
    )

    # Eight hours of Monday from nine to 17:00; forty are four days of ten hours.
    told = (str(row.owner), row.answer_due_at, row.resolution_due_at, row.skipped)
    assert told == ("Vera", at(4, 17), at(8, 9), [])
    assert mails()[-1] == ("vera@example.org", "[T-000001] an escalation waits for your answer")


def test_a_lead_who_escalates_reaches_above_herself() -> None:
    ticket = with_nils(led_desk())

    row = escalate_ticket(
        ticket=ticket, direction=UP, reason="Needs money", actor=account("vera"), at=MONDAY
    )

    assert str(row.owner) == "Greta"


def test_another_team_without_a_lead_is_asked_through_the_manager_of_its_unit() -> None:
    desk = led_desk()

    row = escalate_ticket(
        ticket=with_nils(desk),
        direction=ACROSS,
        to_team=Team.objects.get(pk=desk.workplace.pk),
        reason="It is the laptop",
        actor=account("nils"),
        at=MONDAY,
    )

    told = (str(row.to_team), str(row.owner), row.skipped)
    assert told == ("Workplace", "Greta", ["lead of Workplace: vacant"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"direction": "sideways"}, "direction"),
        ({"direction": ACROSS}, "to_team"),
        ({"answer_hours": 0}, "answer_hours"),
        ({"answer_hours": 9, "resolution_hours": 8}, "answer_hours"),
    ],
)
def test_what_says_too_little_is_refused_by_field(given: dict[str, object], field: str) -> None:
    ticket = with_nils(led_desk())
    words = {"direction": UP, "reason": "The vendor is silent", **given}

    with pytest.raises(Invalid) as refusal:
        escalate_ticket(ticket=ticket, actor=account("nils"), at=MONDAY, **words)  # type: ignore[arg-type]  # the words fit but for one

    assert list(refusal.value.errors) == [field]


def test_the_same_is_not_brought_before_the_same_twice() -> None:
    ticket = with_nils(led_desk())
    words = {"ticket": ticket, "direction": UP, "reason": "No answer", "at": MONDAY}
    escalate_ticket(actor=account("nils"), **words)  # type: ignore[arg-type]  # the words fit

    with pytest.raises(Refused, match="stands already, with Vera"):
        escalate_ticket(actor=account("nils"), **words)  # type: ignore[arg-type]  # the words fit


@pytest.mark.parametrize("name", ["omar", "mona"])
def test_whoever_does_not_work_on_a_ticket_escalates_nothing(name: str) -> None:
    ticket = with_nils(led_desk())

    with pytest.raises(Refused):
        escalate_ticket(ticket=ticket, direction=UP, reason="Now", actor=account(name), at=MONDAY)


def test_a_resolved_ticket_is_no_more_escalated_but_may_be_complained_about() -> None:
    ticket = with_nils(led_desk())
    ticket = resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=MONDAY,
    )

    with pytest.raises(Refused, match="it is resolved"):
        escalate_ticket(ticket=ticket, direction=UP, reason="x", actor=account("nils"), at=MONDAY)

    assert complaint(ticket).state == "raised"


def test_only_its_owner_and_a_manager_answer() -> None:
    row = complaint(with_nils(led_desk()))

    with pytest.raises(Refused):
        answer_escalation(
            escalation=row, version=row.version, answer="Soon", actor=account("nils"), at=MONDAY
        )
    answered = answer_escalation(
        escalation=row, version=row.version, answer="Today", actor=account("greta"), at=at(4, 11)
    )

    assert (answered.state, answered.answered_at) == ("answered", at(4, 11))


def test_a_complaint_runs_its_whole_course_and_everybody_hears_of_it() -> None:
    ticket = with_nils(led_desk())
    before = len(mails())
    row = complaint(ticket)

    vera = account("vera")
    row = acknowledge_escalation(escalation=row, version=row.version, actor=vera, at=at(4, 10))
    row = answer_escalation(
        escalation=row, version=row.version, answer="At eight", actor=vera, at=at(4, 12)
    )
    row = resolved(row)
    row = record_verdict(
        escalation=row, version=row.version, verdict="solved", actor=account("nils"), at=at(6, 9)
    )

    subject = "[T-000001] The printer on the second floor eats paper"
    assert mails()[before:] == [
        ("vera@example.org", "[T-000001] a complaint waits for your answer"),
        ("mona@example.org", subject),
        ("mona@example.org", subject),
        ("nils@example.org", "[T-000001] answered"),
        ("mona@example.org", subject),
    ]
    assert f"https://desk.example.org{verdict_address(row)}" in (
        OutgoingMail.objects.order_by("-pk")[0].text
    )
    kinds = EscalationEvent.objects.order_by("pk").values_list("kind", "by__username")
    assert (row.state, row.verdict_proof, list(kinds)) == (
        "confirmed",
        "recorded",
        [
            ("raised", "nils"),
            ("acknowledged", "vera"),
            ("answered", "vera"),
            ("resolved", "vera"),
            ("verdict", "nils"),
        ],
    )


@pytest.mark.parametrize("name", ["vera", "greta"])
def test_whoever_resolved_it_or_had_to_does_not_say_that_it_is_solved(name: str) -> None:
    row = resolved(complaint(with_nils(led_desk())), by=name)

    with pytest.raises(Refused):
        record_verdict(
            escalation=row, version=row.version, verdict="solved", actor=account(name), at=at(6, 9)
        )


def test_the_complainant_may_say_it_signed_in() -> None:
    row = resolved(complaint(with_nils(led_desk())))

    row = record_verdict(
        escalation=row, version=row.version, verdict="solved", actor=account("mona"), at=at(6, 9)
    )

    assert (row.state, row.verdict_proof) == ("confirmed", "signed_in")


def test_not_solved_takes_it_up_again_with_another_promised_answer(operator: Account) -> None:
    row = resolved(complaint(with_nils(led_desk())))
    due = row.resolution_due_at

    row = give_verdict(
        escalation=row, verdict="not_solved", remark="It jams", actor=operator, at=at(6, 9)
    )

    told = (row.state, row.verdict, row.round, row.answered_at, row.resolved_at)
    assert told == ("raised", "not_solved", 2, None, None)
    assert (row.answer_due_at, row.resolution_due_at) == (at(6, 17), due)
    assert mails()[-1][0] == "vera@example.org"
    kinds = EscalationEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["raised", "resolved", "verdict", "reopened"]


def test_a_link_works_once_and_for_its_own_round_alone(operator: Account) -> None:
    row = resolved(complaint(with_nils(led_desk())))
    signature = signature_of_round(row)
    again = Escalation.objects.get(pk=row.pk)
    give_verdict(escalation=row, verdict="not_solved", actor=operator, at=at(6, 9))

    with pytest.raises(Refused):
        give_verdict(escalation=again, verdict="solved", actor=operator, at=at(6, 10))

    assert signed_complaint(row.pk, signature) is None
    assert signed_complaint(row.pk, "0" * 40) is None


def test_silence_is_no_verdict() -> None:
    row = resolved(complaint(with_nils(led_desk())))

    assert (row.state, row.verdict, list(Escalation.objects.unjudged())) == ("resolved", "", [row])


def test_it_is_passed_on_with_what_was_promised() -> None:
    row = complaint(with_nils(led_desk()))

    passed = pass_on_escalation(
        escalation=row,
        version=row.version,
        owner=person("Greta"),
        reason="It is about money",
        actor=account("vera"),
        at=at(4, 12),
    )

    assert (str(passed.owner), passed.state, passed.answer_due_at) == (
        "Greta",
        "raised",
        row.answer_due_at,
    )
    assert mails()[-1][0] == "greta@example.org"


def test_what_another_team_is_asked_is_passed_on_to_whoever_leads_it() -> None:
    desk = led_desk()
    team = Team.objects.get(pk=desk.workplace.pk)
    call: dict[str, Any] = {"direction": ACROSS, "to_team": team, "reason": "It is the laptop"}
    row = escalate_ticket(ticket=with_nils(desk), actor=account("nils"), at=MONDAY, **call)
    with acting(actor=account("greta"), verb_name="tests.lead", at=MONDAY):
        Team.objects.filter(pk=team.pk).update(lead=person("Omar"))

    passed = pass_on_escalation(
        escalation=row,
        version=row.version,
        owner=person("Omar"),
        reason="He leads them now",
        actor=account("greta"),
        at=at(4, 12),
    )

    assert str(passed.owner) == "Omar"


def test_whoever_stands_not_above_the_ticket_is_made_no_owner() -> None:
    ticket = with_nils(led_desk())
    told = Complaint(reason="Nobody came.", complainant=person("Mona"), channel="Phone")
    row = complaint(ticket)

    with pytest.raises(Invalid) as passed:
        pass_on_escalation(
            escalation=row,
            version=row.version,
            owner=person("Omar"),
            reason="He knows printers",
            actor=account("vera"),
            at=at(4, 12),
        )
    with pytest.raises(Invalid) as heard:
        complain(
            ticket=ticket, complaint=told, owner=person("Omar"), actor=account("nils"), at=MONDAY
        )
    with pytest.raises(Invalid) as raised:
        escalate_ticket(
            ticket=ticket,
            direction=UP,
            reason="The vendor is silent",
            owner=person("Mona"),
            actor=account("nils"),
            at=MONDAY,
        )

    assert [str(each.value.errors["owner"][0])[:30] for each in (passed, heard, raised)] == [
        "Omar fills no post above T-000",
        "Omar fills no post above T-000",
        "Mona fills no post above T-000",
    ]
    assert "There: Vera (" in passed.value.errors["owner"][0]
    row.refresh_from_db()
    assert str(row.owner) == "Vera"


def test_of_two_who_act_at_once_the_second_is_told() -> None:
    row = complaint(with_nils(led_desk()))
    acknowledge_escalation(escalation=row, version=row.version, actor=account("vera"), at=at(4, 10))

    with pytest.raises(Conflict):
        answer_escalation(
            escalation=row, version=row.version, answer="Soon", actor=account("greta"), at=at(4, 11)
        )


def test_whoever_only_reported_a_ticket_reads_no_escalation_but_the_own_complaint() -> None:
    ticket = with_nils(led_desk())
    escalate_ticket(
        ticket=ticket, direction=UP, reason="She is rude", actor=account("nils"), at=MONDAY
    )
    row = complaint(ticket)

    seen = {
        name: list(Escalation.objects.visible_to(account(name)).order_by("pk"))
        for name in ("mona", "omar", "greta")
    }

    assert seen == {"mona": [row], "omar": [], "greta": list(Escalation.objects.order_by("pk"))}


def test_today_tells_the_owner_what_to_answer_and_the_desk_whom_to_ask() -> None:
    row = complaint(with_nils(led_desk()))

    def told(name: str, when: datetime) -> list[tuple[str, datetime | None, int]]:
        items = waiting_for(account(name), when)
        return [
            (each.title, each.due_at, each.consequence)
            for each in items
            if each.kind in {"Escalation", "Complaint"}
        ]

    title = "Mona complains: T-000001 The printer on the second floor eats paper"
    assert told("vera", at(4, 12)) == [(title, at(4, 17), Consequence.SERIOUS)]
    assert told("vera", at(4, 18)) == [(title, at(4, 17), Consequence.SEVERE)]
    resolved(row)
    asked = "Ask Mona whether it is solved: T-000001 The printer on the second floor eats paper"
    assert told("vera", at(6, 12)) == []
    assert told("nils", at(5, 9) + timedelta(hours=1)) == [(asked, None, Consequence.ORDINARY)]
