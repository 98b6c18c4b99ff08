"""The pages by which one shift hands over to the next."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.directory import may_keep_directory
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Team
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import ShiftNote, ShiftReceipt
from quarterdeck.desk.queries.queues import own_team, teams_of
from quarterdeck.desk.queries.shift_facts import shift_facts
from quarterdeck.desk.records.teams import shift_notes
from quarterdeck.desk.verbs.shift_notes import LONGEST_SHIFT, hand_over_shift, take_over_shift
from quarterdeck.ui.details import breadcrumbs, find_visible


class HandOverForm(forms.Form):
    """Which shift ends, and what the next one has to know."""

    team = forms.TypedChoiceField()
    shift = forms.CharField(
        label="Which shift ends?", max_length=LONGEST_SHIFT, help_text="Such as Early, or Friday."
    )
    text = forms.CharField(
        label="What does the next one have to know?",
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text="The figures below are added by themselves.",
    )

    def __init__(self, data: object = None, *, teams: list[Team], own: Team | None) -> None:
        super().__init__(data, initial={"team": own and own.pk})  # type: ignore[arg-type]  # what was sent
        chosen: Any = self.fields["team"]
        known = {str(team.pk): team for team in teams}
        chosen.choices = sorted(
            ((key, str(team)) for key, team in known.items()), key=lambda choice: choice[1]
        )
        chosen.coerce = known.__getitem__


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand a shift over: what is counted by itself, and what has to be told."""
    user = account_of(request)
    if not rules.may_open(user):
        raise Http404
    teams, at = teams_of(user), clock.now()
    own = next(iter(teams), None) or own_team(user)
    form = HandOverForm(request.POST if request.method == "POST" else None, teams=teams, own=own)
    if form.is_bound and form.is_valid():
        try:
            note = hand_over_shift(**form.cleaned_data, actor=user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{note} is handed over.")
            return redirect(shift_notes.detail_address, note.pk)
    context = {
        "form": form,
        "team": own,
        "is_keeper": own is None and may_keep_directory(user),
        "facts": [] if own is None else shift_facts(own, at),
        "breadcrumbs": breadcrumbs(shift_notes, "Hand over"),
    }
    return render(request, "desk/hand_over.html", context, status=422 if form.is_bound else 200)


@require_safe
def show_note(request: HttpRequest, key: int) -> HttpResponse:
    """Show one hand-over as it was written, and let the next shift take it over."""
    user = account_of(request)
    note: ShiftNote = find_visible(shift_notes, key, user)
    receipt = ShiftReceipt.objects.filter(note=note).select_related("by__person").first()
    may_take = rules.may_hand_over(user, note.team) and note.author_id != user.pk
    context = {
        "note": note,
        "receipt": receipt,
        "may_take": may_take and receipt is None,
        "breadcrumbs": breadcrumbs(shift_notes, str(note)),
    }
    return render(request, "desk/shift_note.html", context)


@require_POST
def take_over(request: HttpRequest, key: int) -> HttpResponse:
    """Take a hand-over in."""
    user = account_of(request)
    note: ShiftNote = find_visible(shift_notes, key, user)
    if not rules.may_hand_over(user, note.team):
        raise Http404
    try:
        take_over_shift(
            note=note, remark=request.POST.get("remark", "")[:2_000], actor=user, at=clock.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is yours now.")
    return redirect(shift_notes.detail_address, key)
