"""The operations on articles beyond those of every record: versions, and what their texts show."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import errors, json_answer
from quarterdeck.config.api.fields import Key
from quarterdeck.config.api.problems import etag_of
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Article, ArticleFile, ArticleVersion
from quarterdeck.desk.queries.article_files import files_of
from quarterdeck.desk.records.knowledge import articles
from quarterdeck.desk.rules.knowledge import may_write_articles
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


def _file(row: ArticleFile) -> dict[str, Any]:
    names = ("name", "alt", "is_picture", "width", "height")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "address": reverse("desk.article.file", args=[row.article_id, row.pk]),
    }
