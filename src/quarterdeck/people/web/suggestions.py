"""The pages on which a vocabulary comes in, and what a class says is linked to its entries."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.people import rules
from quarterdeck.people.models import JobClass, Vocabulary, VocabularyEntry
from quarterdeck.people.profiles.vocabularies import LARGEST, read_vocabulary
from quarterdeck.people.queries.suggestions import lines_of
from quarterdeck.people.records import job_classes, vocabularies, vocabulary_links
from quarterdeck.people.verbs.vocabularies import (
    import_vocabulary,
    link_vocabulary_entry,
    unlink_vocabulary_entry,
)
from quarterdeck.people.web.classes import version_asked
from quarterdeck.people.web.review import reviewer
from quarterdeck.ui.details import breadcrumbs, find_visible


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once."""

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """Check each of the files."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(each, initial) for each in given or [None]]


class VocabularyForm(forms.Form):
    """The files of a vocabulary, and which edition they are."""

    uploads = _FilesField(
        label="Files",
        widget=_Files,
        help_text=(
            "O*NET: Task Statements or Work Styles as tab-separated text, with Occupation Data "
            "and Tasks to DWAs beside them. NICE: the statements as JSON. Plain or gzip."
        ),
    )
    edition = forms.CharField(
        label="Edition", max_length=64, help_text="As its publisher numbers it, such as 29.3."
    )


class LinkForm(forms.Form):
    """What a class says, and the entry that it is."""

    text = forms.CharField(max_length=100_000, strip=False)
    entry = forms.ModelChoiceField(VocabularyEntry.objects.all())


@require_http_methods(["GET", "HEAD", "POST"])
def import_vocabulary_files(request: HttpRequest) -> HttpResponse:
    """Take the files of a vocabulary in, or say what is wrong with them."""
    user = reviewer(request)
    form = VocabularyForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            made = take_in(form.cleaned_data["uploads"], form.cleaned_data["edition"], user)
        except Refused as refusal:
            form.add_error("uploads", str(refusal))
        else:
            amount = made.entries.count()
            messages.success(request, f"{made}: {amount:,} entries have come in.")
            return redirect(vocabularies.detail_address, made.pk)
    context = {
        "form": form or VocabularyForm(),
        "breadcrumbs": breadcrumbs(vocabularies, "Import a vocabulary"),
    }
    return render(request, "people/vocabulary.html", context, status=422 if form else 200)


def take_in(files: "list[UploadedFile[bytes]]", edition: str, user: Account) -> Vocabulary:
    """Take in the edition that these files hold together."""
    read = read_vocabulary({file.name or "file": file.read(LARGEST + 1) for file in files})
    return import_vocabulary(
        name=read.name,
        edition=edition,
        licence=read.licence,
        entries=read.entries,
        actor=user,
        at=clock.now(),
    )


@require_safe
def show(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a class says beside the entries of a vocabulary that it resembles."""
    user = account_of(request)
    job_class: JobClass = find_visible(job_classes, key, user)
    version = version_asked(request, job_class)
    known = list(Vocabulary.objects.visible_to(user).order_by("name", "-edition"))
    chosen = next((v for v in known if str(v.pk) == request.GET.get("vocabulary")), None)
    chosen = chosen or (known[0] if known else None)
    context = {
        "job_class": job_class,
        "version": version,
        "vocabularies": known,
        "chosen": chosen,
        "lines": lines_of(version, chosen) if version and chosen else [],
        "may_keep": rules.may_keep_job_classes(user),
        "breadcrumbs": [
            *breadcrumbs(job_classes, "")[:1],
            (job_class.title, reverse(job_classes.detail_address, args=[key])),
            ("Vocabulary", ""),
        ],
    }
    return render(request, "people/suggestions.html", context)


@require_POST
def link(request: HttpRequest, key: int) -> HttpResponse:
    """Link what a class says to an entry."""
    user = reviewer(request)
    job_class: JobClass = find_visible(job_classes, key, user)
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise Refused("Choose an entry of a vocabulary for something that the class says.")
    entry: VocabularyEntry = form.cleaned_data["entry"]
    text = form.cleaned_data["text"]
    link_vocabulary_entry(job_class=job_class, text=text, entry=entry, actor=user, at=clock.now())
    return _back(job_class.pk, entry)


@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take a link back."""
    user = reviewer(request)
    found = find_visible(vocabulary_links, key, user)
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 — more digits are no version
    unlink_vocabulary_entry(link=found, version=version, actor=user, at=clock.now())
    return _back(found.job_class_id, found.entry)


def _back(job_class: int, entry: VocabularyEntry) -> HttpResponse:
    address = reverse("people.class.vocabulary", args=[job_class])
    return redirect(f"{address}?vocabulary={entry.vocabulary_id}")
