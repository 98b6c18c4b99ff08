"""Tells Django about the core."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The core app."""

    name = "quarterdeck.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
