"""Tells Django about the scorecard."""

from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    """The scorecard app."""

    name = "quarterdeck.scorecard"
    label = "scorecard"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the scorecard into the navigation."""
        # Django forbids models, hence both of these, before the apps are loaded.
        from quarterdeck.scorecard.queries.board import reads_measures  # noqa: PLC0415
        from quarterdeck.ui.navigation import Entry, register  # noqa: PLC0415

        register(Entry("Today", "Today", "today", "checklist"))
        register(
            Entry("Scorecard", "Scorecard", "scorecard", "gauge", reads_measures),
            Entry("Scorecard", "Closed periods", "scorecard.periods", "lock", reads_measures),
        )
