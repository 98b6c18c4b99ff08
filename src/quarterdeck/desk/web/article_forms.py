"""What a person types about knowledge: an article, why it goes back, whether it helped."""

import secrets
from typing import Any

from django import forms

from quarterdeck.core.models import Person, Team
from quarterdeck.desk.models import Article, ArticleVersion
from quarterdeck.desk.models.article import (
    LONGEST_ARTICLE,
    LONGEST_ARTICLE_TITLE,
    LONGEST_KEYWORDS,
    LONGEST_SUMMARY,
)
from quarterdeck.desk.verbs.articles import Wording
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience
from quarterdeck.desk.web.forms import offer_categories
from quarterdeck.services.models import Service


class WordingForm(forms.Form):
    """What one version says, and to whom."""

    title = forms.CharField(
        max_length=LONGEST_ARTICLE_TITLE,
        help_text="In the words of whoever will look for it.",
    )
    summary = forms.CharField(
        max_length=LONGEST_SUMMARY,
        required=False,
        help_text="One or two sentences, shown where the article is offered.",
    )
    keywords = forms.CharField(
        max_length=LONGEST_KEYWORDS,
        required=False,
        help_text="Other words that people use for it, with commas between them: WLAN, internet.",
    )
    text = forms.CharField(
        max_length=LONGEST_ARTICLE,
        widget=forms.Textarea({"rows": 18}),
        help_text="Markdown: # heading, - list, 1. step, **strong**, `typed`, [words](address).",
    )
    audience = forms.ChoiceField(label="Who may read it", choices=ArticleAudience.choices)
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        required=False,
        empty_label="—",
        help_text="Only where it is for one team.",
    )

    def wording(self) -> Wording:
        """What was typed."""
        given = self.cleaned_data
        return Wording(
            title=given["title"],
            summary=given["summary"],
            keywords=given["keywords"],
            text=given["text"],
            audience=given["audience"],
            team=given["team"],
        )


class NewArticleForm(WordingForm):
    """A new article: what it says, and what it is about."""

    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), required=False, empty_label="—"
    )
    category = forms.CharField(max_length=200, required=False)
    entry_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **ways: Any) -> None:
        super().__init__(*given, **ways)
        offer_categories(self, "category")
        self.fields["entry_key"].initial = secrets.token_hex(16)


class RevisionForm(WordingForm):
    """The next version of an article."""

    note = forms.CharField(label="What is different", max_length=500, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)


def wording_of(version: ArticleVersion) -> dict[str, object]:
    """Return what a version says, as the fields of the form show it."""
    return {
        "title": version.title,
        "summary": version.summary,
        "keywords": version.keywords,
        "text": version.text,
        "audience": version.audience,
        "team": version.team_id,
        "seen": version.number,
    }


class DecisionForm(forms.Form):
    """A decision that needs no word but takes one."""

    note = forms.CharField(label="Note", max_length=500, required=False)


class ReasonForm(forms.Form):
    """A decision that says why."""

    reason = forms.CharField(label="Why", max_length=500)


class DescriptionForm(forms.Form):
    """Who answers for an article, what it is about, and how often it is looked at."""

    owner = forms.ModelChoiceField(
        Person.objects.filter(memberships__isnull=False).distinct().order_by("name", "pk"),
        required=False,
        empty_label="—",
    )
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), required=False, empty_label="—"
    )
    category = forms.CharField(max_length=200, required=False)
    review_every_days = forms.IntegerField(
        label="Days between reviews", min_value=1, max_value=5 * 366
    )

    def __init__(self, data: Any = None, *, article: Article, **ways: Any) -> None:
        present = {
            "owner": article.owner_id,
            "service": article.service_id,
            "category": article.category,
            "review_every_days": article.review_every_days,
        }
        super().__init__(data, initial=present, **ways)
        offer_categories(self, "category", article.category)


class FeedbackForm(forms.Form):
    """Whether an article helped."""

    helpful = forms.TypedChoiceField(
        choices=[("yes", "Yes"), ("no", "No")], coerce=lambda said: said == "yes"
    )
    comment = forms.CharField(
        label="What is missing or wrong?",
        max_length=1_000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
