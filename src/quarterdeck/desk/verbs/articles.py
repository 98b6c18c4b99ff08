"""The acts on knowledge: writing an article, having it reviewed, publishing and retiring it."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from quarterdeck.core.acts import Repeated, verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk.models import Article, ArticleEvent, ArticleVersion, Ticket
from quarterdeck.desk.models.article import (
    LONGEST_ARTICLE,
    LONGEST_ARTICLE_TITLE,
    LONGEST_KEYWORDS,
    LONGEST_SUMMARY,
)
from quarterdeck.desk.rules import knowledge as rules
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience, ArticleEventKind, ArticleState
from quarterdeck.office.queries.periods import own_day
from quarterdeck.services.models import Service

KNOWLEDGE_DOMAIN = "desk.knowledge"
_LONGEST_INTERVAL = 5 * 366


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What one version of an article says, and to whom.

    `keywords` are other words that people use for it, with commas between them.
    """

    title: str
    summary: str = ""
    keywords: str = ""
    text: str
    audience: str = ArticleAudience.EVERYBODY
    team: Team | None = None

    def checked(self) -> "Wording":
        """Return it without blanks around it; Invalid where it cannot stand so."""
        errors: dict[str, list[str]] = {}
        title, summary, text = self.title.strip(), self.summary.strip(), self.text.strip()
        keywords = _each_once(self.keywords)
        for name, said, longest, needed in (
            ("title", title, LONGEST_ARTICLE_TITLE, True),
            ("summary", summary, LONGEST_SUMMARY, False),
            ("keywords", keywords, LONGEST_KEYWORDS, False),
            ("text", text, LONGEST_ARTICLE, True),
        ):
            if needed and not said:
                errors[name] = ["There is nothing in it."]
            if len(said) > longest:
                errors[name] = [f"It has at most {longest:,} characters."]
        if self.audience not in ArticleAudience.values:
            errors["audience"] = ["Choose who may read it."]
        if (self.audience == ArticleAudience.TEAM) != (self.team is not None):
            errors["team"] = ["Name the team, or choose another audience."]
        if errors:
            raise Invalid(errors)
        return replace(self, title=title, summary=summary, keywords=keywords, text=text)


def _each_once(keywords: str) -> str:
    """Return keywords without doubles, blanks and empty ones, in their order."""
    found: dict[str, str] = {}
    for each in keywords.replace("\n", ",").split(","):
        if said := " ".join(each.split()):
            found.setdefault(said.casefold(), said)
    return ", ".join(found.values())


@verb
def draft_article(
    *,
    wording: Wording,
    owner: Person | None = None,
    service: Service | None = None,
    category: str = "",
    source_ticket: Ticket | None = None,
    entry_key: str = "",
    actor: Account,
    at: datetime,
) -> Article:
    """Begin an article; nobody but the desk reads it before it is published.

    The same `entry_key` twice begins one article.
    """
    if not rules.may_write_articles(actor):
        raise Refused("You may not write articles.")
    if entry_key and (known := Article.objects.filter(entry_key=entry_key).first()) is not None:
        raise Repeated(known)
    if source_ticket is not None and not _sees(actor, source_ticket):
        raise Refused("There is no such ticket.")
    said = wording.checked()
    _ask_for_team(actor, said)
    article = Article.objects.create(
        **_columns(said),
        owner=owner or actor.person,
        service=service,
        category=category.strip(),
        source_ticket=source_ticket,
        entry_key=entry_key or None,
        created_by=actor,
        created_at=at,
    )
    _write(article, said, "", actor, at)
    return article


