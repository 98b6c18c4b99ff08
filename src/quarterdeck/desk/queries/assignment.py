"""Who would get a ticket, and why: who of a team is there, able, and how much they have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.models import Person, Team
from quarterdeck.desk.models import AssignmentDecision, AssignmentPolicy, Skill, Ticket
from quarterdeck.desk.models.category import SEPARATOR
from quarterdeck.desk.queries.rota import duty_now
from quarterdeck.desk.queries.team_standing import OPEN_COLUMNS, OpenTicket
from quarterdeck.desk.vocabulary.duty import SkillLevel, Strategy
from quarterdeck.kernels.assignment import Candidate, least_loaded, next_in_turn
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people.models import Absence


@dataclass(frozen=True)
class Choice:
    """Whom a strategy chooses of those considered, and why; `person` is None where nobody can."""

    strategy: Strategy
    reason: str
    considered: Sequence[Candidate]
    person: Person | None = None


def policy_of(team: Team) -> AssignmentPolicy | None:
    """Return how a team assigns by itself; nothing where it is done by hand."""
    chosen = AssignmentPolicy.objects.filter(team=team).exclude(strategy=Strategy.BY_HAND)
    return chosen.select_related("team").first()


def choice_of(ticket: Ticket, policy: AssignmentPolicy, at: datetime) -> Choice:
    """Return who gets a ticket by a policy; the same facts give the same answer."""
    team, strategy = policy.team, Strategy(policy.strategy)
    members = Person.objects.filter(memberships__team=team).here_on(own_day(at)).order_by("pk")
    people = {person.pk: person for person in members}
    considered = _candidates(ticket, policy, people.values(), at)
    if strategy == Strategy.ROUND_ROBIN:
        found = next_in_turn(considered, policy.last_assignee_id)
        why = "It was their turn"
    else:
        found = least_loaded(considered)
        why = "" if found is None else f"They had least of those who could: {found.load}"
    if found is None:
        told = f"Nobody in {team} can get it" if people else f"Nobody works in {team}"
        return Choice(strategy, f"{told}; it stays in the queue", considered)
    return Choice(strategy, why, considered, people[found.key])


def is_kept(ticket: Ticket, at: datetime) -> bool:
    """Whether whoever worked on a ticket that is reopened takes it up again.

    Where a strategy gives out what comes into the team, nobody keeps it who has left the team or
    the organisation, whose account is locked, who is away or, where a rota is kept, not on duty.
    """
    person, team = ticket.assignee, ticket.team
    if person is None or team is None or policy_of(team) is None:
        return True
    members = Person.objects.filter(memberships__team=team).here_on(own_day(at))
    present = members.filter(pk=person.pk).exclude(account__is_active=False)
    return present.exists() and not _gone(team, [person], at)


def _candidates(
    ticket: Ticket, policy: AssignmentPolicy, people: Iterable[Person], at: datetime
) -> list[Candidate]:
    known = list(people)
    gone = _gone(policy.team, known, at)
    unable = _unable(ticket, policy, known)
    loads = _loads(known, at)
    return [
        Candidate(
            each.pk,
            each.name,
            loads.get(each.pk, 0),
            tuple(filter(None, (gone.get(each.pk, ""), unable.get(each.pk, "")))),
        )
        for each in known
    ]


def _gone(team: Team, people: Sequence[Person], at: datetime) -> dict[int, str]:
    """Return why people are not there: not on duty, where a rota is kept, or away."""
    duty = duty_now(team, at)
    away = Absence.objects.filter(person__in=people, starts_at__lte=at, ends_at__gt=at)
    found = dict.fromkeys(away.values_list("person_id", flat=True), "Away")
    if duty.is_kept:
        here = {turn.person.pk for turn in duty.now}
        for each in people:
            if each.pk not in here:
                found.setdefault(each.pk, "Not on duty")
    return found


def _unable(ticket: Ticket, policy: AssignmentPolicy, people: Sequence[Person]) -> dict[int, str]:
    """Return who has not the skill that the ticket's service or category needs."""
    needed = str(ticket.service or ticket.category)
    if policy.least_level is None or not needed:
        return {}
    skills = Skill.objects.filter(person__in=people, level__gte=policy.least_level)
    able = {
        person
        for person, service, path in skills.values_list("person_id", "service_id", "category__path")
        if (ticket.service_id is not None and service == ticket.service_id)
        or _holds(path, ticket.category)
    }
    level = SkillLevel(policy.least_level).label.lower()
    told = f"Not {level} in {ticket.service or ticket.category}"
    return {each.pk: told for each in people if each.pk not in able}


def _holds(path: str | None, category: str) -> bool:
    return path is not None and f"{category}{SEPARATOR}".startswith(f"{path}{SEPARATOR}")


def _loads(people: Sequence[Person], at: datetime) -> dict[int, int]:
    """Return the weight of what each person has open, in whichever team, as leads see it."""
    loads: dict[int, int] = {}
    rows = Ticket.objects.standing().open().filter(assignee__in=people)
    for row in rows.values_list(*OPEN_COLUMNS):
        ticket = OpenTicket(*row)
        if ticket.assignee is not None:
            loads[ticket.assignee] = loads.get(ticket.assignee, 0) + ticket.weight(at)
    return loads


def decisions_on(ticket: Ticket) -> Sequence[AssignmentDecision]:
    """Return what strategies have decided on a ticket, the newest first."""
    decided = AssignmentDecision.objects.filter(ticket=ticket).select_related("person", "team")
    return list(decided.order_by("-pk")[:20])
