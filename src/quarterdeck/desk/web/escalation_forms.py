"""What a person types to escalate, to complain, and to answer."""

from typing import Any

from django import forms

from quarterdeck.core.models import Person, Team
from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.queries.escalations import ANSWER_HOURS, RESOLUTION_HOURS
from quarterdeck.desk.queries.reporting_line import Post
from quarterdeck.desk.verbs.escalation_work import Complaint
from quarterdeck.desk.verbs.escalations import LONGEST_TIME
from quarterdeck.desk.vocabulary import Channel, EscalationDirection, Verdict
from quarterdeck.desk.web.forms import RequesterField, requester_of

_LONG = forms.Textarea({"rows": 4})
_VERDICTS = [choice for choice in Verdict.choices if choice[0]]
_NEXT = "Whoever is next up the line"


def _hours(label: str, initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=LONGEST_TIME,
        initial=initial,
        help_text="Hours on the usual calendar.",
    )


class _PromisedForm(forms.Form):
    """Who shall answer, and by when; `offered` are the posts above the ticket that are filled."""

    owner = forms.TypedChoiceField(label="Who shall answer", required=False, empty_value=None)
    answer_hours = _hours("Answer promised within", ANSWER_HOURS)
    resolution_hours = _hours("Resolution promised within", RESOLUTION_HOURS)

    def __init__(self, data: Any = None, *, offered: list[tuple[Person, Post]]) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person, _ in offered}
        choices = [("", _NEXT), *((str(person.pk), post.in_words) for person, post in offered)]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]  # it is a choice field

    def clean_owner(self) -> Person | None:
        """Return who was chosen."""
        return self.people.get(self.cleaned_data["owner"] or "")


class EscalateForm(_PromisedForm):
    """What the trouble is, and who could do more about it."""

    direction = forms.ChoiceField(
        label="Where to",
        choices=EscalationDirection.choices,
        initial=EscalationDirection.HIERARCHICAL,
    )
    to_team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label="Team",
        required=False,
        empty_label="—",
        help_text="Only if another team is asked; its lead answers, unless you name somebody.",
    )
    reason = forms.CharField(label="What is the trouble, and what do you ask for?", widget=_LONG)
    field_order = ("direction", "to_team", "owner", "reason", "answer_hours", "resolution_hours")


class ComplaintForm(_PromisedForm):
    """Somebody's complaint, as it was heard."""

    requester = RequesterField(label="Who complains")
    channel = forms.ChoiceField(label="Told by", choices=Channel.choices, initial=Channel.PHONE)
    reason = forms.CharField(label="What are they dissatisfied with?", widget=_LONG)
    promised = forms.CharField(
        label="What was promised to them", required=False, widget=forms.Textarea({"rows": 2})
    )
    field_order = ("requester", "channel", "reason", "promised", "owner")

    def clean_requester(self) -> Person | str:
        """Find the person behind the name; a name that is not known stays one."""
        typed: str = self.cleaned_data["requester"].strip()
        return requester_of(typed) or typed

    def complaint(self) -> Complaint:
        """What was heard."""
        given = self.cleaned_data
        who = given["requester"]
        is_known = isinstance(who, Person)
        return Complaint(
            reason=given["reason"],
            complainant=who if is_known else None,
            complainant_name="" if is_known else who,
            channel=given["channel"],
            promised=given["promised"],
        )


class OwnComplaintForm(forms.Form):
    """What somebody is dissatisfied with, in their own words."""

    reason = forms.CharField(
        label="What are you dissatisfied with?",
        widget=_LONG,
        help_text="It goes to somebody above the team. You are told by when there is an answer, "
        "and it is over when you say that it is solved.",
    )


class EscalationActForm(forms.Form):
    """One act on one escalation."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, escalation: Escalation, offered: list[tuple[Person, Post]]
    ) -> None:
        name = type(self).__name__.removesuffix("Form").lower()
        super().__init__(data, auto_id=f"{name}-%s", initial={"version": escalation.version})
        self.offer(escalation, offered)

    def offer(self, escalation: Escalation, offered: list[tuple[Person, Post]]) -> None:
        """Say what may be chosen."""


class AcknowledgeForm(EscalationActForm):
    """That it is taken up."""


class AnswerForm(EscalationActForm):
    """What will be done."""

    answer = forms.CharField(label="What will be done", widget=_LONG)


class ResolveEscalationForm(EscalationActForm):
    """What was done."""

    resolution = forms.CharField(label="What was done about it", widget=_LONG)


class PassOnForm(EscalationActForm):
    """Who answers instead."""

    owner = forms.ChoiceField(label="To")
    reason = forms.CharField(label="Why", max_length=500)

    def offer(self, escalation: Escalation, offered: list[tuple[Person, Post]]) -> None:
        """Offer the posts above the ticket, but for whoever has it before them."""
        self.people = {str(person.pk): person for person, _ in offered}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # it is a choice field
            (str(person.pk), post.in_words)
            for person, post in offered
            if person.pk != escalation.owner_id
        ]

    def clean_owner(self) -> Person:
        """Return who was chosen."""
        return self.people[self.cleaned_data["owner"]]


class VerdictForm(EscalationActForm):
    """What the complainant says."""

    verdict = forms.ChoiceField(
        label="What the complainant says", choices=_VERDICTS, widget=forms.RadioSelect
    )
    remark = forms.CharField(label="In their words", required=False, max_length=2_000)


class WithdrawForm(EscalationActForm):
    """Why it is not needed."""

    reason = forms.CharField(label="Why it is not needed", max_length=500)


def initial_complainant(ticket: Ticket) -> str:
    """Return who is likely to complain: the requester."""
    return str(ticket.requester or ticket.requester_name)
