"""Surveys: who is asked and how often, what a link does, and what nobody may read."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.models import Account, Act, Person, RoleAssignment, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import (
    OutgoingMail,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyProgress,
    SurveyResponse,
)
from quarterdeck.office.queries.survey_results import Days, response_rate, results_of
from quarterdeck.office.queries.surveys import token_of
from quarterdeck.office.tests.surveyed import ALL, AT, QUESTIONS, begun, open_house
from quarterdeck.office.verbs.survey_responses import answer_survey
from quarterdeck.office.verbs.surveys import (
    Question,
    SurveyTerms,
    begin_survey,
    change_survey_terms,
    end_survey,
    invite_to_survey,
    opt_out_of_surveys,
    remind_of_survey,
    reword_survey,
)

NEXT_DAY = AT + timedelta(days=1)
MARCH = Days(AT.date().replace(day=1), AT.date().replace(month=4, day=1))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _next_day(settings: object) -> Iterator[None]:
    """Let it be the day after the visits, in a house that knows its address."""
    settings.PUBLIC_URL = "https://desk.example.org"  # type: ignore[attr-defined]  # Django's settings
    with time_machine.travel(NEXT_DAY, tick=False):
        yield


def invited(manager: Account, survey: Survey) -> list[SurveyInvitation]:
    """Let a day go by, and return who was asked about it."""
    invite_to_survey(survey=survey, actor=manager, at=NEXT_DAY)
    return list(survey.invitations.order_by("pk"))


def link(invitation: SurveyInvitation) -> str:
    return reverse("survey", args=[token_of(invitation)])


def answered(invitation: SurveyInvitation, score: int, text: str = "") -> None:
    operator = Account.objects.get(username="operator")
    answer_survey(invitation=invitation, answers={1: score, 3: text}, actor=operator, at=NEXT_DAY)


def test_everybody_of_the_sample_gets_one_mail_with_a_link_of_their_own() -> None:
    manager = open_house()

    asked = invited(manager, begun(manager))

    mails = OutgoingMail.objects.order_by("pk")
    assert [each.recipient for each in mails] == [each.person.email for each in asked]
    assert [
        f"https://desk.example.org{link(each)}" in mail.text
        for each, mail in zip(asked, mails, strict=True)
    ] == [True, True, True]


def test_nobody_is_asked_again_within_the_days_of_rest_by_any_survey() -> None:
    manager = open_house()
    first, second = begun(manager), begun(manager, name="The same again")
    invited(manager, first)

    for days in range(1, 40):
        for survey in (first, second):
            invite_to_survey(survey=survey, actor=manager, at=AT + timedelta(days=days))

    by_day = SurveyInvitation.objects.order_by("invited_at").values_list("invited_at", flat=True)
    assert sorted({(each - AT).days for each in by_day}) == [1, 31]


def test_who_has_left_has_no_address_or_opted_out_is_not_asked() -> None:
    manager = open_house(4)
    gone, mute, weary, _ = Person.objects.order_by("pk")
    with acting(actor=manager, verb_name="tests.change", at=AT):
        Person.objects.filter(pk=gone.pk).update(ends_on=AT.date() - timedelta(days=1))
        Person.objects.filter(pk=mute.pk).update(email="")
    opt_out_of_surveys(person=weary, actor=manager, at=AT)

    asked = invited(manager, begun(manager))

    assert [each.person.name for each in asked] == ["Guest 3"]


def test_a_sample_is_the_same_whenever_it_is_drawn() -> None:
    manager = open_house(40)
    survey = begun(manager, terms=SurveyTerms(share=30))

    first = {each.person_id for each in invited(manager, survey)}
    with acting(actor=manager, verb_name="tests.again", at=AT):
        SurveyInvitation.objects.all().delete()
        SurveyProgress.objects.update(asked_until=AT)
    second = {each.person_id for each in invited(manager, survey)}

    assert (first == second, 0 < len(first) < 40) == (True, True)


def test_an_installation_without_an_address_asks_nobody_and_forgets_nothing(
    settings: object,
) -> None:
    settings.PUBLIC_URL = ""  # type: ignore[attr-defined]  # Django's settings
    manager = open_house()
    survey = begun(manager)

    invited(manager, survey)
    survey.refresh_from_db()

    assert (survey.invitations.count(), survey.progress.asked_until) == (0, AT)


def test_looking_through_the_past_leaves_no_trace_where_nobody_is_asked() -> None:
    manager = open_house(0)
    survey = begun(manager)
    acts = Act.objects.count()

    left = invite_to_survey(survey=survey, actor=manager, at=NEXT_DAY)

    assert (left, Act.objects.count() - acts, entries_of(survey).count()) == (0, 0, 0)
    assert SurveyProgress.objects.get().asked_until > AT


def test_what_is_long_past_is_not_asked_about() -> None:
    manager = open_house()
    survey = begun(manager)
    late = AT + timedelta(days=100)

    while invite_to_survey(survey=survey, actor=manager, at=late):
        pass

    oldest = survey.invitations.order_by("happened_at")[0].happened_at
    assert late - oldest <= timedelta(days=ALL.open_days)


def test_looking_at_a_link_answers_nothing_and_nothing_is_chosen_beforehand() -> None:
    manager = open_house()
    invitation = invited(manager, begun(manager))[0]
    client = Client()

    page = client.get(f"{link(invitation)}?answer_1=5&act=answer").content.decode()
    client.head(link(invitation))
    client.options(link(invitation))

    assert ("answer_1" in page, " checked" in page, SurveyResponse.objects.count()) == (
        True,
        False,
        0,
    )


def test_a_link_is_answered_once() -> None:
    manager = open_house()
    invitation = invited(manager, begun(manager))[0]
    client, sent = Client(), {"answer_1": "5", "answer_2": "1", "answer_3": " Keep on "}

    statuses = [client.post(link(invitation), sent).status_code for _ in range(2)]

    told = SurveyAnswer.objects.order_by("question__order").values_list("number", "text")
    assert (statuses, list(told)) == ([302, 422], [(5, ""), (1, ""), (None, "Keep on")])


@pytest.mark.parametrize("sent", [{}, {"answer_1": ""}, {"answer_1": "6"}, {"answer_1": "⁵"}])
def test_an_answer_that_is_none_is_sent_back(sent: dict[str, str]) -> None:
    manager = open_house()
    invitation = invited(manager, begun(manager))[0]

    status = Client().post(link(invitation), sent).status_code

    assert (status, SurveyResponse.objects.count()) == (422, 0)


def test_a_link_that_has_run_out_is_gone_and_a_forged_one_was_never_there() -> None:
    manager = open_house()
    first, second, _ = invited(manager, begun(manager))
    with acting(actor=manager, verb_name="tests.wait", at=AT):
        SurveyInvitation.objects.filter(pk=first.pk).update(expires_at=NEXT_DAY)
    client, forged = Client(), token_of(first).replace(str(first.pk), str(second.pk), 1)

    asked = (link(first), reverse("survey", args=[forged]), reverse("survey", args=["x"]))

    assert [client.get(each).status_code for each in asked] == [410, 404, 404]


def test_there_is_one_reminder_and_none_after_an_answer() -> None:
    manager = open_house(2)
    first, second = invited(manager, begun(manager))
    answered(first, 4)
    later = NEXT_DAY + timedelta(days=ALL.reminder_days)

    reminded = [
        [remind_of_survey(invitation=each, actor=manager, at=at) for each in (first, second)]
        for at in (later - timedelta(seconds=1), later, later + timedelta(days=1))
    ]

    assert reminded == [[False, False], [False, True], [False, False]]
    assert OutgoingMail.objects.filter(subject__startswith="A reminder").count() == 1


def test_results_of_few_are_hidden_and_of_enough_are_shown_with_their_interval() -> None:
    manager = open_house(8)
    survey = begun(manager)
    asked = invited(manager, survey)
    for invitation in asked[:4]:
        answered(invitation, 5)

    few = results_of(survey, MARCH, "team", manager, NEXT_DAY)
    for invitation in asked[4:6]:
        answered(invitation, 2)
    enough = results_of(survey, MARCH, "team", manager, NEXT_DAY)

    score = enough.questions[0].score
    # Wilson's interval of 4 of 6, worked out by hand from his formula.
    assert (few.is_hidden, few.questions) == (True, ())
    assert (score.hits, score.n, score.mean) == (4, 6, Fraction(4))
    assert score.interval == pytest.approx((0.2999933, 0.9032289), abs=1e-6)
    # Student's of 5, 5, 5, 5, 2, 2: deviation 1.5492, t 2.571: 4 ± 1.626, and no mean is above 5.
    assert score.mean_interval == pytest.approx((2.374, 5), abs=0.0005)
    assert [(each.title, each.n) for each in enough.groups] == [("Visitors", 6)]


def test_a_response_rate_waits_for_those_who_may_still_answer() -> None:
    manager = open_house(8)
    survey = begun(manager)
    asked = invited(manager, survey)
    for invitation in asked[:6]:
        answered(invitation, 5)
    ends = asked[0].expires_at

    rates = [
        response_rate([survey], Days(NEXT_DAY.date(), ends.date() + timedelta(days=1)), at)
        for at in (NEXT_DAY, ends)
    ]

    # All eight were asked at once: none has run out while two are silent, and then all have.
    assert [(rate.answered, rate.asked, rate.running) for rate in rates] == [(0, 0, 8), (6, 8, 0)]
    assert [rate.share for rate in rates] == [None, Fraction(6, 8)]


def test_a_small_group_is_hidden_with_another_so_that_neither_follows() -> None:
    manager = open_house(16)
    with acting(actor=manager, verb_name="tests.move", at=AT):
        units = [Unit.objects.create(name=name, path=f"{name}.") for name in "ABC"]
        for number, person in enumerate(Person.objects.order_by("pk")):
            person.unit = units[0 if number < 2 else 1 if number < 8 else 2]
            person.save()
    survey = begun(manager)
    for invitation in invited(manager, survey):
        answered(invitation, 5)

    groups = results_of(survey, MARCH, "unit", manager, NEXT_DAY).groups

    assert [(each.title, each.score is None) for each in groups] == [
        ("A", True),
        ("B", True),
        ("C", False),
    ]


@pytest.mark.parametrize("by", ["team", "unit", "service"])
def test_a_page_of_results_asks_the_database_little(by: str) -> None:
    manager = open_house(16)
    survey = begun(manager)
    for invitation in invited(manager, survey):
        answered(invitation, 5, "Go on")
    client = Client()
    client.force_login(manager)
    address = reverse("office.survey.detail", args=[survey.pk])

    with CaptureQueriesContext(connection) as asked:
        shown = client.get(address, {"period": "2026-03", "by": by}).content.decode()

    assert ("Go on" in shown, len(asked) <= 15) == (True, True)


def test_free_text_is_read_by_those_who_answer_for_it_alone() -> None:
    manager = open_house(6)
    survey = begun(manager)
    for invitation in invited(manager, survey):
        answered(invitation, 5, f"From {invitation.person}")
    with acting(actor=manager, verb_name="tests.hire", at=AT):
        colleague = Account.objects.create(username="colleague")
        RoleAssignment.objects.create(account=colleague, role=Role.TECHNICIAN)

    texts = [
        (len(question.texts), question.hidden_texts)
        for reader in (manager, colleague)
        for question in results_of(survey, MARCH, "team", reader, NEXT_DAY).questions
        if question.kind == "text"
    ]

    assert texts == [(6, 0), (0, 6)]


def test_links_that_are_out_keep_the_words_that_they_were_sent_for() -> None:
    manager = open_house(2)
    survey = begun(manager)
    invitation = invited(manager, survey)[0]

    reword_survey(
        survey=survey,
        version=survey.version,
        questions=[Question("scale", "Another question?")],
        actor=manager,
        at=NEXT_DAY,
    )

    assert "How satisfied are you?" in Client().get(link(invitation)).content.decode()


def test_two_who_change_a_survey_at_once_do_not_overwrite_each_other() -> None:
    manager = open_house()
    survey = begun(manager)

    change_survey_terms(survey=survey, version=1, terms=ALL, actor=manager, at=AT)

    with pytest.raises(Conflict):
        end_survey(survey=survey, version=1, actor=manager, at=AT)


@pytest.mark.parametrize(
    "questions",
    [(), QUESTIONS * 2, (Question("text", "Why?"),), (Question("scale", " "),)],
    ids=["none", "six", "text first", "no words"],
)
def test_a_survey_asks_one_to_three_questions_and_first_for_a_score(
    questions: tuple[Question, ...],
) -> None:
    manager = open_house()

    with pytest.raises(Refused):
        begin_survey(
            name="Wrong", occasion="tests.visited", questions=questions, actor=manager, at=AT
        )
