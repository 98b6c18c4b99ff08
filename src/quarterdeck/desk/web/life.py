"""The parts of a ticket's page that it fetches by itself: macros, and what hangs on the ticket."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import CannedReply, Macro, RecurringTicket, Ticket
from quarterdeck.desk.queries.canned import replies_on_offer, written_for
from quarterdeck.desk.queries.links import followed_by, links_of, merged_into
from quarterdeck.desk.queries.problems import workarounds_on
from quarterdeck.desk.queries.steps import steps_in_words, steps_of
from quarterdeck.desk.records import tickets
from quarterdeck.desk.rules.watching import may_add_watchers
from quarterdeck.desk.verbs.kept import run_macro
from quarterdeck.desk.verbs.ticket_tags import tag_ticket, untag_ticket
from quarterdeck.desk.vocabulary.ticket_life import LinkKind
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.ui.details import breadcrumbs

# The field of each form that takes a text.
_WRITTEN_IN = {"reply": "text", "note": "text", "resolve": "resolution"}


def worked_on(request: HttpRequest, key: int) -> tuple[Ticket, Account]:
    """Return a ticket and who asks, if they may work on it; 404 for everybody else."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not rules.may_work(user, ticket):
        raise Http404
    return ticket, user


def back_to(ticket: Ticket) -> HttpResponse:
    """Lead back to the page of a ticket."""
    return redirect(tickets.detail_address, ticket.pk)


def linked_context(ticket: Ticket, user: Account) -> dict[str, object]:
    """Return what the part of a ticket's page shows that is about other tickets."""
    return {
        "links": links_of(ticket, user),
        "followed_by": followed_by(ticket, user),
        "merged": merged_into(ticket),
        "link_kinds": [choice for choice in LinkKind.choices if choice[0] != LinkKind.SPLIT_FROM],
        "may_merge": rules.can_merge(ticket),
    }


def _watching_context(ticket: Ticket, user: Account) -> dict[str, object]:
    """Return what the part shows that is about who watches the ticket."""
    watchers = list(ticket.watchers.select_related("account__person").order_by("added_at", "pk"))
    return {
        "watchers": watchers,
        "is_watched": any(each.account_id == user.pk for each in watchers),
        "may_add_watchers": may_add_watchers(user, ticket),
    }


def told(request: HttpRequest, refusal: Refused) -> None:
    """Say on the next page why something was not done."""
    messages.error(request, str(refusal))


@require_safe
def show_life(request: HttpRequest, key: int) -> HttpResponse:
    """Show what hangs on a ticket, which its page loads after all else."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not rules.sees_notes(user, ticket):
        raise Http404
    context = {
        "ticket": ticket,
        "works_here": rules.may_work(user, ticket),
        "recurring": RecurringTicket.objects.visible_to(user)
        .filter(occurrences__ticket=ticket)
        .first(),
        "tags": ticket.tags.order_by("name"),
        **linked_context(ticket, user),
        **_watching_context(ticket, user),
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket_life.html", context)


@require_safe
def show_macros(request: HttpRequest, key: int) -> HttpResponse:
    """Show the macros that may be run on a ticket, with what each does."""
    ticket, user = worked_on(request, key)
    found = list(Macro.objects.visible_to(user).in_use().order_by("name", "pk"))
    context = {
        "ticket": ticket,
        "macros": [(macro, steps_in_words(steps_of(macro.steps), user)) for macro in found],
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket_macros.html", context)


@require_POST
def run(request: HttpRequest, key: int, macro_key: int) -> HttpResponse:
    """Run a macro on a ticket."""
    ticket, user = worked_on(request, key)
    macro = Macro.objects.visible_to(user).in_use().filter(pk=macro_key).first()
    if macro is None:
        raise Http404
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() else 0
    try:
        run_macro(ticket=ticket, version=seen, macro=macro, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, f"Nothing was done by “{macro}”. {refusal}")
    else:
        messages.success(request, f"“{macro}” is done on {ticket.number}.")
    return back_to(ticket)


@require_safe
def find_replies(request: HttpRequest, key: int) -> HttpResponse:
    """Offer the canned replies that match what is sought, for one form of the page."""
    ticket, user = worked_on(request, key)
    act = request.GET.get("act", "")
    if act not in _WRITTEN_IN:
        raise Http404
    context = {
        "ticket": ticket,
        "act": act,
        "field": _WRITTEN_IN[act],
        "workarounds": workarounds_on(ticket, user),
        "replies": replies_on_offer(user, request.GET.get("sought", "")),
    }
    return render(request, "desk/canned_found.html", context)


@require_POST
def fill_in(request: HttpRequest, key: int, reply_key: int) -> HttpResponse:
    """Return the field of a form with a canned reply after what was typed; nothing is stored."""
    ticket, user = worked_on(request, key)
    reply = CannedReply.objects.visible_to(user).in_use().filter(pk=reply_key).first()
    return _filled(request, None if reply is None else written_for(reply, ticket, user))


@require_POST
def fill_in_workaround(request: HttpRequest, key: int, problem_key: int) -> HttpResponse:
    """Return the field of a form with the workaround of a known error that explains the ticket."""
    ticket, user = worked_on(request, key)
    known = {problem.pk: problem.workaround for problem in workarounds_on(ticket, user)}
    return _filled(request, known.get(problem_key))


def _filled(request: HttpRequest, text: str | None) -> HttpResponse:
    """Return the field with a text after what was typed; 404 without a text or such a form."""
    act = request.POST.get("act", "")
    if text is None or act not in _WRITTEN_IN:
        raise Http404
    name = _WRITTEN_IN[act]
    typed = request.POST.get(name, "").strip()
    context = {"act": act, "name": name, "text": f"{typed}\n\n{text}" if typed else text}
    return render(request, "desk/canned_field.html", context)


@require_POST
def change_tags(request: HttpRequest, key: int) -> HttpResponse:
    """Put a tag on a ticket, or take one away."""
    ticket, user = worked_on(request, key)
    at = clock.now()
    try:
        if "remove" in request.POST:
            untag_ticket(ticket=ticket, name=request.POST["remove"], actor=user, at=at)
        else:
            tag_ticket(ticket=ticket, name=request.POST.get("name", ""), actor=user, at=at)
    except Refused as refusal:
        told(request, refusal)
    return back_to(ticket)
