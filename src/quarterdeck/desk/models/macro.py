"""Several acts on a ticket by one click."""

from django.db import models

from quarterdeck.desk.models.kept import Kept, KeptQuerySet


class Macro(Kept):
    """Steps that are done on a ticket in their order, all of them or none.

    `steps` holds a pair for each: a kind of step, and the value that it takes, such as the key of
    a team. What a step names may be gone one day; then the macro refuses and says which step.
    """

    steps = models.JSONField()

    objects = KeptQuerySet["Macro"].as_manager()

    def __str__(self) -> str:
        return self.name
