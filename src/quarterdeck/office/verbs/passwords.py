"""The act of writing to somebody who has forgotten their password."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.queries import organisation
from quarterdeck.office.verbs.mail import queue_mail

_TEXT = """Hello {name},

somebody, probably you, has asked for a new password for the account “{username}” at {place}.

Open this address within an hour to choose one:

{address}

It works once. If you did not ask, do nothing: your password stays as it is.
"""


@verb
def mail_password_link(
    *, account: Account, address: str, actor: Account, at: datetime
) -> OutgoingMail:
    """Mail somebody the address under which they choose another password."""
    email = account.person.email if account.person else ""
    if not email:
        raise Refused(f"{account} has no mail address.")
    place = organisation().name
    text = _TEXT.format(name=account, username=account.username, place=place, address=address)
    return queue_mail(
        recipient=email,
        subject=f"A new password at {place}",
        text=text,
        keeps_text=False,
        actor=actor,
        at=at,
    )
