"""The pages of the open work: one's own queue, what nobody has, and a team's board."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.directory import may_keep_directory
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries.major_incidents import majors_among
from quarterdeck.desk.queries.queues import (
    ORDER,
    board_tickets,
    lanes_of,
    my_tickets,
    queued,
    sum_of,
    teams_of,
    unassigned_in_parts,
    unassigned_tickets,
    with_what_a_card_shows,
)
from quarterdeck.desk.queries.rota import duty_now
from quarterdeck.desk.records import tickets
from quarterdeck.desk.web.cards import cards_of
from quarterdeck.ui.navigation import Place
from quarterdeck.ui.paging import Parts, cut


def worker(request: HttpRequest) -> Account:
    """Return who asks, if they work at the desk; for everybody else there is nothing here."""
    user = account_of(request)
    if not rules.may_open(user):
        raise Http404
    return user


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the open tickets that the reader works on."""
    user = worker(request)
    empty = "Nothing is assigned to you. What nobody has yet stands under Unassigned."
    own = my_tickets(user)
    onward = (reverse("desk.unassigned"), "Show what nobody has")
    return queue_page(request, user, own, title="My queue", empty=empty, onward=onward)


@require_safe
def unassigned(request: HttpRequest) -> HttpResponse:
    """Show the open tickets of the reader's teams that nobody works on."""
    user = worker(request)
    empty = "Everything that your teams have has somebody who works on it."
    parts = unassigned_in_parts(user)
    in_order = Parts(parts, ORDER) if parts else None
    onward = (reverse("desk.board"), "Show the board")
    return queue_page(
        request,
        user,
        unassigned_tickets(user),
        title="Unassigned",
        empty=empty,
        onward=onward,
        in_order=in_order,
    )


def queue_page(
    request: HttpRequest,
    user: Account,
    rows: TicketQuerySet,
    *,
    title: str,
    empty: str,
    onward: tuple[str, str],
    in_order: Parts | None = None,
) -> HttpResponse:
    """Render one page of a queue; `in_order` are the same rows, where they are found sooner so.

    `empty` says what to do where there is none, and `onward` is where that is done: its address and
    the words on its button.
    """
    at = clock.now()
    page = cut(
        in_order or rows,
        ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        shape=with_what_a_card_shows,
    )
    majors = majors_among([row.pk for row in page.rows], user)
    cards = cards_of(request, has_states=True)
    context = {
        "title": title,
        "empty": empty,
        "onward": onward,
        "sum": sum_of(rows, at),
        "cards": [cards.card(each) for each in queued(page.rows, user, at, majors)],
        "page": page,
        "may_open": rules.may_open(user),
    }
    return render(request, "desk/queue.html", context)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the open tickets of one team by state."""
    user = worker(request)
    teams = teams_of(user)
    chosen = request.GET.get("team", "")
    team = next((each for each in teams if str(each.pk) == chosen), teams[0] if teams else None)
    if chosen and (team is None or str(team.pk) != chosen):
        raise Http404
    address = reverse("desk.board")
    at = clock.now()
    lanes = [] if team is None else lanes_of(board_tickets(user, team), user, at)
    cards = cards_of(request, has_states=False)
    context = {
        "team": team,
        "tabs": [
            Place(each.name, f"{address}?team={each.pk}", "", is_current=each == team)
            for each in teams
        ],
        "lanes": [(lane, [cards.card(row) for row in lane.rows]) for lane in lanes],
        "total": sum(lane.total for lane in lanes),
        "duty": None if team is None else duty_now(team, at),
        "list": reverse(tickets.list_address),
        "is_keeper": may_keep_directory(user),
    }
    return render(request, "desk/board.html", context)
