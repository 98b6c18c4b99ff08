"""The pages and the interface on which people are held against levels and judged."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person
from quarterdeck.core.waiting import waiting_for
from quarterdeck.people.models import (
    Anchor,
    Competency,
    Education,
    Experience,
    Incumbency,
    Level,
    Position,
    QualificationJudgement,
)
from quarterdeck.people.tests.house import AT, open_house
from quarterdeck.people.tests.qualified import Case, qualified_case

MOST_QUERIES = 15
# What is judged through a page is judged today, whenever that is.
LATER = date(2100, 1, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(name="case")
def _case() -> Case:
    """Ben holds the position, has a degree in another field, and was at sea for four years."""
    case = qualified_case()
    case.tell(Education, level="bachelor", field="Astronomy", awarded_on=date(2015, 6, 30))
    case.work(date(2016, 1, 1), date(2019, 12, 31))
    assert case.house.ben.person is not None
    with acting(actor=case.house.operator, verb_name="tests.hold", at=AT):
        position = Position.objects.create(
            title="Harbour master",
            unit=case.house.unit,
            job_class=case.version.job_class,
            valid_from=date(2020, 1, 1),
        )
        Incumbency.objects.create(
            position=position, person=case.house.ben.person, valid_from=date(2020, 1, 1)
        )
    return case


def of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def queries(account: Account, address: str) -> int:
    """Return how often a page asks the database, once the house is known."""
    client = of(account)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def page_of(case: Case) -> str:
    return reverse("people.qualification.person", args=[case.house.ben.person_id])


def judging(case: Case, key: str) -> str:
    level = Level.objects.get()
    return reverse("people.qualification.judge", args=[case.house.ben.person_id, level.pk, key])


def keys(case: Case) -> list[str]:
    return [question.key for question in case.standing().due]


def test_the_page_says_each_rule_with_its_sentence_and_what_is_to_be_judged(case: Case) -> None:
    page = of(case.house.iris).get(page_of(case)).content.decode()

    assert "Minimum 3 years of experience at sea." in page
    assert "0–48 of 36 months; 36 not certain" in page
    assert "nobody has judged how much of it is of the kind asked for" in page.lower()


def test_whoever_is_judged_reads_it_and_may_not_judge(case: Case) -> None:
    client, key = of(case.house.ben), keys(case)[0]

    assert client.get(page_of(case)).status_code == 200
    assert client.get(judging(case, key)).status_code == 404
    assert client.post(judging(case, key), {}).status_code == 404


def test_a_stranger_finds_no_such_page(case: Case) -> None:
    client = of(case.house.cyd)

    assert client.get(page_of(case)).status_code == 404
    assert client.get(f"/api/v1{page_of(case).rstrip('/')}").status_code == 404


def test_what_is_judged_on_the_page_counts_at_once(case: Case) -> None:
    degree, work = keys(case)
    client = of(case.house.iris)
    client.post(judging(case, degree), {"seen-0": "0", "verdict-0": "met", "reason": "Stars"})

    answer = client.post(
        judging(case, work),
        {"seen-0": "0", "verdict-0": "met", "percent-0": "75", "reason": "At sea"},
        follow=True,
    )

    assert "36 of 36 months" in answer.content.decode()
    assert [str(line.finding.verdict) for line in case.standing(LATER).qualifications] == [
        "met"
    ] * 2


def test_of_two_forms_the_second_is_shown_what_the_first_said(case: Case) -> None:
    degree = keys(case)[0]
    form = {"seen-0": "0", "verdict-0": "met", "reason": "Stars"}
    of(case.house.iris).post(judging(case, degree), form)

    declined = of(case.house.hal).post(
        judging(case, degree), {**form, "verdict-0": "unmet", "reason": "No"}
    )

    page = declined.content.decode()
    assert (declined.status_code, QualificationJudgement.objects.count()) == (409, 1)
    assert "has judged this meanwhile" in page
    assert 'name="seen-0" value="1"' in page


def test_a_form_that_decides_nothing_is_declined(case: Case) -> None:
    answer = of(case.house.iris).post(judging(case, keys(case)[0]), {"seen-0": "0", "reason": "So"})

    assert (answer.status_code, QualificationJudgement.objects.count()) == (422, 0)


def test_who_of_my_reach_meets_a_level(case: Case) -> None:
    level = Level.objects.get().pk

    seen = {
        name: [
            str(each.person)
            for each in of(account)
            .get(f"{reverse('people.qualification')}?level={level}")
            .context["reached"]
            .standings
        ]
        for name, account in (("iris", case.house.iris), ("cyd", case.house.cyd))
    }

    assert seen == {"iris": ["Ben", "Iris"], "cyd": ["Cyd"]}


def test_more_people_and_more_rows_ask_no_more_of_the_database(case: Case) -> None:
    reach = f"{reverse('people.qualification')}?level={Level.objects.get().pk}"
    counts = [queries(case.house.hal, address) for address in (reach, page_of(case))]

    case.work(date(2020, 1, 1), None, is_ongoing=True)
    with acting(actor=case.house.operator, verb_name="tests.hire", at=AT):
        newcomer = Person.objects.create(name="Dot", unit=case.house.unit)
        Experience.objects.create(person=newcomer, title="Cook", begins_on=date(2020, 1, 1))

    assert [queries(case.house.hal, address) for address in (reach, page_of(case))] == counts
    assert max(counts) <= MOST_QUERIES


def test_a_program_reads_and_judges_as_the_pages_do(case: Case) -> None:
    client, level = of(case.house.hal), Level.objects.get().pk
    address = f"/api/v1{page_of(case).rstrip('/')}"
    degree = keys(case)[0]
    decision = {"verdict": "met", "seen": 0}
    given = {"level": level, "key": degree, "decisions": [decision], "reason": "Stars"}

    def judge() -> int:
        return client.post(
            f"{address}/judgements",
            json.dumps(given),
            content_type="application/json",
            headers={"X-CSRFToken": "t"},
        ).status_code

    before = client.get(address).json()
    made, again = judge(), judge()
    after = client.get(address).json()

    told = [(each["verdict"], each["judgements"]) for each in after["qualifications"]]
    assert (before["unknown"], before["due"]) == (2, 2)
    assert (made, again) == (201, 412)
    assert told == [("met", 1), ("unknown", 0)]
    assert after["qualifications"][1]["work"][0]["counted"] == [0, 48]


def test_what_is_to_be_judged_waits_for_the_superior_alone(case: Case) -> None:
    readers = (case.house.iris, case.house.hal, case.house.ben)

    waiting = [
        [item.title for item in waiting_for(account, AT) if item.kind == "Qualification"]
        for account in readers
    ]

    assert waiting == [["Judge the qualification of Ben"], [], []]


def test_a_competency_is_judged_by_its_anchor(case: Case) -> None:
    with acting(actor=case.house.operator, verb_name="tests.ask", at=AT):
        calm = Competency.objects.create(
            class_version=case.version, order=1, text="Calm", is_confirmed=True
        )
        anchor = Anchor.objects.create(
            competency=calm, text="Speaks softly in a storm.", is_confirmed=True
        )
    key = f"anchor-{anchor.pk}"
    client = of(case.house.iris)
    before = case.standing()

    client.post(judging(case, key), {"seen-0": "0", "verdict-0": "unmet", "reason": "Shouted"})

    (line,) = case.standing(LATER).competencies
    assert str(before.competencies[0].finding.verdict) == "unknown"
    assert (str(line.finding.verdict), line.sentence) == ("unmet", "Speaks softly in a storm.")


def test_the_proof_is_seen_on_the_page_of_a_row(case: Case) -> None:
    row = Experience.objects.get()
    address = reverse("people.background.verify", args=["experience", row.pk])
    client = of(case.house.iris)

    client.post(address, {"version": "1", "evidence": "A reference"})

    page = client.get(reverse("people.experience.detail", args=[row.pk])).content.decode()
    assert "Iris saw on" in page
    assert of(case.house.ben).post(address, {"version": "2"}).status_code == 404


def test_where_no_class_is_described_only_its_keepers_are_led_to_the_import() -> None:
    house = open_house()
    address = reverse("people.draft.import")

    pages = {
        account.username: of(account).get(reverse("people.qualification")).content.decode()
        for account in (house.iris, house.ben)
    }

    shown = {name: address in page for name, page in pages.items()}
    assert shown == {"iris": True, "ben": False}
