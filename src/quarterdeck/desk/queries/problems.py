"""What the page of a problem shows: its incidents, its analysis, and what came after the fix."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from quarterdeck.core.permission import User
from quarterdeck.desk.models import CategoryAlias, CauseStep, Problem, ProblemLink, Ticket
from quarterdeck.desk.models.on_ticket import on_standing, on_visible
from quarterdeck.desk.vocabulary import OPEN_PROBLEM_STATES
from quarterdeck.kernels.recurrence import Recurrence, recurrence

_DAY = timedelta(days=1)


def usual_category(tickets: Sequence[Ticket]) -> str:
    """Return what most of the tickets were reported as; of several, the first by name."""
    counts = Counter(ticket.category for ticket in tickets if ticket.category)
    return min(counts, key=lambda category: (-counts[category], category)) if counts else ""


@dataclass(frozen=True)
class Incidents:
    """The incidents that a problem explains, as far as the reader sees them."""

    links: QuerySet[ProblemLink]
    hidden: int


def incidents_of(problem: Problem, user: User) -> Incidents:
    """Return the standing links of a problem, the newest incident first, and how many are hidden
    from the reader."""
    links = problem.links.standing().filter(on_standing())
    visible = links.filter(on_visible(user))
    rows = visible.select_related("ticket", "linked_by__person").order_by("-ticket__opened_at")
    hidden = links.aggregate(n=Count("pk", filter=~on_visible(user)))["n"]
    return Incidents(rows, hidden)


@dataclass(frozen=True)
class AnalysedStep:
    """One answer in the tree of whys, and how many whys stand above it."""

    step: CauseStep
    depth: int


def steps_of(problem: Problem) -> QuerySet[CauseStep]:
    """Return the answers to the whys of a problem in the order in which they were given."""
    return problem.cause_steps.order_by("pk")


def analysis_of(steps: Iterable[CauseStep]) -> list[AnalysedStep]:
    """Return the tree of whys from the top down, each answer followed by those below it."""
    below: dict[int | None, list[CauseStep]] = {}
    for step in steps:
        below.setdefault(step.above_id, []).append(step)
    found: list[AnalysedStep] = []
    waiting = [AnalysedStep(step, 0) for step in reversed(below.get(None, []))]
    while waiting:
        present = waiting.pop()
        found.append(present)
        deeper = reversed(below.get(present.step.pk, []))
        waiting += [AnalysedStep(step, present.depth + 1) for step in deeper]
    return found


def recurrence_of(problem: Problem, at: datetime) -> Recurrence | None:
    """Return how often its incidents came before and after the fix; nothing without a fix.

    The days before begin with the first incident, which itself only opens the count.
    """
    if problem.fixed_at is None:
        return None
    after = Q(ticket__opened_at__gte=problem.fixed_at)
    links = problem.links.standing().filter(on_standing(), ticket__opened_at__lte=at)
    counts = links.aggregate(
        first=Min("ticket__opened_at"), all=Count("pk"), after=Count("pk", filter=after)
    )
    first = counts["first"]
    if first is None or first >= problem.fixed_at:
        return recurrence(0, 0, counts["after"], (at - problem.fixed_at) / _DAY)
    before = counts["all"] - counts["after"] - 1
    days = (problem.fixed_at - first) / _DAY, (at - problem.fixed_at) / _DAY
    return recurrence(before, days[0], counts["after"], days[1])


def problems_of(ticket: Ticket, user: User) -> list[ProblemLink]:
    """Return the links to the problems that explain a ticket, open problems first."""
    links = ticket.problem_links.standing().filter(problem__in=Problem.objects.visible_to(user))
    found = list(links.select_related("problem", "linked_by__person").order_by("-pk"))
    return sorted(found, key=lambda link: link.problem.state not in OPEN_PROBLEM_STATES)


def workarounds_on(ticket: Ticket, user: User) -> list[Problem]:
    """Return the known errors with a workaround that explain a ticket."""
    return workarounds_for([ticket.pk], user)


def workarounds_for(keys: Iterable[int], user: User) -> list[Problem]:
    """Return the known errors with a workaround that explain any of these tickets."""
    known = Problem.objects.visible_to(user).known_errors().exclude(workaround="")
    linked = ProblemLink.objects.standing().filter(ticket__in=list(keys))
    return list(known.filter(pk__in=linked.values("problem")).order_by("-pk"))


def first_problem_at() -> datetime | None:
    """Return when the first problem was recorded."""
    first: datetime | None = Problem.objects.aggregate(first=Min("opened_at"))["first"]
    return first


def meanings_by_source() -> dict[tuple[str, str], str]:
    """Return the path of our category for each text of each source that somebody has explained."""
    aliases = CategoryAlias.objects.filter(category__isnull=False)
    rows = aliases.values_list("source", "text", "category__path")
    return {(source, text): path for source, text, path in rows}
