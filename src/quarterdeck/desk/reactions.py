"""What follows from the desk's own news."""

from quarterdeck.core import clock
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Account, Announcement
from quarterdeck.core.outbox import reaction
from quarterdeck.desk.models import Mention, ServiceLevelEvent, Ticket, TicketMessage
from quarterdeck.desk.queries.catalogue_requests import APPROVAL_KIND
from quarterdeck.desk.verbs.automatic_escalations import escalate_by_clock
from quarterdeck.desk.verbs.catalogue_requests import follow_approval
from quarterdeck.desk.verbs.clock_events import CLOCK_EVENT, mail_clock_event
from quarterdeck.desk.verbs.recalculations import follow_calendar, follow_mail
from quarterdeck.desk.verbs.rule_news import TICKET_NEWS
from quarterdeck.desk.verbs.ticket_rules import Occasion, follow_rules
from quarterdeck.desk.verbs.watch_news import MENTION_NEWS, WATCH_NEWS
from quarterdeck.desk.verbs.watching import Watched, mail_mention, mail_watchers
from quarterdeck.office.models import ApprovalRequest, Calendar, OutgoingMail
from quarterdeck.office.verbs.approvals import APPROVAL_ENDED
from quarterdeck.office.verbs.calendars import CALENDAR_CHANGED
from quarterdeck.office.verbs.mail import MAIL_TURNED


@reaction(CLOCK_EVENT)
def tell(announcement: Announcement) -> None:
    """Write to whom a warning or breach concerns."""
    event = ServiceLevelEvent.objects.select_related("target__terms__policy", "target__calendar")
    mail_clock_event(
        event=event.get(pk=announcement.payload["event"]),
        actor=worker_account(),
        at=clock.now(),
    )


@reaction(APPROVAL_ENDED)
def follow(announcement: Announcement) -> None:
    """Let the ticket go on that waited for an approval, or end it."""
    if announcement.payload["kind"] == APPROVAL_KIND:
        request = ApprovalRequest.objects.get(pk=announcement.payload["request"])
        follow_approval(request=request, actor=worker_account(), at=clock.now())


@reaction(CALENDAR_CHANGED)
def count_clocks_anew(announcement: Announcement) -> None:
    """Have the clocks follow the hours and holidays of a calendar."""
    told = announcement.payload
    follow_calendar(
        calendar=Calendar.objects.get(pk=told["calendar"]),
        told=told["told"],
        is_ahead=told["is_ahead"],
        changed_by=Account.objects.get(pk=told["account"]),
        actor=worker_account(),
        at=clock.now(),
    )


@reaction(MAIL_TURNED)
def count_answers_anew(announcement: Announcement) -> None:
    """Take a reply that did not arrive for no answer, and for one once it is sent again."""
    mail = OutgoingMail.objects.filter(pk=announcement.payload["mail"]).first()
    if mail is not None:
        follow_mail(mail=mail, actor=worker_account(), at=clock.now())


@reaction(CLOCK_EVENT)
def escalate(announcement: Announcement) -> None:
    """Bring what runs out before whom the policies name."""
    event = ServiceLevelEvent.objects.get(pk=announcement.payload["event"])
    escalate_by_clock(event=event, actor=worker_account(), at=clock.now())


@reaction(CLOCK_EVENT)
def follow_clock_rules(announcement: Announcement) -> None:
    """Do what the rules on warnings and breaches say."""
    event = ServiceLevelEvent.objects.select_related("ticket").get(pk=announcement.payload["event"])
    if event.is_operational:
        # Rules speak of what was promised to the customer; the team hears of its own by mail.
        return
    follow_rules(
        ticket=event.ticket,
        occasion=Occasion(trigger=event.kind, name=f"clock event {event.pk}"),
        actor=worker_account(),
        at=clock.now(),
    )


@reaction(TICKET_NEWS)
def follow_ticket_rules(announcement: Announcement) -> None:
    """Do what the rules say of a ticket to which something has happened."""
    told = announcement.payload
    chain = tuple(told["chain"])
    occasion = Occasion(trigger=told["trigger"], name=f"news {announcement.pk}", chain=chain)
    ticket = Ticket.objects.get(pk=told["ticket"])
    follow_rules(ticket=ticket, occasion=occasion, actor=worker_account(), at=clock.now())


@reaction(WATCH_NEWS)
def tell_watchers(announcement: Announcement) -> None:
    """Write to those who watch a ticket on which something has happened."""
    told = announcement.payload
    messages = TicketMessage.objects.select_related("ticket", "author__person", "mail", "incoming")
    news = Watched(
        occasion=told["occasion"],
        by=Account.objects.select_related("person").get(pk=told["actor"]),
        message=messages.get(pk=told["message"]) if "message" in told else None,
        told=told.get("told", ""),
        state=told.get("state", ""),
    )
    mail_watchers(
        ticket=Ticket.objects.get(pk=told["ticket"]),
        news=news,
        actor=worker_account(),
        at=clock.now(),
    )


@reaction(MENTION_NEWS)
def tell_mentioned(announcement: Announcement) -> None:
    """Write to somebody whom a note names."""
    rows = Mention.objects.select_related("account__person", "ticket", "message__author__person")
    mail_mention(
        mention=rows.get(pk=announcement.payload["mention"]),
        actor=worker_account(),
        at=clock.now(),
    )
