"""Who stands above whoever has a ticket: the team's lead, the reporting line, the units' managers.

A post that nobody fills is passed over, and what was passed over is told: an escalation never
waits in silence with somebody who is not there.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from quarterdeck.core.database import single
from quarterdeck.core.models import Person, Team, Unit
from quarterdeck.desk.models import Ticket
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people.models import Absence

# More than any line is long; a line that came back to itself would end here.
_LONGEST = 30


@dataclass(frozen=True)
class Post:
    """A place in the line; `vacancy` says why nobody there can act, and is empty where one can.

    Whoever is only away answers still where the whole line above is vacant or away.
    """

    title: str
    person: Person | None
    vacancy: str = ""
    is_away: bool = False

    @property
    def in_words(self) -> str:
        """Who it is, and as what."""
        return f"{self.person} ({self.title})" if self.person else f"{self.title}: {self.vacancy}"


# The line managers that are read together with whom they are above; further ones one by one.
_LINE = ("reports_to__reports_to__reports_to",)

M = TypeVar("M", Person, Team)


@dataclass(frozen=True)
class Found:
    """Who is reached, None where every post above is vacant, and the posts passed over."""

    person: Person | None
    skipped: tuple[str, ...] = ()


def line_of(ticket: Ticket, at: datetime, until: datetime | None = None) -> list[Post]:
    """Return the posts above a ticket, the nearest first; each person once.

    Who is away at an instant, and until then where one is named, cannot act.
    """
    found: list[Post] = []
    known: set[int] = set()
    holder = _with_line(Person, ticket.assignee_id, *_LINE)
    for post in _posts(_team_with_line(ticket.team_id), holder, at):
        person = post.person
        if person is not None and (person.pk in known or person == holder):
            continue
        if person is not None:
            known.add(person.pk)
        found.append(post)
    return _without_absent(found, at, until)


def line_of_team(team: Team, at: datetime, until: datetime | None = None) -> list[Post]:
    """Return the posts that answer for a team, its lead first; who is away cannot act."""
    return _without_absent(list(_posts(_team_with_line(team.pk), None, at)), at, until)


def _team_with_line(key: int | None) -> Team | None:
    return _with_line(Team, key, *(f"lead__{each}" for each in _LINE))


def _with_line(noun: type[M], key: int | None, *line: str) -> M | None:
    """Return a row with its unit and those above it as far as most lines reach, in one query."""
    if key is None:
        return None
    return single(noun._default_manager.select_related("unit", *line).filter(pk=key))


def _without_absent(line: Sequence[Post], at: datetime, until: datetime | None) -> list[Post]:
    """Say of each post whether who fills it is away; until when is nobody's business here."""
    absences = Absence.objects.filter(
        person__in=[post.person for post in line if post.person], starts_at__lte=at
    )
    away = set(absences.filter(ends_at__gt=until or at).values_list("person_id", flat=True))
    return [
        replace(post, vacancy=f"{post.person} is away", is_away=True)
        if post.person and post.person.pk in away and not post.vacancy
        else post
        for post in line
    ]


def reached(line: Sequence[Post], levels_up: int = 1, below: Collection[int] = ()) -> Found:
    """Return who fills the post so many levels up, or the next one above that is filled.

    Where everybody above is away, it is the nearest of them: better late than never. `below` holds
    the keys of people above whom it has to be, such as whoever escalates.
    """
    under = [place for place, post in enumerate(line) if post.person and post.person.pk in below]
    above = line[under[-1] + 1 :] if under else line
    asked = above[levels_up - 1 :]
    chosen = next((post for post in asked if post.person and not post.vacancy), None)
    chosen = chosen or next((post for post in asked if post.is_away), None)
    passed = asked if chosen is None or chosen.is_away else asked[: asked.index(chosen)]
    skipped = tuple(f"{post.title}: {post.vacancy}" for post in passed if post is not chosen)
    return Found(None if chosen is None else chosen.person, skipped)


def _posts(team: Team | None, holder: Person | None, at: datetime) -> Iterator[Post]:
    lead = None if team is None else team.lead
    if team is not None:
        yield _post(f"lead of {team}", lead, at)
    below = lead or holder
    named = {person.pk for person in (lead, holder) if person is not None}
    for _ in range(_LONGEST):
        above = None if below is None else below.reports_to
        if above is None:
            break
        named.add(above.pk)
        yield _post(f"line manager of {below}", above, at)
        below = above
    for unit in _units(team, holder):
        if unit.manager_id is None or unit.manager_id not in named:
            yield _post(f"manager of {unit}", unit.manager, at)


def _post(title: str, person: Person | None, at: datetime) -> Post:
    if person is None:
        return Post(title, None, "vacant")
    if person.has_left_by(own_day(at)):
        return Post(title, person, f"{person} left on {person.ends_on:%Y-%m-%d}")
    return Post(title, person)


def _units(team: Team | None, holder: Person | None) -> list[Unit]:
    """Return the unit of the team, else of its holder, and all above it, the nearest first."""
    unit = team.unit if team is not None else (None if holder is None else holder.unit)
    if unit is None:
        return []
    keys = [int(key) for key in unit.path.split(".") if key]
    above = Unit.objects.filter(pk__in=keys).select_related("manager")
    return sorted(above, key=lambda each: -each.path.count("."))
