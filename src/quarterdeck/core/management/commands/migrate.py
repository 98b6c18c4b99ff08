"""Django's migrate, which acts as *migration* and never leaves the tables unguarded.

An empty database that is to become the present one gets its tables at once.
"""

from contextlib import suppress
from typing import Any

from django.core.management.commands import migrate
from django.db import DatabaseError, connections

from quarterdeck.core.acts import migrating
from quarterdeck.core.history import install
from quarterdeck.core.new_database import is_new, make_tables


class Command(migrate.Command):
    """Migrates; after a failure too, the triggers come back."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command under the name of *migration*."""
        connection = connections[options["database"]]
        with migrating():
            try:
                if not options["app_label"] and not options["plan"] and is_new(connection):
                    make_tables(connection)
                super().handle(*args, **options)
            except BaseException:
                # The failure must be seen; `quarterdeck check` sees triggers that are missing.
                with suppress(DatabaseError):
                    install(connection, refill=True)
                raise
