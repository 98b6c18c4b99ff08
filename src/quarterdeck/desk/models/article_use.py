"""What knowledge is used for: who looked for help, what they thought of it, which ticket it met."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Fact, Person
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.desk.models.article import Article
from quarterdeck.desk.models.message import TicketMessage
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary.knowledge import VisitKind, VisitOrigin


class KnowledgeVisitQuerySet(models.QuerySet["KnowledgeVisit"]):
    """Which visits there are, and who may see them."""

    def visible_to(self, user: User) -> Self:
        """What somebody looked for is personal: one's own, and all for those who see personnel."""
        sight = sight_of(user, NounClass.PERSONNEL)
        audits = sight_of(user, NounClass.SECURITY)
        if sight.everything or audits.everything:
            return self.all()
        return self.filter(person=sight.person_key) if sight.person_key else self.none()

    def of_served(self) -> Self:
        """Keep the visits of known people whom the desk serves, not those of its own staff."""
        return self.filter(is_of_desk=False, person__isnull=False)


class KnowledgeVisit(Fact):
    """Somebody looked for help: searched, was offered articles while typing, or opened one.

    A person's visit of one kind to one article, or for the same words, is kept once a day. Of
    whoever is not signed in no more is kept than that it happened. `origin` says what they were
    about; it is not known of an article that was opened, nor of offers of earlier versions.
    """

    kind = models.CharField(max_length=16, choices=VisitKind.choices)
    origin = models.CharField(max_length=16, choices=VisitOrigin.choices, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_of_desk = models.BooleanField()
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    number = models.PositiveIntegerField("version", null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)
    found = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    once_key = models.CharField(max_length=240, null=True, blank=True, unique=True)

    objects = KnowledgeVisitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=VisitKind.VIEWED, article__isnull=False)
                | (~Q(kind=VisitKind.VIEWED) & Q(article__isnull=True)),
                name="view_names_its_article",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at", "person", "kind"], name="knowledge_visit_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"


class ArticleFeedback(Fact):
    """Whether an article helped somebody, at the version that they read; the newest word counts."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="feedback")
    number = models.PositiveIntegerField()
    helpful = models.BooleanField()
    comment = models.CharField(max_length=1_000, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{'Helpful' if self.helpful else 'Not helpful'}: {self.article_id}"


class ArticleUse(Fact):
    """An article was used on a ticket: cited in a reply, or said to have solved it."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="uses")
    number = models.PositiveIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="article_uses")
    message = models.ForeignKey(
        TicketMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="article_uses"
    )
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.article_id} on {self.ticket_id}"
