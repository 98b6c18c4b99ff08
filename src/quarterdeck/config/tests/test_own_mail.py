"""What one may wish to be told by mail, on one's own page and for one's own programs."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.cast import arrange_cast
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.django_db

OF_THE_DESK = {
    "desk.assignment",
    "desk.answered",
    "desk.rule",
    "desk.clock-warning",
    "desk.clock-breach",
    "desk.escalation",
    "desk.escalation-answer",
}
OF_EVERYBODY = {"desk.reply", "desk.resolution", "desk.watched-reply", "people.training"}


@pytest.mark.parametrize(
    ("role", "of_the_desk"), [(Role.REQUESTER, set()), (Role.TECHNICIAN, OF_THE_DESK)]
)
def test_mails_for_the_desk_are_offered_to_those_who_can_get_them(
    role: Role, of_the_desk: set[str], tmp_path: Path
) -> None:
    account = arrange_cast(tmp_path).accounts[role]
    client = Client()
    client.force_login(account)

    offered = {kind.key for kind in client.get(reverse("account.mail")).context["form"].kinds}
    told = Client().get(reverse("api-v1:mail.wishes"), headers=bearer(account)).json()["timings"]

    assert offered == set(told)
    assert offered & OF_THE_DESK == of_the_desk
    assert offered >= OF_EVERYBODY
