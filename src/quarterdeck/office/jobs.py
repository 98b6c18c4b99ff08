"""The office's background work: long passes over import batches, which a killed worker's successor
resumes, and mail."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from urllib.parse import urljoin

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.http import urlsafe_base64_encode

from quarterdeck.core import clock
from quarterdeck.core.accounts import reset_tokens
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue_once, job, scheduled, worker_account
from quarterdeck.core.models import Account
from quarterdeck.office.gateways import webhooks
from quarterdeck.office.gateways.smtp import (
    Delayed,
    Route,
    Undeliverable,
    compose,
    deliver,
    route,
)
from quarterdeck.office.models import (
    Attachment,
    ImportBatch,
    Notice,
    OutgoingMail,
    Survey,
    SurveyInvitation,
    Webhook,
    WebhookPost,
)
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.webhook_subjects import body_of
from quarterdeck.office.verbs import printing
from quarterdeck.office.verbs.approval_seats import reseat_approvals
from quarterdeck.office.verbs.approvals import expire_approvals, remind_approvers
from quarterdeck.office.verbs.import_run import (
    apply_batch,
    clear_batch,
    examine_file,
    settle_batch,
)
from quarterdeck.office.verbs.letters import send_digest
from quarterdeck.office.verbs.mail import (
    begin_sending,
    note_delayed,
    note_refused,
    note_sent,
)
from quarterdeck.office.verbs.passwords import mail_password_link
from quarterdeck.office.verbs.period_rules import settle_zone
from quarterdeck.office.verbs.remarks import drop_old_uploads
from quarterdeck.office.verbs.surveys import invite_to_survey, remind_of_survey
from quarterdeck.office.verbs.webhooks import (
    begin_posting,
    drop_post,
    note_post_delayed,
    note_post_refused,
    note_posted,
)
from quarterdeck.office.vocabulary import BatchState, PostState, WebhookFormat

MAILS_A_RUN = 200
REMINDERS_A_RUN = 500
POSTS_A_RUN = 40

log = logging.getLogger(__name__)


def _silent(_what: str, _done: int, _of: int) -> None:
    """The page reads how far a batch has come from the batch itself."""


@job(atomic=False)
def examine_import(*, batch_key: int) -> None:
    """Read an uploaded file and compare it with what is there."""
    batch = ImportBatch.objects.get(pk=batch_key)
    path = Path(default_storage.path(batch.stored_file))
    with _discarded_meanwhile(batch):
        examine_file(batch=batch, path=path, report=_silent, actor=worker_account(), at=clock.now())
    _clear(batch)


@job(atomic=False)
def apply_import(*, batch_key: int) -> None:
    """Apply an import batch that a person has approved."""
    batch = ImportBatch.objects.get(pk=batch_key)
    with _discarded_meanwhile(batch):
        apply_batch(batch=batch, report=_silent, actor=worker_account(), at=clock.now())
    _clear(batch)


@contextmanager
def _discarded_meanwhile(batch: ImportBatch) -> Iterator[None]:
    """Take it as the end of the work, and no failure, when somebody discards the batch."""
    try:
        yield
    except Refused:
        batch.refresh_from_db()
        if batch.state != BatchState.REJECTED:
            raise


@job(atomic=False)
def settle_import(*, batch_key: int) -> None:
    """Let records catch up with an import that counts, or no longer counts."""
    batch = ImportBatch.objects.get(pk=batch_key)
    settle_batch(batch=batch, report=_silent, actor=worker_account(), at=clock.now())
    clear_batch(batch=batch, actor=worker_account(), at=clock.now())


@job(atomic=False)
def clear_import(*, batch_key: int) -> None:
    """Remove what an import that was discarded has left: its working rows and its file."""
    _clear(ImportBatch.objects.get(pk=batch_key))


def _clear(batch: ImportBatch) -> None:
    if batch.state == BatchState.REJECTED:
        clear_batch(batch=batch, actor=worker_account(), at=clock.now())
        if batch.stored_file:
            default_storage.delete(batch.stored_file)


@job(atomic=False, priority=10)
def send_mail(*, mail_key: int) -> None:
    """Send one mail that has just been queued."""
    to = route()
    if to is not None:
        _send(OutgoingMail.objects.get(pk=mail_key), to)


@job()
def mail_password_links(*, who: str, place: str) -> None:
    """Mail whoever is meant by a user name or address how to choose another password.

    Whether anybody is meant is found out here, where nobody who asks can measure the time.
    """
    for account in Account.objects.people().reached_as(who):
        key = urlsafe_base64_encode(str(account.pk).encode())
        token = reset_tokens.make_token(account)
        address = urljoin(place, reverse("password.reset", args=[key, token]))
        mail_password_link(account=account, address=address, actor=account, at=clock.now())


@scheduled(every=timedelta(minutes=1))
@job(atomic=False)
def send_waiting_mail() -> None:
    """Send the mails whose next attempt is due."""
    to = route()
    if to is None:
        return
    for mail in OutgoingMail.objects.due(clock.now())[:MAILS_A_RUN]:
        _send(mail, to)


@scheduled(every=timedelta(minutes=5))
@job(atomic=False)
def send_digests() -> None:
    """Send the digests that are due, each in a transaction of its own.

    A worker that dies between two leaves the rest to the next run, and none is sent twice. One that
    is refused, such as for an address that is none, keeps no other back; at the end it is told.
    """
    refusals = []
    for account in Account.objects.filter(waiting_letters__isnull=False).distinct().order_by("pk"):
        try:
            send_digest(account=account, actor=worker_account(), at=clock.now())
        except Refused as refusal:
            refusals.append(f"{account.label}: {refusal}")
    if refusals:
        raise Refused(f"Some digests were not sent. {' '.join(refusals)}")


@scheduled(every=timedelta(minutes=10))
@job(atomic=False)
def follow_up_approvals() -> None:
    """End the requests for approval that have expired, remind those who are late, and let seats go
    on whose holders have left."""
    for act in (expire_approvals, remind_approvers):
        while act(actor=worker_account(), at=clock.now()):
            pass
    reseat_approvals(actor=worker_account(), at=clock.now())


@scheduled(every=timedelta(minutes=5))
@job(atomic=False)
def follow_zones() -> None:
    """Show times in another zone of the organisation as soon as its first day has come."""
    at, own = clock.now(), organisation()
    if own.zone != own.rules.zone_at(at):
        settle_zone(organisation=own, actor=worker_account(), at=at)


@scheduled(every=timedelta(hours=1))
@job(atomic=False)
def drop_uploads() -> None:
    """Take away the files that came ahead of requests and were not named in time."""
    while drop_old_uploads(actor=worker_account(), at=clock.now()):
        pass


@scheduled(daily_at=time(3, 40))
@job()
def remove_old_prints() -> int:
    """Remove printed papers that are kept no longer."""
    return printing.remove_old_prints(actor=worker_account(), at=clock.now())


@scheduled(every=timedelta(hours=1))
@job(atomic=False)
def drop_notices() -> None:
    """Take away the notices that were kept long enough."""
    while Notice.objects.drop_outdated(clock.now()):
        pass


@scheduled(every=timedelta(minutes=10))
@job(atomic=False)
def invite_to_surveys() -> None:
    """Invite the samples of what has happened since, and send the reminders that are due.

    Each act commits what it did together with the mails of it, so a kill between two does no harm.
    """
    for survey in Survey.objects.running().order_by("pk"):
        while invite_to_survey(survey=survey, actor=worker_account(), at=clock.now()):
            pass
    for invitation in SurveyInvitation.objects.remindable(clock.now())[:REMINDERS_A_RUN]:
        remind_of_survey(invitation=invitation, actor=worker_account(), at=clock.now())


def _files_of(mail: OutgoingMail) -> list[tuple[str, bytes]]:
    """Return the files that go with a mail, in its order, as far as they are still there."""
    known = Attachment.objects.in_bulk(mail.files)
    found = []
    for attachment in (known[key] for key in mail.files if key in known):
        if default_storage.exists(attachment.stored_name):
            with default_storage.open(attachment.stored_name) as stored:
                found.append((attachment.name, stored.read()))
    return found


def _send(mail: OutgoingMail, to: Route) -> None:
    """Make one attempt; no transaction is open while the server is spoken to."""
    taken = begin_sending(mail=mail, actor=worker_account(), at=clock.now())
    if taken is None:
        return
    try:
        message = compose(
            sender=to.sender,
            recipient=taken.recipient,
            subject=taken.subject,
            text=taken.text,
            message_id=taken.message_id,
            headers=taken.headers,
            at=taken.queued_at,
            files=_files_of(taken),
        )
        deliver(to, message, clock.now())
    except (Undeliverable, ValueError) as refusal:
        note_refused(mail=taken, reason=str(refusal), actor=worker_account(), at=clock.now())
    except Delayed as delay:
        note_delayed(mail=taken, reason=str(delay), actor=worker_account(), at=clock.now())
    else:
        note_sent(mail=taken, actor=worker_account(), at=clock.now())


@job(atomic=False)
def post_to_webhook(*, webhook_key: int) -> None:
    """Post what waits for one webhook, the oldest first."""
    post_due(Webhook.objects.get(pk=webhook_key), clock.now)


@scheduled(every=timedelta(minutes=1))
@job(atomic=False)
def post_waiting_messages() -> None:
    """Post what still waits for webhooks, each in a job of its own: one that hangs holds no other
    up."""
    waiting = Webhook.objects.filter(posts__state=PostState.WAITING)
    for key in waiting.order_by("pk").values_list("pk", flat=True).distinct():
        enqueue_once(post_to_webhook, str(key), webhook_key=key)


def post_due(webhook: Webhook, now: Callable[[], datetime]) -> None:
    """Post what is due for a webhook, one message after the other; `now` tells the time of each."""
    for _ in range(POSTS_A_RUN):
        post = begin_posting(webhook=webhook, actor=worker_account(), at=now())
        if post is None:
            return
        _post(post, now)


def _post(post: WebhookPost, now: Callable[[], datetime]) -> None:
    """Make one attempt; no transaction is open while the server is spoken to."""
    actor, at = worker_account(), now()
    try:
        body = body_of(post)
    except Exception:
        log.exception("A message to a webhook could not be put together.")
        told = "It could not be put together."
        note_post_refused(post=post, told=told, status=None, actor=actor, at=at)
        return
    if body is None:
        drop_post(post=post, actor=actor, at=at)
        return
    place = webhooks.place_of(post.webhook.name)
    is_signed = post.webhook.format == WebhookFormat.EVENT
    try:
        status = webhooks.post(place, post.message_id, body, at, is_signed=is_signed)
    except webhooks.Unpostable as refusal:
        note_post_refused(
            post=post, told=str(refusal), status=refusal.status, actor=actor, at=now()
        )
    except webhooks.Postponed as delay:
        note_post_delayed(
            post=post,
            told=str(delay),
            status=delay.status,
            wait=delay.wait,
            actor=actor,
            at=now(),
        )
    else:
        note_posted(post=post, status=status, actor=actor, at=now())
