"""Knowledge: versions, who publishes them, who reads them, and when they are looked at again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from quarterdeck.core import waiting
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.records import record_of
from quarterdeck.core.search import search
from quarterdeck.core.together import answer_of
from quarterdeck.desk.models import Article, ArticleVersion, KnowledgeVisit
from quarterdeck.desk.queries.articles import asking_judged, asking_uses, suggested_articles
from quarterdeck.desk.tests.escalation_cast import gone
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened
from quarterdeck.desk.tests.written import VPN, led_desk, published, written
from quarterdeck.desk.verbs.article_use import judge_article, note_knowledge_visit, use_article
from quarterdeck.desk.verbs.articles import (
    confirm_article,
    publish_article,
    retire_article,
    return_article,
    revise_article,
    submit_article,
)
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience, ArticleState, VisitKind

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=30)


def readers_of(article: Article) -> list[str]:
    """Who of the desk may read it."""
    names = ("ada", "nils", "vera", "omar", "mona")
    return [
        name
        for name in names
        if Article.objects.visible_to(account(name)).filter(pk=article.pk).exists()
    ]


def found_by(name: str, text: str) -> list[str]:
    rows = search(record_of(Article), text, account(name), limit=5).rows
    return [row.title for row in rows]


def test_nobody_but_the_desk_reads_a_draft() -> None:
    led_desk()

    assert readers_of(written()) == ["ada", "nils", "vera", "omar"]


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (ArticleAudience.EVERYBODY, ["ada", "nils", "vera", "omar", "mona"]),
        (ArticleAudience.REQUESTERS, ["ada", "nils", "vera", "omar", "mona"]),
        (ArticleAudience.TECHNICIANS, ["ada", "nils", "vera", "omar"]),
        (ArticleAudience.TEAM, ["ada", "nils", "vera"]),
    ],
)
def test_a_published_article_is_read_by_its_audience(audience: str, readers: list[str]) -> None:
    desk = led_desk()
    team = desk.network if audience == ArticleAudience.TEAM else None

    article = published(audience=audience, team=team)

    assert readers_of(article) == readers


def test_who_wrote_a_version_does_not_publish_it() -> None:
    led_desk()
    article = written(by="vera")
    submit_article(article=article, actor=account("vera"), at=MONDAY)

    with pytest.raises(Refused, match="Somebody else than its author"):
        publish_article(article=article, seen=1, actor=account("vera"), at=MONDAY)


def test_a_technician_publishes_nothing_of_others() -> None:
    led_desk()
    article = written(by="vera")
    submit_article(article=article, actor=account("vera"), at=MONDAY)

    with pytest.raises(Refused, match="a team lead or a manager"):
        publish_article(article=article, seen=1, actor=account("omar"), at=MONDAY)


def test_a_newer_version_is_hidden_until_it_is_published() -> None:
    led_desk()
    article = published()
    newer = replace(VPN, title="Connect to Wireguard", audience=ArticleAudience.TECHNICIANS)

    revise_article(article=article, seen=1, wording=newer, actor=account("omar"), at=LATER)

    article.refresh_from_db()
    assert (article.title, article.audience, article.state, article.latest_number) == (
        VPN.title,
        ArticleAudience.EVERYBODY,
        ArticleState.DRAFT,
        2,
    )
    assert (found_by("mona", "wireguard"), found_by("mona", "vpn")) == ([], [VPN.title])


def test_every_version_stays_as_it_was_written() -> None:
    led_desk()
    article = published()
    newer = replace(VPN, text="Ask the desk.")

    revise_article(article=article, seen=1, wording=newer, actor=account("omar"), at=LATER)

    assert list(ArticleVersion.objects.order_by("number").values_list("number", "text")) == [
        (1, VPN.text),
        (2, "Ask the desk."),
    ]


def test_the_same_words_again_are_no_version() -> None:
    led_desk()
    article = published()

    revise_article(article=article, seen=1, wording=VPN, actor=account("omar"), at=LATER)

    assert ArticleVersion.objects.count() == 1


def test_two_people_who_write_at_once_do_not_overwrite_each_other() -> None:
    led_desk()
    article = written()
    first, second = replace(VPN, text="One"), replace(VPN, text="Two")
    revise_article(article=article, seen=1, wording=first, actor=account("nils"), at=LATER)

    with pytest.raises(Conflict):
        revise_article(article=article, seen=1, wording=second, actor=account("vera"), at=LATER)


def test_a_version_that_came_meanwhile_is_not_published_unread() -> None:
    led_desk()
    article = written()
    newer = replace(VPN, text="Ask the desk.")
    revise_article(article=article, seen=1, wording=newer, actor=account("nils"), at=LATER)
    submit_article(article=article, actor=account("nils"), at=LATER)

    with pytest.raises(Conflict):
        publish_article(article=article, seen=1, actor=account("vera"), at=LATER)


def test_an_article_for_a_team_is_written_by_that_team() -> None:
    desk = led_desk()

    with pytest.raises(Invalid, match="You do not work in Workplace"):
        written(audience=ArticleAudience.TEAM, team=desk.workplace)


def test_what_is_returned_waits_for_its_author_with_the_reason() -> None:
    led_desk()
    article = written()
    submit_article(article=article, actor=account("nils"), at=MONDAY)

    return_article(article=article, reason="Which client?", actor=account("vera"), at=MONDAY)

    assert [item.detail for item in waiting.waiting_for(account("nils"), MONDAY)] == [
        "Returned to you: Which client?"
    ]


def test_a_version_in_review_waits_for_those_who_may_publish_it() -> None:
    led_desk()
    article = written()

    submit_article(article=article, actor=account("nils"), at=MONDAY)

    told = {
        name: [item.title for item in waiting.waiting_for(account(name), MONDAY)]
        for name in ("nils", "vera", "omar", "mona")
    }
    assert told == {"nils": [], "vera": [VPN.title], "omar": [], "mona": []}


def test_a_review_is_due_after_the_interval_and_moves_on_when_it_is_confirmed() -> None:
    led_desk()
    article = published()
    before = Article.objects.get().review_due_on

    confirm_article(article=article, actor=account("vera"), at=LATER)

    assert (before, Article.objects.get().review_due_on) == (date(2017, 4, 4), date(2017, 5, 4))


def test_an_overdue_review_waits_for_the_owner() -> None:
    led_desk()
    published()
    at = MONDAY + timedelta(days=400)

    items = waiting.waiting_for(account("nils"), at)

    assert [(item.title, item.consequence, item.detail) for item in items] == [
        (VPN.title, waiting.Consequence.SERIOUS, "Is it still right? Its review is overdue.")
    ]


def test_the_overdue_review_of_who_has_left_waits_for_who_answers_for_any_article(
    operator: Account,
) -> None:
    led_desk()
    published()
    gone("Nils", MONDAY.date(), operator)
    at = MONDAY + timedelta(days=400)

    waits = {name: len(waiting.waiting_for(account(name), at)) for name in ("vera", "omar", "mona")}

    assert waits == {"vera": 1, "omar": 0, "mona": 0}


def test_a_retired_article_is_read_by_nobody_but_the_desk() -> None:
    led_desk()
    article = published()

    retire_article(article=article, reason="There is no VPN", actor=account("vera"), at=LATER)

    assert (readers_of(article), found_by("mona", "vpn")) == (["ada", "nils", "vera", "omar"], [])


def test_an_article_is_suggested_by_any_telling_word() -> None:
    led_desk()
    published()
    published(title="Book a room", summary="", text="Open the calendar.")

    found = suggested_articles("I cannot reach the vpn since this morning", account("mona"))

    assert [(each.article.title, each.words) for each in found] == [(VPN.title, ("vpn",))]


def test_nothing_is_suggested_that_the_reader_may_not_see() -> None:
    led_desk()
    published(audience=ArticleAudience.TECHNICIANS)

    assert suggested_articles("vpn", account("mona")) == []


@pytest.mark.parametrize("text", ["", "the", '"*', "' OR 1=1 --", "\x00", "ä" * 5_000])
def test_no_text_breaks_a_suggestion(text: str) -> None:
    led_desk()
    published()

    assert suggested_articles(text, account("mona")) == []


def test_the_newest_word_of_each_reader_counts() -> None:
    led_desk()
    article = published()
    for name, helpful in (("mona", False), ("omar", True), ("mona", True)):
        judge_article(article=article, helpful=helpful, actor=account(name), at=MONDAY)

    opinion = answer_of(asking_judged(article))

    assert (opinion.helpful, opinion.not_helpful) == (2, 0)


def test_a_visit_is_kept_once_a_day() -> None:
    led_desk()
    article = published()
    for hours in (0, 1, 24):
        at = MONDAY + timedelta(hours=hours)
        note_knowledge_visit(kind=VisitKind.VIEWED, article=article, actor=account("mona"), at=at)

    assert list(KnowledgeVisit.objects.order_by("at").values_list("at", flat=True)) == [
        MONDAY,
        MONDAY + timedelta(days=1),
    ]


def test_an_article_is_noted_once_on_a_ticket() -> None:
    desk = led_desk()
    article, ticket = published(), opened(desk)

    for _ in range(2):
        use_article(article=article, ticket=ticket, actor=account("nils"), at=MONDAY)

    count, uses = answer_of(asking_uses(article, account("nils")))
    assert (count, [use.ticket for use in uses]) == (1, [ticket])
