"""What a desk on a new installation still lacks."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from quarterdeck.core.models import Account
from quarterdeck.core.waiting import Consequence, WaitingItem
from quarterdeck.desk.models import Category
from quarterdeck.desk.rules import may_keep_categories


def desk_first_steps(account: Account, _at: datetime) -> Iterator[WaitingItem]:
    """Ask those who keep the categories for the first one."""
    if may_keep_categories(account) and not Category.objects.exists():
        yield WaitingItem(
            title="Say what tickets may be about",
            address=reverse("desk.category.add"),
            due_at=None,
            consequence=Consequence.ORDINARY,
            kind="First steps",
            detail="What causes the work can be told once tickets name a category, and a true one "
            "when they are resolved.",
        )
