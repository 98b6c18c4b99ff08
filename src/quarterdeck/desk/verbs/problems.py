"""The acts that open a problem, describe it, and move it from state to state."""

from collections.abc import Iterable
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk import rules
from quarterdeck.desk.models import NumberSeries, Problem, Ticket
from quarterdeck.desk.queries.problems import usual_category
from quarterdeck.desk.queries.routing import people_of_the_desk
from quarterdeck.desk.queries.sources import PROBLEMS
from quarterdeck.desk.verbs.problem_links import link_incident
from quarterdeck.desk.verbs.problem_work import ProblemWork
from quarterdeck.desk.vocabulary import Level, LinkOrigin, ProblemState
from quarterdeck.services.models import Service

_LONGEST_TITLE = 300


@verb
def open_problem(
    *,
    title: str,
    statement: str = "",
    service: Service | None = None,
    owner: Person | None = None,
    impact: int = Level.MEDIUM,
    incidents: Iterable[Ticket] = (),
    reason: str = "",
    origin: str = LinkOrigin.BY_HAND,
    actor: Account,
    at: datetime,
) -> Problem:
    """Open a problem under the next number, with the incidents that it explains so far.

    What they were reported as is taken from the most of them.
    """
    if not rules.may_open_problems(actor):
        raise Refused("You may not open problems.")
    _check(title, impact, owner)
    explained = list(incidents)
    problem = Problem(
        number=_next_number(),
        title=title.strip(),
        statement=statement.strip(),
        service=service,
        owner=owner,
        impact=impact,
        category=usual_category(explained),
        opened_by=actor,
        opened_at=at,
        changed_at=at,
    )
    problem.save()
    ProblemWork(problem, actor, at).append(ProblemState.NEW)
    for ticket in explained:
        link_incident(
            problem=problem, ticket=ticket, reason=reason, origin=origin, actor=actor, at=at
        )
    return problem


def _check(title: str, impact: int, owner: Person | None) -> None:
    """Refuse what no problem is called, and an owner who could do nothing with it."""
    errors: dict[str, list[str]] = {}
    if not title.strip():
        errors["title"] = ["Say in a few words what goes wrong."]
    if len(title) > _LONGEST_TITLE:
        errors["title"] = [f"At most {_LONGEST_TITLE} characters; the rest is for the statement."]
    if impact not in Level.values:
        errors["impact"] = ["Impact is 1 (high), 2 (medium) or 3 (low)."]
    if owner is not None and not people_of_the_desk().filter(pk=owner.pk).exists():
        errors["owner"] = [f"{owner} works on no problems: choose somebody who works at the desk."]
    if errors:
        raise Invalid(errors)


def _next_number() -> str:
    """Return the next number; the row of the series is locked, so there is no gap and no double."""
    last = Problem.objects.order_by("pk").last()
    so_far = 0 if last is None else int(last.number.removeprefix("P-"))
    NumberSeries.objects.get_or_create(source=PROBLEMS, defaults={"last": so_far})
    series = NumberSeries.objects.select_for_update().get(source=PROBLEMS)
    series.last += 1
    series.save(update_fields=["last"])
    return f"P-{series.last:06}"


@verb
def describe_problem(
    *,
    problem: Problem,
    title: str,
    statement: str,
    service: Service | None,
    owner: Person | None,
    impact: int,
    actor: Account,
    at: datetime,
    version: int | None = None,
) -> Problem:
    """Say better what a problem is, on which service, how far it reaches, and whose it is."""
    work = ProblemWork.begin(problem, version, actor, at)
    _check(title, impact, None if owner == work.problem.owner else owner)
    work.set(
        title=title.strip(),
        statement=statement.strip(),
        service=service,
        owner=owner,
        impact=impact,
    )
    return work.finish()


@verb
def investigate_problem(
    *, problem: Problem, version: int, reason: str = "", actor: Account, at: datetime
) -> Problem:
    """Begin to seek the cause, or take up again what was not solved after all.

    A cause that was held to be known is none any more, and a fix no fix; what was written stays.
    """
    work = ProblemWork.begin(problem, version, actor, at)
    if work.problem.state != ProblemState.NEW and not reason.strip():
        raise Invalid({"reason": ["Say why the cause is sought again."]})
    work.bring(ProblemState.INVESTIGATING, reason.strip())
    return work.finish()


@verb
def declare_known_error(
    *,
    problem: Problem,
    version: int,
    cause: str,
    true_category: str,
    workaround: str = "",
    actor: Account,
    at: datetime,
) -> Problem:
    """Say what the cause is, of which category it truly is, and what helps until it is gone."""
    work = ProblemWork.begin(problem, version, actor, at)
    errors = {}
    if not cause.strip():
        errors["cause"] = ["Say what the cause is."]
    if not true_category.strip():
        errors["true_category"] = ["Say what it truly is, even if it is what was reported."]
    elif fault := rules.category_fault(true_category):
        errors["true_category"] = [fault]
    if errors:
        raise Invalid(errors)
    work.bring(ProblemState.KNOWN_ERROR)
    work.set(
        cause=cause.strip(), true_category=true_category.strip(), workaround=workaround.strip()
    )
    return work.finish()


@verb
def raise_change(
    *, problem: Problem, version: int, change_reference: str, actor: Account, at: datetime
) -> Problem:
    """Say by which change the cause shall be removed."""
    if not change_reference.strip():
        raise Invalid({"change_reference": ["Name the change, such as its number."]})
    work = ProblemWork.begin(problem, version, actor, at)
    work.bring(ProblemState.CHANGE_RAISED, change_reference.strip())
    work.set(change_reference=change_reference.strip())
    return work.finish()


@verb
def resolve_problem(
    *,
    problem: Problem,
    version: int,
    resolution: str,
    fixed_at: datetime,
    actor: Account,
    at: datetime,
) -> Problem:
    """Say what removed the cause, and since when; what comes back is counted from then."""
    errors = {}
    if not resolution.strip():
        errors["resolution"] = ["Say what was done."]
    if fixed_at > at:
        errors["fixed_at"] = ["The fix must have taken effect already."]
    if errors:
        raise Invalid(errors)
    work = ProblemWork.begin(problem, version, actor, at)
    work.bring(ProblemState.RESOLVED, fixed_at=fixed_at)
    work.set(resolution=resolution.strip())
    return work.finish()


@verb
def close_problem(*, problem: Problem, version: int, actor: Account, at: datetime) -> Problem:
    """End a resolved problem, when what came after the fix has been looked at."""
    work = ProblemWork.begin(problem, version, actor, at)
    work.bring(ProblemState.CLOSED)
    return work.finish()
