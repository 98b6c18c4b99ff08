"""The mailboxes in use: their addresses, which of them a mail was for, and how they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from quarterdeck.desk.models import Mailbox, MailboxStanding, Ticket
from quarterdeck.kernels.mail.addresses import without_tag


@dataclass(frozen=True)
class Silence:
    """A mailbox that has not been read for too long."""

    address: str
    since: datetime | None
    failure: str


def own_addresses() -> set[str]:
    """Return the addresses that mail of ours comes from, in lower case."""
    known = Mailbox.objects.in_use().values_list("address", flat=True)
    sender = parseaddr(settings.MAIL_FROM)[1]
    return {each.lower() for each in (*known, sender) if each}


def mailbox_for(recipients: Iterable[str]) -> Mailbox | None:
    """Return the mailbox in use that one of the recipients leads to, in their order."""
    by_address = {each.address.lower(): each for each in Mailbox.objects.in_use()}
    for recipient in recipients:
        for address in (recipient.lower(), without_tag(recipient)):
            if address in by_address:
                return by_address[address]
    return None


def answering_mailbox(ticket: Ticket) -> Mailbox | None:
    """Return the mailbox that answers on a ticket go to: where its mail came in, else the first."""
    in_use = list(Mailbox.objects.in_use())
    if len(in_use) > 1:
        came = ticket.incoming_mail.filter(mailbox__in=in_use).order_by("-pk")
        key = came.values_list("mailbox", flat=True).first()
        in_use.sort(key=lambda each: each.pk != key)
    return in_use[0] if in_use else None


@dataclass(frozen=True)
class MailboxSecrets:
    """What the environment holds for one mailbox, and the variable that it is read from."""

    variable: str
    password: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)

    @property
    def is_known(self) -> bool:
        """Whether there is something to sign in with."""
        return bool(self.password or self.client_secret or self.refresh_token)


def secrets_of(mailbox: Mailbox) -> MailboxSecrets:
    """Return what a mailbox is signed in to with, as the environment holds it."""
    name = mailbox.name
    if not mailbox.uses_tokens:
        variable = f"QUARTERDECK_MAILBOX_PASSWORD_{name.upper()}"
        return MailboxSecrets(variable, password=settings.MAILBOX_PASSWORDS.get(name, ""))
    return MailboxSecrets(
        f"QUARTERDECK_MAILBOX_CLIENT_SECRET_{name.upper()}",
        client_secret=settings.MAILBOX_CLIENT_SECRETS.get(name, ""),
        refresh_token=settings.MAILBOX_REFRESH_TOKENS.get(name, ""),
    )


def silent_mailboxes(at: datetime) -> list[Silence]:
    """Return the mailboxes in use that have not been read for too long, or never could be."""
    silent = MailboxStanding.objects.silent(at).select_related("mailbox").order_by("mailbox")
    return [Silence(each.mailbox.address, each.read_at, each.failure) for each in silent]
