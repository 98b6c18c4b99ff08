"""Knowledge: articles, every version of them, and what happened to them."""

from dataclasses import dataclass
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Fact, Noun, Person, Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import WORKING_ROLES
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience, ArticleEventKind, ArticleState
from quarterdeck.services.models import Service

LONGEST_ARTICLE_TITLE, LONGEST_SUMMARY, LONGEST_ARTICLE = 200, 300, 100_000
LONGEST_KEYWORDS = 300
_LONGEST_INTERVAL = 5 * 366
_FOR_ALL = (ArticleAudience.EVERYBODY, ArticleAudience.REQUESTERS, ArticleAudience.TECHNICIANS)


@dataclass(frozen=True)
class ArticleWorkSight:
    """Who reads how far the newest version of an article has come: whoever works with drafts."""

    is_reader: bool

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the sight of an account."""
        works = holds(user, *WORKING_ROLES)
        return cls(works or sight_of(user, NounClass.ORDINARY).everything)

    def rows(self, _prefix: str) -> Q:
        """Return every article that the reader sees, or none."""
        return Q() if self.is_reader else Q(pk__in=())

    def covers(self, _article: "Article") -> bool:
        """Say the same of one article."""
        return self.is_reader


class ArticleQuerySet(models.QuerySet["Article"]):
    """Which articles there are for whom."""

    def published(self) -> Self:
        """Keep those of which some version is published now."""
        return self.filter(published_number__isnull=False)

    def in_review(self) -> Self:
        """Keep those of which a version waits for somebody to publish or return it."""
        return self.filter(state=ArticleState.IN_REVIEW)

    def visible_to(self, user: User) -> Self:
        """Keep what the reader's roles let it read.

        Published articles go by their audience. Whoever works at the desk sees drafts and what is
        retired as well; what is for one team is for it alone, and for whoever wrote or owns it.
        """
        if not user.is_authenticated:
            return self.none()
        sight = sight_of(user, NounClass.ORDINARY)
        if sight.everything:
            return self.all()
        if holds(user, *WORKING_ROLES):
            readable = Q(audience__in=_FOR_ALL) | Q(team__in=sight.team_keys)
            if isinstance(user, Account):
                readable |= Q(created_by=user)
            if sight.person_key is not None:
                readable |= Q(owner=sight.person_key)
            return self.filter(readable)
        audiences = [ArticleAudience.EVERYBODY]
        if holds(user, Role.REQUESTER):
            audiences.append(ArticleAudience.REQUESTERS)
        return self.published().filter(audience__in=audiences)


class Article(Noun):
    """What is known about one matter, in words that its audience understands.

    Title, summary, keywords, text, audience and team are those of the version that is published,
    and of the newest one as long as none is: so nobody finds by search what is not published yet.
    `latest_number` is the newest version, `state` how far that one has come.
    """

    title = models.CharField(max_length=LONGEST_ARTICLE_TITLE)
    summary = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    keywords = models.CharField(
        max_length=LONGEST_KEYWORDS,
        blank=True,
        help_text="Other words that people use for it, with commas between them.",
    )
    text = models.TextField()
    audience = models.CharField(max_length=16, choices=ArticleAudience.choices)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    state = models.CharField(
        max_length=16, choices=ArticleState.choices, default=ArticleState.DRAFT
    )
    latest_number = models.PositiveIntegerField(default=1)
    published_number = models.PositiveIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    category = models.CharField(max_length=200, blank=True)
    review_every_days = models.PositiveIntegerField(
        default=365, validators=[MinValueValidator(1), MaxValueValidator(_LONGEST_INTERVAL)]
    )
    # Until when somebody has to look at it again; nothing where nothing is published.
    review_due_on = models.DateField(null=True, blank=True)
    source_ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="articles_from"
    )
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # As on a ticket: a second click writes no second article.
    entry_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience=ArticleAudience.TEAM, team__isnull=False)
                | (~Q(audience=ArticleAudience.TEAM) & Q(team__isnull=True)),
                name="article_for_a_team_names_it",
            ),
            models.CheckConstraint(
                condition=Q(state=ArticleState.PUBLISHED, published_number__isnull=False)
                | Q(state=ArticleState.RETIRED, published_number__isnull=True)
                | Q(state__in=(ArticleState.DRAFT, ArticleState.IN_REVIEW)),
                name="published_article_has_a_version",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "review_due_on"], name="article_review"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(Fact):
    """An article as somebody wrote it: never changed, another version follows it."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_ARTICLE_TITLE)
    summary = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    keywords = models.CharField(
        max_length=LONGEST_KEYWORDS,
        blank=True,
        help_text="Other words that people use for it, with commas between them.",
    )
    text = models.TextField()
    audience = models.CharField(max_length=16, choices=ArticleAudience.choices)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    written_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of “{self.title}”"


class ArticleEvent(Fact):
    """Something that somebody decided about an article, at which version, and why.

    `review_due_on` is until when a published version counts as looked after.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=ArticleEventKind.choices)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review_due_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["article", "at"], name="article_event_in_order")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: version {self.number} of {self.article_id}"
