"""The acts that say what the categories of sources mean."""

from collections.abc import Mapping
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch_typed
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import Category, CategoryAlias


@verb
def explain_categories(
    *,
    meanings: Mapping[tuple[str, str], Category | None],
    actor: Account,
    at: datetime,
) -> int:
    """Say of texts, each by its source, which category of ours they are, or that they are none.

    What somebody has said meanwhile stays; returns of how many texts it is said now.
    """
    if not rules.may_keep_categories(actor):
        raise Refused("You may not say what the categories of sources mean.")
    said = 0
    for (source, text), category in meanings.items():
        alias, is_new = CategoryAlias.objects.get_or_create(
            source=source, text=text, defaults={"category": category}
        )
        said += is_new
    if said:
        touch_typed(alias, at)
    return said
