"""Whom a level is asked of: the levels that can be asked for, and who is held against them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import User, holds
from quarterdeck.kernels.qualification import Verdict
from quarterdeck.office.queries import organisation
from quarterdeck.people.models import Incumbency, Level, Position
from quarterdeck.people.queries.demands import Demands, demands_of, demands_of_each
from quarterdeck.people.queries.qualification import PersonalStanding, standings_of
from quarterdeck.people.queries.sheet import version_in_force, versions_in_force
from quarterdeck.people.rules import JUDGING_ROLES, within_reach

# As many as are held against a level for one page; more are asked for by unit.
MOST_PEOPLE = 200
_ORDER = {Verdict.MET: 0, Verdict.UNKNOWN: 1, Verdict.UNMET: 2, None: 3}


@dataclass(frozen=True)
class Reached:
    """Who of a reader's reach meets a level, those first who do."""

    demands: Demands
    standings: tuple[PersonalStanding, ...]
    people: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more people than were looked at."""
        return self.people > len(self.standings)

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """How many meet it, do not, and of how many it is not known."""
        verdicts = [standing.verdict for standing in self.standings]
        return tuple((verdict, verdicts.count(verdict)) for verdict in Verdict)


def _order(standing: PersonalStanding) -> tuple[int, int, int, bool]:
    """Order by the verdict, then by that on the qualifications, how much is met, and whether
    anything is recorded."""
    met = dict(standing.counts)[Verdict.MET]
    return (
        _ORDER[standing.verdict],
        _ORDER[standing.by_part[0]],
        -met,
        not standing.held.rows,
    )


def levels_described() -> list[Level]:
    """Return every level of a class that says something, in the order of families and classes."""
    levels = Level.objects.filter(job_class__versions__isnull=False).distinct()
    return list(
        levels.select_related("job_class").order_by(
            "job_class__family__name", "job_class__series_order", "job_class__title", "rank"
        )
    )


def demands_on(level: Level, day: date) -> Demands | None:
    """Return what a level asks on a day; None where its class says nothing."""
    version = version_in_force(level.job_class, day)
    return demands_of(version, level) if version else None


def present_level(person: Person, day: date) -> Level | None:
    """Return the level of the position that somebody holds, the first one where it has none."""
    held = _holding(day).filter(person=person).select_related("position__level__job_class")
    position = next((each.position for each in held.order_by("-valid_from")), None)
    return _level_of(position) if position else None


def _level_of(position: Position) -> Level | None:
    known = position.level
    return known or _lowest_levels({position.job_class_id}).get(position.job_class_id)


def _holding(day: date) -> QuerySet[Incumbency]:
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return Incumbency.objects.filter(still, valid_from__lte=day)


def standing_of(person: Person, level: Level, day: date) -> PersonalStanding | None:
    """Return how a person stands against a level; None where its class says nothing."""
    demands = demands_on(level, day)
    if demands is None:
        return None
    return standings_of([(person, demands)], day, organisation().rules)[0]


def reached_by(user: User, level: Level, day: date, unit: str = "") -> Reached | None:
    """Return how everybody in a reader's reach who is here on a day stands against a level.

    `unit` is the key of a unit, whose people alone are looked at.
    """
    demands = demands_on(level, day)
    if demands is None:
        return None
    here = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    people = within_reach(user).filter(here).order_by("name", "pk").select_related("unit")
    if unit.isascii() and unit.isdigit() and len(unit) < 10:  # noqa: PLR2004 — no unit has a longer key
        people = people.filter(unit=int(unit))
    looked_at = list(people[:MOST_PEOPLE])
    asked = [(person, demands) for person in looked_at]
    found = standings_of(asked, day, organisation().rules)
    found.sort(key=_order)
    return Reached(demands, tuple(found), people.count())


def due_for(account: Account, day: date) -> list[PersonalStanding]:
    """Return those who report to the account's person, and of whom something is to be judged.

    Each is held against the level of the position that they hold.
    """
    return due_among(positions_below(account, day), day)


def positions_below(account: Account, day: date) -> QuerySet[Incumbency]:
    """Return who of those that report to the account's person holds which position."""
    if account.person_id is None or not holds(account, *JUDGING_ROLES):
        return Incumbency.objects.none()
    held = _holding(day).filter(person__reports_to=account.person_id)
    rows = held.select_related("person", "position__level__job_class")
    return rows.order_by("person__name", "pk")


def due_among(held: Collection[Incumbency], day: date) -> list[PersonalStanding]:
    """Return of whom of these something is to be judged; as many queries for one as for many."""
    if not held:
        return []
    lowest = _lowest_levels(
        {each.position.job_class_id for each in held if not each.position.level}
    )
    levels = [(each.person, _level_in(lowest, each.position)) for each in held]
    known = _demands_on_each([level for _, level in levels if level is not None], day)
    asked = [(who, known[level.pk]) for who, level in levels if level and level.pk in known]
    found = standings_of(asked, day, organisation().rules)
    return [standing for standing in found if standing.due]


def _level_in(lowest: dict[int, Level], position: Position) -> Level | None:
    return position.level or lowest.get(position.job_class_id)


def _demands_on_each(levels: Iterable[Level], day: date) -> dict[int, Demands]:
    """Return by key what each of these levels asks on a day; none where its class says nothing."""
    once = {each.pk: each for each in levels}.values()
    versions = versions_in_force([each.job_class for each in once], day)
    asked = [(versions[key], each) for each in once if (key := each.job_class_id) in versions]
    return {each.level.pk: each for each in demands_of_each(asked)}


def _lowest_levels(job_classes: set[int]) -> dict[int, Level]:
    """Return the lowest level of each class, which who holds a position of none is asked for."""
    levels = Level.objects.filter(job_class__in=job_classes).select_related("job_class")
    return {level.job_class_id: level for level in levels.order_by("-rank")}
