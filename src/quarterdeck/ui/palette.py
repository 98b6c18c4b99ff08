"""The command palette: where to go, what to do and what is found, from one line of text."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core.permission import User
from quarterdeck.core.records import all_records
from quarterdeck.core.search import clean, words_of
from quarterdeck.ui.findings import Group, groups_of
from quarterdeck.ui.navigation import section_place, sections_for

_HITS, _PLACES = 4, 6


@dataclass(frozen=True)
class Choice:
    """One entry of the palette: what it says, where it leads, and of which section it is."""

    title: str
    address: str
    icon: str
    section: str

    def answers(self, words: tuple[str, ...]) -> bool:
        """Say whether each word begins a word of the title or of the section."""
        own = f"{self.title} {self.section}".casefold().split()
        return all(any(part.startswith(word.casefold()) for part in own) for word in words)


def places_for(user: User) -> Iterator[Choice]:
    """Give the pages that the reader may go to."""
    for section in sections_for(user, ""):
        for place in (*section.places, *section.arranged):
            yield Choice(place.title, place.address, place.icon, section.title)


def acts_for(user: User) -> Iterator[Choice]:
    """Give what the reader may do from the lists of the records: what their pages offer to add,
    then adding to the others, then what else they offer."""
    offered = [
        Choice(action.title, reverse(action.address), action.icon, record.section)
        for record in all_records()
        if (action := record.action) and action.may(user)
    ]
    yield from (act for act in offered if act.icon == "plus")
    for record in all_records():
        if record.form and record.may_add(user):
            title, address = f"New {record.singular.lower()}", reverse(record.add_address)
            yield Choice(title, address, "plus", record.section)
    yield from (act for act in offered if act.icon != "plus")


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Answer with the entries that fit what was typed; with nothing typed, with all but hits."""
    text, user = clean(request.GET.get("q", "")), request.user
    words = words_of(text)
    places = list(places_for(user))
    acts = sorted(acts_for(user), key=lambda act: section_place(act.section))
    groups: list[Group] = []
    if text:
        acts = [act for act in acts if words and act.answers(words)][:_PLACES]
        places = [place for place in places if words and place.answers(words)][:_PLACES]
        groups = groups_of(text, user, shown=_HITS, counted=_HITS)
    more = f"{reverse('search')}?{urlencode({'q': text})}" if text else ""
    context = {"text": text, "acts": acts, "places": places, "groups": groups, "more": more}
    return render(request, "ui/palette.html", context)
