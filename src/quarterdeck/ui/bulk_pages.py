"""Changing many rows of a list together: what is chosen, the form, and what became of each row."""

from collections import Counter
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from quarterdeck.core import clock
from quarterdeck.core.changes import MOST_AT_ONCE, Fate, Outcome, change_records
from quarterdeck.core.models import Account
from quarterdeck.core.records import Record, Tone
from quarterdeck.ui.forms import RecordForm, form_of
from quarterdeck.ui.lists import Listing

TONES = {
    Fate.CHANGED: Tone.GOOD,
    Fate.UNCHANGED: Tone.NEUTRAL,
    Fate.CONFLICT: Tone.WARNING,
    Fate.REFUSED: Tone.BAD,
}
# Key and version of a row are 64-bit and 32-bit numbers.
_LONGEST_MARK = 30


def change_many(listing: Listing) -> HttpResponse:
    """Ask what the chosen rows are to be given, or give it to them; 404 where none may be."""
    data, record = listing.request.POST, listing.record
    seen = chosen_rows(listing, data)
    if not seen:
        messages.warning(listing.request, "Choose rows first.")
        return redirect(listing.address())
    if not _some_may_be_changed(listing, seen):
        raise Http404
    if "selection" not in data:
        return _ask(listing, seen, form_of(record, listing.user, names=record.bulk), status=200)
    chosen = tuple(name for name in record.bulk if name in data.getlist("set"))
    if not chosen:
        form = form_of(record, listing.user, data=data, names=record.bulk)
        form.add_error(None, "Tick at least one field to change.")
        return _ask(listing, seen, form, status=422)
    form = form_of(record, listing.user, data=data, names=chosen)
    if not form.is_valid():
        whole = form_of(record, listing.user, data=data, names=record.bulk)
        return _ask(listing, seen, whole, status=422)
    return _give(listing, seen, form)


def chosen_rows(listing: Listing, data: QueryDict, most: int = MOST_AT_ONCE) -> dict[int, int]:
    """Return the version of each chosen row by its key; of all that the list finds, the first."""
    if "selection" in data:
        return _marks(data.get("selection", "").split(","))
    if "all" not in data:
        return _marks(data.getlist("row"))
    rows = listing.rows.order_by(*listing.order).values_list("pk", "version")
    return dict(rows[:most])


def _marks(texts: list[str]) -> dict[int, int]:
    try:
        pairs = [text.split(":") for text in texts if text and len(text) <= _LONGEST_MARK]
        return {int(key): int(version) for key, version in pairs}
    except ValueError as problem:
        raise SuspiciousOperation("The selection cannot be read.") from problem


def _some_may_be_changed(listing: Listing, seen: dict[int, int]) -> bool:
    rows = listing.record.visible_to(listing.user).filter(pk__in=seen)
    return any(listing.record.may_change(listing.user, row) for row in rows)


def _ask(listing: Listing, seen: dict[int, int], form: RecordForm, status: int) -> HttpResponse:
    chosen = listing.request.POST.getlist("set")
    context = {
        **surroundings(listing, len(seen)),
        "form": form,
        "fields": [(bound, bound.name in chosen) for bound in form],
        "selection": ",".join(f"{key}:{version}" for key, version in seen.items()),
    }
    return render(listing.request, "ui/bulk.html", context, status=status)


def _give(listing: Listing, seen: dict[int, int], form: RecordForm) -> HttpResponse:
    outcomes = change_records(
        record=listing.record,
        seen=seen,
        values=form.values,
        actor=cast("Account", listing.user),
        at=clock.now(),
    )
    return outcomes_page(listing, outcomes)


def outcomes_page(listing: Listing, outcomes: list[Outcome], done: str = "") -> HttpResponse:
    """Tell what became of each row, and how many fared alike; what was not done comes first."""
    counts = Counter(outcome.fate for outcome in outcomes)
    in_order = sorted(outcomes, key=lambda each: each.fate == Fate.CHANGED)
    context = {
        **surroundings(listing, len(outcomes)),
        "done": done,
        "counts": [(fate, TONES[fate], counts[fate]) for fate in Fate if counts[fate]],
        "rows": [
            (outcome, TONES[outcome.fate], _address(listing.record, outcome))
            for outcome in in_order
        ],
    }
    return render(listing.request, "ui/bulk_done.html", context)


def _address(record: Record, outcome: Outcome) -> str:
    return reverse(record.detail_address, args=[outcome.key])


def surroundings(listing: Listing, amount: int) -> dict[str, Any]:
    """Return what both pages about chosen rows have around them."""
    record = listing.record
    noun = record.singular if amount == 1 else record.title
    heading = f"Change {amount:,} {noun.lower()}"
    back = listing.address()
    return {
        "record": record,
        "heading": heading,
        "back": back,
        "breadcrumbs": [(record.title, back), (heading, "")],
    }
