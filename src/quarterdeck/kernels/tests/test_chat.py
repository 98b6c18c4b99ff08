"""What chat tools are told: in the JSON that each documents, and with nothing that anybody typed
read as markup, or as a call to a whole channel."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.chat import (
    CHAT_FORMATS,
    Notice,
    event_body,
    one_line,
    secret_bytes,
    signature,
)

LINK = "https://desk.example.org/desk/tickets/17/"
NOTICE = Notice(
    "Resolution is overdue",
    number="T-000017",
    title="Printer & <copier>",
    facts=(("Priority", "2"), ("Team", "Network")),
    link=LINK,
)
JOINER = "\N{WORD JOINER}"
# What somebody might type who knows the tools, between words of any kind.
NASTY = st.sampled_from(
    [
        *("<!channel>", "<!here|x>", "<@U012AB3CD>", "<#C1|x>", "@channel", "@all", "@here"),
        *("<users/all>", "<at>Team</at>", "[x](https://evil.example)", "<https://evil.example|x>"),
        *("*b*", "_i_", "~s~", "`c`", "```", "# h", "{{DATE(2017-02-14T06:08:39Z)}}", "${x}"),
        *("<b>", "</a>", "&lt;!channel&gt;", "\\", "]", "|", "\u202e", "\u200b", "\ud800", "\n> q"),
        "@room",
    ]
)
TYPED = st.lists(NASTY | st.text(max_size=8), max_size=6).map("".join)
NOTICES = st.builds(
    Notice,
    headline=TYPED,
    number=TYPED,
    title=TYPED,
    facts=st.lists(st.tuples(st.just("Team"), TYPED), max_size=3).map(tuple),
    link=st.sampled_from([LINK, ""]),
)


def texts(told: Any) -> list[str]:
    """Every text of a body, wherever it stands."""
    if isinstance(told, str):
        return [told]
    inside = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    return [text for each in inside for text in texts(each)]


class Tags(HTMLParser):
    """The tags of a piece of HTML, with where links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs).get("href")))


def test_slack_gets_blocks_whose_title_is_plain_text() -> None:
    assert CHAT_FORMATS["slack"](NOTICE) == {
        "text": "Resolution is overdue: T-000017 Printer &amp; &lt;copier&gt; · "
        "Priority: 2 · Team: Network",
        "blocks": [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": f"*Resolution is overdue* <{LINK}|T-000017>"},
            },
            {
                "type": "section",
                "text": {"type": "plain_text", "text": "Printer & <copier>", "emoji": False},
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "plain_text",
                        "text": "Priority: 2 · Team: Network",
                        "emoji": False,
                    }
                ],
            },
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_teams_gets_an_adaptive_card_of_runs_that_are_never_markdown() -> None:
    told = CHAT_FORMATS["teams"](NOTICE)

    attachment = told["attachments"][0]
    card = attachment["content"]
    assert (told["type"], attachment["contentType"], attachment["contentUrl"]) == (
        "message",
        "application/vnd.microsoft.card.adaptive",
        None,
    )
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert [[run["text"] for run in block["inlines"]] for block in card["body"]] == [
        ["Resolution is overdue"],
        ["T-000017 Printer & <copier>"],
        ["Priority: 2 · Team: Network"],
    ]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open", "url": LINK}]


@pytest.mark.parametrize("name", ["mattermost", "rocket_chat"])
def test_tools_that_read_markdown_get_it_escaped(name: str) -> None:
    assert CHAT_FORMATS[name](NOTICE) == {
        "text": f"**Resolution is overdue**: [T-000017]({LINK}) Printer & <{JOINER}copier>\n"
        "Priority: 2 · Team: Network"
    }


def test_google_chat_gets_a_card_with_a_button() -> None:
    card = CHAT_FORMATS["google_chat"](NOTICE)["cardsV2"][0]["card"]

    assert card["sections"][0]["widgets"] == [
        {"textParagraph": {"text": "<b>Resolution is overdue</b>"}},
        {"textParagraph": {"text": "T-000017 Printer &amp; &lt;copier&gt;"}},
        {"textParagraph": {"text": "Priority: 2 · Team: Network"}},
        {"buttonList": {"buttons": [{"text": "Open", "onClick": {"openLink": {"url": LINK}}}]}},
    ]


