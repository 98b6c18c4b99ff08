"""What is noted of the use of knowledge: visits, what readers think, and the tickets it met."""

from datetime import datetime
from typing import Any

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account
from quarterdeck.desk import rules
from quarterdeck.desk.models import (
    Article,
    ArticleFeedback,
    ArticleUse,
    KnowledgeVisit,
    Ticket,
    TicketMessage,
)
from quarterdeck.desk.queries.article_visits import WINDOW, once_key_of, origin_of
from quarterdeck.desk.rules.knowledge import is_for_requesters, may_write_articles
from quarterdeck.desk.verbs.ticket_messages import reply_publicly
from quarterdeck.desk.verbs.ticket_work import DOMAIN
from quarterdeck.desk.vocabulary.knowledge import VisitKind

_LONGEST_WORDS, _LONGEST_COMMENT = 200, 1_000


@verb
def note_knowledge_visit(
    *,
    kind: VisitKind,
    article: Article | None = None,
    words: str = "",
    found: int | None = None,
    origin: str = "",
    actor: Account,
    at: datetime,
) -> KnowledgeVisit | None:
    """Note that somebody looked for help, once a day for the same thing; nothing the second time.

    Unless its `origin` says otherwise, articles are offered to somebody who types a report.

    The months until the end of the window in which a ticket may follow are marked as changed.
    """
    if article is not None and not Article.objects.visible_to(actor).filter(pk=article.pk).exists():
        raise Refused("There is no such article.")
    key = once_key_of(kind, actor, article, words, at, origin=origin)
    visit, is_new = KnowledgeVisit.objects.get_or_create(
        once_key=key,
        defaults={
            "kind": kind,
            "origin": origin_of(kind, origin),
            "person": actor.person,
            "is_of_desk": may_write_articles(actor),
            "article": article,
            "number": None if article is None else article.published_number,
            "words": words.strip()[:_LONGEST_WORDS],
            "found": found,
            "at": at,
        },
    )
    if not is_new:
        return None
    touch(DOMAIN, at, at + WINDOW)
    return visit


@verb
def judge_article(
    *, article: Article, helpful: bool, comment: str = "", actor: Account, at: datetime
) -> ArticleFeedback:
    """Say whether what is published helped, and what was missing; the newest word counts."""
    present = Article.objects.visible_to(actor).published().filter(pk=article.pk).first()
    if present is None or present.published_number is None:
        raise Refused("There is no such article.")
    if len(comment) > _LONGEST_COMMENT:
        raise Refused(f"A comment has at most {_LONGEST_COMMENT:,} characters.")
    return ArticleFeedback.objects.create(
        article=present,
        number=present.published_number,
        helpful=helpful,
        comment=comment.strip(),
        by=actor,
        at=at,
    )


@verb
def cite_article(
    *,
    article: Article,
    ticket: Ticket,
    text: str,
    entry_key: str = "",
    actor: Account,
    at: datetime,
) -> ArticleUse:
    """Reply to the requester with an article that they may read, and note its use.

    The same `entry_key` twice writes one reply.
    """
    present = Article.objects.visible_to(actor).filter(pk=article.pk).first()
    if present is None or not is_for_requesters(present):
        raise Refused("Requesters may not read this article.")
    words: dict[str, Any] = {"actor": actor, "at": at}
    message = reply_publicly(ticket=ticket, text=text, entry_key=entry_key, **words)
    return use_article(article=present, ticket=ticket, message=message, **words)


@verb
def use_article(
    *,
    article: Article,
    ticket: Ticket,
    message: TicketMessage | None = None,
    actor: Account,
    at: datetime,
) -> ArticleUse:
    """Note that an article was used on a ticket: cited in a message, or what solved it."""
    present = Article.objects.visible_to(actor).filter(pk=article.pk).first()
    if present is None:
        raise Refused("There is no such article.")
    if not rules.may_work(actor, ticket):
        raise Refused(f"You do not work on {ticket.number}.")
    # Locked, so that a second click finds what the first one noted.
    Ticket.objects.select_for_update().get(pk=ticket.pk)
    known = ArticleUse.objects.filter(article=present, ticket=ticket, message=message).first()
    return known or ArticleUse.objects.create(
        article=present,
        number=present.published_number or present.latest_number,
        ticket=ticket,
        message=message,
        by=actor,
        at=at,
    )
