"""How outgoing mail, and the words that it has, are listed and shown."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View
from quarterdeck.office.models import MailTemplate, OutgoingMail
from quarterdeck.office.queries.notices import with_unread
from quarterdeck.office.rules import may_change_settings, may_send_again
from quarterdeck.office.verbs.mail import send_again
from quarterdeck.office.vocabulary import MailState
from quarterdeck.ui import navigation, session_account

MAIL_BADGES = {
    MailState.QUEUED: Badge(Tone.ACTIVE),
    MailState.SENT: Badge(Tone.GOOD),
    MailState.REFUSED: Badge(Tone.BAD),
    MailState.FAILED: Badge(Tone.BAD),
    MailState.BOUNCED: Badge(Tone.BAD),
}


def _may_send(user: User, _mail: OutgoingMail) -> bool:
    return may_send_again(user)


def _may_word(user: User) -> bool:
    return isinstance(user, Account) and may_change_settings(user)


mail_templates = Record(
    MailTemplate,
    columns=("kind", "number", "subject", "is_builtin", "by", "at"),
    filters=("kind", "is_builtin"),
    details=("kind", "number", "subject", "text", "is_builtin", "by", "at"),
    order=("-id",),
    icon="mail",
    section="Office",
    empty="Every mail has its built-in words until somebody writes others.",
)
outgoing_mail = Record(
    OutgoingMail,
    columns=("subject", "recipient", "state", "queued_at", "sent_at", "attempts", "failure"),
    filters=("state", "kind", "queued_at"),
    details=(
        "subject",
        "kind",
        "recipient",
        "state",
        "failure",
        "queued_at",
        "sent_at",
        "attempts",
        "next_attempt_at",
        "message_id",
        "text",
    ),
    order=("-id",),
    titles={
        "queued_at": "Queued",
        "sent_at": "Sent",
        "next_attempt_at": "Next attempt",
        "message_id": "Message-ID",
        "failure": "What the mail server said",
    },
    badges={"state": MAIL_BADGES},
    views=(View("Not sent", "unsent"), View("Failed", "failed")),
    action=Action("Failed mail", "office.mail.failed", "mail", may_send_again),
    acts=(RecordAct("send-again", "Send again", send_again, _may_send),),
    icon="mail",
    section="Office",
    empty="Replies and assignments are mailed; what waits, was sent or was refused appears here.",
)
session_account.provide(with_unread)
navigation.register(
    navigation.Entry("Office", "Wording of mails", "office.mail.templates", "mail", _may_word),
    navigation.Entry(
        "Office",
        "Outgoing mail",
        outgoing_mail.list_address,
        outgoing_mail.icon,
        may_send_again,
    ),
)