def _sees(actor: Account, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists()


def _columns(said: Wording) -> dict[str, object]:
    """Return a wording as the columns of an article and of a version."""
    return {each.name: getattr(said, each.name) for each in fields(said)}


def _ask_for_team(actor: Account, said: Wording) -> None:
    """Nobody writes an article into a team where they could not read it themselves."""
    if said.team is None or rules.reaches_team(actor, said.team):
        return
    raise Invalid({"team": [f"You do not work in {said.team}."]})


def _write(article: Article, said: Wording, note: str, actor: Account, at: datetime) -> None:
    ArticleVersion.objects.create(
        article=article,
        number=article.latest_number,
        note=note.strip(),
        written_by=actor,
        written_at=at,
        **_columns(said),
    )


@verb
def revise_article(
    *,
    article: Article,
    seen: int,
    wording: Wording,
    note: str = "",
    actor: Account,
    at: datetime,
) -> Article:
    """Write the next version; the published one stays as it is until this one is published.

    `seen` is the newest version that the actor knew: Conflict where somebody has written another
    one meanwhile. Where nothing differs, nothing is written.
    """
    present = _locked(article, actor)
    if present.latest_number != seen:
        raise Conflict(present)
    said = wording.checked()
    _ask_for_team(actor, said)
    before = _latest(present)
    if _columns(said) == {name: getattr(before, name) for name in _columns(said)}:
        return present
    present.latest_number += 1
    _write(present, said, note, actor, at)
    if present.published_number is None:
        _show(present, said)
    return _store(present, ArticleState.DRAFT)


def _latest(article: Article) -> ArticleVersion:
    return article.versions.get(number=article.latest_number)


@verb
def submit_article(*, article: Article, note: str = "", actor: Account, at: datetime) -> Article:
    """Ask for the newest version to be published by somebody else."""
    present = _locked(article, actor)
    if not rules.can_submit(present):
        raise Refused(f"“{present}” is {present.get_state_display().lower()} already.")
    _note(present, ArticleEventKind.SUBMITTED, note, actor, at)
    return _store(present, ArticleState.IN_REVIEW)


@verb
def return_article(*, article: Article, reason: str, actor: Account, at: datetime) -> Article:
    """Give a version in review back to its author, and say what is missing."""
    present = _in_review(article, actor)
    if not rules.may_decide_on_articles(actor, present):
        raise Refused(f"You do not decide on “{present}”.")
    if not reason.strip():
        raise Invalid({"reason": ["Say what is missing."]})
    _note(present, ArticleEventKind.RETURNED, reason, actor, at)
    return _store(present, ArticleState.DRAFT)


@verb
def publish_article(
    *, article: Article, seen: int, note: str = "", actor: Account, at: datetime
) -> Article:
    """Let the version in review be read by its audience; whoever wrote it cannot.

    `seen` is the version that the actor read. It has to be looked at again when the article's
    interval is over.
    """
    present = _in_review(article, actor)
    if present.latest_number != seen:
        raise Conflict(present)
    version = _latest(present)
    if not rules.may_publish(actor, present, version):
        raise Refused(
            "Somebody else than its author publishes a version: its owner, a team lead or a manager"
            "."
        )
    _show(present, version)
    present.published_number, present.published_at = version.number, at
    present.review_due_on = _next_review(present, at)
    _note(present, ArticleEventKind.PUBLISHED, note, actor, at, present.review_due_on)
    return _store(present, ArticleState.PUBLISHED)


@verb
def confirm_article(*, article: Article, note: str = "", actor: Account, at: datetime) -> Article:
    """Say that what is published is still right; its interval begins anew."""
    present = _locked(article, actor)
    if not rules.may_decide_on_articles(actor, present):
        raise Refused(f"You do not decide on “{present}”.")
    if not rules.can_confirm(present):
        raise Refused(f"Nothing of “{present}” is published.")
    present.review_due_on = _next_review(present, at)
    _note(present, ArticleEventKind.CONFIRMED, note, actor, at, present.review_due_on)
    return _store(present, present.state)


@verb
def retire_article(*, article: Article, reason: str, actor: Account, at: datetime) -> Article:
    """Take an article away from its readers; it can be submitted again."""
    present = _locked(article, actor)
    if not rules.may_decide_on_articles(actor, present):
        raise Refused(f"You do not decide on “{present}”.")
    if not rules.can_retire(present):
        raise Refused(f"“{present}” is retired already.")
    if not reason.strip():
        raise Invalid({"reason": ["Say why nobody should read it any more."]})
    _note(present, ArticleEventKind.RETIRED, reason, actor, at)
    present.published_number = present.published_at = present.review_due_on = None
    _show(present, _latest(present))
    return _store(present, ArticleState.RETIRED)


@verb
def describe_article(
    *,
    article: Article,
    owner: Person | None,
    service: Service | None,
    category: str,
    review_every_days: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Article:
    """Say who answers for an article, what it is about, and how often it is looked at.

    Another interval holds from the next review on.
    """
    present = _locked(article, actor)
    if not 1 <= review_every_days <= _LONGEST_INTERVAL:
        raise Invalid({"review_every_days": [f"It is 1 to {_LONGEST_INTERVAL:,} days."]})
    present.owner, present.service, present.category = owner, service, category.strip()
    present.review_every_days = review_every_days
    return _store(present, present.state)


def _locked(article: Article, actor: Account) -> Article:
    """Return the article as it stands, held until the end of the transaction."""
    if not rules.may_write_articles(actor):
        raise Refused("You may not write articles.")
    if not Article.objects.visible_to(actor).filter(pk=article.pk).exists():
        raise Refused("There is no such article.")
    return Article.objects.select_for_update().get(pk=article.pk)


def _in_review(article: Article, actor: Account) -> Article:
    present = _locked(article, actor)
    if present.state != ArticleState.IN_REVIEW:
        raise Refused(f"No version of “{present}” is in review.")
    return present


def _show(article: Article, said: Wording | ArticleVersion) -> None:
    """Let the article's own columns say what a version says."""
    article.title, article.summary, article.text = said.title, said.summary, said.text
    article.keywords = said.keywords
    article.audience, article.team = said.audience, said.team


def _next_review(article: Article, at: datetime) -> date:
    today = own_day(at)
    return today + timedelta(days=article.review_every_days)


def _note(  # noqa: PLR0917 — the sides of one row, called within this file
    article: Article,
    kind: ArticleEventKind,
    note: str,
    actor: Account,
    at: datetime,
    review_due_on: date | None = None,
) -> None:
    # What is confirmed is what readers see, whatever somebody has written since.
    is_published = kind == ArticleEventKind.CONFIRMED
    ArticleEvent.objects.create(
        article=article,
        number=(article.published_number if is_published else None) or article.latest_number,
        kind=kind,
        note=note.strip(),
        by=actor,
        at=at,
        review_due_on=review_due_on,
    )
    touch(KNOWLEDGE_DOMAIN, at, at)


def _store(article: Article, state: str) -> Article:
    article.state, article.version = state, article.version + 1
    article.save()
    return article
