"""A desk with a line above it for tests: Vera leads Network, then Greta, then Boris."""

from datetime import date, timedelta

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment, Team, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Escalation, EscalationPolicy, Ticket
from quarterdeck.desk.tests.web_cast import NOON, Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import complain
from quarterdeck.desk.verbs.tickets import take_ticket
from quarterdeck.office.queries import calendar_named
from quarterdeck.people.models import Absence


def led_desk() -> Desk:
    """Everybody of Network reports to Vera, she to Greta, who manages IT, and she to Boris."""
    desk = staffed_desk()
    with acting(actor=desk.operator, verb_name="test.line", at=NOON):
        for name, role in (("Greta", Role.IT_MANAGER), ("Boris", Role.DIRECTOR)):
            one = Person.objects.create(name=name, email=f"{name.lower()}@example.org")
            made = Account.objects.create(username=name.lower(), person=one)
            RoleAssignment.objects.create(account=made, role=role)
        RoleAssignment.objects.create(account=account("vera"), role=Role.TEAM_LEAD)
        Team.objects.filter(pk=desk.network.pk).update(lead=person("Vera"))
        for below, above in (("Nils", "Vera"), ("Vera", "Greta"), ("Greta", "Boris")):
            Person.objects.filter(name=below).update(reports_to=person(above))
        root = Unit.objects.order_by("pk")[0]
        Unit.objects.filter(pk=desk.network.unit_id).update(
            manager=person("Greta"), parent=root, path=f"{root.pk}.{desk.network.unit_id}."
        )
    return desk


def with_nils(desk: Desk) -> Ticket:
    """A ticket of Mona's for Network that Nils has taken."""
    ticket = opened(desk)
    return take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=MONDAY)


def gone(name: str, day: date, operator: Account) -> None:
    """Let somebody have left."""
    with acting(actor=operator, verb_name="test.gone", at=NOON):
        Person.objects.filter(name=name).update(ends_on=day)


def away(name: str, span: timedelta, operator: Account) -> None:
    """Let somebody be away from an hour before that Monday's start on, for so long."""
    begin = MONDAY - timedelta(hours=1)
    with acting(actor=operator, verb_name="test.away", at=NOON):
        Absence.objects.create(person=person(name), starts_at=begin, ends_at=MONDAY + span)


def policy(operator: Account, **given: object) -> EscalationPolicy:
    """A policy on the usual calendar that looks at what happens from that Monday on."""
    words = {"name": "By itself", "calendar": calendar_named(""), "begins_on": MONDAY.date()}
    with acting(actor=operator, verb_name="test.policy", at=NOON):
        return EscalationPolicy.objects.create(**{**words, **given})


def complaint(ticket: Ticket) -> Escalation:
    """Mona calls Nils: nobody has come."""
    told = Complaint(
        reason="Nobody has come for three days.",
        complainant=person("Mona"),
        channel="Phone",
        promised="A visit on Friday",
    )
    return complain(ticket=ticket, complaint=told, actor=account("nils"), at=MONDAY)
