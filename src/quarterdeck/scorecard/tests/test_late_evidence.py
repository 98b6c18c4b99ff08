"""Closed readings are compared with what is known later; what differs waits for a restatement."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.jobs import unfinished
from quarterdeck.core.models import Account
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role
from quarterdeck.core.waiting import told_by
from quarterdeck.kernels.periods import parse_period
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.queries.actions import DOMAIN
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.jobs import compare_closed_readings, restate_month
from quarterdeck.scorecard.models import (
    ClosedComparison,
    ClosedPeriod,
    ClosedReading,
    Restatement,
)
from quarterdeck.scorecard.queries.late_evidence import (
    due_by_month,
    late_readings,
    waiting_restatements,
)
from quarterdeck.scorecard.tests.actions_of_may import actions_of_may
from quarterdeck.scorecard.verbs.closings import close_period, issue_restatement
from quarterdeck.scorecard.verbs.late_evidence import ask_for_restatement, compare_closed

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
MAY = parse_period("2026-05")
KEY = "planning.actions_on_time"


@pytest.fixture
def actions(operator: Account, given: Given) -> list[CorrectiveAction]:
    """Two actions were due in May: one was done in time, the other is still open."""
    owner = add_person(name="Nkechi Baptiste", actor=operator, at=AT)
    return actions_of_may(owner, given)


def marked() -> None:
    touch(DOMAIN, MAY.span.start, MAY.span.end - timedelta(days=1))


@pytest.fixture
def closed(actions: list[CorrectiveAction], operator: Account, given: Given) -> ClosedPeriod:
    """May, closed; learnt after it: the second action was done in time."""
    month = close_period(period=MAY, actor=operator, at=AT)
    with given():
        CorrectiveAction.objects.filter(pk=actions[1].pk).update(
            state=ActionState.DONE, ended_on=actions[1].due_on
        )
        marked()
    return month


def compare(operator: Account) -> int:
    return compare_closed(actor=operator, at=AT)


def client_of(username: str, role: Role, operator: Account) -> Client:
    account = add_account(username=username, actor=operator, at=AT)
    assign_role(account=account, role=role, actor=operator, at=AT)
    client = Client()
    client.force_login(account)
    return client


def waiting(account: Account) -> list[tuple[str, str]]:
    told = told_by([waiting_restatements], account, AT)
    return [(item.title, item.address) for item in told]


@pytest.mark.usefixtures("closed")
def test_what_later_evidence_changes_is_due_and_waits_for_who_may_restate(
    operator: Account,
) -> None:
    before = waiting(operator)
    compare(operator)

    assert (before, due_by_month(operator)) == ([], {"2026-05": 1})
    address = reverse("scorecard.period.late", args=["2026-05"])
    assert waiting(operator) == [("1 closed reading of 2026-05 to restate", address)]
    technician = add_account(username="tech", actor=operator, at=AT)
    assign_role(account=technician, role=Role.TECHNICIAN, actor=operator, at=AT)
    assert waiting(technician) == []


def test_what_has_been_compared_is_compared_again_only_when_its_evidence_moves(
    closed: ClosedPeriod, operator: Account, given: Given
) -> None:
    # The measures whose evidence lies in the plans: what is stored of them in May, once.
    first, again = compare(operator), compare(operator)
    with given():
        marked()
    moved = compare(operator)

    domain = ClosedComparison.objects.filter(closed_reading__closed_period=closed)
    assert (again, moved) == (0, first)
    assert (domain.count(), domain.filter(differs=True).count()) == (first, 1)


@pytest.mark.usefixtures("closed")
def test_the_page_puts_before_and_after_side_by_side(operator: Account) -> None:
    compare(operator)
    client = client_of("kim", Role.IT_MANAGER, operator)

    page = client.get(reverse("scorecard.period.late", args=["2026-05"]))
    months = client.get(reverse("scorecard.periods")).content.decode()

    (row,) = page.context["rows"]
    told = (row.late.measure.key, row.before, row.late.standing.n, row.now, row.late.live.n)
    assert told == (KEY, "50.0\xa0%", 2, "100.0\xa0%", 2)
    assert reverse("scorecard.period.late", args=["2026-05"]) in months


def test_the_scopes_of_a_measure_stand_together_the_organisation_first(
    closed: ClosedPeriod, operator: Account
) -> None:
    rows = closed.readings.filter(measure="desk.cycle_time")
    first = rows.get(scope="organisation")
    with acting(actor=operator, verb_name="tests.scopes", at=AT):
        others = [
            ClosedReading.objects.create(
                closed_period=closed,
                measure=first.measure,
                scope=scope,
                version_of_definition=first.version_of_definition,
                definition=first.definition,
                figures=first.figures,
                parameters=first.parameters,
                exclusions=first.exclusions,
                evidence=first.evidence,
                fingerprint=first.fingerprint,
            )
            for scope in ("team:Network", "service:Mail")
        ]
    for row in (*others, first):
        ClosedComparison.objects.create(
            closed_reading=row,
            fingerprint="another",
            figures=first.figures,
            differs=True,
            compared_at=AT,
        )

    found = late_readings(operator, closed)

    assert [str(each.scope) for each in found] == ["organisation", "service:Mail", "team:Network"]


@pytest.mark.usefixtures("closed")
def test_who_reads_and_may_not_restate_is_offered_no_button(operator: Account) -> None:
    compare(operator)
    client = client_of("vera", Role.AUDITOR, operator)
    address = reverse("scorecard.period.restate", args=["2026-05"])

    page = client.get(reverse("scorecard.period.late", args=["2026-05"])).content.decode()

    assert ("100.0" in page, address in page) == (True, False)
    assert client.post(address, {"reason": "Late."}).status_code == 404


@pytest.mark.usefixtures("closed")
def test_what_is_chosen_is_restated_by_a_worker_and_waits_no_more(operator: Account) -> None:
    compare(operator)
    client = client_of("kim", Role.IT_MANAGER, operator)
    (due,) = ClosedComparison.objects.filter(differs=True)
    sent = {"reading": [due.closed_reading_id], "reason": "The note came late."}

    client.post(reverse("scorecard.period.restate", args=["2026-05"]), sent)
    queued = len(unfinished("scorecard.restate_month"))
    kim = Account.objects.get(username="kim")
    restate_month.call(
        readings=[due.closed_reading_id], reason="The note came late.", actor_key=kim.pk
    )

    made = Restatement.objects.get()
    assert (queued, made.number, made.reason, made.issued_by) == (1, 1, "The note came late.", kim)
    assert (due_by_month(operator), compare(operator)) == ({}, 0)


@pytest.mark.usefixtures("closed")
def test_a_reading_that_is_restated_on_its_own_page_is_due_no_more(operator: Account) -> None:
    compare(operator)
    row = ClosedComparison.objects.get(differs=True).closed_reading

    issue_restatement(closed_reading=row, reason="The note came late.", actor=operator, at=AT)

    assert due_by_month(operator) == {}


@pytest.mark.usefixtures("closed")
def test_evidence_that_goes_back_takes_what_was_due_along(
    actions: list[CorrectiveAction], operator: Account, given: Given
) -> None:
    compare(operator)
    with given():
        CorrectiveAction.objects.filter(pk=actions[1].pk).update(
            state=ActionState.OPEN, ended_on=None
        )
        marked()
    compare(operator)

    assert due_by_month(operator) == {}


@pytest.mark.parametrize(
    ("given_words", "told"),
    [
        ({"reason": " "}, "Say why"),
        ({"reason": "Late.", "readings": []}, "Choose at least one"),
    ],
)
def test_nothing_is_restated_without_a_reason_or_a_choice(
    closed: ClosedPeriod, operator: Account, given_words: dict[str, Any], told: str
) -> None:
    compare(operator)
    chosen = list(ClosedComparison.objects.values_list("closed_reading", flat=True))
    words = {"readings": chosen, **given_words}

    with pytest.raises(Refused, match=told):
        ask_for_restatement(closed=closed, actor=operator, at=AT, **words)


@pytest.mark.usefixtures("closed")
def test_the_job_of_the_night_compares(operator: Account) -> None:
    assert compare_closed_readings.call() == compare(operator) + ClosedComparison.objects.count()
    assert due_by_month(operator) == {"2026-05": 1}


@pytest.mark.usefixtures("closed")
def test_somebody_has_it_compared_now(operator: Account) -> None:
    client = client_of("kim", Role.IT_MANAGER, operator)

    client.post(reverse("scorecard.period.compare"))

    assert len(unfinished("scorecard.compare_closed_readings")) == 1
