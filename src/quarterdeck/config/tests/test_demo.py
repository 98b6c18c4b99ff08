"""The demo department is a whole, deterministic installation."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.demo import DemoSignIn, cast, load_demo
from quarterdeck.config.demo.log import history
from quarterdeck.config.tests.demo import (
    AT,
    HOLE,
    LAST_MONTH,
    STORY,
    account_of,
    read,
    silent,
)
from quarterdeck.core.measures import State
from quarterdeck.core.models import Account, Person, Team, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import DutyShift, StateChange, Ticket, TicketMessage
from quarterdeck.desk.vocabulary import MessageKind, Oddity, TicketState
from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.kernels.periods import Period
from quarterdeck.office.models import (
    Attachment,
    Comment,
    ImportBatch,
    OutgoingMail,
    SavedView,
    Survey,
    SurveyInvitation,
    SurveyResponse,
)
from quarterdeck.office.queries import organisation, period_named
from quarterdeck.office.queries.survey_results import Days, results_of
from quarterdeck.office.vocabulary import BatchState, MailState
from quarterdeck.planning.models import ActionNote
from quarterdeck.scorecard.models import ClosedPeriod, Restatement, Target
from quarterdeck.services.models import Service

KEYS = (
    "desk.cycle_time",
    "desk.cycle_time_calendar",
    "desk.first_fix_time",
    "desk.first_fix_time_calendar",
    "desk.reopen_rate",
    "desk.reassignment_rate",
    "desk.sla_recorded",
)


pytestmark = pytest.mark.usefixtures("demo")


def months() -> list[Period]:
    """Return the 24 whole months before AT."""
    return period_named(LAST_MONTH).months_back(24)


def test_the_town_has_its_name_zone_fiscal_year_and_office_hours() -> None:
    own = organisation()

    assert (own.name, own.zone, own.rules, own.calendar.key, own.is_demo) == (
        "Brindlemere Town Council",
        "Europe/London",
        PeriodRules.constant("Europe/London", 7),
        "office-hours",
        True,
    )


def test_the_organisations_unit_bears_its_name() -> None:
    assert Unit.objects.get(parent=None).name == "Brindlemere Town Council"


def test_the_office_is_closed_on_public_holidays() -> None:
    days = organisation().calendar.holidays.filter(day__year=2025, day__month=12)

    # England and Wales, https://www.gov.uk/bank-holidays
    assert [day.isoformat() for day in days.order_by("day").values_list("day", flat=True)] == [
        "2025-12-25",
        "2025-12-26",
    ]


def test_the_department_has_six_teams_in_four_units() -> None:
    department = Unit.objects.get(name=cast.DEPARTMENT)

    assert (department.children.count(), Team.objects.count()) == (4, 6)


def test_about_forty_people_work_in_the_department() -> None:
    within = Unit.objects.below(Unit.objects.get(name=cast.DEPARTMENT))

    assert Person.objects.filter(unit__in=within).count() == 39


def test_only_those_at_the_top_report_to_nobody() -> None:
    alone = set(Person.objects.filter(reports_to=None).values_list("name", flat=True))

    assert alone == {cast.DIRECTOR, cast.EXECUTIVE, cast.REQUESTER}


def test_every_service_has_an_owner_and_agreed_hours() -> None:
    whole = Service.objects.filter(owner__isnull=False, agreed_hours__isnull=False)

    assert (Service.objects.count(), whole.count()) == (12, 12)


def test_the_it_manager_can_sign_in_with_the_password_given(demo: DemoSignIn) -> None:
    account = Account.objects.get(username=demo.username)

    assert (account, account.check_password(demo.password)) == (account_of(Role.IT_MANAGER), True)


def test_the_same_password_opens_an_account_of_every_role(demo: DemoSignIn) -> None:
    named = Account.objects.filter(username__in=[username for _, username in demo.others])

    opened = {
        role
        for account in named
        if account.check_password(demo.password)
        for role in account.roles.values_list("role", flat=True)
    }

    assert opened == set(Role.values)


def test_those_who_only_work_by_hand_cannot_sign_in_yet(demo: DemoSignIn) -> None:
    known = [username for _, username in demo.others]
    others = Account.objects.filter(is_builtin=False).exclude(username__in=known)

    assert {account.has_usable_password() for account in others} == {False}


def test_the_whole_log_is_taken_in() -> None:
    known = {(row["number"], row["sys_mod_count"]) for row in history(STORY).rows}

    told = StateChange.objects.filter(batch__source="demo")

    assert told.count() == len(known)


def test_one_file_was_rejected_in_part_and_no_other() -> None:
    rejected = ImportBatch.objects.filter(state=BatchState.APPLIED, rejected__gt=0)

    assert list(rejected.values_list("file_name", "rejected")) == [("monitor-alerts.csv", 2)]


def test_what_is_wrong_in_a_file_is_told_by_line_and_column() -> None:
    batch = ImportBatch.objects.get(file_name="monitor-alerts.csv")

    columns = ("line", "kind", "column", "found")
    told = batch.findings.order_by("line", "kind").values_list(*columns)

    # The word that nobody has explained stands as such, too, with how many lines wait for it.
    assert list(told) == [
        (9, "error", "priority", "0 - Disaster"),
        (9, "word", "priority", "0 - Disaster"),
        (33, "error", "sys_updated_at", "31/2/2026 10:00"),
    ]


def test_there_are_about_three_thousand_tickets() -> None:
    assert round(Ticket.objects.standing().count(), -3) == 3_000


@pytest.mark.parametrize("key", KEYS)
def test_every_measure_has_a_value_in_each_month_but_the_missing_one(key: str) -> None:
    silent_months = [month.key for month in months() if read(key, month).state != State.VALUE]

    assert silent_months == [HOLE]


def test_every_month_but_those_of_the_hole_is_wholly_covered() -> None:
    partly = [month.key for month in months() if read("desk.cycle_time", month).coverage < 1]

    assert partly == ["2024-10", HOLE, "2024-12"]


def test_nothing_of_the_missing_month_is_covered() -> None:
    assert read("desk.cycle_time", period_named(HOLE)).coverage == Fraction(0)


def test_no_event_falls_into_the_hole() -> None:
    zone = ZoneInfo(cast.ZONE)
    hole = datetime(2024, 10, 26, tzinfo=zone), datetime(2024, 12, 5, tzinfo=zone)

    lost = StateChange.objects.filter(occurred_at__gte=hole[0], occurred_at__lt=hole[1])

    assert lost.count() == 0


@pytest.mark.parametrize(
    "state", [TicketState.NEW, TicketState.ON_HOLD, TicketState.RESOLVED, TicketState.CANCELLED]
)
def test_tickets_by_hand_stand_in_every_state_of_a_desks_day(state: TicketState) -> None:
    assert Ticket.objects.filter(batch=None, state=state).exists()


@pytest.mark.parametrize("kind", MessageKind.values)
def test_tickets_by_hand_have_replies_notes_and_resolutions(kind: str) -> None:
    assert TicketMessage.objects.filter(kind=kind).exists()


def test_the_requester_has_tickets_of_her_own_some_of_them_open() -> None:
    own = Ticket.objects.visible_to(account_of(Role.REQUESTER))

    assert (own.count() >= 3, own.open().exists(), own.exclude(ended_at=None).exists()) == (
        True,
        True,
        True,
    )


def test_no_mail_waits_for_a_real_mail_server() -> None:
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {
        MailState.SENT,
        MailState.REFUSED,
    }


def test_the_months_before_the_last_are_closed() -> None:
    closed = ClosedPeriod.objects.order_by("period").values_list("period", flat=True)

    assert list(closed) == ["2025-10", "2025-11", "2025-12", "2026-01"]


def test_a_target_has_been_changed_and_the_one_before_is_kept() -> None:
    values = Target.objects.of("desk.cycle_time", "organisation").order_by("valid_from")

    assert list(values.values_list("value", "valid_to")) == [
        (Decimal(11 * 3600), date(2025, 9, 30)),
        (Decimal(8 * 3600), None),
    ]


def test_one_reading_of_the_late_month_is_restated() -> None:
    restated = Restatement.objects.values_list(
        "closed_reading__closed_period__period", "closed_reading__measure"
    )

    assert list(restated) == [("2025-11", "desk.cycle_time")]


def test_there_are_comments_files_notes_and_shared_views() -> None:
    found = (Comment, Attachment, ActionNote, SavedView.objects.filter(is_shared=True).model)

    assert [model.__name__ for model in found if not model._default_manager.exists()] == []


def test_some_reopened_tickets_were_not_fixed_again() -> None:
    unfixed = Ticket.objects.standing().filter(first_fix_at__isnull=False, last_fix_at=None)

    assert unfixed.exists()


def test_the_backlog_has_young_and_very_old_tickets() -> None:
    opened = Ticket.objects.standing().open().values_list("opened_at", flat=True)

    ages = [(AT - instant).days for instant in opened]

    assert min(ages) < 7
    assert max(ages) > 365


def test_the_backlog_of_the_last_month_is_known() -> None:
    assert read("desk.backlog_age", period_named(LAST_MONTH)).state == State.VALUE


def test_the_log_has_every_kind_of_oddity() -> None:
    listed = Ticket.objects.standing().values_list("oddities", flat=True)

    assert {oddity for oddities in listed for oddity in oddities} == set(Oddity.values)


def test_tickets_are_worked_on_by_members_of_their_team() -> None:
    members = {(crew.team, name) for crew in cast.CREWS for name in crew.members}
    held = Ticket.objects.exclude(assignee_name="").values_list("team__name", "assignee_name")

    assert set(held) <= members


def test_a_technician_sees_the_tickets_of_the_own_team_and_those_that_she_wrote_down() -> None:
    account = account_of(Role.TECHNICIAN)

    seen = Ticket.objects.visible_to(account).exclude(opened_by=account)

    assert set(seen.values_list("team__name", flat=True)) == {cast.SERVICE_DESK}


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.TEAM_LEAD])
def test_the_parts_in_which_tickets_are_found_sooner_are_all_that_one_sees(role: Role) -> None:
    account = account_of(role)

    parts = Ticket.objects.all().visible_in_parts(account)

    found = set().union(*(part.values_list("pk", flat=True) for part in parts))
    assert found == set(Ticket.objects.visible_to(account).values_list("pk", flat=True))
    assert found


def test_a_team_lead_sees_the_tickets_of_the_own_team_only() -> None:
    seen = Ticket.objects.visible_to(account_of(Role.TEAM_LEAD))

    assert set(seen.values_list("team__name", flat=True)) == {cast.NETWORK}


def test_the_lead_who_signs_in_has_open_work_and_a_rota() -> None:
    lead = account_of(Role.TEAM_LEAD)
    by_hand = Ticket.objects.visible_to(lead).open().filter(batch=None)

    assert (by_hand.count(), by_hand.filter(assignee=None).count()) == (6, 2)
    assert DutyShift.objects.filter(team__name=cast.NETWORK).count() == 5


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.EXECUTIVE_VIEWER])
def test_who_has_no_part_in_the_work_sees_no_ticket_of_others(role: Role) -> None:
    account = account_of(role)

    seen = Ticket.objects.visible_to(account).exclude(requester=account.person)

    assert list(seen) == []


@pytest.mark.parametrize("role", [Role.IT_MANAGER, Role.DIRECTOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_answers_for_the_department_sees_every_ticket(role: Role) -> None:
    seen = Ticket.objects.visible_to(account_of(role))

    assert seen.count() == Ticket.objects.standing().count()


def test_a_second_load_changes_nothing() -> None:
    before = Person.objects.count(), Ticket.objects.count(), ImportBatch.objects.count()

    again = load_demo(actor=operator(), at=AT, report=silent)

    after = Person.objects.count(), Ticket.objects.count(), ImportBatch.objects.count()
    assert (again, after) == (None, before)


def test_people_were_asked_how_it_is_and_small_groups_are_hidden() -> None:
    manager = account_of(Role.IT_MANAGER)
    survey = Survey.objects.get(is_anonymous=True)
    begun = survey.begun_at.astimezone(organisation().tzinfo).date() + timedelta(days=1)

    results = results_of(survey, Days(begun, AT.date()), "unit", manager, AT)

    asked = SurveyInvitation.objects.filter(survey=survey).count()
    answered = SurveyResponse.objects.filter(survey=survey).count()
    hidden = {group.title for group in results.groups if group.score is None}
    shown = [group.n for group in results.groups if group.score is not None]
    assert (results.n, results.rate.answered, results.rate.asked) == (answered, answered, asked)
    assert 0 < answered < asked
    assert cast.SECURITY in hidden
    assert shown
    assert min(shown) >= survey.smallest_group
    assert Survey.objects.filter(ended_at=None).count() == 3
