"""The pages of job classes: what comes in at the door, and what goes out of it."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from pytest_django import DjangoAssertNumQueries

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.people.models import (
    ClassVersion,
    JobClass,
    JobDraft,
    QualificationRule,
    SuccessMeasure,
)
from quarterdeck.people.tests.house import (
    AT,
    DESCRIPTION,
    DOUBTFUL,
    House,
    approved,
    confirm_doubtful,
    drafted,
    open_house,
)
from quarterdeck.people.verbs.review import accept_record

pytestmark = pytest.mark.django_db

# A page of a port that looks for two people at once.
TWO_JOBS = """# Vacancies

We are a small port.

## Pilot

### Duties

- Steers the ferry.

### Requirements

- Three years of experience at sea.

## Harbour Master

### Duties

- Assigns berths.

### Requirements

- A bachelor's degree in navigation.
"""
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def house() -> House:
    return open_house()


@pytest.fixture
def version(house: House) -> ClassVersion:
    draft = drafted(house.iris)
    confirm_doubtful(draft, house.iris)
    return approved(draft, house.iris)


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def send(account: Account, content: bytes, name: str = "job.txt") -> Any:
    file = SimpleUploadedFile(name, content)
    return client_of(account).post(reverse("people.draft.import"), {"file": file})


def test_a_document_is_read_into_a_draft(house: House) -> None:
    response = send(house.iris, DESCRIPTION.encode())

    draft = JobDraft.objects.get()
    assert response.headers["Location"] == reverse("people.jobdraft.detail", args=[draft.pk])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture"),
        (b" \n ", "empty"),
    ],
    ids=["picture", "blank"],
)
def test_what_is_no_description_is_refused_with_a_reason(
    house: House, content: bytes, said: str
) -> None:
    response = send(house.iris, content)

    page = response.content.decode()
    assert (response.status_code, said in page, JobDraft.objects.count()) == (422, True, 0)


def test_a_page_with_two_jobs_is_taken_apart_into_two_drafts(house: House) -> None:
    send(house.iris, TWO_JOBS.encode(), "vacancies.md")
    whole = JobDraft.objects.get()

    client_of(house.iris).post(
        reverse("people.draft.part", args=[whole.pk]), {"version": whole.version}
    )

    made = JobDraft.objects.in_review().order_by("pk")
    said = [
        (draft.title, [duty.text for duty in draft.records.filter(kind="duty")]) for draft in made
    ]
    assert said == [("Pilot", ["Steers the ferry."]), ("Harbour Master", ["Assigns berths."])]
    places = [TWO_JOBS[slice(*draft.records.get(kind="duty").spans[0])] for draft in made]
    assert places == ["Steers the ferry.", "Assigns berths."]


def test_a_class_that_stands_already_is_named_before_anybody_reviews_it_again(
    house: House, version: ClassVersion
) -> None:
    again = drafted(house.iris)

    page = client_of(house.iris).get(reverse("people.jobdraft.detail", args=[again.pk]))

    address = f"{reverse('people.draft.import')}?class={version.job_class_id}"
    assert (page.context["known"], address in page.content.decode()) == (version.job_class, True)


def test_the_source_is_shown_as_text_and_never_as_markup(house: House) -> None:
    draft = drafted(house.iris, DESCRIPTION + SCRIPT)

    page = client_of(house.iris).get(reverse("people.jobdraft.detail", args=[draft.pk]))

    shown = page.content.decode()
    assert (SCRIPT in shown, "&lt;script&gt;alert(1)&lt;/script&gt;" in shown) == (False, True)


def test_a_record_is_accepted_without_any_script(house: House) -> None:
    draft = drafted(house.iris)
    duty = draft.records.filter(kind="function")[0]

    client_of(house.hal).post(
        reverse("people.record.act", args=[duty.pk]), {"act": "accept", "version": 1}
    )

    duty.refresh_from_db()
    assert duty.state == "accepted"


def test_who_decides_second_gets_a_conflict_and_sees_why(house: House) -> None:
    draft = drafted(house.iris)
    duty = draft.records.filter(kind="function")[0]
    accept_record(record=duty, version=1, actor=house.iris, at=AT)

    response = client_of(house.hal).post(
        reverse("people.record.act", args=[duty.pk]), {"act": "drop", "version": 1}
    )

    page = response.content.decode()
    assert (response.status_code, "Somebody else has decided" in page) == (409, True)


def test_the_class_page_marks_what_nobody_has_confirmed(
    house: House, version: ClassVersion
) -> None:
    address = reverse("people.jobclass.detail", args=[version.job_class_id])

    page = client_of(house.cyd).get(address).content.decode()

    assert (
        page.count('class="q-unconfirmed"')
        == version.draft.records.filter(
            state="unconfirmed", kind__in=("function", "measure", "results_area", "qualification")
        ).count()
    )


def export(account: Account, version: ClassVersion, form: str) -> Any:
    address = reverse("people.class.export", args=[version.job_class_id, form])
    return client_of(account).get(address)


def test_a_class_is_exported_to_word_with_all_its_measures(
    house: House, version: ClassVersion
) -> None:
    response = export(house.cyd, version, "docx")

    tables = Document(BytesIO(response.content)).tables
    cells = [row.cells[0].text for table in tables for row in table.rows]
    measures = SuccessMeasure.objects.filter(class_version=version)
    written = {text.removesuffix(" [not confirmed]") for text in cells}
    assert {measure.text for measure in measures} - written == set()


def test_a_class_is_exported_as_a_job_posting(house: House, version: ClassVersion) -> None:
    posting = json.loads(export(house.cyd, version, "job-posting").content)

    said = {
        name: posting[name]
        for name in ("@type", "title", "experienceRequirements", "educationRequirements")
    }
    assert said == {
        "@type": "JobPosting",
        "title": "Harbour Master",
        "experienceRequirements": {
            "@type": "OccupationalExperienceRequirements",
            "monthsOfExperience": 36.0,
        },
        "educationRequirements": [
            {
                "@type": "EducationalOccupationalCredential",
                "credentialCategory": "bachelor degree",
            }
        ],
    }


def test_an_export_is_a_file_and_no_page(house: House, version: ClassVersion) -> None:
    response = export(house.cyd, version, "html")

    assert response.headers["Content-Disposition"] == 'attachment; filename="harbour-master-1.html"'


def test_an_unknown_form_of_export_is_not_found(house: House, version: ClassVersion) -> None:
    assert export(house.cyd, version, "exe").status_code == 404


def test_a_link_to_a_measure_moves_it_from_missing_to_computed(
    house: House, version: ClassVersion
) -> None:
    success = SuccessMeasure.objects.get(class_version=version, text=DOUBTFUL)
    client = client_of(house.iris)
    client.post(
        reverse("people.success.link", args=[success.pk]),
        {"version": 1, "measure": "desk.cycle_time", "reason": ""},
    )

    page = client.get(reverse("people.class.measures", args=[version.job_class_id]))

    parts = {key: [line["success"] for line in lines] for key, _, lines in page.context["parts"]}
    assert (success in parts["computed"], success in parts["missing"]) == (True, False)


def test_a_measure_of_ours_that_says_the_same_is_offered_for_the_link(house: House) -> None:
    said = "Cycle time of routine trouble tickets"
    draft = drafted(house.iris, DESCRIPTION.replace(DOUBTFUL, said))
    job_class = approved(draft, house.iris).job_class_id

    page = client_of(house.iris).get(reverse("people.class.measures", args=[job_class]))

    offered = {
        line["success"].text: line["resembled"] and line["resembled"].key
        for _, _, lines in page.context["parts"]
        for line in lines
    }
    assert {key for key in offered.values() if key} == {"desk.cycle_time"}
    assert offered[said] == "desk.cycle_time"


def test_the_list_of_classes_costs_the_same_however_many_there_are(
    house: House, version: ClassVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with acting(actor=house.operator, verb_name="tests.add", at=AT):
        for number in range(20):
            JobClass.objects.create(title=f"Class {number}", family=version.job_class.family)
    client = client_of(house.cyd)

    with django_assert_num_queries(8):
        client.get(reverse("people.jobclass.list"))


def test_what_a_rule_is_for_programs_stands_on_no_page(house: House, version: ClassVersion) -> None:
    rule = QualificationRule.objects.filter(class_version=version).exclude(tree={}).earliest("pk")

    page = client_of(house.iris).get(reverse("people.qualificationrule.detail", args=[rule.pk]))

    assert "Tree" not in [fact.title for fact in page.context["detail"].facts]
