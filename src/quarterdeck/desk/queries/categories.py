"""Which categories are on offer, and which tickets are of which, by path or by alias."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from quarterdeck.core.memory import asked_once
from quarterdeck.core.permission import User
from quarterdeck.core.prepared import Prepared
from quarterdeck.desk.models import Category, CategoryAlias, Ticket
from quarterdeck.desk.models.category import SEPARATOR, active_paths

COLUMNS = ("category", "true_category")


_TREE = Prepared(lambda: Category.objects.order_by("path").values_list("pk", "path", "retired"))


@asked_once
def _tree() -> tuple[tuple[int, str, bool], ...]:
    """Return key, path and whether it is retired of every category, in the order of the paths."""
    return tuple((key, path, retired) for key, path, retired in _TREE.rows())


def category_paths() -> dict[int, str]:
    """Return the path of every category by its key, in the order of the paths."""
    return {key: path for key, path, _ in _tree()}


def paths_on_offer() -> tuple[str, ...]:
    """Return the paths that a ticket can be given, in their order: neither retired nor below."""
    return tuple(active_paths((path, retired) for _, path, retired in _tree()))


def category_choices(_user: User) -> list[tuple[str, str]]:
    """Return every category to filter by, retired ones too, since tickets keep them."""
    return [(str(key), path) for key, path in category_paths().items()]


def of_categories(column: str, keys: Sequence[str]) -> Q:
    """Return the condition on tickets whose column says one of these categories, or one below.

    It does where it reads as a path, or where an alias of the ticket's source says so.
    """
    paths = category_paths()
    tops = tuple(paths[int(key)] for key in keys if int(key) in paths)
    below = tuple(top + SEPARATOR for top in tops)
    wanted = {key: path for key, path in paths.items() if path in tops or path.startswith(below)}
    known, texts = set(paths.values()), dict[str, list[str]]()
    aliases = CategoryAlias.objects.filter(category__in=wanted)
    for source, text in aliases.values_list("source", "text"):
        if text not in known:
            texts.setdefault(source, []).append(text)
    found = Q(**{f"{column}__in": list(wanted.values())})
    for source, said in texts.items():
        found |= Q(**{"source": source, f"{column}__in": said})
    return found


def within_path(column: str, path: str) -> Q:
    """Return the condition on tickets whose column reads as this path, or as one below it."""
    return Q(**{column: path}) | Q(**{f"{column}__startswith": path + SEPARATOR})


def meanings_of(ticket: Ticket) -> dict[str, str]:
    """Return for the columns of a ticket whose text an alias explains the path of our category."""
    known = set(category_paths().values())
    said = {column: getattr(ticket, column) for column in COLUMNS}
    strange = {column: text for column, text in said.items() if text and text not in known}
    if not strange or not known:
        return {}
    aliases = CategoryAlias.objects.filter(source=ticket.source, text__in=strange.values())
    paths = dict(aliases.filter(category__isnull=False).values_list("text", "category__path"))
    return {column: paths[text] for column, text in strange.items() if text in paths}


class UnknownText(NamedTuple):
    """What a source calls the category of so many tickets, and nobody has said what it means."""

    source: str
    text: str
    tickets: int


def unknown_texts() -> list[UnknownText]:
    """Return the texts that are neither paths nor aliases, the most frequent first.

    A ticket counts once for each of its two categories.
    """
    counted: Counter[tuple[str, str]] = Counter()
    for column in COLUMNS:
        alias = CategoryAlias.objects.filter(source=OuterRef("source"), text=OuterRef(column))
        rows = Ticket.objects.standing().exclude(**{column: ""}).filter(~Exists(alias))
        rows = rows.exclude(**{f"{column}__in": list(category_paths().values())})
        groups = rows.order_by().values_list("source", column).annotate(Count("pk"))
        counted.update({(source, text): amount for source, text, amount in groups})
    found = [UnknownText(source, text, amount) for (source, text), amount in counted.items()]
    return sorted(found, key=lambda each: (-each.tickets, each.source, each.text))
