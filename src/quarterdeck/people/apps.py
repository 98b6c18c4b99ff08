"""Tells Django about people, and the shared registries about what people supplies."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app."""

    name = "quarterdeck.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the measures, the import profiles and the occasions of people."""
        from quarterdeck.core.profiles import register  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.office.queries.mail_kinds import (  # noqa: PLC0415 — apps must be loaded first
            register_mail_kinds,
            register_mail_subjects,
        )
        from quarterdeck.office.queries.occasions import register_occasion  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.office.queries.printing import register_papers  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.people import measures  # noqa: F401, PLC0415 — apps must be loaded first
        from quarterdeck.people.profiles.background import BACKGROUND_TABLES  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.people.profiles.training import TRAINING_TABLES  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.people.queries.own_training import COURSE_TESTS, TEST_REMINDER  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.people.queries.printing import CLASSES, STANDINGS  # noqa: PLC0415 — apps must be loaded first
        from quarterdeck.people.queries.training import ATTENDED, ENROLMENTS, TRAINING  # noqa: PLC0415 — apps must be loaded first

        register_occasion(ATTENDED)
        register_mail_kinds(TRAINING, TEST_REMINDER)
        register_mail_subjects(ENROLMENTS, COURSE_TESTS)
        register_papers(CLASSES, STANDINGS)
        register(*BACKGROUND_TABLES, *TRAINING_TABLES)
