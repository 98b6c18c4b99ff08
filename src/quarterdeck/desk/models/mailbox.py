"""The mailboxes to which people write, and how fetching from them stands."""

from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q

from quarterdeck.core.models import Noun, Scratch, Team
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.vocabulary import MailSecurity, MailSignIn, ReplyBy, Strangers
from quarterdeck.kernels.mail.bearer import is_protected

# A scheduled job fetches every minute; some patience for a mail server that restarts.
POLL_PATIENCE = timedelta(minutes=15)
# Whoever reads a mailbox has it for so long after each mail; the next one takes it from the dead.
READING = timedelta(minutes=5)
_MAIL_ROLES = (
    Role.TECHNICIAN,
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    """Which mailboxes are in use, and who may see them."""

    def in_use(self) -> Self:
        """Keep those that mail is taken from and answered by."""
        return self.filter(is_active=True).order_by("pk")

    def fetched(self) -> Self:
        """Keep those in use that are read by IMAP; to the others mail is handed over."""
        return self.in_use().exclude(host="")

    def visible_to(self, user: User) -> Self:
        """Whoever works at the desk may know where its mail comes from."""
        return self.filter() if holds(user, *_MAIL_ROLES) else self.none()


class Mailbox(Noun):
    """An address to which people write, how its mail is fetched, and what becomes of it.

    The password is in no column: it stands in an environment variable that the `name` leads to.
    """

    name = models.CharField(
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"\A[a-z][a-z0-9_]*\Z", "Lower-case letters, digits and _.")],
        help_text="One short word, such as desk. Its password is read from the environment "
        "variable QUARTERDECK_MAILBOX_PASSWORD_ with this name in capitals.",
    )
    address = models.EmailField(unique=True, help_text="To which people write.")
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose queue new tickets join; without one, everybody's.",
    )
    strangers = models.CharField(
        max_length=8,
        choices=Strangers.choices,
        default=Strangers.OPEN,
        help_text="What is done with mail of somebody who is not in the directory.",
    )
    reply_by = models.CharField(
        max_length=8,
        choices=ReplyBy.choices,
        default=ReplyBy.ADDRESS,
        help_text="An address needs a mail server that delivers what stands after a plus.",
    )
    reopen_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MaxValueValidator(366)],
        help_text="An answer to a resolved ticket reopens it for so many days; "
        "later it opens another one.",
    )
    hourly_limit = models.PositiveSmallIntegerField(
        default=20,
        validators=[MinValueValidator(1)],
        help_text="More mails of one sender within an hour wait for somebody to look.",
    )
    takes_machines = models.BooleanField(
        default=False,
        help_text="Whether mail of lists and machines opens tickets too, such as alarms. "
        "Automatic answers and reports of delivery never do.",
    )
    authserv_id = models.CharField(
        max_length=200,
        blank=True,
        help_text="The name under which your own mail server writes what it has found out about "
        "senders (Authentication-Results); without it, nothing is asked. The server has to take "
        "out what others write under its name.",
    )
    host = models.CharField(
        max_length=200,
        blank=True,
        help_text="The IMAP server; none where the mail server hands mail over by itself.",
    )
    port = models.PositiveIntegerField(default=993, validators=[MaxValueValidator(65535)])
    security = models.CharField(
        max_length=8, choices=MailSecurity.choices, default=MailSecurity.TLS
    )
    username = models.CharField(max_length=200, blank=True)
    sign_in = models.CharField(
        max_length=8, choices=MailSignIn.choices, default=MailSignIn.PASSWORD
    )
    token_url = models.URLField(
        blank=True,
        help_text="The token endpoint, for OAuth 2. The client secret, or a refresh token, is read "
        "from the environment: QUARTERDECK_MAILBOX_CLIENT_SECRET_ or "
        "QUARTERDECK_MAILBOX_REFRESH_TOKEN_ with the name in capitals.",
    )
    client_id = models.CharField(max_length=200, blank=True)
    scope = models.CharField(
        max_length=500,
        blank=True,
        help_text="What the token shall allow, such as https://outlook.office365.com/.default.",
    )
    folder = models.CharField(max_length=200, default="INBOX")
    taken_folder = models.CharField(
        max_length=200,
        blank=True,
        help_text="Where mail is moved once it is stored here; without one it stays, as seen.",
    )
    takes_since = models.DateField(
        null=True, blank=True, help_text="Mail that came before this day stays where it is."
    )
    is_active = models.BooleanField(default=True)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.address

    @property
    def uses_tokens(self) -> bool:
        """Whether it is signed in to by OAuth 2."""
        return self.sign_in != MailSignIn.PASSWORD

    def clean(self) -> None:
        """Refuse a mailbox that could not be fetched from, or that would bring its whole past."""
        if not self.host:
            return
        if not self.username:
            raise ValidationError({"username": "Say as whom to sign in."})
        if self.uses_tokens and not (self.client_id and is_protected(self.token_url)):
            told = "OAuth 2 needs a client, and a token endpoint that is asked by https://."
            raise ValidationError({"token_url": told})
        if self.takes_since is None:
            raise ValidationError({"takes_since": "Say from which day on mail is taken."})


