"""A desk at work for tests: people with mail addresses, and short ways to the acts."""

from dataclasses import replace
from datetime import UTC, datetime

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment, TeamMembership
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.web_cast import NOON, Desk, open_desk
from quarterdeck.desk.verbs.tickets import Report, open_ticket

# A Monday; the usual calendar is open from 08:00 to 18:00 UTC.
MONDAY = datetime(2016, 4, 4, 9, tzinfo=UTC)
PRINTER = Report(title="The printer on the second floor eats paper", category="Printing")


def staffed_desk() -> Desk:
    """Nils and Vera work in Network, Omar in Workplace; Mona reports, and reads her mail."""
    desk = open_desk()
    with acting(actor=desk.operator, verb_name="test.staff", at=NOON):
        for name, team in (("Vera", desk.network), ("Omar", desk.workplace)):
            person = Person.objects.create(name=name, external_id=name)
            account = Account.objects.create(
                username=name.lower(),
                password="!",  # noqa: S106 — nothing matches it
                person=person,
            )
            RoleAssignment.objects.create(account=account, role=Role.TECHNICIAN)
            TeamMembership.objects.create(person=person, team=team)
        for person in Person.objects.all():
            person.email = f"{person.name.lower()}@example.org"
            person.save(update_fields=["email"])
    return desk


def account(name: str) -> Account:
    """The account of somebody at the desk, as a fresh request would read it."""
    return Account.objects.select_related("person").get(username=name)


def person(name: str) -> Person:
    return Person.objects.get(name=name)


def opened(desk: Desk, by: str = "nils", at: datetime = MONDAY, **given: object) -> Ticket:
    """A ticket of Mona's for Network, opened by somebody of that team."""
    words = {"requester": person("Mona"), "team": desk.network, "service": desk.mail, **given}
    return open_ticket(report=replace(PRINTER, **words), actor=account(by), at=at)  # type: ignore[arg-type]  # the words fit
