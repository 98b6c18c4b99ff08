"""The acts on webhooks: note what they are to be told, post it one by one, pause and resume them.

What is told is written in the transaction in which it happens. A worker posts to one webhook at a
time, the oldest first. Between the server's word and our note of it a kill cannot be told from one
before, so a message may come twice; both have the same `webhook-id`.
"""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account
from quarterdeck.core.prepared import Prepared
from quarterdeck.core.retry import BackOff
from quarterdeck.office.models import Webhook, WebhookPost, WebhookStanding
from quarterdeck.office.models.webhooks import NOBODY, Concern
from quarterdeck.office.queries.webhook_subjects import batched, body_of, concerns_of, still_told
from quarterdeck.office.rules.webhooks import may_keep_webhook
from quarterdeck.office.vocabulary import PostState, WebhookEvent

POSTING = "office.post_to_webhook"
# Together they try for about an hour: what is told late helps nobody.
MOST_ATTEMPTS = 8
BACK_OFF = BackOff(first=timedelta(seconds=30), longest=timedelta(hours=1))
# After so many failures in a row, some six hours of silence, a webhook is paused.
MOST_FAILURES = 12
GONE, TOO_MANY = 410, 429
# Whoever takes a message has it for so long; a worker that dies with it leaves it to the next one.
ATTEMPT = timedelta(minutes=2)
STALE, MOST_STALE = timedelta(days=1), 500
# So many messages within this time stand for themselves; what is more is told as one.
MOST_SINGLE, WINDOW = 20, timedelta(minutes=10)
BETWEEN_SUMMARIES = timedelta(minutes=5)
_IN_USE = Prepared(lambda: Webhook.objects.filter(is_active=True).values_list("pk")[:1])
_WAITING = Prepared(lambda: WebhookPost.objects.waiting().order_by().values_list("pk")[:1])
_ENDED = ("state", "sent_at", "status", "answer", "taken_until", "version")


@dataclass(frozen=True, kw_only=True)
class WebhookNews:
    """Something that webhooks may want to hear, told in the transaction in which it happens.

    `about` names what it is about as the registered subjects know it (`ticket:17`). Where no
    webhook is told of such a thing, nothing is written.
    """

    event: WebhookEvent
    about: str
    at: datetime
    concern: Concern = NOBODY

    def tell(self) -> None:
        """Let a worker post it once this is committed."""
        # Every act on a ticket tells, and most installations have no webhooks.
        if not _IN_USE.finds():
            return
        for webhook in Webhook.objects.told_of(self.event, self.concern):
            _queue(webhook, self.event, self.about, self.at)


@dataclass(frozen=True)
class WaitingNews:
    """What still waits about things, told to those whom they concern by now, each once.

    It runs in the transaction in which the concern changes, under the lock of what changes. What
    is passed on is as old as what happened. That something came into a queue is no news in another.
    """

    abouts: Callable[[], Collection[str]]

    def pass_on(self) -> None:
        """Let those hear of it who have not; where no message waits, nothing is asked further."""
        if not _WAITING.finds():
            return
        posts = WebhookPost.objects.select_for_update(of=("self",)).order_by("pk")
        waiting = posts.filter(state=PostState.WAITING, about__in=self.abouts())
        moved = waiting.exclude(event=WebhookEvent.TICKET_ASSIGNED)
        noted = {(post.event, post.about): post.noted_at for post in reversed(moved)}
        for (event, about), concern in concerns_of(noted).items():
            for webhook in Webhook.objects.told_of(WebhookEvent(event), concern):
                known = WebhookPost.objects.filter(webhook=webhook, event=event, about=about)
                if not known.exclude(state=PostState.DROPPED).exists():
                    _queue(webhook, WebhookEvent(event), about, noted[event, about])


def _queue(webhook: Webhook, event: WebhookEvent, about: str, at: datetime) -> None:
    # Where others wait already, somebody posts there or the next scheduled run will: a storm
    # enqueues one job, and no two acts wait for each other's.
    is_first = not WebhookPost.objects.waiting().filter(webhook=webhook).exists()
    WebhookPost.objects.create(
        webhook=webhook,
        event=event,
        about=about,
        message_id=f"msg_{secrets.token_hex(16)}",
        noted_at=at,
    )
    if is_first or event == WebhookEvent.TEST:
        enqueue(POSTING, webhook_key=webhook.pk)


