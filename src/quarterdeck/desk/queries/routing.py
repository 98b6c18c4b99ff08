"""Which team gets a ticket, and the tickets that no team has."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from quarterdeck.core.models import Account, Person, RoleAssignment, Team, TeamMembership
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.vocabulary import WORKING_ROLES
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.periods import own_day
from quarterdeck.services.models import Service


def team_for(service: Service | None, taker: Person | None = None) -> Team | None:
    """Return the team for a ticket for which nobody chose one, or None where none is known.

    The team that supports the service gets it, else the organisation's default team. Whoever takes
    it at once keeps it in a team of theirs: in that one if they work there, else in their only one.
    """
    supporting = None if service is None else service.team
    team = supporting or organisation().default_team
    if taker is None:
        return team
    if team is not None and works_in(taker, team):
        return team
    return only_team(taker)


def works_in(person: Person, team: Team) -> bool:
    """Whether somebody works in a team."""
    return TeamMembership.objects.filter(person=person, team=team).exists()


def only_team(person: Person) -> Team | None:
    """Return the team in which somebody works, or None where it is none or several."""
    teams = list(Team.objects.filter(memberships__person=person)[:2])
    return teams[0] if len(teams) == 1 else None


def teamless_tickets(user: Account) -> TicketQuerySet:
    """Return the open tickets that no team has, as far as the reader may see them."""
    return Ticket.objects.visible_to(user).without_team()


def people_of_the_desk() -> QuerySet[Person]:
    """Return who works at the desk, by name: who has an active account with such a role."""
    works = RoleAssignment.objects.filter(
        account__person=OuterRef("pk"), account__is_active=True, role__in=WORKING_ROLES
    )
    return Person.objects.filter(Exists(works)).order_by("name", "pk")


def managers_of_the_desk(at: datetime) -> list[Person]:
    """Return the IT managers of the whole house who are there that day, by name."""
    holding = Person.objects.filter(
        account__is_active=True,
        account__roles__role=Role.IT_MANAGER,
        account__roles__team__isnull=True,
        account__roles__unit__parent__isnull=True,
    )
    return list(holding.here_on(own_day(at)).distinct().order_by("name", "pk"))
