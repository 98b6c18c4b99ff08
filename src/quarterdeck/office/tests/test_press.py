"""The press: what reaches a PDF, and what does not."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from quarterdeck.core.errors import Refused
from quarterdeck.office.gateways.press import UNAVAILABLE, why_unavailable
from quarterdeck.office.gateways.printing import pdf_of

_missing = why_unavailable()
needs_press = pytest.mark.skipif(bool(_missing), reason=f"the press is not here: {_missing}")
_PRESS = ("-m", "quarterdeck.office.gateways.press")


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@needs_press
def test_a_page_is_printed() -> None:
    assert text_of(pdf_of("<p>Nine hours</p>")).strip() == "Nine hours"


@needs_press
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{address}">',
        '<link rel="attachment" href="{address}">',
        '<link rel="stylesheet" href="{address}">',
        '<style>@import url("{address}")</style>',
        '<p style="background: url({address})">x</p>',
        '<object data="{address}"></object>',
        '<svg viewBox="0 0 9 9"><image href="{address}" width="9" height="9"/></svg>',
    ],
)
def test_no_markup_leads_to_a_file(markup: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>leak</text></svg>'
    secret.write_text(drawing, encoding="utf-8")

    pdf = pdf_of(markup.replace("{address}", secret.as_uri()) + "<p>Here</p>")

    reader = PdfReader(BytesIO(pdf))
    assert (dict(reader.attachments), list(reader.pages[0].images)) == ({}, [])
    assert "leak" not in text_of(pdf)


def test_without_the_library_somebody_learns_what_to_install(tmp_path: Path) -> None:
    # A module of this name that cannot be loaded stands in front of the real one.
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library pango')")

    done = subprocess.run(  # noqa: S603 — our own module
        [sys.executable, *_PRESS],
        input=b"<p>x</p>",
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )

    told = done.stderr.decode()
    assert (done.returncode, told) == (UNAVAILABLE, "cannot load library pango")


def test_the_refusal_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library pango')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(Refused, match=r"libpangoft2-1\.0-0 .*cannot load library pango"):
        pdf_of("<p>x</p>")
