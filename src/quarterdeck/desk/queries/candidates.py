"""Where candidate problems come from: incidents of a window, service by service."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce, Left

from quarterdeck.core.permission import User
from quarterdeck.desk.models import (
    CandidateMember,
    CandidateProblem,
    CandidateSearch,
    ProblemLink,
    Ticket,
)
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.queries.candidate_bursts import Outbreak, outbreaks_of
from quarterdeck.desk.queries.candidate_costs import Costs, costs_of, recorded_of
from quarterdeck.desk.vocabulary import CandidateKind, CandidateState, TicketKind, TicketState
from quarterdeck.kernels.clusters import Cluster, clusters_of
from quarterdeck.kernels.likeness import Report, cosine
from quarterdeck.office.queries import calendar_named, working_calendar

# At so many incidents a service takes some seconds; the newest are the ones that still hurt.
MOST_IN_A_SERVICE = 5_000
_READ_LETTERS, _HOUR, _DAY = 1_000, 3_600, 86_400
# From here on two groups are of the same words, and what was decided on one holds for the other.
SAME = 0.6


@dataclass(frozen=True)
class Proposal:
    """A group of incidents, and what they have cost as far as it is known.

    `outbreak` is the burst that made them a group, and None where their words did.
    """

    cluster: Cluster
    outbreak: Outbreak | None
    title: str
    team_key: int | None
    first_at: datetime
    last_at: datetime
    open_hours: int
    costs: Costs


@dataclass(frozen=True)
class Harvest:
    """What the search of one service has found, and how many incidents it has looked at."""

    service_key: int
    proposals: tuple[Proposal, ...]
    examined: int
    wordless: int
    explained: int
    left_out: int


def _incidents(search: CandidateSearch) -> QuerySet[Ticket]:
    """Return the incidents of the window that were work for the desk."""
    return (
        Ticket.objects.standing()
        .filter(
            kind=TicketKind.INCIDENT,
            opened_at__gte=search.window_from,
            opened_at__lt=search.window_until,
        )
        .exclude(state=TicketState.CANCELLED)
    )


def next_service(search: CandidateSearch) -> int | None:
    """Return the key of the next service to be searched, 0 for none, and nothing after the last."""
    services = _incidents(search).order_by().annotate(of=Coalesce("service", 0))
    later = services.filter(of__gt=search.through).order_by("of").values_list("of", flat=True)
    return later.first()


def harvest_of(search: CandidateSearch, service_key: int) -> Harvest:
    """Group the incidents of one service; it reads, and leaves the writing to a verb."""
    rows = _incidents(search).filter(service=service_key or None)
    explained = Q(pk__in=ProblemLink.objects.standing().values("ticket"))
    counts = rows.aggregate(
        all=Count("pk"),
        explained=Count("pk", filter=explained),
        wordless=Count("pk", filter=Q(title="", description="") & ~explained),
    )
    worded = rows.exclude(explained).exclude(title="", description="")
    texts = worded.order_by("-opened_at", "-pk").values_list(
        "pk", "title", Left("description", _READ_LETTERS), "opened_at"
    )[:MOST_IN_A_SERVICE]
    # In the order of their time, so that the groups begin with the first of their kind.
    reports = [
        Report(key, title, text, at.timestamp() / _DAY) for key, title, text, at in reversed(texts)
    ]
    found = clusters_of(reports)
    known_since = _incidents(search).order_by("opened_at").values_list("opened_at", flat=True)
    outbreaks = (
        outbreaks_of(search, rows, explained, found, known_since[0]) if counts["all"] else []
    )
    groups: list[tuple[Cluster, Outbreak | None]] = [(cluster, None) for cluster in found]
    groups += [(outbreak.cluster, outbreak) for outbreak in outbreaks]
    return Harvest(
        service_key,
        tuple(_proposals(groups, search.window_until)),
        examined=len(reports),
        wordless=counts["wordless"],
        explained=counts["explained"],
        left_out=counts["all"] - counts["explained"] - counts["wordless"] - len(reports),
    )


def _proposals(found: Sequence[tuple[Cluster, Outbreak | None]], until: datetime) -> list[Proposal]:
    """Add to each group what its tickets say of cost, team and time."""
    keys = [member.key for cluster, _ in found for member in cluster.members]
    columns = ("pk", "title", "team_id", "opened_at", "ended_at")
    rows = {row[0]: row[1:] for row in Ticket.objects.filter(pk__in=keys).values_list(*columns)}
    count = working_calendar(calendar_named("")).business_seconds
    recorded = recorded_of(keys, until, count)
    proposals = []
    for cluster, outbreak in found:
        known = [rows[member.key] for member in cluster.members]
        teams = {team for _, team, _, _ in known}
        seconds = sum(
            count(opened, ended or until)
            for _, _, opened, ended in known
            if opened <= (ended or until)
        )
        proposals.append(
            Proposal(
                cluster,
                outbreak,
                title=_title(cluster, outbreak, (title for title, *_ in known if title)),
                team_key=teams.pop() if len(teams) == 1 else None,
                first_at=min(opened for _, _, opened, _ in known),
                last_at=max(opened for _, _, opened, _ in known),
                open_hours=seconds // _HOUR,
                costs=costs_of((member.key for member in cluster.members), recorded),
            )
        )
    return proposals


def _title(cluster: Cluster, outbreak: Outbreak | None, titles: Iterator[str]) -> str:
    if outbreak is None:
        return next(titles, "Incidents without a title")
    return f"{len(cluster.members)} incidents at once, {outbreak.start:%Y-%m-%d %H:%M}"


def decided_before(service_key: int) -> list[CandidateProblem]:
    """Return what was decided on candidates of a service, the latest decision first."""
    decided = CandidateProblem.objects.filter(
        service=service_key or None,
        state__in=(CandidateState.ACCEPTED, CandidateState.MERGED, CandidateState.REJECTED),
    )
    return list(decided.order_by("-decided_at", "-pk"))


def known_as(proposal: Proposal, candidates: Sequence[CandidateProblem]) -> CandidateProblem | None:
    """Return the candidate that a proposal is the like of: of the same words, or of that time."""
    if proposal.outbreak is None:
        return same_as(proposal.cluster.profile, candidates)
    for one in candidates:
        is_then = one.first_at <= proposal.last_at and proposal.first_at <= one.last_at
        if one.kind == CandidateKind.BURST and is_then:
            return one
    return None


def same_as(
    profile: Mapping[str, float], candidates: Sequence[CandidateProblem]
) -> CandidateProblem | None:
    """Return the candidate whose words are the same, the nearest of several."""
    near = [(cosine(profile, one.profile), -place) for place, one in enumerate(candidates)]
    best, place = max(near, default=(0.0, 0))
    return candidates[-place] if best >= SAME else None


@dataclass(frozen=True)
class Membership:
    """The incidents of a candidate that the reader sees, what they were and turned out to be."""

    members: QuerySet[CandidateMember]
    hidden: int
    reported_as: tuple[tuple[str, int], ...]
    truly_were: tuple[tuple[str, int], ...]


def membership_of(candidate: CandidateProblem, user: User) -> Membership:
    """Return the incidents of a candidate, the most typical first."""
    members = candidate.members.filter(on_visible(user))
    rows = members.select_related("ticket").order_by("-strength", "pk")
    said = list(rows.values_list("ticket__category", "ticket__true_category"))
    return Membership(
        rows,
        candidate.members.count() - len(said),
        *(
            tuple(sorted(Counter(texts).items(), key=lambda each: (-each[1], each[0])))
            for texts in ([a or "—" for a, _ in said], [b or "Not known yet" for _, b in said])
        ),
    )
