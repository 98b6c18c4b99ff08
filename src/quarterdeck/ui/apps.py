"""Tells Django about the ui."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The ui app."""

    name = "quarterdeck.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
