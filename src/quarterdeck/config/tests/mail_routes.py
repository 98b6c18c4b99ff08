"""The rows of the table of routes for mailboxes and the mail that comes in."""

from quarterdeck.config.tests.cast import AT, OF_SERVICE_DESK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Mailbox, Ticket
from quarterdeck.desk.verbs.incoming_mail import Delivered, hold_mail, receive_mail
from quarterdeck.desk.vocabulary import Door

# The mail came for the service desk, which is the technician's team.
LINES = """
desk.incomingmail.list     GET    -              in  200  200  200  200  200  200  200  200  200
desk.incomingmail.detail   GET    mail           in  404  200  404  200  404  404  404  200  200
desk.mail.original         GET    mail           in  404  200  404  200  404  404  404  200  200
desk.mail.decide           POST   discard-mail   in  404  422  404  422  404  404  404  404  422
desk.mail.decide           POST   burn-mail      in  404  404  404  404  404  404  404  404  404
desk.mailbox.list          GET    -              in  200  200  200  200  200  200  200  200  200
desk.mailbox.detail        GET    mailbox        in  404  200  200  200  404  404  404  200  200
desk.mailbox.add           GET    -              in  404  404  404  200  404  404  404  404  200
desk.mailbox.add           POST   -              in  404  404  404  422  404  404  404  404  422
desk.mailbox.change        GET    mailbox        in  404  404  404  200  404  404  404  404  200
desk.mailbox.change        POST   mailbox        in  404  404  404  400  404  404  404  404  400
desk.mailbox.read          POST   mailbox        in  404  404  404  302  404  404  404  404  302
"""


def _arguments(cast: Cast) -> Arguments:
    """Let a mail come in for the service desk that nobody understands."""
    operator = Account.objects.get(username="operator")
    ticket = Ticket.objects.get(pk=cast.tickets[OF_SERVICE_DESK])
    with acting(actor=operator, verb_name="tests.mailbox", at=AT):
        mailbox, _ = Mailbox.objects.get_or_create(
            name="help",
            defaults={
                "address": "help@example.org",
                "team": ticket.team,
                "host": "localhost",
                "username": "help",
                "takes_since": AT.date(),
            },
        )
    delivered = Delivered(content=b"Not a mail", door=Door.PIPE, mailbox=mailbox)
    mail = receive_mail(delivered=delivered, actor=operator, at=AT)
    hold_mail(mail=mail, reason="It is none.", actor=operator, at=AT)
    return {
        "mailbox": [mailbox.pk],
        "mail": [mail.pk],
        "discard-mail": [mail.pk, "discard"],
        "burn-mail": [mail.pk, "burn"],
    }


TABLE = RouteTable(LINES, _arguments)
