"""What a scorecard on a new installation still lacks."""

from datetime import datetime

from django.urls import reverse

from quarterdeck.core.models import Account, Person
from quarterdeck.core.waiting import Consequence, Told, WaitingItem
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.rules import may_set_targets


def scorecard_first_steps(account: Account, _at: datetime) -> Told:
    """Ask those who set targets for the first one, once there is somebody to answer for it."""
    if not may_set_targets(account):
        return
    targets, people = Target.objects.values_list("pk")[:1], Person.objects.values_list("pk")[:1]
    yield [targets, people]
    if people and not targets:
        yield WaitingItem(
            title="Set a first target",
            address=reverse("scorecard"),
            due_at=None,
            consequence=Consequence.ORDINARY - 1,
            kind="First steps",
            detail="Choose a measure of success; its page takes the target and who answers for it.",
        )
