"""Whether knowledge spares tickets, and whether it is looked after."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.measures import ORGANISATION, Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article
from quarterdeck.desk.tests.web_cast import NOON
from quarterdeck.desk.tests.work_cast import MONDAY, account
from quarterdeck.desk.tests.written import led_desk, published
from quarterdeck.desk.verbs.article_use import note_knowledge_visit
from quarterdeck.desk.verbs.articles import confirm_article, retire_article
from quarterdeck.desk.verbs.tickets import Report, open_ticket
from quarterdeck.desk.vocabulary.knowledge import VisitKind
from quarterdeck.kernels.periods import parse_period

pytestmark = pytest.mark.django_db


def reading(key: str, period: str, as_of: datetime, scope: Scope = ORGANISATION) -> Reading:
    span = parse_period(period).span
    return take(measure_of(key), span, scope, Terms(as_of))


def looks_for_help(number: int, article: Article | None, *, reports: bool) -> None:
    """Let somebody new look for help on the fifth of April, and perhaps report it the day after."""
    at = datetime(2016, 4, 5, 10, tzinfo=UTC)
    with acting(actor=account("ada"), verb_name="test.join", at=NOON):
        person = Person.objects.create(name=f"Reader {number}", external_id=f"R{number}")
        reader = Account.objects.create(username=f"reader{number}", password="!", person=person)  # noqa: S106 — nothing matches it
        RoleAssignment.objects.create(account=reader, role=Role.REQUESTER)
    note_knowledge_visit(kind=VisitKind.SEARCHED, words="vpn", found=1, actor=reader, at=at)
    if article is not None:
        note_knowledge_visit(kind=VisitKind.VIEWED, article=article, actor=reader, at=at)
    if reports:
        report = Report(title="No VPN", requester=person)
        open_ticket(report=report, actor=account("nils"), at=at + timedelta(days=1))


def test_deflection_is_the_difference_from_the_base_rate() -> None:
    led_desk()
    article = published()
    # 30 read it and 6 of them report something; 30 read nothing and 12 of them do.
    for number in range(60):
        has_read, place = number < 30, number % 30
        looks_for_help(
            number, article if has_read else None, reports=place < (6 if has_read else 12)
        )

    found = reading("desk.deflection", "2016-04", datetime(2016, 5, 2, tzinfo=UTC))

    assert (found.state, found.value, found.n) == (State.VALUE, Fraction(24 - 18, 30), 60)
    assert found.parameters["read an article"] == "30, of whom 6 reported something"


def test_too_few_enquiries_are_not_enough_evidence() -> None:
    led_desk()
    article = published()
    for number in range(4):
        looks_for_help(number, article if number < 2 else None, reports=False)

    found = reading("desk.deflection", "2016-04", datetime(2016, 5, 2, tzinfo=UTC))

    assert (found.state, found.value, [each.n for each in found.excluded]) == (
        State.NOT_ENOUGH_EVIDENCE,
        None,
        [4],
    )


def test_an_enquiry_whose_days_are_not_over_is_not_counted() -> None:
    led_desk()
    looks_for_help(1, published(), reports=False)

    found = reading("desk.deflection", "2016-04", datetime(2016, 4, 6, tzinfo=UTC))

    assert found.excluded == ()


def test_the_desks_own_staff_is_no_enquiry() -> None:
    led_desk()
    article = published()
    note_knowledge_visit(kind=VisitKind.VIEWED, article=article, actor=account("omar"), at=MONDAY)

    found = reading("desk.deflection", "2016-04", datetime(2016, 5, 2, tzinfo=UTC))

    assert found.excluded == ()


def test_freshness_is_that_of_the_end_of_the_period() -> None:
    led_desk()
    kept, stale, gone = (published(title=title) for title in ("Kept", "Stale", "Gone"))
    late = datetime(2017, 6, 1, 9, tzinfo=UTC)
    confirm_article(article=kept, actor=account("vera"), at=MONDAY + timedelta(days=300))
    retire_article(article=gone, reason="Nobody needs it", actor=account("vera"), at=MONDAY)

    in_time = reading("desk.article_freshness", "2016-12", late)
    overdue = reading("desk.article_freshness", "2017-05", late)

    assert (in_time.value, in_time.n) == (Fraction(1), 2)
    assert (overdue.value, overdue.amounts) == (Fraction(1, 2), {kept.pk: 1, stale.pk: 0})


def test_before_the_first_decision_nothing_is_known() -> None:
    led_desk()
    published()

    found = reading("desk.article_freshness", "2016-02", datetime(2016, 5, 2, tzinfo=UTC))

    assert (found.state, found.coverage) == (State.NOT_ENOUGH_EVIDENCE, Fraction(0))
