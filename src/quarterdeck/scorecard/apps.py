"""Tells Django about the scorecard."""

from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    """The scorecard app."""

    name = "quarterdeck.scorecard"
    label = "scorecard"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the scorecard into the navigation, and its first steps onto Today."""
        from quarterdeck.core import waiting  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.office.queries.printing import register_papers  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.office.queries.webhook_subjects import (  # noqa: PLC0415 — apps must be loaded first
            register_webhook_subjects,
        )
        from quarterdeck.scorecard.queries.board import reads_measures  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.scorecard.queries.first_steps import scorecard_first_steps  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.scorecard.queries.late_evidence import (  # noqa: PLC0415 — apps must be loaded first
            waiting_restatements,
        )
        from quarterdeck.scorecard.queries.printing import SCORECARDS  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.scorecard.queries.webhook_subjects import MISSED_TARGETS  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.ui.navigation import Entry, register  # noqa: PLC0415 — apps must be loaded first

        waiting.register(scorecard_first_steps)
        waiting.register(waiting_restatements)
        register_webhook_subjects(MISSED_TARGETS)
        register_papers(SCORECARDS)
        register(Entry("Today", "Today", "today", "checklist", for_requesters=True))
        register(
            Entry("Scorecard", "Scorecard", "scorecard", "gauge", reads_measures),
            Entry("Scorecard", "Closed periods", "scorecard.periods", "lock", reads_measures),
        )
