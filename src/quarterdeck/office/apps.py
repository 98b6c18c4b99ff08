"""Tells Django about the office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The office app."""

    name = "quarterdeck.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the office's import profiles, occasions and kinds of mail."""
        # Django forbids models, hence these, before the apps are loaded.
        from quarterdeck.core.profiles import register  # noqa: PLC0415
        from quarterdeck.office.profiles.people import PEOPLE_TABLE  # noqa: PLC0415
        from quarterdeck.office.queries.mail_kinds import (  # noqa: PLC0415
            register_mail_kinds,
            register_mail_subjects,
        )
        from quarterdeck.office.queries.occasions import register_occasion  # noqa: PLC0415
        from quarterdeck.office.queries.own_letters import APPROVALS, OWN_KINDS  # noqa: PLC0415
        from quarterdeck.office.queries.surveys import QUARTERLY  # noqa: PLC0415
        from quarterdeck.office.queries.webhook_subjects import (  # noqa: PLC0415
            APPROVALS as ASKED,
        )
        from quarterdeck.office.queries.webhook_subjects import (  # noqa: PLC0415
            register_webhook_subjects,
        )

        register(PEOPLE_TABLE)
        register_occasion(QUARTERLY)
        register_mail_kinds(*OWN_KINDS)
        register_mail_subjects(APPROVALS)
        register_webhook_subjects(ASKED)
