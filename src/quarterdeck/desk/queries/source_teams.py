"""What sources call the teams of tickets, and which do not follow yet what was said of them."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from quarterdeck.core.history import held_ever
from quarterdeck.core.models import Team
from quarterdeck.desk.models import StateChange, TeamAlias, Ticket
from quarterdeck.desk.queries.facts import GROUPS, NOUN, TicketFacts, standing_tickets
from quarterdeck.desk.queries.names import teams_said
from quarterdeck.office.models import SourceRecord
from quarterdeck.office.models.imports import COUNTING

TICKETS_A_CHUNK = 1_000

_NO_TEAM = 0

# A change by its ticket's external id and its own.
_Written = Mapping[tuple[str, str], str]


def teams_written(source: str, external_ids: Sequence[str]) -> _Written:
    """Return what the source itself calls the team of each change of these tickets.

    A change that bears a team of ours in the place of the source's name has that name in the record
    of the batch which wrote it; any other bears the team of its name. Records of earlier days say
    nothing of names: of their changes in a team that a name of this source leads or led to, none is
    returned, for the source may have called it otherwise.
    """
    records = SourceRecord.objects.filter(
        noun=NOUN, source=source, external_id__in=external_ids, batch__state__in=COUNTING
    )
    groups = {
        (batch, key): facts.get(GROUPS)
        for batch, key, facts in records.values_list("batch_id", "external_id", "facts")
    }
    changes = StateChange.objects.standing().filter(
        batch__isnull=False,
        ticket__in=Ticket.objects.standing().filter(source=source, external_id__in=external_ids),
    )
    columns = ("ticket__external_id", "external_id", "batch_id", "team_id", "team__name")
    led_to = _led_to(source)
    found: dict[tuple[str, str], str] = {}
    # The latest batch has the last word, and stands last.
    for ticket, change, batch, key, team in changes.in_log_order().values_list(*columns):
        named = groups.get((batch, ticket))
        if named is None and (key or _NO_TEAM) in led_to:
            found.pop((ticket, change), None)
        else:
            found[ticket, change] = (named or {}).get(change, team or "")
    return found


def _led_to(source: str) -> set[int]:
    """Return the keys of the teams that names of a source lead or ever led to, 0 for none."""
    aliases = TeamAlias.objects.filter(source=source)
    keys = list(aliases.values_list("pk", flat=True))
    teams = {*aliases.values_list("team", flat=True), *held_ever(TeamAlias, "team_id", keys)}
    return (teams - {None}) | {_NO_TEAM}


def in_teams_said(source: str, external_ids: Sequence[str]) -> list[TicketFacts]:
    """Return the tickets of these whose changes differ from what is said of their teams' names, as
    they shall be."""
    said, written = teams_said(source), teams_written(source, external_ids)
    found = []
    for key, standing in standing_tickets(source, external_ids).items():
        told = [(place, change) for place, change in standing.changes if not change.by_hand]
        words = {
            change.external_id: written[key, change.external_id]
            for _, change in told
            if (key, change.external_id) in written
        }
        teams = {event: said.get(word, word) for event, word in words.items()}
        meant = tuple(
            (place, change._replace(team=teams.get(change.external_id, change.team)))
            for place, change in told
        )
        if meant != tuple(told):
            groups = {event: word for event, word in words.items() if teams[event] != word}
            found.append(TicketFacts(key, standing.header, meant, groups))
    return found


def tickets_to_follow(
    source: str, aliases: Sequence[TeamAlias], after: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the tickets that may stand elsewhere than these aliases say, a chunk at a time: the key
    of the last one looked at, and the external ids of those that do."""
    named = Team.objects.filter(name__in=[alias.text for alias in aliases])
    followed = {key for alias in aliases for key in alias.followed}
    teams = followed | set(named.values_list("pk", flat=True))
    lines = Q(team__in=teams - {_NO_TEAM}) | (Q(team__isnull=True) if _NO_TEAM in teams else Q())
    changes = StateChange.objects.filter(lines, ticket=OuterRef("pk"), batch__isnull=False)
    tickets = Ticket.objects.standing().filter(Exists(changes), source=source, batch__isnull=False)
    following = tickets.order_by("pk").values_list("pk", "external_id")
    while rows := list(following.filter(pk__gt=after)[:TICKETS_A_CHUNK]):
        after = rows[-1][0]
        differing = {each.external_id for each in in_teams_said(source, [key for _, key in rows])}
        yield after, [key for _, key in rows if key in differing]


def sources_that_wait() -> list[str]:
    """Return the sources of which tickets do not follow yet what is said of their groups."""
    waiting = TeamAlias.objects.filter(waits=True).order_by("source")
    return list(waiting.values_list("source", flat=True).distinct())
