"""The pages on which canned replies and macros are kept."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.desk import rules
from quarterdeck.desk.models import CannedReply, Macro
from quarterdeck.desk.models.kept import Kept
from quarterdeck.desk.queries.canned import PLACEHOLDERS
from quarterdeck.desk.queries.steps import FOR_MACROS, Step, steps_in_words, steps_of
from quarterdeck.desk.records.kept import canned_replies, macros
from quarterdeck.desk.rules.kept import may_change_kept
from quarterdeck.desk.verbs import kept as verbs
from quarterdeck.desk.vocabulary.ticket_life import Audience
from quarterdeck.desk.web.step_rows import step_rows, steps_in
from quarterdeck.ui.details import breadcrumbs, find_visible
from quarterdeck.ui.panels import Panel, provide

_TOLD = ", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)


class ShelfForm(forms.Form):
    """A name, and for whom something is kept."""

    name = forms.CharField(max_length=120)
    audience = forms.ChoiceField(label="For", choices=Audience.choices)
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), required=False, empty_label="—", help_text="For one team."
    )
    retired = forms.BooleanField(
        label="Retired", required=False, help_text="It stays, and is offered no more."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def shelf(self) -> verbs.Shelf:
        """What was typed, as the verbs take it."""
        given = self.cleaned_data
        return verbs.Shelf(
            name=given["name"],
            audience=given["audience"],
            team=given["team"],
            retired=given["retired"],
        )


class CannedReplyForm(ShelfForm):
    """A text with its name and readers."""

    text = forms.CharField(
        widget=forms.Textarea({"rows": 8}),
        help_text=f"What may stand in it and is filled in: {_TOLD}.",
    )
    field_order = ("name", "text", "audience", "team", "retired")


def _user(request: HttpRequest) -> Account:
    user = account_of(request)
    if not rules.may_open(user):
        raise Http404
    return user


def _kept(record: Record, key: int | None, user: Account) -> Any:
    """Return the row that is changed, or None for a new one; 404 where it is not the reader's."""
    if key is None:
        return None
    row = find_visible(record, key, user)
    if not may_change_kept(user, row):
        raise Http404
    return row


def _initial(row: Kept | None) -> dict[str, Any]:
    if row is None:
        return {"audience": Audience.OWN}
    names = ("name", "audience", "team", "retired", "version")
    return {name: getattr(row, name) for name in names}


@require_http_methods(["GET", "HEAD", "POST"])
def edit_canned_reply(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Add a canned reply, or change one."""
    user = _user(request)
    row = _kept(canned_replies, key, user)
    initial = _initial(row) | ({"text": row.text} if row else {})
    form = CannedReplyForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        words = {"shelf": form.shelf, "text": form.cleaned_data["text"]}
        run = verbs.keep_canned_reply
        if row is not None:
            run = verbs.change_canned_reply  # type: ignore[assignment]  # told the row too
            words |= {"reply": row, "version": form.cleaned_data["version"] or 0}
        if (kept := _done(form, run, words, user)) is not None:
            messages.success(request, f"“{kept}” is kept.")
            return redirect(canned_replies.list_address)
    return _page(request, form, canned_replies, row, {})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_macro(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Add a macro, or change one."""
    user = _user(request)
    row = _kept(macros, key, user)
    form = ShelfForm(request.POST or None, initial=_initial(row))
    steps: Sequence[Step] = steps_of(row.steps) if row else ()
    if form.is_bound:
        steps = steps_in(request.POST)
    if form.is_bound and form.is_valid():
        words = {"shelf": form.shelf, "steps": steps}
        run = verbs.keep_macro
        if row is not None:
            run = verbs.change_macro  # type: ignore[assignment]  # told the row too
            words |= {"macro": row, "version": form.cleaned_data["version"] or 0}
        if (kept := _done(form, run, words, user)) is not None:
            messages.success(request, f"“{kept}” is kept.")
            return redirect(macros.list_address)
    rows = {"step_rows": step_rows(steps, user), "kinds": FOR_MACROS}
    return _page(request, form, macros, row, rows)


def _done(
    form: ShelfForm, run: Callable[..., Kept], words: dict[str, Any], user: Account
) -> Kept | None:
    """Run the verb; a refusal goes onto the form, field by field where it names fields."""
    try:
        return run(**words, actor=user, at=clock.now())
    except Invalid as invalid:
        for name, texts in invalid.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(texts))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


def _page(
    request: HttpRequest, form: ShelfForm, record: Record, row: Kept | None, more: dict[str, Any]
) -> HttpResponse:
    heading = f"Change “{row}”" if row else f"New {record.singular.lower()}"
    context = {
        "form": form,
        "heading": heading,
        "back": reverse(record.list_address),
        "breadcrumbs": breadcrumbs(record, heading),
        **more,
    }
    return render(request, "desk/kept.html", context, status=422 if form.is_bound else 200)


def kept_panel(_record: Record, row: object, user: User) -> Panel | None:
    """Show on the page of a canned reply or macro what it does, and the way to change it."""
    if not isinstance(row, CannedReply | Macro):
        return None
    steps = steps_in_words(steps_of(row.steps), user) if isinstance(row, Macro) else []
    may_change = rules.may_open(user) and may_change_kept(user, row)
    name = "desk.macro.change" if isinstance(row, Macro) else "desk.canned_reply.change"
    address = reverse(name, args=[row.pk]) if may_change else ""
    return Panel("desk/kept_panel.html", {"steps": steps, "address": address})


provide(kept_panel)
