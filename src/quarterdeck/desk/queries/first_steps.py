"""What a desk on a new installation still lacks."""

from datetime import datetime

from django.urls import reverse

from quarterdeck.core.models import Account, Team
from quarterdeck.core.waiting import Consequence, Told, WaitingItem
from quarterdeck.desk.models import Category
from quarterdeck.desk.rules import may_keep_categories
from quarterdeck.office.queries import organisation
from quarterdeck.office.rules import may_change_settings


def desk_first_steps(account: Account, _at: datetime) -> Told:
    """Ask for the team of what belongs to nobody else, and for the first category."""
    asks_team = may_change_settings(account) and organisation().default_team is None
    asks_category = may_keep_categories(account)
    teams, categories = Team.objects.values_list("pk")[:1], Category.objects.values_list("pk")[:1]
    yield [teams] * asks_team + [categories] * asks_category
    if asks_team and teams:
        yield WaitingItem(
            title="Say which team gets what belongs to nobody else",
            address=reverse("office.organisation"),
            due_at=None,
            consequence=Consequence.ORDINARY,
            kind="First steps",
            detail="What comes in by portal or mail goes to the team that supports its service, "
            "and to this one where there is none; without it, such tickets wait for a team.",
        )
    if asks_category and not categories:
        yield WaitingItem(
            title="Say what tickets may be about",
            address=reverse("desk.category.add"),
            due_at=None,
            consequence=Consequence.ORDINARY,
            kind="First steps",
            detail="What causes the work can be told once tickets name a category, and a true one "
            "when they are resolved.",
        )
