"""Tells Django about planning, and the shared registries about what planning supplies."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """The planning app."""

    name = "quarterdeck.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the measures of planning."""
        from quarterdeck.planning import measures  # noqa: F401, PLC0415 — apps must be loaded first
