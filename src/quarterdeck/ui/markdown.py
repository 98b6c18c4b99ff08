"""Text that people mark up with Markdown, made safe to show.

Markup in the text itself is shown as text; what comes out is cleaned once more, so that nothing
but the tags listed here ever reaches a page. Of pictures only those of the record are shown, where
its page hands them over: others would call on other hosts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True})
_READER.enable(["table", "strikethrough"]).disable("image")


@lru_cache(maxsize=1_000)
def markdown(text: str) -> SafeString:
    """Return Markdown as markup."""
    return _clean(_READER.render(text))


def _clean(made: str) -> SafeString:
    # A page has headings of its own: those of a text begin below them.
    for level in (2, 1):
        made = made.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    clean = nh3.clean(
        made,
        tags=_TAGS | {"img"},
        # None but our own renderer writes a picture.
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return SafeString(clean)


@dataclass(frozen=True)
class ShownFile:
    """A file that a text may name as `files/KEY`; one with a size is a picture."""

    key: int
    address: str
    alt: str
    width: int | None = None
    height: int | None = None


_FILE = re.compile(r"files/(\d{1,18})")
_FILES = "files"


def _known(address: object, env: Mapping[str, Any]) -> ShownFile | None:
    named = _FILE.fullmatch(str(address))
    found: ShownFile | None = env[_FILES].get(int(named[1])) if named else None
    return found


def _picture(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: dict[str, Any]
) -> str:
    """Draw a picture of the record; of any other one only its words are shown."""
    token = tokens[place]
    said = renderer.renderInlineAsText(token.children or [], options, env)
    file = _known(token.attrs.get("src", ""), env)
    if file is None or file.width is None:
        return escape(said)
    return (
        f'<img src="{escape(file.address)}" alt="{escape(said or file.alt)}"'
        f' width="{file.width}" height="{file.height}">'
    )


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: dict[str, Any]
) -> str:
    """Lead to a file of the record by its address."""
    file = _known(tokens[place].attrs.get("href", ""), env)
    if file is not None:
        tokens[place].attrSet("href", file.address)
    return renderer.renderToken(tokens, place, options, env)


_ILLUSTRATED = MarkdownIt("commonmark", {"html": False, "breaks": True})
_ILLUSTRATED.enable(["table", "strikethrough"])
_ILLUSTRATED.add_render_rule("image", _picture)
_ILLUSTRATED.add_render_rule("link_open", _link)


@lru_cache(maxsize=200)
def illustrated(text: str, files: tuple[ShownFile, ...]) -> SafeString:
    """Return Markdown as markup with the pictures and files of its record."""
    return _clean(_ILLUSTRATED.render(text, {_FILES: {each.key: each for each in files}}))
