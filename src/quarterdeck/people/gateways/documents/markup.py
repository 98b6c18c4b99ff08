"""Reads HTML, and the like-built body of ODT, without building a tree and without an XML parser.

Real pages hold bare ampersands and unclosed paragraphs, which the tokens of HTML5 allow and XML
does not.
"""

from html.parser import HTMLParser

from quarterdeck.people.gateways.documents.written import Written, cell_text, single_line

__all__ = ["MarkupReader", "read_html"]

_LEFT_OUT = {"script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "head"}
_ACTIVE = {"script", "iframe", "object", "embed"}
_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "ul", "ol", "dl",
    "dt", "dd", "address", "blockquote", "form", "fieldset", "pre", "table", "tbody", "thead", "hr",
    "caption", "figure", "body", "html",
}  # fmt: skip
_HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
_VOID = {"br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "source", "embed"}
_BOLD = {"b", "strong"}
_DEEPEST, _MOST_BREAKS = 200, 3


class MarkupReader(HTMLParser):
    """Collects lines; `notes` says what was left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Written] = []
        self.notes: list[str] = []
        self._text: list[str] = []
        self._bold = [0, 0]
        self._depth_bold = 0
        self._left_out = ""
        self._nested = 0
        self._heading = 0
        self._marks: list[int | None] = []
        self._mark = ""
        self._tables: list[tuple[list[str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; what its attributes say, such as addresses and styles, is not read."""
        del attrs
        if self._left_out:
            self._nested += tag == self._left_out and tag not in _VOID
        elif tag in _LEFT_OUT:
            if tag in _ACTIVE:
                self._note(f"A {tag} was left out.")
            if tag not in _VOID:
                self._left_out, self._nested = tag, 1
        elif tag == "br":
            self._text.append("\n")
        elif tag in _BOLD:
            self._depth_bold += 1
        else:
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag in {"ul", "ol"} and len(self._marks) < _DEEPEST:
            self._flush()
            self._marks.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._flush()
            self._mark = self._next_mark()
        elif tag == "tr":
            self._flush()
            self._tables = [*self._tables[-_DEEPEST:], ([], [])]
        elif tag in {"td", "th"} and self._tables:
            self._text = []
        elif tag in _HEADINGS:
            self._flush()
            self._heading = _HEADINGS[tag]
        elif tag in _BLOCKS:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if self._left_out:
            self._nested -= tag == self._left_out
            if self._nested <= 0:
                self._left_out = ""
        elif tag in _BOLD:
            self._depth_bold = max(0, self._depth_bold - 1)
        elif tag in {"td", "th"} and self._tables:
            self._close_cell()
        elif tag == "tr" and self._tables:
            self._close_row()
        elif tag in _HEADINGS or tag in _BLOCKS or tag == "li":
            self._flush()
            if tag in {"ul", "ol"} and self._marks:
                self._marks.pop()

    def handle_data(self, data: str) -> None:
        if self._left_out:
            return
        # A break in the file is no break on the page.
        self._text.append(" ".join(data.split("\n")) if "\n" in data else data)
        letters = sum(not sign.isspace() for sign in data)
        self._bold[bool(self._depth_bold)] += letters

    def close(self) -> None:
        super().close()
        while self._tables:
            self._close_row()
        self._flush()

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _next_mark(self) -> str:
        if not self._marks or self._marks[-1] is None:
            return "• "
        self._marks[-1] += 1
        return f"{self._marks[-1]}. "

    def _flush(self) -> None:
        texts = [single_line(text) for text in "".join(self._text).split("\n")]
        self._text = []
        breaks = 0 if any(texts) else len(texts) - 1
        texts = [text for text in texts if text]
        plain, bold = self._bold
        self._bold = [0, 0]
        if self._tables:
            self._tables[-1][1].extend(texts)
            return
        # Breaks with nothing before them are space that somebody wanted.
        self.lines += [Written()] * min(breaks, _MOST_BREAKS)
        heading, self._heading = self._heading, 0
        for text in texts:
            if not self._mark:
                self.lines.append(Written())
            indent = max(0, len(self._marks) - 1)
            self.lines.append(
                Written(
                    self._mark + text,
                    heading=heading,
                    emphasised=bool(bold) and not plain and not self._mark,
                    indent=indent,
                )
            )
            self._mark = ""

    def _close_cell(self) -> None:
        self._flush()
        cells, paragraphs = self._tables[-1]
        cells.append(cell_text(paragraphs))
        paragraphs.clear()

    def _close_row(self) -> None:
        self._flush()
        cells, paragraphs = self._tables.pop()
        if paragraphs:
            cells.append(cell_text(paragraphs))
        if not any(cells):
            return
        if self._tables:
            self._tables[-1][1].extend(cells)
        elif len(cells) == 1:
            self.lines += [Written(), Written(single_line(cells[0].replace("\u2029", " ")))]
        else:
            self.lines.append(Written(cells=tuple(cells)))


def read_html(text: str) -> tuple[list[Written], list[str]]:
    """Return the lines that a page shows, and notes on what was left out."""
    reader = MarkupReader()
    reader.feed(text)
    reader.close()
    return reader.lines, reader.notes