@verb
def send_test_message(*, webhook: Webhook, actor: Account, at: datetime) -> Webhook:
    """Post a test message, also to a webhook that is paused, or left alone after failures."""
    _ask(webhook, actor, "tried")
    standing = WebhookStanding.objects.held(webhook)
    standing.note(standing.failures, None)
    _queue(webhook, WebhookEvent.TEST, "", at)
    return webhook


@verb
def pause_webhook(
    *,
    webhook: Webhook,
    version: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Webhook:
    """Tell a webhook nothing until it is resumed; what waits already waits on for a day."""
    _ask(webhook, actor, "paused")
    present = _seen(webhook, version)
    if not present.is_active:
        raise Refused(f"“{present}” is paused already.")
    return _set_active(present, is_active=False, reason=f"By {actor}.")


@verb
def resume_webhook(*, webhook: Webhook, version: int, actor: Account, at: datetime) -> Webhook:
    """Tell a webhook again what happens from now on, with a clean count of failures."""
    _ask(webhook, actor, "resumed")
    # Locked before the webhook, as posting does, so that the two never wait for each other.
    standing = WebhookStanding.objects.held(webhook)
    present = _seen(webhook, version)
    if present.is_active:
        raise Refused(f"“{present}” is not paused.")
    standing.note(0, None)
    resumed = _set_active(present, is_active=True, reason="")
    if WebhookPost.objects.waiting().filter(webhook=present, noted_at__gt=at - STALE).exists():
        enqueue(POSTING, webhook_key=present.pk)
    return resumed


def _ask(webhook: Webhook, actor: Account, done: str) -> None:
    if not may_keep_webhook(actor, webhook):
        raise Refused(f"“{webhook}” cannot be {done} by you.")


def _seen(webhook: Webhook, version: int) -> Webhook:
    present = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
    if present.version != version:
        raise Conflict(present)
    return present


def _set_active(webhook: Webhook, *, is_active: bool, reason: str) -> Webhook:
    webhook.is_active, webhook.pause_reason = is_active, reason[:300]
    webhook.version += 1
    webhook.save(update_fields=["is_active", "pause_reason", "version"])
    return webhook


@verb
def begin_posting(*, webhook: Webhook, actor: Account, at: datetime) -> WebhookPost | None:  # noqa: ARG001 — the act is written for this actor
    """Take the next message to a webhook for one attempt, or nothing where none is due.

    Nothing is due where another worker has one, after a failure, and where too many were posted
    just now; all that waits then is told by one message, the first of them.
    """
    standing = WebhookStanding.objects.held(webhook)
    present = Webhook.objects.get(pk=webhook.pk)
    waiting = WebhookPost.objects.waiting().filter(webhook=present)
    if standing.waits(at) or waiting.filter(taken_until__gt=at).exists():
        raise NothingDone(None)
    stale_posts = list(waiting.filter(noted_at__lt=at - STALE)[:MOST_STALE])
    for stale in stale_posts:
        _end(stale, PostState.FAILED, stale.status, "Nobody could be told for a day.", at)
    if not present.is_active:
        waiting = waiting.filter(event=WebhookEvent.TEST)
    post = waiting.first()
    if post is None or not _may_go(post, at):
        if stale_posts:
            return None
        raise NothingDone(None)
    _drop_untold(post)
    post = _leading(post, at)
    post.attempts += 1
    post.taken_until = at + ATTEMPT
    post.version += 1
    post.save(update_fields=["attempts", "taken_until", "is_summary", "version"])
    return post


def _may_go(post: WebhookPost, at: datetime) -> bool:
    """Whether a message may be posted now; where there were too many, it takes the others along."""
    if post.attempts or post.event == WebhookEvent.TEST:
        return True
    sent = WebhookPost.objects.filter(
        webhook=post.webhook_id, told_with__isnull=True, sent_at__gt=at - WINDOW
    )
    summaries = sent.filter(is_summary=True)
    if sent.count() - summaries.count() < MOST_SINGLE:
        return True
    if summaries.filter(sent_at__gt=at - BETWEEN_SUMMARIES).exists():
        return False
    post.is_summary = True
    others = WebhookPost.objects.waiting().filter(webhook=post.webhook_id).exclude(pk=post.pk)
    others.exclude(event=WebhookEvent.TEST).order_by().update(told_with=post)
    return True


def _drop_untold(post: WebhookPost) -> None:
    """Leave out of a message what it took along and what may no longer be told."""
    others = {each.pk: each for each in post.bundled.select_for_update(of=("self",)).order_by("pk")}
    untold = sorted(others.keys() - {each.pk for each in still_told(list(others.values()))})
    for keys in batched(untold):
        post.bundled.filter(pk__in=keys).update(state=PostState.DROPPED, told_with=None)


def _leading(post: WebhookPost, at: datetime) -> WebhookPost:
    """Let the first of what a message took along lead in its place, where it may no longer be
    told; so it is not noted as told, and can still go with its ticket."""
    heir = post.bundled.order_by("pk").first()
    if heir is None or still_told([post]):
        return post
    post.bundled.exclude(pk=heir.pk).update(told_with=heir)
    heir.told_with, heir.is_summary = None, True
    heir.save(update_fields=["told_with", "is_summary"])
    _end(post, PostState.DROPPED, None, "", at)
    return heir


@verb
def note_posted(*, post: WebhookPost, status: int, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is written for this actor
    """Note that the server has taken a message."""
    standing, present = _held(post)
    if present is not None:
        _end(present, PostState.SENT, status, "", at)
        standing.note(0, None)


@verb
def drop_post(*, post: WebhookPost, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is written for this actor
    """End a message of which there is nothing to tell any more, such as of a withdrawn ticket."""
    _, present = _held(post)
    if present is None:
        return
    # Behind the lock: a ticket that has come back meanwhile counts on its message here.
    if body_of(present) is None:
        _end(present, PostState.DROPPED, None, "", at)
        return
    present.taken_until = None
    present.version += 1
    present.save(update_fields=["taken_until", "version"])


@verb
def note_post_refused(
    *,
    post: WebhookPost,
    told: str,
    status: int | None,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> None:
    """Note that the server will never take a message, and what it said; an address that is gone, or
    that refuses one after the other, is told nothing more."""
    standing, present = _held(post)
    if present is not None:
        _end(present, PostState.REFUSED, status, told, at)
        standing.note(standing.failures + 1, None)
        _pause_after_failures(standing, status, told)


@verb
def note_post_delayed(
    *,
    post: WebhookPost,
    told: str,
    status: int | None,
    wait: timedelta,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> None:
    """Note why a message could not be posted; each failure waits longer, the last gives up.

    The webhook waits as a whole, as long as its server asks for at least. A server that asks for
    patience is alive, and is not paused for it.
    """
    standing, present = _held(post)
    if present is None:
        return
    if present.attempts >= MOST_ATTEMPTS:
        _end(present, PostState.FAILED, status, told, at)
    else:
        present.status, present.answer, present.taken_until = status, told[:300], None
        present.version += 1
        present.save(update_fields=["status", "answer", "taken_until", "version"])
    usual = BACK_OFF.after(max(standing.failures + 1, present.attempts))
    standing.note(standing.failures + (status != TOO_MANY), at + max(usual, wait))
    _pause_after_failures(standing, status, told)


def _held(post: WebhookPost) -> tuple[WebhookStanding, WebhookPost | None]:
    """Lock the webhook, and return the message if nobody has ended it meanwhile."""
    standing = WebhookStanding.objects.held(post.webhook)
    waiting = WebhookPost.objects.waiting().select_related("webhook")
    return standing, waiting.select_for_update(of=("self",)).filter(pk=post.pk).first()


def _end(post: WebhookPost, state: PostState, status: int | None, told: str, at: datetime) -> None:
    """End a message, and with it those that it tells too."""
    post.state, post.status, post.answer = state, status, told[:300]
    post.sent_at = at if state == PostState.SENT else None
    post.taken_until = None
    post.version += 1
    post.save(update_fields=_ENDED)
    post.bundled.update(state=state, sent_at=post.sent_at, status=status)


def _pause_after_failures(standing: WebhookStanding, status: int | None, told: str) -> None:
    if standing.failures < MOST_FAILURES and status != GONE:
        return
    webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=standing.webhook_id)
    if webhook.is_active:
        reason = f"After {standing.failures} failures in a row. {told}"
        _set_active(webhook, is_active=False, reason=reason)
