"""Tells Django about the desk, and the shared registries about what the desk supplies."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk app."""

    name = "quarterdeck.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the desk's import profiles, measures and sources."""
        # Django forbids models, hence all of these, before the apps are loaded.
        from quarterdeck.core.approvable import register as register_approvals  # noqa: PLC0415
        from quarterdeck.core.profiles import register  # noqa: PLC0415
        from quarterdeck.core.scopes import register_scopes  # noqa: PLC0415
        from quarterdeck.desk import measures  # noqa: F401, PLC0415
        from quarterdeck.desk.profiles.every import PROFILES  # noqa: PLC0415 — after the models
        from quarterdeck.desk.queries.catalogue_requests import CATALOGUE_REQUESTS  # noqa: PLC0415
        from quarterdeck.desk.queries.letters import LETTER_SUBJECTS  # noqa: PLC0415
        from quarterdeck.desk.queries.mail_kinds import DESK_KINDS  # noqa: PLC0415
        from quarterdeck.desk.queries.occasions import CLOSED, RESOLVED  # noqa: PLC0415
        from quarterdeck.desk.queries.sources import source_names  # noqa: PLC0415
        from quarterdeck.desk.queries.webhook_subjects import (  # noqa: PLC0415 — after the models
            WEBHOOK_SUBJECTS,
        )
        from quarterdeck.office.queries.mail_kinds import (  # noqa: PLC0415
            register_mail_kinds,
            register_mail_subjects,
        )
        from quarterdeck.office.queries.occasions import register_occasion  # noqa: PLC0415
        from quarterdeck.office.queries.webhook_subjects import (  # noqa: PLC0415
            register_webhook_subjects,
        )

        register(*PROFILES)
        register_approvals(CATALOGUE_REQUESTS)
        register_scopes("source", source_names)
        register_mail_kinds(*DESK_KINDS)
        register_mail_subjects(*LETTER_SUBJECTS)
        register_webhook_subjects(*WEBHOOK_SUBJECTS)
        register_occasion(RESOLVED)
        register_occasion(CLOSED)
