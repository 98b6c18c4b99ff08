"""Django's migrate, which acts as *migration* and never leaves the tables unguarded."""

from contextlib import suppress
from typing import Any

from django.core.management.commands import migrate
from django.db import DatabaseError, connections

from quarterdeck.core.acts import migrating
from quarterdeck.core.history import install


class Command(migrate.Command):
    """Migrates; after a failure too, the triggers come back."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command under the name of *migration*."""
        with migrating():
            try:
                super().handle(*args, **options)
            except BaseException:
                # The failure must be seen; `quarterdeck check` sees triggers that are missing.
                with suppress(DatabaseError):
                    install(connections[options["database"]], refill=True)
                raise
