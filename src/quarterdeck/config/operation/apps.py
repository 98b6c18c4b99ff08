"""Tells Django about operation, whose job the worker finds here."""

from django.apps import AppConfig


class OperationConfig(AppConfig):
    """Operation has no tables; it is an app for the sake of its job and its page."""

    name = "quarterdeck.config.operation"
    label = "operation"

    def ready(self) -> None:
        """Put the page on health into the navigation."""
        # Permission needs the models, which are there only once all apps are ready.
        from quarterdeck.config.operation.web import may_see_health  # noqa: PLC0415 — apps are not ready while this module is read
        from quarterdeck.ui.navigation import Entry, register  # noqa: PLC0415 — apps are not ready while this module is read

        register(Entry("Office", "Health", "health.details", "activity", may_see_health))
