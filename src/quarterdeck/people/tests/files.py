"""Small files of every format, built here and nowhere kept."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from docx import Document

DUTIES = ("Keeps the network.", "Trains the users.", "May travel.")
MATRIX = (
    ("Competency", "Junior", "Senior"),
    ("Planning", "Plans a week.", "Plans a year."),
    ("Leading", "Leads a person.", "Leads a team."),
)
HTML = """<!DOCTYPE html><html><head><title>x</title><style>p {{ color: red }}</style></head><body>
<h1>Network Manager</h1><script>alert("Essential Duties")</script>
<h2>Essential Duties</h2>
<ul>{duties}</ul>
<p>IS&T department<p>unclosed
<table>{rows}</table></body></html>"""


def html() -> str:
    """Return a page with a script, a list, an unclosed paragraph, a bare ampersand and a table."""
    duties = "".join(f"<li>{duty}</li>" for duty in DUTIES)
    rows = "".join(
        "<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in MATRIX
    )
    return HTML.format(duties=duties, rows=rows)


def docx() -> bytes:
    """Return a DOCX with title, duties as bullets, a numbered list and a matrix."""
    document = Document()
    document.add_heading("Network Manager", level=1)
    document.add_heading("Essential Duties", level=2)
    for duty in DUTIES:
        document.add_paragraph(duty, style="List Bullet")
    document.add_heading("Education Requirement", level=2)
    document.add_paragraph("Bachelor's degree in Computer Science.")
    for step in ("Apply.", "Wait."):
        document.add_paragraph(step, style="List Number")
    table = document.add_table(rows=0, cols=len(MATRIX[0]))
    for row in MATRIX:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return a packed document with one part added or replaced."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return changed.getvalue()


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of the parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def odt() -> bytes:
    """Return an ODT with title, duties as bullets and a matrix."""
    duties = "".join(f"<text:list-item><text:p>{duty}</text:p></text:list-item>" for duty in DUTIES)
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in MATRIX
    )
    body = (
        '<text:h text:outline-level="1">Network Manager</text:h>'
        '<text:h text:outline-level="2">Essential Duties</text:h>'
        f"<text:list>{duties}</text:list><table:table>{rows}</table:table>"
    )
    content = (
        "<office:document-content><office:body><office:text>"
        f"{body}</office:text></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.text"
    return packed({"mimetype": kind, "content.xml": content.encode()})


def rtf() -> bytes:
    """Return rich text with title, heading and duties."""
    lines = ("Network Manager", "", "Essential Duties", "", *DUTIES)
    return ("{\\rtf1\\ansi " + "\\par ".join(lines) + "}").encode()


def pdf(*streams: str, objects: Sequence[str] = (), trailer: str = "") -> bytes:
    """Return a PDF with a page for each stream of drawing operators (ISO 32000, 8.2 and 9.4).

    Object 3 is Helvetica, object 4 Helvetica-Bold; further objects count from 5, then come pages
    and streams.
    """
    first = 5 + len(objects)
    kids = " ".join(f"{first + 2 * place} 0 R" for place in range(len(streams)))
    found = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
        *objects,
    ]
    for place, stream in enumerate(streams):
        picture = "/XObject << /Im1 5 0 R >>" if objects else ""
        found.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R "
            f"/F2 4 0 R >> {picture} >> /Contents {first + 2 * place + 1} 0 R >>"
        )
        found.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return _numbered(found, trailer)


def small_pdf() -> bytes:
    """Return a PDF of one line."""
    return pdf(shown("Network Manager", 60))


def _numbered(objects: Sequence[str], trailer: str) -> bytes:
    content = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{content}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(content)}\n%%EOF\n"
    ).encode("latin-1")


def shown(text: str, top: int, *, size: int = 11, bold: bool = False, left: int = 72) -> str:
    """Return the operators that draw a line of text at a distance from the page's top."""
    font = "F2" if bold else "F1"
    return f"BT /{font} {size} Tf {left} {792 - top} Td ({text}) Tj ET\n"


def ruled(rows: Sequence[Sequence[str]], top: int) -> str:
    """Return the operators that draw a table with lines around its cells."""
    width, height = 150, 24
    drawn = ""
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            left, low = 72 + column * width, 792 - top - (number + 1) * height
            drawn += f"{left} {low} {width} {height} re S\n"
            drawn += shown(text, top + number * height + 16, left=left + 4)
    return drawn
