"""Whether what is known of a thing fulfils a condition, out of a closed list of comparisons.

What is known is a text, a whole number, several texts, or nothing. Texts are compared without
regard to case; of a number that is not known no comparison holds.
"""

from collections.abc import Callable, Collection, Mapping

Known = str | int | frozenset[str] | None


def _same(known: Known, wanted: str) -> bool:
    if isinstance(known, frozenset):
        return wanted.casefold() in {each.casefold() for each in known}
    return known is not None and str(known).casefold() == wanted.casefold()


def _contains(known: Known, wanted: str) -> bool:
    return isinstance(known, str) and wanted.casefold() in known.casefold()


def _at_least(known: Known, wanted: str) -> bool:
    return isinstance(known, int) and known >= int(wanted)


def _at_most(known: Known, wanted: str) -> bool:
    return isinstance(known, int) and known <= int(wanted)


def _is_set(known: Known, _wanted: str) -> bool:
    return known not in {None, "", frozenset()}


COMPARISONS: Mapping[str, Callable[[Known, str], bool]] = {
    "is": _same,
    "is_not": lambda known, wanted: not _same(known, wanted),
    "contains": _contains,
    "contains_not": lambda known, wanted: not _contains(known, wanted),
    "at_least": _at_least,
    "at_most": _at_most,
    "is_set": _is_set,
    "is_empty": lambda known, wanted: not _is_set(known, wanted),
}


def holds(comparison: str, known: Known, wanted: str = "") -> bool:
    """Return whether a comparison holds; KeyError for one that is not listed, ValueError where a
    number is wanted and none is given."""
    return COMPARISONS[comparison](known, wanted)


def together(held: Collection[bool], *, all_of_them: bool) -> bool:
    """Return whether conditions hold together: all of them, or any. No condition always holds."""
    return not held or (all(held) if all_of_them else any(held))
