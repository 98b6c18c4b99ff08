"""Tells Django about people, and the shared registries about what people supplies."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app."""

    name = "quarterdeck.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
