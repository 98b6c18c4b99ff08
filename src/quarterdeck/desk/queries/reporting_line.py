"""Who stands above whoever has a ticket: the team's lead, the reporting line, the units' managers.

A post that nobody fills is passed over, and what was passed over is told: an escalation never
waits in silence with somebody who is not there.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from quarterdeck.core.models import Person, Team, Unit
from quarterdeck.desk.models import Ticket

# More than any line is long; a line that came back to itself would end here.
_LONGEST = 30


@dataclass(frozen=True)
class Post:
    """A place in the line; `vacancy` says why nobody there can act, and is empty where one can."""

    title: str
    person: Person | None
    vacancy: str = ""

    @property
    def in_words(self) -> str:
        """Who it is, and as what."""
        return f"{self.person} ({self.title})" if self.person else f"{self.title}: {self.vacancy}"


@dataclass(frozen=True)
class Found:
    """Who is reached, None where every post above is vacant, and the posts passed over."""

    person: Person | None
    skipped: tuple[str, ...] = ()


def line_of(ticket: Ticket, day: date) -> list[Post]:
    """Return the posts above a ticket, the nearest first; each person once."""
    found: list[Post] = []
    known: set[int] = set()
    holder = ticket.assignee
    for post in _posts(ticket.team, holder, day):
        person = post.person
        if person is not None and (person.pk in known or person == holder):
            continue
        if person is not None:
            known.add(person.pk)
        found.append(post)
    return found


def line_of_team(team: Team, day: date) -> list[Post]:
    """Return the posts that answer for a team, its lead first."""
    return list(_posts(team, None, day))


def reached(line: Sequence[Post], levels_up: int = 1, below: Collection[int] = ()) -> Found:
    """Return who fills the post so many levels up, or the next one above that is filled.

    `below` holds the keys of people above whom it has to be, such as whoever escalates.
    """
    under = [place for place, post in enumerate(line) if post.person and post.person.pk in below]
    above = line[under[-1] + 1 :] if under else line
    skipped: list[str] = []
    for post in above[levels_up - 1 :]:
        if post.person is not None and not post.vacancy:
            return Found(post.person, tuple(skipped))
        skipped.append(f"{post.title}: {post.vacancy}")
    return Found(None, tuple(skipped))


def _posts(team: Team | None, holder: Person | None, day: date) -> Iterator[Post]:
    lead = None if team is None else team.lead
    if team is not None:
        yield _post(f"lead of {team}", lead, day)
    below = lead or holder
    named = {person.pk for person in (lead, holder) if person is not None}
    for _ in range(_LONGEST):
        above = None if below is None else below.reports_to
        if above is None:
            break
        named.add(above.pk)
        yield _post(f"line manager of {below}", above, day)
        below = above
    for unit in _units(team, holder):
        if unit.manager_id is None or unit.manager_id not in named:
            yield _post(f"manager of {unit}", unit.manager, day)


def _post(title: str, person: Person | None, day: date) -> Post:
    if person is None:
        return Post(title, None, "vacant")
    if person.ends_on is not None and person.ends_on < day:
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
