"""The operations on articles beyond those of every record: versions, and what their texts show."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key
from quarterdeck.config.api.problems import (
    FORBIDDEN,
    INVALID,
    ProblemError,
    etag_of,
    faults_of,
)
from quarterdeck.config.api.uploads import ask_form
from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Article, ArticleFile, ArticleVersion
from quarterdeck.desk.queries.article_files import files_of
from quarterdeck.desk.records.knowledge import articles
from quarterdeck.desk.rules.knowledge import may_write_articles
from quarterdeck.desk.verbs.article_files import add_article_file, remove_article_file
from quarterdeck.desk.web.article_files import FileForm
from quarterdeck.ui.details import find_visible

router = Router(tags=["Articles"])


class VersionTold(Schema):
    """One version of an article, as it was written."""

    number: int = Field(description="Which version it is, from 1.")
    is_published: bool = Field(description="Whether it is what readers see now.")
    title: str = Field(description="What it is called.")
    summary: str = Field(description="What it says, in short.")
    keywords: str = Field(description="Other words for it, with commas between them.")
    text: str = Field(description="The text, in Markdown; `files/KEY` names a file of the article.")
    audience: Literal["everybody", "requesters", "technicians", "team"] = Field(
        description="Who may read it."
    )
    note: str = Field(description="Why it was written.")
    written_at: datetime = Field(description="When it was written.")


class Versions(Schema):
    """The versions of an article that you may read, the newest first."""

    items: list[VersionTold] = Field(description="Readers have the published version alone.")


class FileTold(Schema):
    """A picture or file of an article."""

    id: int = Field(description="Its key.")
    name: str = Field(description="The name of the file.")
    alt: str = Field(description="In words, what it shows.")
    is_picture: bool = Field(description="Whether the text shows it, rather than leading to it.")
    width: int | None = Field(description="Its width in dots; null: no picture.")
    height: int | None = Field(description="Its height in dots; null: no picture.")
    address: str = Field(description="Where its content is, for whoever is signed in.")


class Files(Schema):
    """The pictures and files of an article that you may get."""

    items: list[FileTold] = Field(description="In the order in which they were added.")


@router.get(
    "/{key}/versions",
    response={200: Versions, 304: None, **errors(401, 404, 422)},
    operation_id="article_versions",
    url_name="article.versions",
    summary="The versions of an article",
)
def list_versions(
    request: HttpRequest,
    *,
    key: Key = Path(..., description="The key of the article."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return the versions that you may read; with `If-None-Match` only if something is new."""
    user = account_of(request)
    article: Article = find_visible(articles, key, user)
    etag = etag_of(article)
    if etag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    rows = article.versions.order_by("-number")
    if not may_write_articles(user):
        rows = rows.filter(number=article.published_number or 0)
    told = {"items": [_version(each, article) for each in rows]}
    return json_answer(told, headers={"ETag": etag})


def _version(row: ArticleVersion, article: Article) -> dict[str, Any]:
    names = ("number", "title", "summary", "keywords", "text", "audience", "note", "written_at")
    return {
        **{name: getattr(row, name) for name in names},
        "is_published": row.number == article.published_number,
    }


@router.get(
    "/{key}/files",
    response={200: Files, **errors(401, 404, 422)},
    operation_id="article_files",
    url_name="article.files",
    summary="The pictures and files of an article",
)
def list_files(
    request: HttpRequest,
    *,
    key: Key = Path(..., description="The key of the article."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return what the published text names; authors get every file."""
    user = account_of(request)
    article: Article = find_visible(articles, key, user)
    return json_answer({"items": [_file(each) for each in files_of(article, user)]})


_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "alt"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "alt": {
                            "type": "string",
                            "maxLength": 300,
                            "description": "In words, what it shows.",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/{key}/files",
    response={201: FileTold, **errors(400, 401, 403, 404, 409, 413, 415, 422)},
    operation_id="article_file_add",
    url_name="article.files",
    summary="Add a picture or file to an article",
    openapi_extra=_UPLOAD,
)
def add_file(
    request: HttpRequest,
    *,
    key: Key = Path(..., description="The key of the article."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Keep a picture or file; the text of the article names it by its key, as `files/KEY`."""
    user, article = _author(request, key)
    ask_form(request, _UPLOAD, "A file comes")
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        named = {name: [*map(str, texts)] for name, texts in form.errors.items()}
        raise ProblemError(INVALID, faults=faults_of(named))
    file = form.cleaned_data["file"]
    made = add_article_file(
        article=article,
        name=file.name or "",
        content=file,
        alt=form.cleaned_data["alt"],
        actor=user,
        at=clock.now(),
    )
    return json_answer(_file(made), status=CREATED)


@router.post(
    "/{key}/files/{file}/remove",
    response={200: FileTold, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="article_file_remove",
    url_name="article.file.remove",
    summary="Take a picture or file of an article away",
)
def remove_file(
    request: HttpRequest,
    *,
    key: Key = Path(..., description="The key of the article."),  # noqa: B008 — the way of django-ninja to declare what is asked
    file: Key = Path(..., description="The key of the file."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Take away what neither the published nor the newest text names; told as it stood."""
    user, article = _author(request, key)
    found = files_of(article, user).filter(pk=file).first()
    if found is None:
        raise Http404
    told = json_answer(_file(found))
    remove_article_file(file=found, actor=user, at=clock.now())
    return told


def _author(request: HttpRequest, key: int) -> tuple[Account, Article]:
    """Return who asks and the article that they see, if they may write articles."""
    user = account_of(request)
    article: Article = find_visible(articles, key, user)
    if not may_write_articles(user):
        raise ProblemError(FORBIDDEN, "You may not write articles.")
    return user, article


def _file(row: ArticleFile) -> dict[str, Any]:
    names = ("name", "alt", "is_picture", "width", "height")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "address": reverse("desk.article.file", args=[row.article_id, row.pk]),
    }
