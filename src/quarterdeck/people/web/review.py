"""The review page of a draft, and what is decided there about single records."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import Attachment
from quarterdeck.people import rules
from quarterdeck.people.models import DraftedRecord, JobClass, JobDraft
from quarterdeck.people.queries.review import Review, review_of
from quarterdeck.people.records import DRAFT_BADGES, drafted_records, drafts
from quarterdeck.people.verbs import review as verbs
from quarterdeck.people.vocabulary import DraftState, RecordConfidence, RecordKind
from quarterdeck.people.web.forms import RecordForm, SplitForm, TemplateForm
from quarterdeck.ui.details import breadcrumbs, find_visible, panels_and_changes

# What the buttons of a card do, and what is said of it.
ACTS: Mapping[str, Callable[..., object]] = {
    "accept": verbs.accept_record,
    "confirm": verbs.confirm_reading,
    "drop": verbs.drop_record,
    "restore": verbs.restore_record,
}
# These change other cards too, so that all of them are drawn anew.
_WIDE = {"drop", "restore", "merge"}


def reviewer(request: HttpRequest) -> Account:
    """Return who asks, if they may keep job classes; for everybody else there is nothing here."""
    user = account_of(request)
    if not rules.may_keep_job_classes(user):
        raise Http404
    return user


@require_safe
def show_draft(request: HttpRequest, key: int) -> HttpResponse:
    """Show the source of a draft beside what was read in it."""
    user = account_of(request)
    draft: JobDraft = find_visible(drafts, key, user)
    context = _context(review_of(draft), user)
    return render(request, "people/review.html", {**context, **_below(draft, user)})


def _below(draft: JobDraft, user: Account) -> dict[str, Any]:
    """What stands under the records: comments and files, and the history of the draft."""
    return panels_and_changes(drafts, draft, user)


def _context(review: Review, user: Account) -> dict[str, Any]:
    draft = review.draft
    return {
        "review": review,
        "draft": draft,
        "tone": DRAFT_BADGES[DraftState(draft.state)].tone,
        "may_review": rules.may_review(user, draft),
        "is_class": rules.can_become_a_class(draft),
        "known": _known(draft, user),
        "file": Attachment.objects.about(draft).order_by("pk").first(),
        "kinds": RecordKind.choices,
        "template_form": TemplateForm(initial={"title": draft.title}, auto_id="template_%s"),
        "summary": review.difference.summary(review.records) if review.difference else "",
        "breadcrumbs": breadcrumbs(drafts, draft.title),
    }


def _known(draft: JobDraft, user: Account) -> JobClass | None:
    """Return the class of that title that stands already, before anybody reviews it for nothing."""
    if draft.job_class_id or not rules.may_review(user, draft):
        return None
    return JobClass.objects.visible_to(user).filter(title__iexact=draft.title).first()


def _found(request: HttpRequest, key: int) -> tuple[DraftedRecord, Account]:
    user = reviewer(request)
    record: DraftedRecord = find_visible(drafted_records, key, user)
    return record, user


@require_POST
def act(request: HttpRequest, key: int) -> HttpResponse:
    """Decide about one record by a button of its card."""
    record, user = _found(request, key)
    name = request.POST.get("act", "")
    try:
        if name == "merge":
            _merge(request, record, user)
        elif name in ACTS:
            ACTS[name](record=record, version=_version(request), actor=user, at=clock.now())
        else:
            raise SuspiciousOperation("The form names no act.")
    except Refused as refusal:
        return _answer(request, record, str(_worded(refusal)), wide=isinstance(refusal, Conflict))
    return _answer(request, record, "", wide=name in _WIDE)


def _merge(request: HttpRequest, record: DraftedRecord, user: Account) -> None:
    before = _before(record)
    if before is None:
        raise Refused("There is no record of its kind before it to join it to.")
    verbs.merge_records(
        record=record,
        version=_version(request),
        into=before,
        into_version=before.version,
        actor=user,
        at=clock.now(),
    )


def _before(record: DraftedRecord) -> DraftedRecord | None:
    """Return the kept record of the same kind and parent that stands before it."""
    alike = record.draft.records.kept().filter(kind=record.kind, parent=record.parent)
    found = None
    for each in alike.in_order():
        if each.pk == record.pk:
            return found
        found = each
    return None


def _worded(refusal: Refused) -> str:
    if not isinstance(refusal, Conflict):
        return str(refusal)
    return "Somebody else has decided about this record meanwhile. This is how it stands now."


def _answer(
    request: HttpRequest, record: DraftedRecord, problem: str, *, wide: bool = False
) -> HttpResponse:
    """Answer with the card, with all cards, or with the whole page, as the browser asks.

    A card is drawn anew whether or not the act was refused; the card then says why.
    """
    is_part = request.headers.get("HX-Request") == "true"
    if not is_part and not problem:
        return redirect(
            f"{reverse(drafts.detail_address, args=[record.draft_id])}#record-{record.pk}"
        )
    user = account_of(request)
    review = review_of(JobDraft.objects.get(pk=record.draft_id))
    context = _context(review, user) | {"problem": problem, "problem_key": record.pk}
    if not is_part:
        whole = {**context, **_below(review.draft, user)}
        return render(request, "people/review.html", whole, status=409 if problem else 200)
    if wide:
        response = render(request, "people/review_answer.html", context)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#records", "outerHTML"
        return response
    fresh = next(each for each in review.records if each.pk == record.pk)
    context["card"] = review.card(fresh)
    return render(request, "people/card_answer.html", context)


def _version(request: HttpRequest) -> int:
    """The version of the record that the person saw; no version is one that never was."""
    told = request.POST.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 — more digits are no version


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Ask what a record should say, and take it in."""
    record, user = _found(request, key)
    sent = request.POST if request.method == "POST" else None
    form = RecordForm(
        sent,
        kind=record.kind,
        draft=record.draft,
        initial=RecordForm.initial_of(record),
        auto_id=f"correct-{record.pk}-%s",
    )
    if form.is_valid():
        try:
            verbs.correct_record(
                record=record,
                version=_version(request),
                text=form.cleaned_data["text"],
                payload=form.payload,
                parent=form.parent,
                actor=user,
                at=clock.now(),
            )
        except Conflict as conflict:
            return _answer(request, record, _worded(conflict))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _answer(request, record, "", wide=form.parent != record.parent)
    return _form_page(request, record, form, "Correct", "people.record.correct")


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for the parts of a record, and make a record of each."""
    record, user = _found(request, key)
    sent = request.POST if request.method == "POST" else None
    form = SplitForm(
        sent,
        initial={"version": record.version, "parts": _proposed_parts(record)},
        auto_id=f"split-{record.pk}-%s",
    )
    if form.is_valid():
        try:
            verbs.split_record(
                record=record,
                version=form.cleaned_data["version"],
                parts=form.cleaned_data["parts"].splitlines(),
                actor=user,
                at=clock.now(),
            )
        except Conflict as conflict:
            return _answer(request, record, _worded(conflict))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _answer(request, record, "", wide=True)
    return _form_page(request, record, form, "Split", "people.record.split")


def _proposed_parts(record: DraftedRecord) -> str:
    """The claims of a compound sentence if the reading found some, else its sentences."""
    parts = record.payload.get("parts")
    if isinstance(parts, list) and parts:
        return "\n".join(map(str, parts))
    return record.text.replace(". ", ".\n").replace("; ", ";\n")


def _form_page(
    request: HttpRequest, record: DraftedRecord, form: Any, title: str, address: str
) -> HttpResponse:
    context = {
        "record": record,
        "form": form,
        "title": title,
        "address": reverse(address, args=[record.pk]),
        "back": f"{reverse(drafts.detail_address, args=[record.draft_id])}#record-{record.pk}",
        "breadcrumbs": breadcrumbs(drafts, record.draft.title),
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "people/record_form.html" if is_part else "people/record_page.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a record that the reading missed, and add it."""
    user = reviewer(request)
    draft: JobDraft = find_visible(drafts, key, user)
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "")
    if kind not in RecordKind.values:
        kind = RecordKind.DUTY
    sent = request.POST if request.method == "POST" else None
    form = RecordForm(
        sent, kind=kind, draft=draft, initial={"text": given.get("text", "")}, auto_id="add-%s"
    )
    if form.is_valid():
        try:
            record = verbs.add_drafted_record(
                draft=draft,
                kind=RecordKind(kind),
                text=form.cleaned_data["text"],
                payload=form.payload,
                parent=form.parent,
                span=_span(draft, given.get("text", "")),
                actor=user,
                at=clock.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse(drafts.detail_address, args=[key])}#record-{record.pk}")
    context = {
        "draft": draft,
        "form": form,
        "kind": kind,
        "kinds": RecordKind.choices,
        "back": reverse(drafts.detail_address, args=[key]),
        "breadcrumbs": breadcrumbs(drafts, draft.title),
    }
    return render(request, "people/add.html", context, status=422 if form.is_bound else 200)


def _span(draft: JobDraft, text: str) -> tuple[int, int] | None:
    """Return where the source says the text, if it says it at all and once."""
    wanted = text.strip()
    if not wanted or draft.text.count(wanted) != 1:
        return None
    start = draft.text.index(wanted)
    return start, start + len(wanted)


@require_POST
def accept_many(request: HttpRequest, key: int) -> HttpResponse:
    """Accept all that was read at least as surely as chosen."""
    user = reviewer(request)
    draft: JobDraft = find_visible(drafts, key, user)
    told = request.POST.get("at_least", "")
    known = {str(level.value): level for level in RecordConfidence}
    amount = verbs.accept_confident(
        draft=draft,
        at_least=known.get(told, RecordConfidence.HIGH),
        actor=user,
        at=clock.now(),
    )
    messages.success(request, f"{amount} accepted.")
    return redirect(drafts.detail_address, key)
