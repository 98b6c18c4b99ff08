"""The pages on which an organisation words its mails, and people say which of them they want."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office import rules
from quarterdeck.office.gateways import smtp
from quarterdeck.office.models import MailTemplate
from quarterdeck.office.models.calendars import WEEKDAYS
from quarterdeck.office.models.letters import LAST_HOUR
from quarterdeck.office.queries.letters import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    Wording,
    rhythm_of,
    timings_of,
    worded,
    wording_faults,
    wording_of,
)
from quarterdeck.office.queries.mail_kinds import (
    MailKind,
    all_mail_kinds,
    kinds_wished_by,
    mail_kind,
    mail_subject,
)
from quarterdeck.office.verbs.letters import (
    Rhythm,
    keep_mail_template,
    restore_mail_template,
    wish_mail,
)
from quarterdeck.office.vocabulary import DigestFrequency, MailTiming

_TITLE = "Wording of mails"


class WordingForm(forms.Form):
    """How a kind of mail is worded, and what a trial of it shall be about."""

    subject = forms.CharField(max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "q-mono"}),
        help_text="Plain text. A line of which every placeholder is empty is left out.",
    )
    tried_with = forms.CharField(required=False, max_length=40, label="Try it with ticket")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def _kind_of(request: HttpRequest, key: str) -> MailKind:
    """Return the kind that an address names, for whoever changes settings; else there is none."""
    if not rules.may_change_settings(account_of(request)):
        raise Http404
    try:
        return mail_kind(key)
    except Refused as refusal:
        raise Http404 from refusal


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Show every kind of mail, and whose words it has."""
    if not rules.may_change_settings(account_of(request)):
        raise Http404
    latest: dict[str, MailTemplate] = {}
    for each in MailTemplate.objects.select_related("by__person").latest_first():
        latest.setdefault(each.kind, each)
    rows = [(kind, latest.get(kind.key)) for kind in all_mail_kinds()]
    context = {"rows": rows, "mail_fault": smtp.fault(), "breadcrumbs": [(_TITLE, "")]}
    return render(request, "office/mail_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Show how a kind of mail is worded and has been, try other words, and keep them."""
    chosen, user = _kind_of(request, kind), account_of(request)
    wording, versions = wording_of(chosen), _versions(chosen)
    seen = versions[0].number if versions else 0
    initial = {"subject": wording.subject, "text": wording.text, "seen": seen}
    form = WordingForm(request.POST or None, initial=initial)
    if about := mail_subject(chosen.about):
        form.fields["tried_with"].label = f"Try it with: {about.title.lower()}, by its number"
    if about is None or about.find is None:
        del form.fields["tried_with"]
    act = request.POST.get("act", "")
    if act == "restore" and _is_restored(request, chosen, seen=request.POST.get("seen", "")):
        return redirect("office.mail.template", chosen.key)
    if act == "keep" and form.is_valid() and _is_kept(form, chosen, user):
        messages.success(request, f"“{chosen.title}” says this from now on.")
        return redirect("office.mail.template", chosen.key)
    trial = _trial(form, chosen, user, wording)
    context = {
        "kind": chosen,
        "form": form,
        "wording": wording,
        "versions": versions,
        "trial": trial,
        "breadcrumbs": [(_TITLE, reverse("office.mail.templates")), (chosen.title, "")],
    }
    status = 422 if form.errors and request.method == "POST" else 200
    return render(request, "office/mail_template.html", context, status=status)


def _versions(kind: MailKind) -> list[MailTemplate]:
    rows = MailTemplate.objects.filter(kind=kind.key).latest_first()
    return list(rows.select_related("by__person"))


def _is_restored(request: HttpRequest, kind: MailKind, seen: str) -> bool:
    number = int(seen) if seen.isascii() and seen.isdigit() else 0
    try:
        restore_mail_template(kind=kind.key, seen=number, actor=account_of(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{kind.title}” has the built-in wording again.")
    return True


def _is_kept(form: WordingForm, kind: MailKind, user: Account) -> bool:
    given = {name: form.cleaned_data[name] for name in ("subject", "text", "seen")}
    try:
        keep_mail_template(kind=kind.key, **given, actor=user, at=clock.now())
    except Invalid as problem:
        _show(form, problem.errors)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _show(form: forms.Form, errors: dict[str, list[str]]) -> None:
    for name, told in errors.items():
        for text in told:
            form.add_error(name if name in form.fields else None, text)


def _trial(
    form: WordingForm, kind: MailKind, user: Account, wording: Wording
) -> tuple[str, str] | None:
    """Return what a mail would say: with examples, or with what somebody names and may see."""
    facts: dict[str, Any] = dict(kind.samples)
    if form.is_bound:
        if not form.is_valid():
            return None
        given = form.cleaned_data
        wording = Wording(given["subject"], given["text"])
        if faults := wording_faults(kind, *wording[:2]):
            if form.data.get("act") != "keep":
                _show(form, faults)
            return None
        if typed := given.get("tried_with", ""):
            subject = mail_subject(kind.about)
            found = subject.find(user, typed) if subject and subject.find else None
            if found is None:
                form.add_error("tried_with", "You see nothing of this number.")
                return None
            facts |= found
    return worded(wording, facts)


class WishForm(forms.Form):
    """Which mails somebody wants, and when their digest comes."""

    frequency = forms.ChoiceField(label="The digest comes", choices=DigestFrequency.choices)
    hour = forms.TypedChoiceField(
        label="At what time",
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(LAST_HOUR + 1)],
    )
    weekday = forms.TypedChoiceField(
        label="Once a week on", coerce=int, choices=list(enumerate(WEEKDAYS))
    )
    zone = forms.CharField(
        max_length=64, label="Your time zone", help_text="Such as Europe/Berlin."
    )

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds_wished_by(reader)
        for kind in self.kinds:
            self.fields[kind.key] = forms.ChoiceField(
                label=kind.title, choices=[(each.value, each.label) for each in kind.timings]
            )

    @property
    def wishes(self) -> list[tuple[MailKind, forms.BoundField]]:
        """The kinds, each with its field."""
        return [(kind, self[kind.key]) for kind in self.kinds]

    @property
    def digest(self) -> list[forms.BoundField]:
        """The fields of the digest."""
        return [self[name] for name in ("frequency", "hour", "weekday", "zone")]


@require_http_methods(["GET", "HEAD", "POST"])
def own_mail(request: HttpRequest) -> HttpResponse:
    """Show what one is told by mail and when, and let one say otherwise."""
    user, rhythm = account_of(request), None
    if request.method == "POST":
        form = WishForm(request.POST, reader=user)
        if form.is_valid() and _is_wished(form, user):
            messages.success(request, "It is kept.")
            return redirect("account.mail")
    else:
        rhythm, chosen = rhythm_of(user), timings_of(user)
        names = ("frequency", "hour", "weekday", "zone")
        initial = {name: getattr(rhythm, name) for name in names}
        form = WishForm(initial={**initial, **chosen}, reader=user)
    context = {
        "form": form,
        "fixed": [kind for kind in all_mail_kinds() if not kind.is_optional],
        "at_once": MailTiming.AT_ONCE.label,
        "waiting": user.waiting_letters.count(),
        "breadcrumbs": [("Your account", reverse("account")), ("What you are told by mail", "")],
    }
    status = 422 if form.is_bound else 200
    return render(request, "office/own_mail.html", context, status=status)


def _is_wished(form: WishForm, user: Account) -> bool:
    given = form.cleaned_data
    names = ("frequency", "hour", "weekday", "zone")
    try:
        wish_mail(
            timings={kind.key: given[kind.key] for kind in form.kinds},
            rhythm=Rhythm(**{name: given[name] for name in names}),
            actor=user,
            at=clock.now(),
        )
    except Invalid as problem:
        _show(form, problem.errors)
    return not form.errors
