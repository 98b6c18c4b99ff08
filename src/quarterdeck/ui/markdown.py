"""Text that people mark up with Markdown, made safe to show.

Markup in the text itself is shown as text; what comes out is cleaned once more, so that nothing
but the tags listed here ever reaches a page. Pictures are left out: they would call on other hosts.
"""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True})
_READER.enable(["table", "strikethrough"]).disable("image")


@lru_cache(maxsize=1_000)
def markdown(text: str) -> SafeString:
    """Return Markdown as markup."""
    made = _READER.render(text)
    # A page has headings of its own: those of a text begin below them.
    for level in (2, 1):
        made = made.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    clean = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return SafeString(clean)
