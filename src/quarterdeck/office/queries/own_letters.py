"""The kinds of mail that the office itself sends."""

from collections.abc import Collection

from django.urls import reverse

from quarterdeck.core.models import Account
from quarterdeck.office.models import ApprovalRequest
from quarterdeck.office.queries.mail_kinds import (
    ALWAYS,
    NEVER_OMITTED,
    MailKind,
    MailSubject,
    Placeholder,
)

NAME = Placeholder("name", "the reader's name", "Mona Lind")
ORGANISATION = Placeholder("organisation", "the name of your organisation", "Harbour Works")
_TITLE = Placeholder("title", "what it is about", "A second screen")
_LINK = Placeholder("address", "the link", "https://desk.example.org/…", is_needed=True)

PASSWORD = MailKind(
    key="office.password",
    title="Another password",
    reader="Whoever signs in",
    subject="A new password at {{organisation}}",
    text="""Hello {{name}},

somebody, probably you, has asked for a new password for the account “{{username}}” at \
{{organisation}}.

Open this address within an hour to choose one:

{{address}}

It works once. If you did not ask, do nothing: your password stays as it is.""",
    placeholders=(
        NAME,
        Placeholder("username", "the user name", "mona"),
        ORGANISATION,
        _LINK,
    ),
    timings=ALWAYS,
)
APPROVAL = MailKind(
    key="office.approval",
    title="An approval waits",
    reader="Approvers",
    subject="Waits for your approval: {{title}}",
    text="""{{requester}} asks for your approval:

{{title}}
{{summary}}

Please decide until {{until}}, after you have signed in:
{{address}}""",
    placeholders=(
        Placeholder("requester", "who wants it", "Mona Lind"),
        _TITLE,
        Placeholder("summary", "the facts of the request", "For the drawing office"),
        Placeholder("until", "the day by which to decide", "2026-07-01"),
        _LINK,
    ),
    timings=NEVER_OMITTED,
    about="approval",
)
INQUIRY = MailKind(
    key="office.inquiry",
    title="An approver asks back",
    reader="Requesters",
    subject="A question about: {{title}}",
    text="""{{by}} asks, before it is decided:

{{question}}

{{address}}""",
    placeholders=(
        Placeholder("by", "who asks", "Vera Dahl"),
        Placeholder("question", "what is asked", "Which model?", is_needed=True),
        _TITLE,
        Placeholder("address", "the link", "https://desk.example.org/…"),
    ),
    timings=NEVER_OMITTED,
    about="approval",
)
_SURVEYED = (
    NAME,
    Placeholder("occasion", "after what is asked", "Your ticket was resolved"),
    Placeholder("title", "what it is about", "Printer on floor 2"),
    Placeholder("introduction", "the survey's own introduction", "We want to become better."),
    _LINK,
    Placeholder("until", "the last day on which it can be answered", "2026-07-14"),
    Placeholder(
        "kept", "how answers are kept", "Your answers are kept without your name.", is_needed=True
    ),
)
_ASKING = """Hello {{name}},

{{occasion}}: {{title}}.

{{introduction}}

How was it? A few questions wait for you here:

{{address}}

The link is yours alone, works once and until {{until}}. {{kept}}
"""
SURVEY = MailKind(
    key="office.survey",
    title="Invitation to a survey",
    reader="Requesters",
    subject="How was it? {{title}}",
    text=f"{_ASKING}You can say on that page that you want to be asked nothing any more.",
    placeholders=_SURVEYED,
    timings=ALWAYS,
)
SURVEY_REMINDER = MailKind(
    key="office.survey-reminder",
    title="Reminder of a survey",
    reader="Requesters",
    subject="A reminder: how was it? {{title}}",
    text=f"{_ASKING}This is the only reminder.",
    placeholders=_SURVEYED,
    timings=ALWAYS,
)
DIGEST = MailKind(
    key="office.digest",
    title="The digest",
    reader="Whoever signs in",
    subject="What waited for you at {{organisation}}: {{count}}",
    text="""Hello {{name}},

this has waited for you:

{{news}}

{{more}}

What you are told by mail, and when: {{address}}""",
    placeholders=(
        NAME,
        ORGANISATION,
        Placeholder("count", "how many letters are in it", "2"),
        Placeholder("news", "the letters", "* T-000017: a new reply", is_needed=True),
        Placeholder("more", "how many are left out of a very long one", "12 more"),
        Placeholder("address", "the link to one's wishes", "https://desk.example.org/…"),
    ),
    timings=ALWAYS,
)
OWN_KINDS = (PASSWORD, APPROVAL, INQUIRY, SURVEY, SURVEY_REMINDER, DIGEST)


def _seen_approvals(account: Account, keys: Collection[str]) -> set[str]:
    """Return the requests that still wait and may be read."""
    waiting = ApprovalRequest.objects.visible_to(account).waiting()
    return {str(key) for key in waiting.filter(pk__in=keys).values_list("pk", flat=True)}


def _path(key: str) -> str:
    return reverse("office.approvalrequest.detail", args=[key])


APPROVALS = MailSubject("approval", "A request for approval", _seen_approvals, _path)
