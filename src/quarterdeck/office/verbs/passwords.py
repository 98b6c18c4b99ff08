"""The act of writing to somebody who has forgotten their password."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.letters import letter
from quarterdeck.office.verbs.letters import write_letter


@verb
def mail_password_link(
    *, account: Account, address: str, actor: Account, at: datetime
) -> OutgoingMail | None:
    """Mail somebody the address under which they choose another password."""
    email = account.person.email if account.person else ""
    if not email:
        raise Refused(f"{account} has no mail address.")
    facts = {
        "name": str(account),
        "username": account.username,
        "organisation": organisation().name,
        "address": address,
    }
    return write_letter(
        letter=letter("office.password", account.person, facts),
        keeps_text=False,
        actor=actor,
        at=at,
    )
