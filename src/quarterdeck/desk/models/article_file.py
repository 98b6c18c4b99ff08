"""Pictures and files inside articles."""

import re
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Noun
from quarterdeck.desk.models.article import Article

# How the text of an article names one: `![what it shows](files/12)`, `[the form](files/13)`.
NAMED = re.compile(r"\]\(files/(\d{1,18})\)")


class ArticleFileQuerySet(models.QuerySet["ArticleFile"]):
    """Which files an article shows."""

    def named_in(self, text: str) -> Self:
        """Keep those that a text names."""
        return self.filter(pk__in=[int(key) for key in NAMED.findall(text)])


class ArticleFile(Noun):
    """A picture or a file that the text of an article can show.

    `alt` says in words what a picture shows, for whoever does not see it, and of another file what
    it is. Its content is kept as other files are, and pictures are made anew before. Readers get
    what the published text names; authors everything.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="files")
    alt = models.CharField("what it shows", max_length=300)
    name = models.CharField(max_length=200)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ArticleFileQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(alt=""), name="article_file_says_what_it_shows"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it is shown in the text, rather than linked."""
        return self.width is not None

    @property
    def in_words(self) -> str:
        """How a text names it."""
        alt = re.sub(r"[\[\]\\]", "", self.alt)
        return f"{'!' if self.is_picture else ''}[{alt}](files/{self.pk})"
