"""Whether knowledge spares tickets, and whether it is looked after."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.measures import ORGANISATION, Reading, Scope, State, Terms, measure_of, take
from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article, KnowledgeVisit
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


AT = datetime(2016, 4, 5, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = datetime(2016, 5, 2, tzinfo=UTC)


def reader(number: int) -> Account:
    """Somebody new, who may report and read."""
    with acting(actor=account("ada"), verb_name="test.join", at=NOON):
        person = Person.objects.create(name=f"Reader {number}", external_id=f"R{number}")
        found = Account.objects.create(username=f"reader{number}", password="!", person=person)  # noqa: S106 — nothing matches it
        RoleAssignment.objects.create(account=found, role=Role.REQUESTER)
    return found


def searches(actor: Account, at: datetime, *, found: int = 1) -> None:
    note_knowledge_visit(kind=VisitKind.SEARCHED, words="vpn", found=found, actor=actor, at=at)


def types(actor: Account, at: datetime) -> None:
    """Type what a report shall be called, and be offered an article."""
    note_knowledge_visit(kind=VisitKind.OFFERED, found=1, actor=actor, at=at)


def reads(actor: Account, article: Article, at: datetime) -> None:
    note_knowledge_visit(kind=VisitKind.VIEWED, article=article, actor=actor, at=at)


def reports(actor: Account, at: datetime) -> None:
    report = Report(title="No VPN", requester=actor.person)
    open_ticket(report=report, actor=account("nils"), at=at)


def looks_for_help(number: int, article: Article | None, *, reports_it: bool) -> None:
    """Let somebody new look for help on the fifth of April, and perhaps report it the day after."""
    actor = reader(number)
    searches(actor, AT)
    if article is not None:
        reads(actor, article, AT)
    if reports_it:
        reports(actor, AT + DAY)


def excluded_by(found: Reading) -> dict[str, int]:
    return {each.reason: each.n for each in found.excluded}


def test_deflection_is_the_difference_from_the_base_rate() -> None:
    led_desk()
    article = published()
    # 30 read it and 6 of them report something; 30 read nothing and 12 of them do.
    for number in range(60):
        has_read, place = number < 30, number % 30
        looks_for_help(
            number, article if has_read else None, reports_it=place < (6 if has_read else 12)
        )

    found = reading("desk.deflection", "2016-04", LATER)

    assert (found.state, found.value, found.n) == (State.VALUE, Fraction(24 - 18, 30), 60)
    assert found.parameters["read an article"] == "30, of whom 6 reported something"


def test_reading_after_a_report_spares_no_ticket() -> None:
    led_desk()
    article = published()
    # All 60 search and report it an hour later; half of them read the article after that.
    for number in range(60):
        actor = reader(number)
        searches(actor, AT)
        reports(actor, AT + HOUR)
        if number < 30:
            reads(actor, article, AT + 2 * HOUR)

    found = reading("desk.deflection", "2016-04", LATER)

    # Nobody is left who read before a report, so that there is nothing to compare with.
    assert (found.state, found.value) == (State.NOT_ENOUGH_EVIDENCE, None)
    assert found.parameters["read an article"] == "0, of whom 0 reported something"
    assert found.parameters["read none"] == "30, of whom 30 reported something"
    assert excluded_by(found) == {
        "Had reported something in the 3 days before": 30,
        "Too few on one side to compare": 30,
    }


def test_searching_and_typing_a_report_have_base_rates_of_their_own() -> None:
    led_desk()
    article = published()
    # Of those who searched, 3 of 30 who read report it, and 9 of 30 who did not. Of those who were
    # typing a report, 15 of 30 who read report it, and all 30 who did not.
    for number in range(120):
        actor, has_read, place = reader(number), number % 60 < 30, number % 30
        begins, of_read, of_unread = (searches, 3, 9) if number < 60 else (types, 15, 30)
        begins(actor, AT)
        if has_read:
            reads(actor, article, AT + HOUR)
        if place < (of_read if has_read else of_unread):
            reports(actor, AT + DAY)

    searching = reading("desk.deflection", "2016-04", LATER)
    typing = reading("desk.deflection_while_reporting", "2016-04", LATER)

    # 27/30 - 21/30, and 15/30 - 0/30; mixed, it would be 42/60 - 21/60 for both.
    assert (searching.value, searching.n) == (Fraction(1, 5), 60)
    assert (typing.value, typing.n) == (Fraction(1, 2), 60)
    assert typing.parameters["read none"] == "30, of whom 30 reported something"
    for found in (searching, typing):
        assert found.included is not None
        assert set(found.included.values_list("pk", flat=True)) == set(found.amounts)


def test_what_tells_nothing_of_sparing_is_left_out_with_its_reason() -> None:
    led_desk()
    article = published()
    direct, fruitless, again, earlier = (reader(number) for number in range(4))
    reads(direct, article, AT)
    with acting(actor=earlier, verb_name="test.offer", at=AT):
        # As a former version kept it, which did not tell a search from a report.
        KnowledgeVisit.objects.create(
            kind=VisitKind.OFFERED, person=earlier.person, is_of_desk=False, found=1, at=AT
        )
    searches(fruitless, AT, found=0)
    for days in range(3):
        searches(again, AT + days * DAY)

    found = reading("desk.deflection", "2016-04", LATER)

    assert excluded_by(found) == {
        "Opened an article without having searched or been offered it": 1,
        "Searched, and nothing was found": 1,
        "Not known whether it was a search or a report": 1,
        "The same person again: the first time in the period counts": 2,
        "Too few on one side to compare": 1,
    }


def test_whoever_looks_on_many_days_is_one_person() -> None:
    led_desk()
    article = published()
    # Thirty who read none; and one who searches and reads on thirty days, which is no thirty.
    for number in range(30):
        searches(reader(number), AT)
    one = reader(30)
    for days in range(30):
        at = datetime(2016, 4, 1, 10, tzinfo=UTC) + days * DAY
        searches(one, at)
        reads(one, article, at)

    found = reading("desk.deflection", "2016-04", LATER)

    assert (found.state, found.parameters["read an article"]) == (
        State.NOT_ENOUGH_EVIDENCE,
        "1, of whom 0 reported something",
    )


def test_too_few_enquiries_are_not_enough_evidence() -> None:
    led_desk()
    article = published()
    for number in range(4):
        looks_for_help(number, article if number < 2 else None, reports_it=False)

    found = reading("desk.deflection", "2016-04", LATER)

    assert (found.state, found.value, [each.n for each in found.excluded]) == (
        State.NOT_ENOUGH_EVIDENCE,
        None,
        [4],
    )


def test_an_enquiry_whose_days_are_not_over_is_not_counted() -> None:
    led_desk()
    looks_for_help(1, published(), reports_it=False)

    found = reading("desk.deflection", "2016-04", datetime(2016, 4, 6, tzinfo=UTC))

    assert found.excluded == ()


def test_the_desks_own_staff_is_no_enquiry() -> None:
    led_desk()
    article = published()
    note_knowledge_visit(kind=VisitKind.VIEWED, article=article, actor=account("omar"), at=MONDAY)

    found = reading("desk.deflection", "2016-04", LATER)

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

    found = reading("desk.article_freshness", "2016-02", LATER)

    assert (found.state, found.coverage) == (State.NOT_ENOUGH_EVIDENCE, Fraction(0))
