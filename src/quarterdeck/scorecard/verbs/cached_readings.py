"""Keeping what was computed; a cache changes no fact, so it is no act of anybody's."""

from collections.abc import Sequence
from datetime import datetime

from quarterdeck.core.models import Account
from quarterdeck.scorecard.models import CachedReading
from quarterdeck.scorecard.queries.readings import Computed


def keep_readings(*, computed: Sequence[Computed], actor: Account, at: datetime) -> None:  # noqa: ARG001 — every verb is asked for somebody at some time
    """Keep the figures of readings until their evidence or definition changes."""
    CachedReading.objects.bulk_create(
        [
            CachedReading(
                scope=str(each.wanted.scope),
                calendar=each.terms.calendar,
                measure=each.wanted.measure.key,
                period=each.wanted.period.key,
                fingerprint=each.fingerprint,
                figures=each.figures.stored(),
            )
            for each in computed
        ],
        update_conflicts=True,
        unique_fields=["scope", "calendar", "measure", "period"],
        update_fields=["fingerprint", "figures"],
    )
