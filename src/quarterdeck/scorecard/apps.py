"""Tells Django about the scorecard."""

from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    """The scorecard app."""

    name = "quarterdeck.scorecard"
    label = "scorecard"
    default_auto_field = "django.db.models.BigAutoField"
