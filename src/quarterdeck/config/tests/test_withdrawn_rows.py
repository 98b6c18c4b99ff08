"""Rows behind a closed figure that were withdrawn later: none shows, and all are told of."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.tests.incident_log import AT, history, take_in, write_log
from quarterdeck.kernels.periods import parse_period
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.scorecard.verbs.closings import close_period
from quarterdeck.scorecard.web import evidence

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true", "HX-Target": "evidence"}


def rows(client: Client) -> str:
    address = reverse("scorecard.measure", args=["desk.cycle_time"])
    asked = {"period": "2016-03", "rows": "counted"}
    return client.get(address, asked, headers=PART).content.decode()


@pytest.mark.parametrize("few", [5_000, 0])
def test_withdrawn_rows_are_hidden_however_many_there_are(
    few: int, tmp_path: Path, operator: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_FEW", few)
    take_in(write_log(tmp_path / "kept.csv", history("INC1")), operator)
    later = [*history("INC2"), *history("INC3")]
    batch = take_in(write_log(tmp_path / "later.csv", later), operator)
    close_period(period=parse_period("2016-03"), actor=operator, at=AT)
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    client = Client()
    client.force_login(manager)

    before = rows(client)
    withdraw_import(batch=batch, actor=operator, at=AT)
    after = rows(client)

    assert [number in before for number in ("INC1", "INC2", "INC3")] == [True, True, True]
    assert [number in after for number in ("INC1", "INC2", "INC3")] == [True, False, False]
    assert "more rows" not in before
    assert "2 more rows were counted that you may not see, or that were withdrawn." in after
