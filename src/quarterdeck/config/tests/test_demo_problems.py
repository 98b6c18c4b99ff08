"""Whoever looks finds the demo's problems, by the product's own measures and lists."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.test import Client

from quarterdeck.config.demo import cast
from quarterdeck.config.demo.problems import PRINTING, PROBLEMS, Problem
from quarterdeck.config.demo.sources import MONITOR
from quarterdeck.config.tests.demo import (
    AT,
    HOLE,
    LAST_MONTH,
    OUTAGE,
    STORY,
    account_of,
    read,
    value_of,
)
from quarterdeck.core.measures import Scope, State, measure_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.office.models import ImportBatch, ImportFinding, OutgoingMail
from quarterdeck.office.queries import period_named
from quarterdeck.office.vocabulary import BatchState, FindingKind, MailState
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.scorecard.models import ClosedReading
from quarterdeck.scorecard.queries.closings import Closing
from quarterdeck.scorecard.queries.figures import Figures

ROOT = Path(__file__).resolve().parents[4]
TEAMS = [f"team:{crew.team}" for crew in cast.CREWS]
AGED = timedelta(days=90)


pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.key)
def test_the_page_of_each_problem_opens(problem: Problem) -> None:
    client = Client()
    client.force_login(account_of(Role.ADMINISTRATOR))

    assert client.get(problem.page(STORY)).status_code == 200


def test_the_document_tells_of_each_problem_and_no_other() -> None:
    told = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8").splitlines()

    assert [line.removeprefix("- ") for line in told if line.startswith("- ")] == [
        problem.title for problem in PROBLEMS
    ]


def test_printing_comes_back_more_often_than_everything_else_does() -> None:
    printing = value_of("desk.reopen_rate", LAST_MONTH, PRINTING)

    assert printing > 4 * value_of("desk.reopen_rate", LAST_MONTH)


def test_printing_is_the_category_that_is_reopened_most() -> None:
    tickets = Ticket.objects.standing().values_list("category", "reopen_count")
    all_of = Counter(category for category, _ in tickets)
    reopened = Counter(category for category, count in tickets if count)

    shares = {category: reopened[category] / all_of[category] for category in all_of}

    assert max(shares, key=lambda category: shares[category]) == "Printing"


def test_most_of_the_tickets_that_are_open_for_months_lie_with_one_team() -> None:
    aged = Ticket.objects.standing().open().filter(opened_at__lt=AT - AGED)

    lying = Counter(aged.values_list("team__name", flat=True))

    assert lying.most_common(1)[0][0] == cast.APPLICATIONS


def test_the_action_about_the_ageing_backlog_is_overdue_and_told_again_every_month() -> None:
    action = CorrectiveAction.objects.about("desk.backlog_age", f"team:{cast.APPLICATIONS}").get()

    assert (action.ended_on, action.due_on < AT.date(), action.notes.count() > 3) == (
        None,
        True,
        True,
    )


def test_one_team_is_handed_tickets_on_more_than_any_other() -> None:
    shares = {team: value_of("desk.reassignment_rate", "2025", team) for team in TEAMS}

    assert max(shares, key=lambda team: shares[team]) == f"team:{cast.APPLICATIONS}"


def test_the_missing_month_reads_not_enough_evidence() -> None:
    assert read("desk.cycle_time", period_named(HOLE)).state == State.NOT_ENOUGH_EVIDENCE


def test_what_is_reported_as_email_truly_is_a_sign_in() -> None:
    email = Ticket.objects.standing().filter(category="Email and calendar")

    truly = Counter(email.exclude(true_category="").values_list("true_category", flat=True))

    assert truly.most_common(1)[0][0] == "Password and sign-in"


def test_one_person_works_on_most_of_a_teams_tickets() -> None:
    held = Ticket.objects.standing().filter(team__name=cast.SERVERS).exclude(assignee_name="")
    names = Counter(held.values_list("assignee_name", flat=True))

    (name, count), *_ = names.most_common(1)

    assert (name, count > names.total() / 2) == (cast.OVERLOADED, True)


def test_the_monitors_fixes_are_dated_before_the_report() -> None:
    reading = read("desk.cycle_time", period_named(LAST_MONTH), Scope("source", MONITOR))

    assert "The fix is dated before the report" in [each.reason for each in reading.excluded]


def test_the_outage_brings_the_busiest_month() -> None:
    zone = ZoneInfo(cast.ZONE)
    opened = Ticket.objects.standing().values_list("opened_at", flat=True)

    by_month = Counter(f"{instant.astimezone(zone):%Y-%m}" for instant in opened)

    assert by_month.most_common(1)[0][0] == OUTAGE


def test_the_new_process_makes_routine_work_faster() -> None:
    before, after = (
        value_of("desk.cycle_time", period)
        for period in ("2024-04-01..2024-09-30", "2025-09-01..2026-02-28")
    )

    assert after < before * Fraction(3, 4)


def test_promised_answers_come_late_where_resolutions_come_in_time() -> None:
    answered = value_of("desk.sla_response_kept", LAST_MONTH)
    resolved = value_of("desk.sla_resolution_kept", LAST_MONTH)

    assert (resolved > Fraction(9, 10), answered < Fraction(7, 10)) == (True, True)


def test_late_evidence_makes_further_restatements_due() -> None:
    row = ClosedReading.objects.get(
        closed_period__period="2025-11", measure="desk.reopen_rate", scope="organisation"
    )

    live = Figures.of(read("desk.reopen_rate", period_named("2025-11")))

    assert (Closing(row, ()).differs_from(live), measure_of(row.measure).key) == (
        True,
        "desk.reopen_rate",
    )


def test_some_actions_were_done_on_time_and_some_late() -> None:
    done = CorrectiveAction.objects.filter(state=ActionState.DONE)

    on_time = done.filter(ended_on__lte=F("due_on")).count()

    assert 0 < on_time < done.count()


def test_the_withdrawn_file_is_left_out_with_its_reason() -> None:
    batch = ImportBatch.objects.get(state=BatchState.WITHDRAWN)

    reasons = [each.reason for each in read("desk.cycle_time", period_named("2026-01")).excluded]

    assert f"Withdrawn with {batch}" in reasons


def test_the_waiting_file_has_an_error() -> None:
    batch = ImportBatch.objects.get(state=BatchState.EXAMINED)
    errors = ImportFinding.objects.filter(batch=batch, kind=FindingKind.ERROR)

    assert (batch.created > 0, batch.updated > 0, errors.count()) == (True, True, 1)


def test_one_mail_was_refused() -> None:
    assert OutgoingMail.objects.filter(state=MailState.REFUSED).count() == 1
