"""The scorecard on paper, read back: every figure with what explains it."""

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from quarterdeck.config.command import main
from quarterdeck.config.commands.actors import operator
from quarterdeck.config.tests.cast import AT, Cast
from quarterdeck.core.acts import acting
from quarterdeck.core.jobs.run import run_next
from quarterdeck.core.measures import Scope, measure_of
from quarterdeck.core.models import Seal
from quarterdeck.core.sealing import seal_rows
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.periods import parse_period
from quarterdeck.office.gateways.press import why_unavailable
from quarterdeck.office.models import ImportBatch, Organisation
from quarterdeck.office.queries.printing import content_of
from quarterdeck.office.verbs.printing import ask_for_print
from quarterdeck.scorecard.queries.printing import ScorecardAsked
from quarterdeck.scorecard.verbs.closings import close_period

_missing = why_unavailable()
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.skipif(bool(_missing), reason=f"the press is not here: {_missing}"),
]


def words_of(pdf: bytes) -> str:
    """Return the words of a PDF with one space between them, wherever its lines break."""
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def printed(cast: Cast) -> bytes:
    """Ask for the paper by the button of the page, let a worker make it, and fetch it."""
    client = Client()
    client.force_login(cast.accounts[Role.IT_MANAGER])
    asked = client.post(f"{reverse('scorecard.paper')}?period=2016-03")
    work_off()
    answer = client.get(f"{asked.headers['Location']}pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return answer.content


def of_cycle_time(cast: Cast) -> bytes:
    """Have the paper made with one measure alone, which takes a fraction of the time."""
    period = parse_period("2016-03", "Europe/London")
    asked = ScorecardAsked(period, Scope(), "", (measure_of("desk.cycle_time"),))
    row = ask_for_print(question=asked.question, actor=cast.accounts[Role.IT_MANAGER], at=AT)
    work_off()
    row.refresh_from_db()
    assert row.printed
    return content_of(row.printed)


def work_off() -> None:
    while run_next("tests"):
        pass


def test_a_figure_stands_with_what_explains_it(cast: Cast) -> None:
    batch = ImportBatch.objects.get(pk=cast.batch)

    paper = printed(cast)

    words = words_of(paper)
    # On office hours from 08:00 to 17:30, one ticket took 10.5 hours and the other 35.
    expected = (
        "Cycle time of routine tickets J3.4.m1 22 h 45 min",
        "desk.cycle_time, version 1; lower is better",
        "Rows counted 2; 90th percentile 32 h 33 min",
        "Left out Nothing",
        f"Source batches {batch.pk}",
        "calendar: office-hours",
        "State Open it changes with its evidence",
        batch.file_digest,
        "Network uptime against 99.9 %",
        "Page 1 of",
    )
    assert [each for each in expected if each not in words] == []
    # A4 is 210 × 297 mm, here in points of 1/72 inch.
    page = PdfReader(BytesIO(paper)).pages[0].mediabox
    assert (round(page.width), round(page.height)) == (595, 842)


def test_a_source_that_ends_as_the_month_begins_is_none_of_it(cast: Cast) -> None:
    batch = ImportBatch.objects.get(pk=cast.batch)
    with acting(actor=operator(), verb_name="tests.cut", at=AT):
        # The first instant that it no longer covers.
        end = parse_period("2016-03", "Europe/London").span.start
        ImportBatch.objects.filter(pk=batch.pk).update(covers_until=end)

    words = words_of(of_cycle_time(cast))

    assert batch.file_digest not in words


def test_a_closed_month_is_printed_with_the_digest_of_its_seal(cast: Cast) -> None:
    closed = close_period(period=parse_period("2016-03", "Europe/London"), actor=operator(), at=AT)
    seal_rows(actor=operator(), at=AT)
    row = closed.readings.get(measure="desk.cycle_time", scope="organisation")
    seal = Seal.objects.get(
        noun="scorecard.closedreading", first_key__lte=row.pk, last_key__gte=row.pk
    )

    words = words_of(of_cycle_time(cast))

    # Lines of the page break inside of a digest.
    assert f"seal {seal.number}, SHA-256" in words
    assert seal.digest in words.replace(" ", "")


def test_a_hostile_name_is_printed_as_it_is_written(cast: Cast) -> None:
    name = "<img src=file:///etc/hostname> & <style>*{display:none}</style>"
    with acting(actor=operator(), verb_name="tests.rename", at=AT):
        Organisation.objects.update(name=name)

    assert name in words_of(of_cycle_time(cast))


def test_the_command_writes_the_same_for_a_reader(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "scorecard.pdf"
    reader = cast.accounts[Role.TECHNICIAN].username

    words = ["scorecard", "--period", "2016-03", "--pdf", str(file), "--reader", reader]
    status = main(words)

    assert status == 0
    assert "Scorecard 2016-03" in words_of(file.read_bytes())


def test_beyond_reach_there_is_no_paper(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.accounts[Role.TECHNICIAN])

    answer = client.post(f"{reverse('scorecard.paper')}?scope=unit:Libraries")

    assert answer.status_code == 404