class MailboxStandingQuerySet(models.QuerySet["MailboxStanding"]):
    """Which mailboxes have been silent."""

    def silent(self, at: datetime) -> Self:
        """Keep those in use that were not read for longer than a mail server needs to restart."""
        long_ago = at - POLL_PATIENCE
        late = Q(read_at__isnull=True, asked_at__lt=long_ago) | Q(read_at__lt=long_ago)
        return self.filter(late, mailbox__in=Mailbox.objects.fetched())

    def asked(self, mailbox: Mailbox, at: datetime) -> bool:
        """Note that a mailbox is due, and say whether nobody reads it at this moment."""
        standing, _ = self.get_or_create(mailbox=mailbox, defaults={"asked_at": at})
        return standing.busy_until is None or standing.busy_until <= at

    def taken(self, mailbox: Mailbox, at: datetime) -> "MailboxStanding | None":
        """Take a mailbox for one reading; None where somebody else has it."""
        with transaction.atomic():
            self.get_or_create(mailbox=mailbox, defaults={"asked_at": at})
            free = Q(busy_until__isnull=True) | Q(busy_until__lte=at)
            standing = self.filter(free, mailbox=mailbox).select_for_update().first()
            if standing is not None:
                standing.busy_until = at + READING
                standing.save(update_fields=["busy_until"])
        return standing


class MailboxStanding(Scratch):
    """How far a mailbox has been read, and what went wrong last.

    It may be lost: fetching begins anew then, and what is known already is known by its digest.
    `busy_until` keeps two workers from reading one mailbox at once.
    """

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="standing")
    asked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    fetched = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    objects = MailboxStandingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mailbox} up to {self.last_uid}"

    def begin(self, validity: int) -> None:
        """Begin anew where the mailbox was made anew, and has other UIDs than before."""
        if self.validity != validity:
            self.validity, self.last_uid = validity, 0
            self.save(update_fields=["validity", "last_uid"])

    def note(self, uid: int, at: datetime) -> None:
        """Note that a mail is kept, and that the reading goes on."""
        self.last_uid, self.fetched = uid, self.fetched + 1
        self.busy_until = at + READING
        self.save(update_fields=["last_uid", "fetched", "busy_until"])

    def end(self, at: datetime) -> None:
        """Note that all there was has been read."""
        self.read_at, self.busy_until = at, None
        self.failure, self.failing_since = "", None
        self.save(update_fields=["read_at", "busy_until", "failure", "failing_since"])

    def fail(self, told: str, at: datetime) -> None:
        """Note why the mailbox could not be read, and since when."""
        self.failure, self.failing_since = told.replace("\0", ""), self.failing_since or at
        self.busy_until = None
        self.save(update_fields=["failure", "failing_since", "busy_until"])
