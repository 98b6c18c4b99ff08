"""The page on which it is said whom the names of imported tickets mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import PersonAlias
from quarterdeck.desk.queries.names import people_meant
from quarterdeck.desk.queries.unresolved_names import (
    UnresolvedName,
    tickets_named,
    unresolved_names,
    with_suggestions,
)
from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.names import person_aliases
from quarterdeck.desk.verbs.names import link_name, unlink_name
from quarterdeck.office.rules import may_import

ROWS = 50
NOBODY = "nobody"


@dataclass(frozen=True)
class _Row:
    """One name, with what was chosen or typed for it."""

    place: int
    name: UnresolvedName
    chosen: str = ""
    typed: str = ""
    error: str = ""
    person: Person | None = None

    @property
    def is_answered(self) -> bool:
        """Whether it is said whom the name means."""
        return self.person is not None or self.chosen == NOBODY


@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest) -> HttpResponse:
    """Show the names that lead to nobody, those on most tickets first, and link what is chosen."""
    user = account_of(request)
    if not may_import(user):
        raise Http404
    rows: list[_Row] = []
    if "undo" in request.POST:
        _undo(request, user)
        return redirect("desk.names")
    if request.method == "POST":
        rows = _sent(request.POST)
        if not any(row.error for row in rows) and "count" not in request.POST:
            _link(request, rows, user)
            return redirect(request.get_full_path())
        if not any(row.error for row in rows):
            _tell_counts(request, rows)
    unresolved = unresolved_names()
    asked = request.GET.get("from", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0  # noqa: PLR2004 — nobody leafs through a million names
    shown = with_suggestions(unresolved[start : start + ROWS])
    context = {
        "rows": rows or [_proposed(place, name) for place, name in enumerate(shown)],
        "names": len(unresolved),
        "tickets": sum(each.tickets for each in unresolved),
        "following": start + ROWS if start + ROWS < len(unresolved) else 0,
        "before": max(start - ROWS, 0),
        "start": start,
        "linked": PersonAlias.objects.select_related("person").order_by("-pk")[:ROWS],
        "all_linked": person_aliases.list_address,
        "breadcrumbs": [(tickets.title, reverse(tickets.list_address)), ("Names", "")],
    }
    status = 422 if any(row.error for row in rows) else 200
    return render(request, "desk/names.html", context, status=status)


def _proposed(place: int, name: UnresolvedName) -> _Row:
    """Return a row that proposes whom alone a name fits exactly."""
    exact = next((each for each in name.suggestions if each.is_exact), None)
    return _Row(place, name, chosen=str(exact.person.pk) if exact else "")


def _sent(given: Mapping[str, str]) -> list[_Row]:
    """Return the rows that were sent, with what is wrong about what was chosen or typed."""
    told = {
        place: (given.get(f"source-{place}", ""), given.get(f"text-{place}", ""))
        for place in range(ROWS)
    }
    places = [place for place, name in told.items() if all(name)]
    found = with_suggestions(tickets_named([told[place] for place in places]))
    typed = {place: given.get(f"typed-{place}", "").strip() for place in places}
    chosen = {place: given.get(f"person-{place}", "") for place in places}
    meant = people_meant({each for each in typed.values() if each})
    keys = {
        place: meant.get(typed[place]) if typed[place] else _key(chosen[place]) for place in places
    }
    people = Person.objects.in_bulk({key for key in keys.values() if key is not None})
    return [
        _Row(
            place,
            name,
            chosen[place],
            typed[place],
            _fault(typed[place], keys[place]),
            people.get(keys[place] or 0),
        )
        for place, name in zip(places, found, strict=True)
    ]


def _fault(typed: str, key: int | None) -> str:
    """Say what is wrong with what was typed for a name."""
    if typed and key is None:
        return f"Nobody, or not one alone, is called “{typed}”."
    return ""


def _key(chosen: str) -> int | None:
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None  # noqa: PLR2004 — a key has 64 bits


def _tell_counts(request: HttpRequest, rows: list[_Row]) -> None:
    """Say what linking would do, and do nothing."""
    linked = [row.name for row in rows if row.person is not None]
    requester = sum(each.as_requester for each in linked)
    assignee = sum(each.as_assignee for each in linked)
    messages.info(
        request,
        f"{_counted(len(linked))} would be linked: on {requester} tickets as requester, "
        f"on {assignee} as assignee. Nothing is linked yet.",
    )


def _link(request: HttpRequest, rows: list[_Row], user: Account) -> None:
    answered = [row for row in rows if row.is_answered]
    for row in answered:
        link_name(
            source=row.name.source,
            text=row.name.text,
            person=row.person,
            actor=user,
            at=clock.now(),
        )
    if answered:
        messages.success(request, f"{_counted(len(answered))} kept; a worker links the tickets.")
    else:
        messages.error(request, "Nothing was chosen.")


def _counted(amount: int) -> str:
    return "1 name" if amount == 1 else f"{amount} names"


def _undo(request: HttpRequest, user: Account) -> None:
    alias = PersonAlias.objects.filter(pk=_key(request.POST["undo"]) or 0).first()
    if alias is not None:
        unlink_name(alias=alias, actor=user, at=clock.now())
        messages.success(request, f"{alias} means nobody any more; a worker puts its tickets back.")
