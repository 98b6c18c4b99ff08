"""What is typed about major incidents; times are those of the reader's clocks."""

from typing import Any

from django import forms
from django.utils import timezone

from quarterdeck.core.models import Person
from quarterdeck.desk.models import MajorIncident, Ticket
from quarterdeck.desk.queries.queues import known_categories
from quarterdeck.desk.queries.routing import people_of_the_desk
from quarterdeck.desk.verbs.major_incidents import Declaration
from quarterdeck.desk.web.forms import assigned_place, places_to_assign
from quarterdeck.services.models import Service
from quarterdeck.ui.time_inputs import day_input, minute_input

_LONG = {"rows": 3}


def _moment(label: str, **given: Any) -> forms.DateTimeField:
    widget = minute_input()
    return forms.DateTimeField(label=label, widget=widget, **given)


def _person(label: str, **given: Any) -> forms.ModelChoiceField[Person]:
    # Whoever can act here has an account; the whole directory would be too long to choose from.
    people = Person.objects.filter(account__is_active=True).order_by("name", "pk")
    return forms.ModelChoiceField(people, label=label, **given)


def _commander() -> forms.ModelChoiceField[Person]:
    return forms.ModelChoiceField(people_of_the_desk(), label="Commander")


def _services() -> forms.ModelMultipleChoiceField[Service]:
    return forms.ModelMultipleChoiceField(
        Service.objects.order_by("name"),
        label="Services that suffer",
        required=False,
        help_text="Whoever uses them reads the updates; with none, everybody does.",
    )


def _words(label: str, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(_LONG), max_length=4_000, **given)


class MajorIncidentForm(forms.Form):
    """What the forms share: the major incident as it stands."""

    def __init__(self, data: Any = None, *, act: str, incident: MajorIncident) -> None:
        super().__init__(data, auto_id=f"{act}-%s", initial=self.initial_of(incident))

    def initial_of(self, incident: MajorIncident) -> dict[str, Any]:  # noqa: ARG002 — most forms begin empty
        """Return what stands already."""
        return {}

    def words(self) -> dict[str, Any]:
        """Return what the verb is told."""
        return self.cleaned_data


class DeclareForm(forms.Form):
    """Why it is a major incident, who commands, and when everybody hears of it."""

    title = forms.CharField(
        label="What requesters shall read", max_length=200, help_text="Such as: Mail is down."
    )
    reason = _words("Why it is a major incident")
    commander = _commander()
    communication_lead = _person("Communication lead", required=False)
    services = _services()
    people_affected = forms.IntegerField(
        label="How many people suffer", required=False, min_value=0, max_value=100_000_000
    )
    first_update_due_at = _moment("First update promised by")
    keeps_priority = forms.BooleanField(
        label="It keeps its priority",
        required=False,
        help_text="Otherwise impact and urgency become high.",
    )
    to = forms.ChoiceField(
        label="Who works on it", required=False, help_text="Whoever has it keeps it otherwise."
    )

    def __init__(self, data: Any = None, *, ticket: Ticket) -> None:
        begins = {
            "title": ticket.title,
            "services": [ticket.service_id] if ticket.service_id else [],
        }
        super().__init__(data, initial=begins)
        self.fields["to"].choices = [("", "As it is"), *places_to_assign()]  # type: ignore[attr-defined]  # it is a choice field

    def declaration(self) -> Declaration:
        """Return what is said."""
        given = dict(self.cleaned_data)
        given |= assigned_place(given.pop("to"))
        return Declaration(**{**given, "services": tuple(given["services"])})


class UpdateForm(MajorIncidentForm):
    """What everybody is told."""

    text = _words("What everybody reads")
    next_due_at = _moment("Next update promised by")


class NoteForm(MajorIncidentForm):
    """What happened, and when."""

    text = _words("What happened")
    happened_at = _moment("When")

    def __init__(self, data: Any = None, *, act: str, incident: MajorIncident) -> None:
        super().__init__(data, act=act, incident=incident)
        zone = timezone.get_current_timezone_name()
        self.fields["happened_at"].help_text = f"On the clocks of {zone}."


class PartForm(MajorIncidentForm):
    """Another ticket that is a part of it."""

    number = forms.CharField(label="Number of the ticket", max_length=64)


class RolesForm(MajorIncidentForm):
    """Who commands, and who speaks."""

    commander = _commander()
    communication_lead = _person("Communication lead", required=False)

    def initial_of(self, incident: MajorIncident) -> dict[str, Any]:
        """Return who it is now."""
        return {
            "commander": incident.commander_id,
            "communication_lead": incident.communication_lead_id,
        }


class AffectedForm(MajorIncidentForm):
    """Who suffers."""

    services = _services()
    people_affected = forms.IntegerField(
        label="How many people suffer", required=False, min_value=0, max_value=100_000_000
    )

    def initial_of(self, incident: MajorIncident) -> dict[str, Any]:
        """Return who it is as far as is known."""
        return {
            "services": list(incident.affected.values_list("service", flat=True)),
            "people_affected": incident.people_affected,
        }


class ResolveForm(MajorIncidentForm):
    """How it was resolved, and what everybody reads at last."""

    resolution = _words("What was done")
    true_category = forms.CharField(
        label="What it truly was",
        max_length=200,
        widget=forms.TextInput({"list": "major-categories"}),
    )
    text = _words("What everybody reads at last")
    with_parts = forms.BooleanField(label="Resolve its open parts with it", required=False)

    @property
    def categories(self) -> list[str]:
        """What is on offer while typing."""
        return known_categories()


class ReviewForm(MajorIncidentForm):
    """What was learnt."""

    what_happened = _words("What happened, and why")
    what_went_well = _words("What went well")

    def initial_of(self, incident: MajorIncident) -> dict[str, Any]:
        """Return what was written before."""
        return {
            "what_happened": incident.what_happened,
            "what_went_well": incident.what_went_well,
        }


class ReviewActionForm(MajorIncidentForm):
    """What shall be done so that it does not come again."""

    title = forms.CharField(label="What shall be done", max_length=200)
    owner = _person("By whom")
    due_on = forms.DateField(label="By which day", widget=day_input())
