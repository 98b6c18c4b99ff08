"""Tells Django about the services."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The services app."""

    name = "quarterdeck.services"
    label = "services"
    default_auto_field = "django.db.models.BigAutoField"
