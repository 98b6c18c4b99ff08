"""Who answers an anonymous survey: the response, the log and the seals tell nothing of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.acts import acting, labelled, redacting, subject_of
from quarterdeck.core.errors import Refused
from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.models import Account, Act, HistoryEntry, Seal
from quarterdeck.core.sealing import seal_rows, verify
from quarterdeck.office.models import SpentLink, SurveyAnswer, SurveyInvitation, SurveyResponse
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.survey_results import Days, response_rate
from quarterdeck.office.tests.surveyed import ALL, begun, open_house
from quarterdeck.office.tests.test_surveys import NEXT_DAY, answered, invited

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _next_day(settings: object) -> Iterator[None]:
    """Let it be the day after the visits, in a house that knows its address."""
    settings.PUBLIC_URL = "https://desk.example.org"  # type: ignore[attr-defined]  # Django's settings
    with time_machine.travel(NEXT_DAY, tick=False):
        yield


def test_an_anonymous_response_names_nobody_and_nothing() -> None:
    manager = open_house()
    invitation = invited(manager, begun(manager, is_anonymous=True))[0]

    answered(invitation, 2, "It was late.")

    kept = SurveyResponse.objects.get()
    named = (kept.person, kept.subject, kept.title, kept.answered_on.day)
    assert (named, SurveyResponse.objects.visible_to(manager).count()) == ((None, "", "", 1), 0)


def _columns(rows: list[SurveyResponse]) -> dict[str, list[object]]:
    """Every column of responses, by its name."""
    names = [field.attname for field in SurveyResponse._meta.concrete_fields]
    return {name: [getattr(row, name) for row in rows] for name in names}


def test_whoever_reads_the_tables_matches_no_anonymous_answer_to_its_invitation() -> None:
    manager = open_house(20)
    asked = invited(manager, begun(manager, is_anonymous=True))
    # What each guest says gives the answer away, to the test alone.
    in_order = [f"This is what guest {number:02} thinks." for number in range(20)]
    for invitation, text in zip(asked, in_order, strict=True):
        answered(invitation, 3, text)

    answers = list(SurveyAnswer.objects.exclude(text="").order_by("pk"))
    written = {each.response_id: each.text for each in answers}
    responses = list(SurveyResponse.objects.order_by("pk"))
    orders = ([written[each.pk] for each in responses], [each.text for each in answers])
    telling = {name for name, values in _columns(responses).items() if len(set(values)) > 1}
    tables = (SurveyResponse._meta.db_table, SurveyAnswer._meta.db_table)
    told = HistoryEntry.objects.filter(table__in=tables).count()
    named = Act.objects.filter(subject__startswith=SurveyResponse._meta.label_lower).count()

    # By chance, twenty stand in one order in one of 10^18 draws.
    assert [each for each in orders if each in (in_order, in_order[::-1])] == []
    assert (telling, told, named) == ({"id"}, 0, 0)


def test_the_log_tells_neither_who_answered_an_anonymous_survey_nor_at_what_time() -> None:
    manager = open_house()
    survey = begun(manager, is_anonymous=True)
    asked = invited(manager, survey)
    before = HistoryEntry.objects.count(), Act.objects.count()

    answered(asked[0], 3, "It was late.")

    (act,) = Act.objects.order_by("pk")[before[1] :]
    assert (act.subject, act.reason) == (f"office.survey:{survey.pk}", "")
    midnight = act.at.astimezone(organisation().tzinfo)
    assert (midnight.date(), midnight.time()) == (NEXT_DAY.date(), time())
    assert HistoryEntry.objects.count() == before[0]
    assert list(SpentLink.objects.values_list("invitation", "answered_on")) == [
        (asked[0].pk, NEXT_DAY.date().replace(day=1))
    ]


def test_a_spent_link_is_used_once_is_not_reminded_of_and_counts_as_answered() -> None:
    manager = open_house(2)
    survey = begun(manager, is_anonymous=True)
    first, second = invited(manager, survey)
    answered(first, 3, "")

    with pytest.raises(Refused, match="answered already"):
        answered(first, 3, "")
    days = Days(NEXT_DAY.date().replace(day=1), NEXT_DAY.date().replace(month=NEXT_DAY.month + 1))
    rate = response_rate([survey], days, second.expires_at)

    later = NEXT_DAY + timedelta(days=6)
    assert list(SurveyInvitation.objects.remindable(later)) == [second]
    assert (rate.answered, rate.asked) == (1, 2)


def test_links_that_were_used_in_former_versions_keep_the_month_alone() -> None:
    manager = open_house(2)
    first, _ = invited(manager, begun(manager, is_anonymous=True))
    named, _ = invited(manager, begun(manager, name="Named", terms=replace(ALL, rest_days=0)))
    day = NEXT_DAY.date()
    spend = import_module("quarterdeck.office.migrations.0020_spent_links_of_before").spend

    with labelled("operator"):
        SurveyInvitation.objects.filter(pk__in=(first.pk, named.pk)).update(answered_on=day)
        for _ in range(2):
            spend(apps, None)

    dated = SurveyInvitation.objects.filter(answered_on__isnull=False)
    assert list(dated.values_list("pk", "answered_on")) == [(named.pk, day)]
    spent = SpentLink.objects.values_list("invitation", "answered_on")
    assert list(spent) == [(first.pk, day.replace(day=1))]


def test_the_log_of_former_versions_tells_nobody_who_answered_and_stays_sealed() -> None:
    manager = open_house(2)
    first, second = invited(manager, begun(manager, is_anonymous=True))
    named, _ = invited(manager, begun(manager, name="Named", terms=replace(ALL, rest_days=0)))
    blunt = import_module("quarterdeck.office.migrations.0024_answers_of_before").blunt
    verb_name = "office.survey_responses.answer_survey"
    for each in (first, named):
        subject = subject_of(each)
        with acting(actor=manager, verb_name=verb_name, at=NEXT_DAY, subject=subject):
            SurveyInvitation.objects.filter(pk=each.pk).update(answered_on=NEXT_DAY.date())
    seal_rows(actor=manager, at=NEXT_DAY)

    for _ in range(2):
        with acting(actor=manager, verb_name="tests.migrate", at=NEXT_DAY), redacting():
            blunt(apps, None)
    seal_rows(actor=manager, at=NEXT_DAY)

    acts = Act.objects.filter(verb=verb_name).order_by("pk").values_list("subject", "at")
    month = NEXT_DAY.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    assert list(acts) == [
        (subject_of(first.survey), month),
        (subject_of(named), NEXT_DAY),
    ]
    assert [entries_of(each).count() for each in (first, second, named)] == [0, 0, 1]
    assert (verify().fault, verify().redacted) == ("", 2)


def test_what_former_versions_logged_is_redacted_with_each_seal_written_once() -> None:
    manager = open_house(3)
    asked = invited(manager, begun(manager, is_anonymous=True))
    blunt = import_module("quarterdeck.office.migrations.0024_answers_of_before").blunt
    for each in asked:
        about = {"subject": subject_of(each), "verb_name": "tests.answer"}
        with acting(actor=manager, at=NEXT_DAY, **about):
            SurveyInvitation.objects.filter(pk=each.pk).update(answered_on=NEXT_DAY.date())
    seal_rows(actor=manager, at=NEXT_DAY)

    with (
        acting(actor=manager, verb_name="tests.migrate", at=NEXT_DAY),
        redacting(),
        CaptureQueriesContext(connection) as asked_for,
    ):
        blunt(apps, None)

    written = [each["sql"] for each in asked_for if 'UPDATE "core_seal"' in each["sql"]]
    # The seals of the history, and of the acts.
    assert (len(asked) > 1, len(written)) == (True, 2)
    assert (verify().fault, verify().redacted) == ("", 2 * len(asked))


def test_seals_hold_beside_anonymous_answers_and_tell_nothing_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manager, drawn = open_house(12), (SurveyResponse, SurveyAnswer)
    operator = Account.objects.get(username="operator")
    asked = invited(manager, begun(manager, is_anonymous=True))
    named = invited(manager, begun(manager, name="Named", terms=replace(ALL, rest_days=0)))
    with monkeypatch.context() as earlier:
        # There was a version that sealed what has drawn keys.
        for model in drawn:
            earlier.setattr(model, "is_sealed", True)
        for each in (*asked[:6], *named[:6]):
            answered(each, 3, "It was late.")
        seal_rows(actor=operator, at=NEXT_DAY)
    before = Seal.objects.filter(noun__in=[each._meta.label_lower for each in drawn])
    old = before.count()

    # Of keys that are drawn, some are smaller than those that were there before.
    for each in (*asked[6:], *named[6:]):
        answered(each, 4, "It was early.")
        seal_rows(actor=operator, at=NEXT_DAY)

    assert (verify().fault, SurveyResponse.objects.count()) == ("", 24)
    assert (old, before.count()) == (2, 2)
