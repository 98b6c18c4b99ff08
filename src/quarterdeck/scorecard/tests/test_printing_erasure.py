"""Printed scorecards where somebody is erased: all go, and none names them again."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from quarterdeck.core.directory import add_person
from quarterdeck.core.erasure import erase, names_of
from quarterdeck.core.measures import ORGANISATION
from quarterdeck.core.models import Account, Person
from quarterdeck.office.models import PrintedPaper
from quarterdeck.office.verbs.printing import SomebodyErased, remove_old_prints
from quarterdeck.scorecard.tests.test_printing import (
    ASKED,
    AT,
    ON_TIME,
    account,
    ask,
    had,
    kept,
    made_for,
    pressed,
    statuses,
    work_off,
)
from quarterdeck.scorecard.verbs.printing import print_scorecard
from quarterdeck.scorecard.verbs.targets import set_target

pytestmark = [pressed, pytest.mark.django_db]


@pytest.fixture
def person(operator: Account) -> Person:
    return add_person(name="Zenobia Quillfeather", actor=operator, at=AT)


def erased(person: Person, operator: Account) -> None:
    law = "GDPR, Art. 17"
    erase(names=names_of(person), person=person, reason=law, actor=operator, at=AT)


def test_an_erasure_removes_what_was_printed_and_what_is_printed_after_it_is_read(
    person: Person, operator: Account
) -> None:
    manager, client = account("manager", operator), Client()
    client.force_login(manager)
    set_target(
        measure=ON_TIME.key,
        scope=ORGANISATION,
        value=Decimal("0.9"),
        owner=person,
        valid_from=date(2026, 1, 1),
        actor=manager,
        at=AT,
    )
    # Whom its pages name, nobody can seek.
    before = had(manager, kept("sealed", expires_at=None))

    erased(person, operator)
    after = ask(manager)
    work_off()

    assert statuses(client, before) == [404] * 4
    removed = remove_old_prints(actor=operator, at=AT)
    assert (made_for(after).size > 0, removed, statuses(client, after)) == (True, 0, [200] * 4)


def test_what_is_printed_while_somebody_is_erased_is_laid_out_anew(
    person: Person, operator: Account
) -> None:
    row = ask(account("manager", operator))

    def slices() -> Callable[[], bool]:
        erased(person, operator)
        return lambda: True

    with pytest.raises(SomebodyErased):
        print_scorecard(asked=ASKED, slices=slices, actor=operator, at=AT)

    assert not PrintedPaper.objects.exists()
    work_off()
    assert made_for(row).size > 0
