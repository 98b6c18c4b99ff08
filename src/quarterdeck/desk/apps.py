"""Tells Django about the desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk app."""

    name = "quarterdeck.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
