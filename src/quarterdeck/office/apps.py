"""Tells Django about the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The office app."""

    name = "quarterdeck.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"