def test_matrix_gets_text_and_html() -> None:
    assert CHAT_FORMATS["matrix"](NOTICE) == {
        "text": "Resolution is overdue: T-000017 Printer & <copier> · Priority: 2 · Team: Network "
        + LINK,
        "html": f'<b>Resolution is overdue</b><br><a href="{LINK}">T-000017</a> '
        "Printer &amp; &lt;copier&gt;<br>Priority: 2 · Team: Network",
    }


def test_a_program_gets_the_words_as_they_are() -> None:
    told = event_body("clock_breach", "2026-07-01T12:00:00+00:00", NOTICE)

    assert (told["type"], told["timestamp"]) == ("clock_breach", "2026-07-01T12:00:00+00:00")
    assert told["data"]["title"] == "Printer & <copier>"


@pytest.mark.parametrize("name", CHAT_FORMATS)
@given(notice=NOTICES)
def test_no_words_call_a_channel_whatever_they_are(name: str, notice: Notice) -> None:
    body = CHAT_FORMATS[name](notice)

    # It is JSON in UTF-8, and after every @ stands what no tool takes for a part of a name.
    json.dumps(body, ensure_ascii=False).encode()
    shown = [text.replace(LINK, "") for text in texts(body)]
    assert [text for text in shown if re.search(rf"@(?!{JOINER})", text)] == []


@given(notice=NOTICES)
def test_slack_reads_no_control_but_our_own_link(notice: Notice) -> None:
    body = CHAT_FORMATS["slack"](notice)

    marked = [body["text"], body["blocks"][0]["text"]["text"]]
    opened = [found for text in marked for found in re.findall(r"<([^|>]*)", text)]
    assert opened == ([LINK] if notice.link else [])
    # An ampersand begins one of the three entities that Slack knows, and nothing else.
    assert [text for text in marked if re.search(r"&(?!(?:amp|lt|gt);)", text)] == []


@pytest.mark.parametrize("name", ["mattermost", "rocket_chat"])
@given(notice=NOTICES)
def test_markdown_has_no_link_but_our_own(name: str, notice: Notice) -> None:
    text = CHAT_FORMATS[name](notice)["text"]

    assert [found for found in re.findall(r"\]\(([^)]*)", text) if found != LINK] == []
    assert re.findall(rf"<(?!{JOINER})", text) == []
    # Each sign of markup is escaped, beside the two pairs of stars around the headline.
    unescaped = re.sub(r"\\.", "", text)
    assert re.findall(r"[*_~`#]+", unescaped) in (["**", "**"], ["****"])


@given(notice=NOTICES)
def test_html_has_no_tag_but_our_own(notice: Notice) -> None:
    html = CHAT_FORMATS["matrix"](notice)["html"]
    widgets = CHAT_FORMATS["google_chat"](notice)["cardsV2"][0]["card"]["sections"][0]["widgets"]
    paragraphs = [each["textParagraph"]["text"] for each in widgets if "textParagraph" in each]

    found = set(Tags(html).found)
    assert found - {("b", None), ("br", None), ("a", LINK)} == set()
    assert {tag for text in paragraphs for tag in Tags(text).found} == {("b", None)}


@given(text=TYPED)
def test_a_text_is_one_line_that_reads_from_left_to_right(text: str) -> None:
    line = one_line(text)

    assert len(line.splitlines()) <= 1
    assert re.findall("[\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line) == []


def test_an_event_is_signed_as_standard_webhooks_publishes_it() -> None:
    # The vector of the reference libraries of Standard Webhooks.
    key = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64", "ü"])
def test_a_key_that_is_none_is_refused_and_not_quoted(secret: str) -> None:
    with pytest.raises(ValueError, match=r"^expected [\w ]+$"):
        secret_bytes(secret)
