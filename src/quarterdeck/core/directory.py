"""Acts on the directory that imports need."""

from collections.abc import Iterable
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.models import Account, Team, Unit


@verb
def name_teams(*, names: Iterable[str], actor: Account, at: datetime) -> dict[str, Team]:  # noqa: ARG001 — the act is written for this actor
    """Return the teams of these names; those not known yet are founded under the root unit."""
    wanted = sorted(set(names) - {""})
    known = {team.name: team for team in Team.objects.filter(name__in=wanted)}
    new = [name for name in wanted if name not in known]
    if new:
        root = Unit.objects.filter(parent=None).order_by("pk")[0]
        Team.objects.bulk_create(
            [Team(name=name, unit=root) for name in new], ignore_conflicts=True
        )
        known |= {team.name: team for team in Team.objects.filter(name__in=new)}
    return known
