"""Texts that other tools write as HTML: what a reader would read of them."""

import re
from html import unescape

from quarterdeck.desk.gateways.mail.texts import LARGEST_HTML, html_text, storable

LONGEST_TEXT = LARGEST_HTML // 2
_NAMES = (
    "p|div|br|span|a|b|i|u|ul|ol|li|table|tr|td|th|html|body|head|h[1-6]|hr|blockquote|pre|code|"
    "img|script|style|font|strong|em|meta|link|iframe|svg|object|embed|form|input|button|base|"
    "video|audio|details|template|math"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[\s/][^<>]*)?>|<!--", re.IGNORECASE)
# Some databases keep the markup itself encoded: GLPI as `&lt;p&gt;` up to 9.5, and then as
# `&#60;p&#62;` (Sanitizer::CHARS_MAPPING of glpi-project/glpi).
_ENCODED_TAG = re.compile(rf"&(?:lt|#60|#x3c);/?(?:{_NAMES})\b", re.IGNORECASE)


def plain_text(told: str) -> str:
    """Return a text without markup, if it has any: no HTML of a source is ever kept or shown.

    An address in angle brackets is no markup and stays.
    """
    text = unescape(told) if _ENCODED_TAG.search(told) else told
    return (html_text(text) if _TAG.search(text) else storable(text)).strip()
