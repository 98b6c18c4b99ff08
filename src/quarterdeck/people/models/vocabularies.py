"""Vocabularies of work: what a trade calls its tasks and skills, and what is linked to them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Noun
from quarterdeck.people.models.architecture import JobClass
from quarterdeck.people.models.base import LONGEST_TITLE, OpenQuerySet
from quarterdeck.people.vocabulary import EntryKind


class Vocabulary(Noun):
    """One edition of a published vocabulary, such as O*NET's tasks, with its licence."""

    name = models.CharField(max_length=200)
    edition = models.CharField(max_length=64)
    licence = models.CharField(
        max_length=200, blank=True, help_text="Under which terms it may be used, and by whom it is."
    )
    imported_at = models.DateTimeField()

    objects = OpenQuerySet["Vocabulary"].as_manager()

    class Meta:
        verbose_name_plural = "vocabularies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "edition"], name="edition_of_vocabulary_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"


class VocabularyEntry(Noun):
    """One entry of a vocabulary under the code that its publisher gave it.

    `used_in` lists the occupations or work roles that have it, and `activities` the codes of the
    broader activities that its publisher linked it to.
    """

    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.PROTECT, related_name="entries")
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    text = models.TextField()
    used_in = models.JSONField(default=list, blank=True)
    activities = models.JSONField(default=list, blank=True)

    objects = OpenQuerySet["VocabularyEntry"].as_manager()

    class Meta:
        verbose_name_plural = "vocabulary entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vocabulary", "code"], name="code_once_in_vocabulary")
        ]

    def __str__(self) -> str:
        text = self.text if len(self.text) <= LONGEST_TITLE else f"{self.text[:LONGEST_TITLE]}…"
        return f"{self.code} {text}"


class VocabularyLink(Noun):
    """What a person found: that a duty or competency of a class is this entry of a vocabulary.

    It holds for the text of the class, so that a new version that says the same keeps it. The
    database tells texts apart by their SHA-256, since a whole text may be too long for an index.
    """

    job_class = models.ForeignKey(
        JobClass, on_delete=models.PROTECT, related_name="vocabulary_links"
    )
    text = models.TextField()
    digest = models.CharField(max_length=64, default="", editable=False)
    entry = models.ForeignKey(VocabularyEntry, on_delete=models.PROTECT, related_name="links")

    objects = OpenQuerySet["VocabularyLink"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job_class", "digest", "entry"], name="entry_once_for_a_text_of_a_class"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="link_is_for_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.job_class}: {self.entry.code}"
