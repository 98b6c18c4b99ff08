"""How watchers and mentions are listed, and which mentions wait for whom."""

from datetime import datetime

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.records import Record, View, Writing, register
from quarterdeck.desk.models import Mention, TicketWatcher
from quarterdeck.desk.rules import may_open, sees_notes
from quarterdeck.desk.rules.watching import may_watch
from quarterdeck.desk.verbs.watching import watch_ticket
from quarterdeck.ui import navigation

_MOST_WAITING = 50
_SHOWN = 120

ticket_watchers = Record(
    TicketWatcher,
    columns=("ticket", "account", "added_by", "added_at"),
    order=("-id",),
    titles={"added_by": "Added by", "added_at": "Since"},
    may_add=may_watch,
    writing=Writing(added=("ticket", "account"), add=watch_ticket),
    icon="bell",
    section="Desk",
    empty="Watch a ticket on its page, and you hear of replies and of each new state.",
)

mentions = Record(
    Mention,
    columns=("ticket", "message", "at", "seen_at"),
    filters=("at", "seen_at"),
    order=("-id",),
    titles={"at": "Named", "seen_at": "Seen", "message": "In"},
    views=(View("Not seen yet", "unseen"),),
    icon="message",
    section="Desk",
    empty="Nobody has named you in a note yet. A note names somebody by @ and their account.",
)


_UNSEEN = Prepared(
    lambda: Mention.objects.unseen().filter(account=Slot("account")).values_list("pk")[:1]
)


def waiting_mentions(account: Account, _at: datetime) -> waiting.Told:
    """Give the notes that name the account and that it has not seen yet."""
    # To ask which of them it may still read takes a statement that is long to write.
    unseen = _UNSEEN.posed(account=account.pk)
    yield [unseen]
    if not list(unseen):
        return
    rows = Mention.objects.visible_to(account).unseen()
    named = rows.select_related("ticket", "message__author__person").order_by("-at", "-pk")
    named = named[:_MOST_WAITING]
    yield [named]
    for mention in named:
        if sees_notes(account, mention.ticket):
            text = " ".join(mention.message.text.split())
            yield waiting.WaitingItem(
                title=f"{mention.message.author} named you on {mention.ticket}",
                address=reverse("desk.ticket.detail", args=[mention.ticket_id]),
                due_at=None,
                consequence=waiting.Consequence.ORDINARY,
                kind="Mention",
                detail=f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text,
            )


register(ticket_watchers, mentions)
waiting.register(waiting_mentions)
WATCHED = navigation.Entry("Desk", "Watched tickets", "desk.watched", "bell", may_open)
