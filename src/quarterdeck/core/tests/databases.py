"""Lets the ORM of a test speak with another database than the one of the run."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections


def name_in(url: str) -> str:
    """Return the name of a database that lies where the one of the run does, from its URL."""
    path = urlsplit(url).path
    return path if connection.vendor == "sqlite" else path.removeprefix("/")


@contextmanager
def speaking_with(name: str) -> Iterator[None]:
    """Let this thread, and those that it starts, speak with the database of this name.

    It lies where the database of the run lies: on the same server, or as a file.
    """
    usual, usual_settings = connections["default"], connections.settings["default"]
    changed = copy.deepcopy(usual.settings_dict)
    changed["NAME"] = name
    # Django keeps one pool per alias, which belongs to the usual database.
    changed["OPTIONS"].pop("pool", None)
    connections.settings["default"] = changed
    connections["default"] = type(usual)(changed, "default")
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        connections.settings["default"] = usual_settings
        ContentType.objects.clear_cache()
