"""Tells Django about the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The office app."""

    name = "quarterdeck.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the office's import profiles and occasions."""
        # Django forbids models, hence these, before the apps are loaded.
        from quarterdeck.core.profiles import register  # noqa: PLC0415
        from quarterdeck.office.profiles.people import PEOPLE_TABLE  # noqa: PLC0415
        from quarterdeck.office.queries.occasions import register_occasion  # noqa: PLC0415
        from quarterdeck.office.queries.surveys import QUARTERLY  # noqa: PLC0415

        register(PEOPLE_TABLE)
        register_occasion(QUARTERLY)
