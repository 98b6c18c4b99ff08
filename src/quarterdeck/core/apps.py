"""Tells Django about the core."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The core app."""

    name = "quarterdeck.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the triggers follow connections and migrations."""
        # Models may be imported only once all apps are ready.
        from quarterdeck.core.history import lifecycle  # noqa: PLC0415 — see the line above

        lifecycle.connect()
