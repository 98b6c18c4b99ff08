"""Tells Django about people, and the shared registries about what people supplies."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app."""

    name = "quarterdeck.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the measures of people."""
        from quarterdeck.people import measures  # noqa: F401, PLC0415 — apps must be loaded first
