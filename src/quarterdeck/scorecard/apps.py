"""Tells Django about the scorecard."""

from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    """The scorecard app."""

    name = "quarterdeck.scorecard"
    label = "scorecard"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the scorecard into the navigation."""
        from quarterdeck.ui.navigation import Entry, register  # noqa: PLC0415 — apps must be loaded first

        register(Entry("Today", "Today", "today", "checklist"))
        register(Entry("Scorecard", "Scorecard", "scorecard", "gauge"))
