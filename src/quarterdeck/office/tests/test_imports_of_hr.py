"""An HR partner of the whole house brings in tables of people, and nothing else."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.rules import may_import
from quarterdeck.office.tests.people_tables import ADA, AT, BOB, found_places, person, taker
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.imports import begin_import

pytestmark = pytest.mark.django_db

NEW_UNIT = "3,Cleo Zhang,cleo@example.org,Records,Archive,1,2021-02-28,"


def partner(name: str, operator: Account, unit: Unit | None = None) -> Account:
    account = add_account(username=name, actor=operator, at=AT)
    assign_role(account=account, role=Role.HR_PARTNER, unit=unit, actor=operator, at=AT)
    return account


@pytest.fixture
def hr(operator: Account) -> Account:
    return partner("hr", operator)


def test_people_come_in_with_a_unit_and_team_that_are_new_and_go_out_again(
    hr: Account, operator: Account, tmp_path: Path
) -> None:
    found_places(operator)
    batch = taker(tmp_path, hr)(ADA, BOB, NEW_UNIT, options={"unknown_places": "create"})

    assert person("3").unit == Unit.objects.get(name="Records")
    assert withdraw_import(batch=batch, actor=hr, at=AT).state == "withdrawn"


def test_no_other_file_is_taken_from_hr(hr: Account) -> None:
    with pytest.raises(Refused, match="You may not import files"):
        begin_import(
            profile="servicenow-incident-events",
            source="desk",
            file_name="log.csv",
            file_digest="0",
            zone="UTC",
            accept="all",
            actor=hr,
            at=AT,
        )


def test_an_hr_partner_of_one_unit_imports_nobody(operator: Account) -> None:
    unit = found_places(operator)

    assert not may_import(partner("local", operator, unit), "people-table")


def test_hr_sees_imports_of_people_alone_and_is_offered_that_format(
    hr: Account, operator: Account, tmp_path: Path
) -> None:
    found_places(operator)
    own = taker(tmp_path, operator)(ADA)
    begin_import(
        profile="servicenow-incident-events",
        source="desk",
        file_name="log.csv",
        file_digest="0",
        zone="UTC",
        accept="all",
        actor=operator,
        at=AT,
    )
    client = Client()
    client.force_login(hr)

    page = client.get(reverse("office.import")).content.decode()

    assert list(ImportBatch.objects.visible_to(hr)) == [own]
    assert [key in page for key in ("people-table", "servicenow-incident-events")] == [True, False]
