"""What a scorecard on a new installation still lacks."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from quarterdeck.core.models import Account, Person
from quarterdeck.core.waiting import Consequence, WaitingItem
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.rules import may_set_targets


def scorecard_first_steps(account: Account, _at: datetime) -> Iterator[WaitingItem]:
    """Ask those who set targets for the first one, once there is somebody to answer for it."""
    if may_set_targets(account) and not Target.objects.exists() and Person.objects.exists():
        yield WaitingItem(
            title="Set a first target",
            address=reverse("scorecard"),
            due_at=None,
            consequence=Consequence.ORDINARY - 1,
            kind="First steps",
            detail="Choose a measure of success; its page takes the target and who answers for it.",
        )
