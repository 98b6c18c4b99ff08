"""The rows of the table of routes for mailboxes, the mail that comes in, and webhooks."""

from quarterdeck.config.tests.cast import AT, OF_NETWORK, OF_SERVICE_DESK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Mailbox, Ticket
from quarterdeck.desk.verbs.incoming_mail import Delivered, hold_mail, receive_mail
from quarterdeck.desk.vocabulary import Door
from quarterdeck.office.models import Webhook
from quarterdeck.office.verbs.webhooks import send_test_message

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
office.webhook.list        GET    -              in  200  200  200  200  200  200  200  200  200
office.webhook.detail      GET    webhook        in  404  404  200  200  404  404  404  200  200
office.webhook.add         GET    -              in  404  404  200  200  404  404  404  404  200
office.webhook.add         POST   -              in  404  404  422  422  404  404  404  404  422
office.webhook.change      GET    webhook        in  404  404  200  200  404  404  404  404  200
office.webhook.change      POST   webhook        in  404  404  400  400  404  404  404  404  400
office.webhook.act         POST   pause-webhook  in  404  404  302  302  404  404  404  404  302
office.webhook.act         POST   burn-webhook   in  404  404  404  404  404  404  404  404  404
office.webhookpost.list    GET    -              in  200  200  200  200  200  200  200  200  200
office.webhookpost.detail  GET    webhook-post   in  404  404  200  200  404  404  404  200  200
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
    network = Ticket.objects.get(pk=cast.tickets[OF_NETWORK]).team
    with acting(actor=operator, verb_name="tests.webhook", at=AT):
        webhook, _ = Webhook.objects.get_or_create(
            name="network", defaults={"format": "slack", "owner": operator, "team": network}
        )
    send_test_message(webhook=webhook, actor=operator, at=AT)
    return {
        "mailbox": [mailbox.pk],
        "mail": [mail.pk],
        "discard-mail": [mail.pk, "discard"],
        "burn-mail": [mail.pk, "burn"],
        "webhook": [webhook.pk],
        "pause-webhook": [webhook.pk, "pause"],
        "burn-webhook": [webhook.pk, "burn"],
        "webhook-post": [webhook.posts.order_by("pk")[0].pk],
    }


TABLE = RouteTable(LINES, _arguments)
