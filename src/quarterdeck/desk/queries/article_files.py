"""Reads of the pictures and files inside articles."""

from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.core.permission import User
from quarterdeck.desk.models import Article, ArticleFile
from quarterdeck.desk.rules.knowledge import may_write_articles
from quarterdeck.office.models import Attachment
from quarterdeck.ui.markdown import ShownFile, illustrated


def files_of(article: Article, user: User) -> QuerySet[ArticleFile]:
    """Return the files of an article that a reader may get.

    Those are what the published text names; whoever writes articles gets all.
    """
    files = ArticleFile.objects.filter(article=article).order_by("pk")
    return files if may_write_articles(user) else files.named_in(article.text)


def kept_content(file: ArticleFile) -> Attachment | None:
    """Return where the content of a file is kept; None where it is gone."""
    kept = Attachment.objects.about(file).first()
    return kept if kept and default_storage.exists(kept.stored_name) else None


def shown_text(text: str, files: Iterable[ArticleFile]) -> SafeString:
    """Return the text of an article as markup, with its pictures and links to its files."""
    return illustrated(text, tuple(map(_shown, files)))


def _shown(file: ArticleFile) -> ShownFile:
    address = reverse("desk.article.file", args=[file.article_id, file.pk])
    return ShownFile(file.pk, address, file.alt, file.width, file.height)
