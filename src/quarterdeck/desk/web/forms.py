"""What a person types at the desk: a report on the phone, and what each act on a ticket asks."""

import secrets
from typing import Any

from django import forms
from django.http import QueryDict

from quarterdeck.core import clock
from quarterdeck.core.models import Person, Team
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.categories import paths_on_offer
from quarterdeck.desk.queries.queues import people_called, people_resembling
from quarterdeck.desk.records.ticket_acts import CANCELLATIONS, LONGEST_REASON, PAUSES
from quarterdeck.desk.verbs.tickets import LONGEST_TITLE, Report
from quarterdeck.desk.vocabulary import Channel, Level, TicketKind
from quarterdeck.office.queries.periods import own_day
from quarterdeck.services.models import Service

_CATEGORIES = {"list": "categories", "autocomplete": "off"}


def offer_categories(form: forms.Form, name: str, present: str = "") -> None:
    """Let an active category be chosen by its path; where none is active, any text stays typed.

    What a ticket has already stays among the choices, even if it is no category in use.
    """
    active = paths_on_offer()
    if not active:
        return
    typed = form.fields[name]
    others = [present] if present and present not in active else []
    choices = [("", "—"), *((path, path) for path in [*others, *active])]
    form.fields[name] = forms.ChoiceField(
        label=typed.label, required=typed.required, help_text=typed.help_text, choices=choices
    )


class RequesterField(forms.CharField):
    """A name as it is typed; `requester_of` finds the person behind it."""

    def __init__(self, **ways: Any) -> None:
        attributes = {"list": "people", "autocomplete": "off"} | ways.pop("attributes", {})
        super().__init__(max_length=200, widget=forms.TextInput(attributes), **ways)


def requester_of(typed: str) -> Person | None:
    """Return the person of a typed name, or None where nobody bears it; several are an error."""
    name, _, email = typed.partition(" · ")
    found = people_called(name)
    if email:
        found = [person for person in found if person.email == email.strip()] or found
    if len(found) > 1:
        choices = ", ".join(f"{person.name} · {person.email or person.pk}" for person in found)
        raise forms.ValidationError(f"Several people are called so: {choices}.")
    return found[0] if found else None


class ReportForm(forms.Form):
    """A report, taken down while the requester is on the phone."""

    requester = RequesterField(
        label="Requester",
        required=False,
        help_text="Somebody who is not known stays as typed.",
        attributes={"autofocus": True},
    )
    title = forms.CharField(label="What is it about?", max_length=LONGEST_TITLE)
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), required=False, empty_label="—"
    )
    category = forms.CharField(max_length=200, required=False, widget=forms.TextInput(_CATEGORIES))
    impact = forms.TypedChoiceField(choices=Level.choices, coerce=int, initial=Level.LOW)
    urgency = forms.TypedChoiceField(choices=Level.choices, coerce=int, initial=Level.MEDIUM)
    kind = forms.ChoiceField(choices=TicketKind.choices, initial=TicketKind.INCIDENT)
    channel = forms.ChoiceField(label="Reported by", choices=Channel.choices, initial=Channel.PHONE)
    team = forms.ModelChoiceField(Team.objects.order_by("name"), required=False, empty_label="—")
    description = forms.CharField(required=False, widget=forms.Textarea({"rows": 4}))
    resolution = forms.CharField(
        label="What was done", required=False, widget=forms.Textarea({"rows": 3})
    )
    true_category = forms.CharField(
        label="What it truly was",
        max_length=200,
        required=False,
        widget=forms.TextInput(_CATEGORIES),
    )
    entry_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    as_typed = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **ways: Any) -> None:
        super().__init__(*given, **ways)
        offer_categories(self, "category")
        offer_categories(self, "true_category")

    def clean_requester(self) -> Person | str:
        """Find the person behind the name, or keep the name; one spelt much like a known one is
        kept when it is sent again."""
        typed: str = self.cleaned_data["requester"].strip()
        person = requester_of(typed) if typed else None
        if person is None and typed and typed != self.data.get("as_typed"):
            self._ask_whether_meant(typed)
        return person or typed

    def _ask_whether_meant(self, typed: str) -> None:
        alike = people_resembling(typed, own_day(clock.now()))
        if alike:
            if isinstance(self.data, QueryDict):
                sent = self.data.copy()
                sent["as_typed"] = typed
                self.data = sent
            named = " or ".join(
                f"{each.name} · {each.email}" if each.email else each.name for each in alike
            )
            raise forms.ValidationError(
                f"Did you mean {named}? Send it again as it is, and the name stays as typed."
            )

    def report(self) -> Report:
        """What was reported."""
        given = self.cleaned_data
        who = given["requester"]
        is_known = isinstance(who, Person)
        return Report(
            title=given["title"],
            kind=given["kind"],
            description=given["description"],
            requester=who if is_known else None,
            requester_name="" if is_known else who,
            service=given["service"],
            category=given["category"],
            channel=given["channel"],
            impact=given["impact"],
            urgency=given["urgency"],
            team=given["team"],
            entry_key=given["entry_key"],
        )


class ActForm(forms.Form):
    """One act on one ticket; what nothing is asked for has no fields.

    `takes_files` says that files may come with it.
    """

    takes_files = False

    def __init__(self, data: Any = None, *, ticket: Ticket) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        self.ticket = ticket
        self.prefill()

    def prefill(self) -> None:
        """Show what stands, where an act changes it."""


