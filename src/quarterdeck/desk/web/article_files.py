"""Pictures and files of articles: added and taken away by authors, handed to readers."""

from pathlib import PurePosixPath

from django import forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Article, ArticleFile
from quarterdeck.desk.queries.article_files import files_of, kept_content
from quarterdeck.desk.records.knowledge import articles
from quarterdeck.desk.verbs.article_files import add_article_file, remove_article_file
from quarterdeck.desk.web.articles import author, tell
from quarterdeck.desk.web.knowledge import crumbs_to
from quarterdeck.office.models import Attachment
from quarterdeck.ui.details import find_visible

# A day: what stands under an address never changes, and who may read it can.
_KEPT_SECONDS = 86_400
_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}


class FileForm(forms.Form):
    """A picture or file, and what it shows."""

    file = forms.FileField(
        label="Picture or file",
        help_text="PNG, JPEG, WebP or GIF, up to 10 MB; or PDF, text, CSV and office documents.",
        widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
    )
    alt = forms.CharField(
        label="What it shows",
        max_length=300,
        help_text="In words, for whoever does not see it; of another file, what it is.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, key: int) -> HttpResponse:
    """Show the pictures and files of an article, with how its text names each, and add one."""
    user = author(request)
    article: Article = find_visible(articles, key, user)
    sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if sent else FileForm()
    if sent and form.is_valid():
        given = form.cleaned_data
        try:
            add_article_file(
                article=article,
                name=given["file"].name or "",
                content=given["file"],
                alt=given["alt"],
                actor=user,
                at=clock.now(),
            )
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, "It is kept. Put its words into the text where it belongs.")
            return redirect("desk.article.files", key)
    rows = [
        (each, reverse("desk.article.file", args=[key, each.pk]))
        for each in files_of(article, user)
    ]
    context = {
        "article": article,
        "form": form,
        "files": rows,
        "breadcrumbs": crumbs_to(article, "Pictures and files"),
    }
    return render(request, "desk/article_files.html", context, status=422 if sent else 200)


@require_POST
def remove(request: HttpRequest, key: int, file_key: int) -> HttpResponse:
    """Take a file away."""
    user = author(request)
    article: Article = find_visible(articles, key, user)
    file = files_of(article, user).filter(pk=file_key).first()
    if file is None:
        raise Http404
    try:
        remove_article_file(file=file, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{file}” is removed.")
    return redirect("desk.article.files", key)


@require_safe
def show(request: HttpRequest, key: int, file_key: int) -> HttpResponseBase:
    """Hand a file of an article over to whoever may read what names it.

    Pictures are what we have drawn ourselves; anything else is downloaded, whatever it says that
    it is.
    """
    user = account_of(request)
    article: Article = find_visible(articles, key, user)
    file = files_of(article, user).filter(pk=file_key).first()
    kept = kept_content(file) if file else None
    if file is None or kept is None:
        raise Http404
    response = _picture(file, kept) if file.is_picture else _document(file, kept)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return response


def _picture(file: ArticleFile, kept: Attachment) -> HttpResponse:
    """Return what we have drawn, which is small."""
    with default_storage.open(kept.stored_name) as content:
        drawn = content.read()
    response = HttpResponse(drawn, content_type=_TYPES[PurePosixPath(file.name).suffix])
    shown = content_disposition_header(as_attachment=False, filename=file.name)
    response.headers["Content-Disposition"] = shown or "inline"
    return response


def _document(file: ArticleFile, kept: Attachment) -> FileResponse:
    return FileResponse(
        default_storage.open(kept.stored_name),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )
