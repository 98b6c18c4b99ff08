"""What verbs and doors say when they decline."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A verb declines an act; the text is meant for the person who asked."""


class Invalid(Refused):
    """What was given cannot be stored; `errors` says why, for each field by name.

    What concerns no single field stands under `__all__`, as in Django's forms.
    """

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        """Say each field with its errors."""
        self.errors: dict[str, list[str]] = {name: list(texts) for name, texts in errors.items()}
        told = (f"{_label(name)}{' '.join(texts)}" for name, texts in self.errors.items())
        super().__init__(" ".join(told))


class Unsettled(Refused):
    """What is asked for rests on evidence that is being brought in or taken back at this moment."""


def _label(name: str) -> str:
    return "" if name == "__all__" else f"{name.replace('_', ' ').capitalize()}: "


class Conflict(Refused):
    """Somebody else has saved the record meanwhile; `present` is the row as it stands now."""

    def __init__(self, present: Any) -> None:
        """Say which record it is."""
        self.present = present
        super().__init__(
            f"Somebody else has changed “{present}” since you opened it. "
            "Look at what changed, then save again."
        )
