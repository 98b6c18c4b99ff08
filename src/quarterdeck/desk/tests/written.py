"""Short ways to articles for the tests of knowledge."""

from datetime import datetime
from typing import Any

from quarterdeck.core.acts import acting
from quarterdeck.core.models import RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article
from quarterdeck.desk.tests.web_cast import NOON, Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, staffed_desk
from quarterdeck.desk.verbs.articles import (
    Wording,
    draft_article,
    publish_article,
    submit_article,
)

VPN = Wording(
    title="Connect to the VPN from home",
    summary="What to install, and what to type.",
    text="1. Install the *client*\n2. Type `vpn.example.org`",
)


def led_desk() -> Desk:
    """The staffed desk, where Vera leads."""
    desk = staffed_desk()
    with acting(actor=desk.operator, verb_name="test.lead", at=NOON):
        RoleAssignment.objects.create(account=account("vera"), role=Role.TEAM_LEAD)
    return desk


def written(by: str = "nils", at: datetime = MONDAY, **given: Any) -> Article:
    """A draft."""
    words = {"title": VPN.title, "summary": VPN.summary, "text": VPN.text, **given}
    return draft_article(wording=Wording(**words), actor=account(by), at=at)


def published(
    by: str = "nils", reviewer: str = "vera", at: datetime = MONDAY, **given: Any
) -> Article:
    """An article that somebody wrote and somebody else published."""
    article = written(by, at, **given)
    submit_article(article=article, actor=account(by), at=at)
    return publish_article(article=article, seen=1, actor=account(reviewer), at=at)
