"""The page of saved views: whose one finds there, and what one may do with them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from quarterdeck.core.acts import labelled
from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import SavedView
from quarterdeck.office.verbs.saved_views import choose_columns, keep_view

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGE = "/office/saved-views/"


def account(operator: Account, name: str, role: Role) -> Account:
    with labelled(operator.label):
        person = Person.objects.create(name=name, external_id=name)
        made = Account.objects.create(username=name.lower(), person=person)
        RoleAssignment.objects.create(account=made, role=role)
    return made


@pytest.fixture
def lena(operator: Account) -> Account:
    """A team lead, who may share views."""
    return account(operator, "Lena", Role.TEAM_LEAD)


@pytest.fixture
def nils(operator: Account) -> Account:
    """A technician, who may not."""
    return account(operator, "Nils", Role.TECHNICIAN)


def keep(owner: Account, name: str, **given: Any) -> SavedView:
    asked = {"record": "core.team", "parameters": "q=net", **given}
    return keep_view(name=name, actor=owner, at=AT, **asked)


def signed_in(reader: Account) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def text_of(reader: Account) -> str:
    return signed_in(reader).get(PAGE).content.decode()


def test_ones_own_views_and_shared_ones_are_listed_with_their_lists(
    lena: Account, nils: Account
) -> None:
    keep(lena, "Ours", is_shared=True)
    keep(lena, "Hers")
    keep(nils, "Mine")
    choose_columns(record="core.team", columns=["lead"], actor=nils, at=AT)

    text = text_of(nils)

    assert '<a href="/core/teams/?q=net">Mine</a></th><td>Teams</td>' in text
    assert [f">{name}</a></th>" in text for name in ("Ours", "Hers", "Mine")] == [True, False, True]
    assert "Columns of" not in text


def test_what_one_may_change_has_its_buttons(lena: Account, nils: Account) -> None:
    keep(lena, "Ours", is_shared=True)
    keep(nils, "Mine")

    text = text_of(nils)

    assert ("Change Mine" in text, "Change Ours" in text) == (True, False)


def test_a_reader_without_views_is_told_how_to_make_one(nils: Account) -> None:
    assert "No saved views yet" in text_of(nils)


def test_a_view_opens_its_list(nils: Account) -> None:
    view = keep(nils, "Mine")

    answer = signed_in(nils).get(f"{PAGE}{view.pk}/")

    assert answer.headers["Location"] == "/core/teams/?q=net"


def test_a_view_is_renamed_and_shared(lena: Account) -> None:
    view = keep(lena, "Mine")

    sent = {"version": "1", "name": "Network teams", "shared": "on"}
    answer = signed_in(lena).post(f"{PAGE}{view.pk}/change", sent)

    view.refresh_from_db()
    assert (answer.status_code, view.name, view.is_shared) == (302, "Network teams", True)


def test_who_may_not_share_is_not_offered_it_and_cannot(nils: Account) -> None:
    view = keep(nils, "Mine")
    client = signed_in(nils)

    form = client.get(f"{PAGE}{view.pk}/change").content.decode()
    client.post(f"{PAGE}{view.pk}/change", {"version": "1", "name": "Mine", "shared": "on"})

    view.refresh_from_db()
    assert ("For everybody" in form, view.is_shared) == (False, False)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"version": "1", "name": ""}, 422),
        ({"version": "1", "name": "Other"}, 409),
        ({"version": "7", "name": "Newer"}, 409),
    ],
    ids=["no name", "a name that is taken", "an old version"],
)
def test_what_cannot_be_saved_is_refused(nils: Account, sent: dict[str, str], status: int) -> None:
    view = keep(nils, "Mine")
    keep(nils, "Other")

    answer = signed_in(nils).post(f"{PAGE}{view.pk}/change", sent)

    view.refresh_from_db()
    assert (answer.status_code, view.name) == (status, "Mine")


def test_another_readers_view_is_not_there_and_a_shared_one_is_not_ones_own(
    lena: Account, nils: Account
) -> None:
    hers, ours = keep(lena, "Hers"), keep(lena, "Ours", is_shared=True)
    client = signed_in(nils)

    found = [client.get(f"{PAGE}{view.pk}/").status_code for view in (hers, ours)]
    changed = [client.get(f"{PAGE}{view.pk}/change").status_code for view in (hers, ours)]

    assert (found, changed) == ([404, 302], [404, 404])


def test_a_view_is_removed_from_its_page(nils: Account) -> None:
    view = keep(nils, "Mine")

    answer = signed_in(nils).post(f"/office/views/{view.pk}/remove", {"back": "views"})

    assert (answer.headers["Location"], SavedView.objects.count()) == (PAGE, 0)
