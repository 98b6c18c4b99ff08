"""How far the newest version of an article has come is told to those who work on it alone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.acts import acting
from quarterdeck.core.models import RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article
from quarterdeck.desk.tests.work_cast import MONDAY, account
from quarterdeck.desk.tests.written import VPN, led_desk, published
from quarterdeck.desk.verbs.articles import Wording, revise_article, submit_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    """One that readers have, of which a newer version is a draft."""
    led_desk()
    found = published()
    newer = Wording(title=VPN.title, summary=VPN.summary, text="1. Ask us first")
    return revise_article(article=found, wording=newer, seen=1, actor=account("nils"), at=MONDAY)


def pages_of(name: str) -> dict[str, str]:
    client = Client()
    client.force_login(account(name))
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "search": (reverse("search"), {"q": "vpn"}),
        "list": (reverse("desk.article.list"), {}),
        "chosen": (reverse("desk.article.list"), {"columns": "state,latest_number"}),
        "export": (reverse("desk.article.list"), {"columns": "state", "format": "csv"}),
    }
    answers = {place: client.get(*each) for place, each in asked.items()}
    return {place: b"".join(list(answer)).decode() for place, answer in answers.items()}


@pytest.mark.usefixtures("article")
def test_whoever_works_with_drafts_reads_how_far_a_version_is() -> None:
    assert ["Draft" in page for page in pages_of("nils").values()] == [True] * 4


@pytest.mark.usefixtures("article")
def test_a_reader_is_told_of_no_draft_behind_what_is_published() -> None:
    pages = pages_of("mona")

    assert ["from home" in page for page in pages.values()] == [True] * 4
    assert [place for place, page in pages.items() if "Draft" in page] == []


def test_a_program_of_a_reader_is_told_of_none_either(article: Article) -> None:
    client = Client()
    address = f"/api/v1/desk/articles/{article.pk}"

    mona = client.get(address, headers=bearer(account("mona"))).json()
    nils = client.get(address, headers=bearer(account("nils"))).json()
    sought = client.get(
        "/api/v1/desk/articles", {"state": "draft"}, headers=bearer(account("mona"))
    )

    assert (mona["state"], mona["latest_number"]) == (None, None)
    assert (nils["state"], nils["latest_number"]) == ("draft", 2)
    assert sought.json()["items"] == []


def test_the_view_of_what_is_in_review_is_for_those_who_work_with_drafts(article: Article) -> None:
    submit_article(article=article, actor=account("nils"), at=MONDAY)

    def found(name: str) -> tuple[bool, bool, int]:
        client, address = Client(), reverse("desk.article.list")
        client.force_login(account(name))
        offered = client.get(address).content.decode()
        page = client.get(address, {"view": "in_review"}).content.decode()
        told = client.get(
            "/api/v1/desk/articles", {"view": "in_review"}, headers=bearer(account(name))
        )
        return ("In review</a>" in offered, "from home" in page, len(told.json()["items"]))

    assert found("nils") == (True, True, 1)
    assert found("mona") == (False, False, 0)


@pytest.mark.usefixtures("article")
def test_the_rows_behind_a_figure_tell_a_reader_of_no_draft() -> None:
    def rows(name: str) -> str:
        client, asked = Client(), {"period": "2016-04"}
        client.force_login(account(name))
        part = {"HX-Request": "true", "HX-Target": "evidence"}
        address = reverse("scorecard.measure", args=["desk.article_freshness"])
        return client.get(address, asked, headers=part).content.decode()

    with acting(actor=account("ada"), verb_name="tests.role", at=MONDAY):
        RoleAssignment.objects.create(account=account("mona"), role=Role.HR_PARTNER)
        RoleAssignment.objects.create(account=account("vera"), role=Role.IT_MANAGER)
    mona, vera = rows("mona"), rows("vera")

    assert ("from home" in mona, "from home" in vera) == (True, True)
    assert ("Draft" in mona, "Draft" in vera) == (False, True)
