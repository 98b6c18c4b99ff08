"""The acts on pictures and files of articles."""

import codecs
from datetime import datetime
from pathlib import PurePosixPath
from tempfile import TemporaryFile

from django.core.files.base import ContentFile, File

from quarterdeck.core.acts import verb
from quarterdeck.core.bounded import Unreadable
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.gateways.pictures import LARGEST_PICTURE, picture_of
from quarterdeck.desk.models import Article, ArticleFile, ArticleVersion
from quarterdeck.desk.rules import knowledge as rules
from quarterdeck.office.verbs.remarks import drop_kept_files, keep_file

MOST_FILES = 100
_LONGEST_ALT = 300
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
# What each other kind of file begins with; text has no beginning of its own.
_BEGINNINGS = {
    ".pdf": b"%PDF-",
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"), b"PK\x03\x04"),
    **dict.fromkeys((".txt", ".csv"), b""),
}
_CHUNK = 1 << 16


@verb
def add_article_file(
    *, article: Article, name: str, content: File[bytes], alt: str, actor: Account, at: datetime
) -> ArticleFile:
    """Keep a picture or a file for the text of an article, with words for what it shows.

    Pictures are made anew, without metadata. Of other files only documents are taken whose content
    begins as their name says.
    """
    _ask(actor, article)
    told = " ".join(alt.split())
    if not told or len(told) > _LONGEST_ALT:
        raise Invalid({"alt": [f"Say in up to {_LONGEST_ALT} characters what it shows."]})
    if ArticleFile.objects.filter(article=article).count() >= MOST_FILES:
        raise Refused(f"An article has at most {MOST_FILES} files.")
    suffix = PurePosixPath(name.casefold()).suffix
    stem = PurePosixPath(name.replace("\\", "/")).stem[:100] or "file"
    row = ArticleFile(article=article, alt=told, name=f"{stem}{suffix}", by=actor, at=at)
    kept = content
    if suffix in PICTURES:
        kept = _drawn(row, content, stem)
    else:
        _check(content, suffix)
    row.save()
    keep_file(row=row, name=row.name, content=kept, actor=actor, at=at)
    return row


@verb
def remove_article_file(*, file: ArticleFile, actor: Account, at: datetime) -> None:
    """Take a file away that neither the published nor the newest version of its article names."""
    _ask(actor, file.article)
    article = Article.objects.select_for_update().get(pk=file.article_id)
    shown = ArticleVersion.objects.filter(
        article=article, number__in=(article.latest_number, article.published_number or 0)
    )
    for version in shown.order_by("number"):
        if ArticleFile.objects.named_in(version.text).filter(pk=file.pk).exists():
            raise Refused(f"{version} names it: take it out of the text first.")
    drop_kept_files(row=file, actor=actor, at=at)
    file.delete()


def _ask(actor: Account, article: Article) -> None:
    visible = Article.objects.visible_to(actor).filter(pk=article.pk)
    if not rules.may_write_articles(actor) or not visible.exists():
        raise Refused("You may not write articles.")


def _drawn(row: ArticleFile, content: File[bytes], stem: str) -> File[bytes]:
    """Make a picture anew, and say on the row how large it is."""
    if content.size > LARGEST_PICTURE:
        raise Invalid({"file": [f"A picture has at most {LARGEST_PICTURE >> 20} MB."]})
    with TemporaryFile() as source:
        for chunk in content.chunks():
            source.write(chunk)
        source.seek(0)
        try:
            picture = picture_of(source)
        except Unreadable as problem:
            raise Invalid({"file": [str(problem)]}) from problem
    row.width, row.height = picture.width, picture.height
    row.name = f"{stem}{picture.suffix}"
    return ContentFile(picture.content)


def _check(content: File[bytes], suffix: str) -> None:
    begins = _BEGINNINGS.get(suffix)
    if begins is None:
        known = ", ".join(each[1:] for each in (*PICTURES, *_BEGINNINGS))
        raise Invalid({"file": [f"A file of this kind is not taken; expected one of {known}."]})
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first, is_right = True, True
    for chunk in content.chunks(_CHUNK):
        is_right &= not is_first or chunk.startswith(begins)
        is_first = False
        if not begins:
            is_right &= _is_text(decoder, chunk)
    content.seek(0)
    if not is_right:
        raise Invalid({"file": [f"What it holds is no {suffix[1:]}."]})


def _is_text(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        return "\0" not in decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
