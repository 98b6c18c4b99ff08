"""The acts on outgoing mail: queue it, take it for an attempt, and note what became of it."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account
from quarterdeck.core.outbox import announce
from quarterdeck.core.retry import BackOff
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.rules import can_send_again, may_send_again
from quarterdeck.office.vocabulary import MailState

# News that a mail which had counted as on its way will not arrive, or that it is under way again.
MAIL_TURNED = "office.mail_turned"
# Together they try for about eight hours, as mail servers themselves expect senders to.
MOST_ATTEMPTS = 10
BACK_OFF = BackOff(first=timedelta(minutes=1), longest=timedelta(hours=4))
# Whoever takes a mail has it for so long; a worker that dies with it leaves it to the next one.
ATTEMPT = timedelta(minutes=5)

# What a caller may add. The others are ours, and a name that is not listed cannot smuggle any in.
HEADERS = frozenset(
    {"In-Reply-To", "List-Unsubscribe", "References", "Reply-To", "X-Quarterdeck-Ticket"}
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_SUBJECT = 500
_NO_HEADERS: Mapping[str, str] = {}


@verb
def queue_mail(
    *,
    recipient: str,
    subject: str,
    text: str,
    headers: Mapping[str, str] = _NO_HEADERS,
    kind: str = "",
    files: Sequence[int] = (),
    keeps_text: bool = True,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> OutgoingMail:
    """Queue a mail in the open transaction; a worker sends it once that commits.

    A subject is brought onto one line. Refused for an address that is none, a header that is not
    for callers, and a header with a line break in it. `files` are keys of
    attachments. With `keeps_text=False` the text is removed as soon as the mail has been sent or
    given up.
    """
    _check(recipient, headers)
    mail = OutgoingMail.objects.create(
        kind=kind,
        recipient=recipient,
        subject=_one_line(subject)[:_LONGEST_SUBJECT],
        text=text.replace("\0", ""),
        keeps_text=keeps_text,
        headers=dict(headers),
        files=list(files),
        message_id=f"<{secrets.token_hex(16)}@{_domain()}>",
        queued_at=at,
        next_attempt_at=at,
    )
    enqueue("office.send_mail", mail_key=mail.pk)
    return mail


def _check(recipient: str, headers: Mapping[str, str]) -> None:
    try:
        validate_email(recipient)
    except ValidationError as problem:
        raise Refused(f"“{_one_line(recipient)}” is no mail address.") from problem
    for name, value in headers.items():
        if name not in HEADERS:
            raise Refused(f"A mail here takes no header “{_one_line(name)}”.")
        if _CONTROL.search(value):
            raise Refused(f"The header {name} of a mail must stay on one line.")


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _domain() -> str:
    """The part of a Message-ID that says whose it is."""
    return parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2] or "quarterdeck.invalid"


@verb
def send_again(*, mail: OutgoingMail, actor: Account, at: datetime) -> OutgoingMail:
    """Queue a mail that was refused or given up once more, as it is."""
    if not may_send_again(actor):
        raise Refused("You may not send mails again.")
    return queue_again(mail=mail, recipient=mail.recipient, actor=actor, at=at)


@verb
def queue_again(
    *,
    mail: OutgoingMail,
    recipient: str,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> OutgoingMail:
    """Queue a failed mail anew, for an address that may have been mended since.

    It keeps its Message-ID, by which the recipient's server knows one that it had taken after all.
    Refused for a mail that waits or was sent: of two who ask at once, one does.
    """
    _check(recipient, {})
    present = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if not present.has_failed:
        state = present.get_state_display().lower()
        raise Refused(f"“{present}” is {state}: it is not sent again.")
    if not can_send_again(present):
        raise Refused(f"“{present}” had a text that was not kept: let a new one be asked for.")
    present.recipient, present.state, present.failure = recipient, MailState.QUEUED, ""
    present.attempts, present.next_attempt_at = 0, at
    present.version += 1
    present.save()
    enqueue("office.send_mail", mail_key=present.pk)
    announce(MAIL_TURNED, {"mail": present.pk}, at)
    return present


@verb
def begin_sending(*, mail: OutgoingMail, actor: Account, at: datetime) -> OutgoingMail | None:  # noqa: ARG001 — the act is written for this actor
    """Take a mail for one attempt, or nothing where it is not due: somebody else may have it."""
    taken = OutgoingMail.objects.due(at).select_for_update().filter(pk=mail.pk).first()
    if taken is None:
        raise NothingDone(None)
    taken.attempts += 1
    taken.next_attempt_at = at + ATTEMPT
    taken.version += 1
    taken.save(update_fields=["attempts", "next_attempt_at", "version"])
    return taken


@verb
def note_sent(*, mail: OutgoingMail, actor: Account, at: datetime) -> OutgoingMail:  # noqa: ARG001 — the act is written for this actor
    """Note that a mail server has taken the mail."""
    mail.state, mail.sent_at, mail.failure = MailState.SENT, at, ""
    return _ended(mail)


@verb
def note_refused(
    *,
    mail: OutgoingMail,
    reason: str,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> OutgoingMail:
    """Note that the mail server will never take the mail, and what it said."""
    mail.state, mail.failure = MailState.REFUSED, reason.replace("\0", "")
    return _lost(mail, at)


@verb
def note_bounced(
    *,
    mail: OutgoingMail,
    reason: str,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> OutgoingMail:
    """Note that a mail which a server had taken came back, and what the report says."""
    mail.state, mail.failure = MailState.BOUNCED, reason.replace("\0", "")
    return _lost(mail, at)


@verb
def note_delayed(
    *,
    mail: OutgoingMail,
    reason: str,
    actor: Account,  # noqa: ARG001 — the act is written for this actor
    at: datetime,
) -> OutgoingMail:
    """Note why a mail could not be handed over; each attempt waits longer, the last gives up."""
    mail.failure = reason.replace("\0", "")
    if mail.attempts >= MOST_ATTEMPTS:
        mail.state = MailState.FAILED
        return _lost(mail, at)
    mail.next_attempt_at = at + BACK_OFF.after(mail.attempts)
    mail.version += 1
    mail.save(update_fields=["failure", "next_attempt_at", "version"])
    return mail


def _lost(mail: OutgoingMail, at: datetime) -> OutgoingMail:
    """Let the apps above know that what they took as written to somebody has not arrived."""
    announce(MAIL_TURNED, {"mail": mail.pk}, at)
    return _ended(mail)


def _ended(mail: OutgoingMail) -> OutgoingMail:
    if not mail.keeps_text:
        mail.text = ""
    mail.version += 1
    mail.save(update_fields=["state", "sent_at", "failure", "text", "version"])
    return mail
