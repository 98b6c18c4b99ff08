"""The texts of a mail: bytes of any charset, encoded words of headers, and HTML without its markup.

Nothing of a mail is ever shown as HTML. What cannot be decoded is shown with marks in its place.
"""

import codecs
import re
from collections import Counter
from email.header import decode_header
from email.message import Message
from html import unescape
from html.parser import HTMLParser

import nh3

# The time of a cleaner may grow with the square of what is hostile in length or depth. At this
# length it is a second or two, and no mail program comes near this depth.
LARGEST_HTML, DEEPEST_HTML = 400 * 1024, 2_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_VOID = re.compile(r"<(?:br|hr|img|meta|link|input|col|area|base|wbr)\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLOCKS = frozenset(
    {
        *("p", "div", "br", "hr", "li", "ul", "ol", "tr", "table", "blockquote", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"),
    }
)
_KEPT = {*_BLOCKS, "a", "td", "th"}
_DROPPED = {"script", "style", "title", "template", "noscript", "iframe", "object"}
# Controls but tab and line break, and what turns the direction of a line around to mislead.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """Return a text that both databases can store and that misleads nobody."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _UNSHOWN.sub("", lines))


def one_line(text: str, longest: int) -> str:
    """Return a text on one line of limited length."""
    return " ".join(storable(text).split())[:longest]


def decoded(content: bytes, charset: str) -> str:
    """Decode bytes by their charset, or by what they look like where that is wrong or unknown."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            if name and codecs.lookup(name)._is_text_encoding:  # noqa: SLF001 — as bytes.decode asks it: not every codec makes text
                return content.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def header_text(value: object) -> str:
    """Return a header with its encoded words (RFC 2047) decoded; whatever is broken stays."""
    raw = raw_header(value)
    try:
        parts = decode_header(raw)
    except (ValueError, LookupError, IndexError):
        return storable(raw)
    words = (
        part if isinstance(part, str) else decoded(part, charset or "utf-8")
        for part, charset in parts
    )
    return storable("".join(words))


def raw_header(value: object) -> str:
    """Return a header as it stands; bytes that are no ASCII are UTF-8 more often than not."""
    text = str(value)
    if not _SURROGATE.search(text):
        return text
    return decoded(text.encode("utf-8", "surrogateescape"), "utf-8")


def part_text(part: Message, content: bytes) -> str:
    """Return the text of a part of a mail, HTML without its markup."""
    charset = part.get_content_charset("") or ""
    if part.get_content_subtype() == "html":
        return html_text(decoded(content, charset))
    return storable(decoded(content, charset))


def html_text(html: str) -> str:
    """Return what a reader would read of HTML, line by line, with the addresses of its links."""
    plain = html.replace("\0", "")
    if _is_too_deep(plain):
        return storable(unescape(_ANY_TAG.sub(" ", plain)))
    clean = nh3.clean(
        plain,
        tags=_KEPT,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader = _TextReader()
    reader.feed(clean)
    reader.close()
    return storable(reader.text())


def _is_too_deep(html: str) -> bool:
    """Whether more elements may be open at once than a cleaner can bear."""
    depth, opened = 0, Counter[str]()
    for end, name in _TAG.findall(_VOID.sub("", html.lower())):
        if not end:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > DEEPEST_HTML:
            return True
    return False


class _TextReader(HTMLParser):
    """Gathers text from HTML that has been cleaned; quoted blocks get a mark before each line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.depth = 0
        self.link = ("", 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block, a column at a cell, and remember where a link leads."""
        if tag in {"td", "th"} and self.lines[-1].strip():
            self.lines[-1] += "  "
        elif tag in _BLOCKS:
            self._break(is_forced=tag == "br")
        if tag == "blockquote":
            self.depth += 1
        if tag == "a":
            self.link = (dict(attrs).get("href") or "", len(self.lines[-1]))

    def handle_endtag(self, tag: str) -> None:
        """End a line at a block, and say where a link led if its text does not."""
        if tag == "a" and self.link[0]:
            target, begun = self.link
            if target.removeprefix("mailto:") not in self.lines[-1][begun:]:
                self.lines[-1] += f" <{target}>"
            self.link = ("", 0)
        elif tag == "blockquote":
            self._break()
            self.depth = max(0, self.depth - 1)
        elif tag in _BLOCKS:
            self._break(is_forced=tag == "p")

    def handle_data(self, data: str) -> None:
        """Add text; white space is one space, as in a browser."""
        plain = " ".join(data.split())
        if not plain:
            return
        if not self.lines[-1] and self.depth:
            self.lines[-1] = "> " * min(self.depth, 5)
        before = " " if data[0].isspace() and self.lines[-1][-1:].strip() else ""
        after = " " if data[-1].isspace() else ""
        self.lines[-1] += f"{before}{plain}{after}"

    def _break(self, *, is_forced: bool = False) -> None:
        if self.lines[-1].strip() or (is_forced and self.lines[-1:] != self.lines[-2:-1]):
            self.lines.append("")

    def text(self) -> str:
        """Return the lines, with at most one empty one between others."""
        whole = "\n".join(line.rstrip() for line in self.lines)
        return re.sub(r"\n{3,}", "\n\n", whole).strip()
