"""Who opens the demo at once finds its scorecard there, whether or not a worker has looked."""

import pytest
from django.test import Client

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.demo import take_first_readings
from quarterdeck.config.tests.demo import AT, LAST_MONTH, account_of
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.usefixtures("demo")
SCORECARD = f"/scorecard/?period={LAST_MONTH}"
CYCLE_TIME = f"/scorecard/measures/desk.cycle_time/?period={LAST_MONTH}"


@pytest.mark.parametrize("address", [SCORECARD, CYCLE_TIME])
def test_no_reading_of_the_first_view_is_still_being_computed(address: str) -> None:
    client = Client()
    client.force_login(account_of(Role.IT_MANAGER))
    before = client.get(address).content.decode()

    take_first_readings(actor=operator(), at=AT)

    after = client.get(address).content.decode()
    waits = "Being computed" in before, "Being computed" in after
    assert waits == (True, False)
    assert take_first_readings(actor=operator(), at=AT) == 0
