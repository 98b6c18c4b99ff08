"""Tells Django about the ui."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    """The ui app."""

    name = "quarterdeck.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app declare its records, and with them its place in the navigation."""
        autodiscover_modules("records")
