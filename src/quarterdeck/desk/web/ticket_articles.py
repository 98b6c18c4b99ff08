"""Knowledge on a ticket: what resembles it, what was used on it, and a reply that cites it."""

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Article, Ticket
from quarterdeck.desk.queries.articles import articles_on, suggested_articles
from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.knowledge import articles
from quarterdeck.desk.rules import can_write, may_work
from quarterdeck.desk.rules.knowledge import is_for_requesters
from quarterdeck.desk.verbs.article_use import cite_article, use_article
from quarterdeck.desk.vocabulary import FIXED_STATES
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.ui.details import breadcrumbs, find_visible


@require_safe
def show_articles(request: HttpRequest, key: int) -> HttpResponse:
    """Show what was used on a ticket and what may help, which its page loads after all else."""
    ticket, user = _worked_on(request, key)
    found = suggested_articles(ticket.title, user)
    context = {
        "ticket": ticket,
        "used": articles_on(ticket, user),
        "found": [(each.article, _citation(request, ticket, each.article)) for each in found],
        "entry_key": secrets.token_hex(16),
        "is_solved": ticket.state in FIXED_STATES,
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket_articles.html", context)


def _worked_on(request: HttpRequest, key: int) -> tuple[Ticket, Account]:
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not may_work(user, ticket):
        raise Http404
    return ticket, user


def _citation(request: HttpRequest, ticket: Ticket, article: Article) -> str:
    """Return what a reply could say: title, summary and address, or nothing for whom it is not."""
    if not is_for_requesters(article) or not can_write(ticket):
        return ""
    address = request.build_absolute_uri(reverse(articles.detail_address, args=[article.pk]))
    return "\n".join(part for part in (article.title, article.summary, address) if part)


@require_POST
def use(request: HttpRequest, key: int, article_key: int) -> HttpResponse:
    """Cite an article in a reply, or note without words that it was used."""
    ticket, user = _worked_on(request, key)
    article: Article = find_visible(articles, article_key, user)
    text = request.POST.get("text", "").strip()
    try:
        if text:
            told = request.POST.get("entry_key", "")[:64]
            cite_article(
                article=article,
                ticket=ticket,
                text=text,
                entry_key=told,
                actor=user,
                at=clock.now(),
            )
        else:
            use_article(article=article, ticket=ticket, actor=user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{article}” is noted on {ticket.number}.")
    return redirect(tickets.detail_address, ticket.pk)
