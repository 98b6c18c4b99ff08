"""Incidents of one service that came at once: an outage is told in many words at one time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from quarterdeck.desk.models import CandidateSearch, Ticket
from quarterdeck.kernels.bursts import Burst, bursts_of
from quarterdeck.kernels.clusters import Cluster, Member
from quarterdeck.office.queries import calendar_named


@dataclass(frozen=True)
class Outbreak:
    """A burst with its incidents, and its two ends as moments."""

    burst: Burst
    cluster: Cluster
    start: datetime
    until: datetime

    @property
    def counts(self) -> dict[str, object]:
        """How many came, and what that is compared with."""
        return {
            "from": self.start.isoformat(),
            "until": self.until.isoformat(),
            "count": self.burst.count,
            "elsewhere": self.burst.elsewhere,
            "weeks": self.burst.weeks,
            "chance": self.burst.chance,
        }


def outbreaks_of(
    search: CandidateSearch,
    rows: QuerySet[Ticket],
    explained: Q,
    grouped: Sequence[Cluster],
    known_since: datetime,
) -> list[Outbreak]:
    """Return the bursts among incidents of one service that no problem explains.

    They are compared with all incidents of the service since the desk has recorded any, at the
    same hours of the week by the clock of the organisation. A burst of which most incidents are one
    group by their words is left out: that says it already.
    """
    zone = ZoneInfo(calendar_named("").zone)
    every = [
        (_wall(at, zone), key)
        for key, at in rows.order_by("opened_at", "pk").values_list("pk", "opened_at")
    ]
    known = set(rows.filter(explained).values_list("pk", flat=True))
    every.sort()
    free = [(at, key) for at, key in every if key not in known]
    found = bursts_of(
        [at for at, _ in free],
        [at for at, _ in every],
        since=_wall(known_since, zone),
        until=_wall(search.window_until, zone),
    )
    outbreaks = []
    for burst in found:
        keys = {key for at, key in free if burst.start <= at < burst.until}
        if not _is_told(keys, grouped):
            members = tuple(Member(key, 1.0, ()) for key in sorted(keys))
            start, until = (each.replace(tzinfo=zone) for each in (burst.start, burst.until))
            outbreaks.append(Outbreak(burst, Cluster(members, {}, ()), start, until))
    return outbreaks


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _is_told(keys: set[int], grouped: Iterable[Cluster]) -> bool:
    return any(2 * len(keys & {one.key for one in each.members}) > len(keys) for each in grouped)
