"""Job classes and qualifications on paper: made by a worker, for those who may read them."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.erasure import erase, names_of
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.models import Account
from quarterdeck.office.gateways.press import why_unavailable
from quarterdeck.office.models import PrintedPaper, PrintRequest
from quarterdeck.office.queries.printing import own_prints
from quarterdeck.people.models import Education, Level
from quarterdeck.people.tests.house import AT
from quarterdeck.people.tests.qualified import Case, qualified_case

_missing = why_unavailable()
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(_missing), reason=f"the press is not here: {_missing}"),
]


@pytest.fixture(name="case")
def _case() -> Case:
    """Ben, who reports to Iris, has a degree in another field."""
    case = qualified_case()
    case.tell(Education, level="bachelor", field="Astronomy", awarded_on=date(2015, 6, 30))
    return case


def of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def work_off() -> None:
    while run_next("tests"):
        pass


def printing(case: Case) -> str:
    """Return where Ben's standing is asked for."""
    key = case.house.ben.person_id
    return reverse("people.qualification.print", args=[key, Level.objects.get().pk])


def text_of(account: Account, row: PrintRequest) -> tuple[str, str]:
    """Return the name of somebody's file and its words."""
    answer = of(account).get(reverse("office.print.file", args=[row.pk]))
    pages = PdfReader(BytesIO(answer.content)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    return answer["Content-Disposition"], words


def statuses(account: Account, row: PrintRequest) -> list[int]:
    """Return how the page and the file of a request answer somebody."""
    routes = ("office.print", "office.print.file")
    return [of(account).get(reverse(route, args=[row.pk])).status_code for route in routes]


def test_a_class_is_printed_by_a_worker_once_for_all_who_ask(case: Case) -> None:
    address = reverse("people.class.print", args=[case.version.job_class_id])

    asked = [of(each).post(address) for each in (case.house.ben, case.house.cyd)]
    before = PrintedPaper.objects.count()
    work_off()

    rows = list(PrintRequest.objects.order_by("pk"))
    assert [each["Location"] for each in asked] == [
        reverse("office.print", args=[row.pk]) for row in rows
    ]
    assert (before, PrintedPaper.objects.count()) == (0, 1)
    name, words = text_of(case.house.cyd, rows[1])
    assert name == 'attachment; filename="harbour-master-1.pdf"'
    assert "Assigns berths to every ship that calls." in words
    # What it says may be said otherwise by the next version, so it is not kept for good.
    assert rows[0].printed
    assert rows[0].printed.expires_at is not None


def test_a_standing_is_printed_for_whom_it_is_about_and_nobody_else_reads_it(case: Case) -> None:
    refused = of(case.house.cyd).post(printing(case)).status_code
    of(case.house.ben).post(printing(case))
    work_off()

    row = PrintRequest.objects.get()
    name, words = text_of(case.house.ben, row)
    assert (refused, name.startswith('attachment; filename="ben-qualification-2')) == (404, True)
    assert "Ben: qualification" in words
    assert (statuses(case.house.iris, row), statuses(case.house.cyd, row)) == ([404] * 2, [404] * 2)


def test_who_reaches_somebody_no_longer_reads_no_more_of_what_was_printed(case: Case) -> None:
    of(case.house.iris).post(printing(case))
    work_off()
    row = PrintRequest.objects.get()
    before = statuses(case.house.iris, row)
    with acting(actor=case.house.operator, verb_name="tests.leave", at=AT):
        case.house.iris.roles.all().delete()

    after = statuses(case.house.iris, row), own_prints(case.house.iris)

    assert (before, after) == ([200, 200], ([404, 404], []))


def test_an_erasure_removes_the_standings_that_were_printed(case: Case) -> None:
    person = case.house.ben.person
    assert person
    of(case.house.iris).post(printing(case))
    work_off()
    row = PrintRequest.objects.get()
    assert statuses(case.house.iris, row) == [200, 200]

    erase(
        names=["Ben of the Harbour", *names_of(person)],
        person=person,
        reason="GDPR, Art. 17",
        actor=case.house.operator,
        at=clock.now(),
    )

    assert (PrintedPaper.objects.count(), PrintRequest.objects.count()) == (0, 0)
    assert statuses(case.house.iris, row) == [404, 404]


def test_a_paper_of_one_kind_is_no_scorecard_to_a_program(case: Case) -> None:
    of(case.house.iris).post(printing(case))
    row = PrintRequest.objects.get()

    answer = of(case.house.iris).get(reverse("api-v1:print", args=[row.pk]))
    listed = of(case.house.iris).get(reverse("api-v1:prints")).json()

    assert (answer.status_code, listed) == (404, {"items": []})
