"""Tells Django about the services."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The services app."""

    name = "quarterdeck.services"
    label = "services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the services as scopes of measures, and the measures of services."""
        # Django forbids models, hence these, before the apps are loaded.
        from quarterdeck.core.scopes import register_scopes  # noqa: PLC0415
        from quarterdeck.services import measures  # noqa: F401, PLC0415
        from quarterdeck.services.queries import service_names  # noqa: PLC0415

        register_scopes("service", service_names)