def places_to_assign() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every team with its people, all read at once, as a field offers them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    rows = Team.objects.order_by("name", "memberships__person__name")
    for team, name, person, person_name in rows.values_list(
        "pk", "name", "memberships__person", "memberships__person__name"
    ):
        group = groups.setdefault(name, [(f"{team}", f"{name}, whoever is free")])
        if person is not None:
            group.append((f"{team}-{person}", person_name))
    return list(groups.items())


def assigned_place(chosen: str) -> dict[str, Any]:
    """Return team and person of what was chosen, as verbs take them."""
    team, _, person = chosen.partition("-")
    return {
        "team": Team.objects.filter(pk=team or 0).first(),
        "assignee": Person.objects.filter(pk=person or 0).first(),
    }


class AssignForm(ActForm):
    """To whom a ticket goes: a whole team, or a person of a team."""

    to = forms.ChoiceField(label="Goes to")

    def prefill(self) -> None:
        """Offer every team with its people."""
        self.fields["to"].choices = places_to_assign()  # type: ignore[attr-defined]  # it is a choice field
        present = [str(key) for key in (self.ticket.team_id, self.ticket.assignee_id) if key]
        self.fields["to"].initial = "-".join(present)

    def clean(self) -> dict[str, Any]:
        """Return team and person, as the verb takes them; the ticket's own team and nobody of it
        is its queue, into which the ticket goes back."""
        place = assigned_place((super().clean() or {}).get("to", ""))
        if place["assignee"] is None and place["team"] == self.ticket.team:
            place["team"] = None
        return place


class HoldForm(ActForm):
    """For whom a ticket waits, and what the requester is asked."""

    pause_reason = forms.ChoiceField(label="Waits for", choices=PAUSES)
    question = forms.CharField(
        label="Question to the requester",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="They get it by mail and in the portal. Needed where the ticket waits for them,"
        " unless your last reply has asked already.",
    )
    reason = forms.CharField(label="Note for the desk", max_length=LONGEST_REASON, required=False)


class ResolveForm(ActForm):
    """What was done, and what it truly was."""

    resolution = forms.CharField(label="What was done", widget=forms.Textarea({"rows": 4}))
    true_category = forms.CharField(
        label="What it truly was",
        max_length=200,
        widget=forms.TextInput(_CATEGORIES),
        help_text="The requester's words are one thing, the cause another.",
    )

    def prefill(self) -> None:
        """Offer the presenting category, if it is one to choose."""
        offer_categories(self, "true_category")
        self.fields["true_category"].initial = self.ticket.category


class ReopenForm(ActForm):
    """Why it has to be taken up again."""

    reason = forms.CharField(label="What was not done", max_length=LONGEST_REASON)


class NotReopenedForm(ActForm):
    """Why nothing was left to do."""

    reason = forms.CharField(
        label="What the requester is told",
        max_length=LONGEST_REASON,
        initial="We take your message for no new question, so that your ticket stays solved. "
        "Answer if it is not.",
        widget=forms.Textarea({"rows": 3}),
    )


class CancelForm(ActForm):
    """Why there is nothing to do."""

    cancelled_as = forms.ChoiceField(label="Because", choices=CANCELLATIONS)
    reason = forms.CharField(
        label="What the requester is told",
        max_length=LONGEST_REASON,
        required=False,
        help_text="They get it by mail and in the portal, with the choice above.",
    )


class PrioritiseForm(ActForm):
    """Impact and urgency."""

    impact = forms.TypedChoiceField(choices=Level.choices, coerce=int)
    urgency = forms.TypedChoiceField(choices=Level.choices, coerce=int)

    def prefill(self) -> None:
        """Show what stands."""
        self.fields["impact"].initial = self.ticket.impact
        self.fields["urgency"].initial = self.ticket.urgency


class RewordForm(ActForm):
    """What it is called, and all that was told of it."""

    title = forms.CharField(max_length=LONGEST_TITLE)
    description = forms.CharField(required=False, widget=forms.Textarea({"rows": 6}))

    def prefill(self) -> None:
        """Show what stands."""
        self.fields["title"].initial = self.ticket.title
        self.fields["description"].initial = self.ticket.description


class DescribeForm(ActForm):
    """What it looks like, which service it is about, and for whom it was reported."""

    category = forms.CharField(max_length=200, required=False, widget=forms.TextInput(_CATEGORIES))
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), required=False, empty_label="—"
    )
    requester = RequesterField(required=False)

    def prefill(self) -> None:
        """Show what stands."""
        offer_categories(self, "category", self.ticket.category)
        self.fields["category"].initial = self.ticket.category
        self.fields["service"].initial = self.ticket.service_id
        requester = self.ticket.requester
        self.fields["requester"].initial = requester.name if requester else ""

    def clean_requester(self) -> Person | None:
        """Accept somebody who is known."""
        typed: str = self.cleaned_data["requester"].strip()
        person = requester_of(typed) if typed else None
        if typed and person is None:
            raise forms.ValidationError(f"Nobody called “{typed}” is in the directory.")
        return person


class WriteForm(ActForm):
    """What is written on a ticket."""

    text = forms.CharField(widget=forms.Textarea({"rows": 4}))
    entry_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def prefill(self) -> None:
        """Give this sending its key."""
        self.fields["entry_key"].initial = secrets.token_hex(16)


class ReplyForm(WriteForm):
    """What the requester reads, with files, or what the desk has told them already."""

    takes_files = True
    is_spoken = forms.BooleanField(label="Told by phone or in person: send no mail", required=False)


class NoteForm(WriteForm):
    """What only the desk reads."""
