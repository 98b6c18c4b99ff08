"""Which categories are on offer, and which tickets are of which."""

from quarterdeck.core.memory import asked_once
from quarterdeck.desk.models import Category


@asked_once
def paths_on_offer() -> tuple[str, ...]:
    """Return the paths of the categories that a ticket can be given, in their order."""
    return tuple(Category.objects.active_paths())
