"""Placeholders in a text that is used again and again, such as `{{requester}}`.

A text may name what a closed list offers and nothing else; nothing is computed, looked up or called
by it. What has no value is left out.
"""

import re
from collections.abc import Collection, Mapping

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_BLANKS_BEFORE_SIGN = re.compile(r"[ \t]+([,.;:!?])")


def unknown_names(text: str, known: Collection[str]) -> list[str]:
    """Return what a text names and nobody knows, each once, in the order of the text."""
    named = dict.fromkeys(_PLACEHOLDER.findall(text))
    return [name for name in named if name not in known]


def has_stray_braces(text: str) -> bool:
    """Say whether two braces stand somewhere that begin or end no placeholder."""
    rest = _PLACEHOLDER.sub("", text)
    return "{{" in rest or "}}" in rest


def names_in(text: str) -> list[str]:
    """Return what a text names, each once, in the order of the text."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def laid_out(text: str, values: Mapping[str, str]) -> str:
    """Return a letter with the values in it, without the lines that have become empty by it.

    A line whose placeholders all have no value is left out whole, such as *Service: {{service}}* of
    a ticket that has none. Of the blank lines around it one stays.
    """
    lines: list[str] = []
    is_after_gap = False
    for line in text.splitlines():
        named = _PLACEHOLDER.findall(line)
        if named and not any(values.get(name) for name in named):
            is_after_gap = True
            continue
        if line.strip() or not is_after_gap or (lines and lines[-1].strip()):
            lines.append(filled(line, values))
        is_after_gap = is_after_gap and not line.strip()
    return "\n".join(lines).strip()


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with the values in it, each as it is: a value that looks like a placeholder
    is not filled again.

    A name that has no value leaves nothing, and no blank before the sign that follows it.
    """
    written = _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)
    return _BLANKS_BEFORE_SIGN.sub(r"\1", written) if _has_gap(text, values) else written


def _has_gap(text: str, values: Mapping[str, str]) -> bool:
    return any(not values.get(name) for name in _PLACEHOLDER.findall(text))
