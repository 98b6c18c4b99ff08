"""What the incoming webhooks of chat tools take, and how a signed event looks.

Each format is the JSON that its tool documents for incoming webhooks: Slack (Block Kit), Microsoft
Teams (an Adaptive Card, as the Workflows app takes it), Mattermost, Rocket.Chat, Google Chat
(cards), and the generic webhook of matrix-hookshot. The signed event follows Standard Webhooks
1.0.0. No word that somebody has typed calls a whole channel or is read as markup.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any

# An invisible sign (WORD JOINER), which tears apart what a tool would read as one word of its own.
_JOINER = "\N{WORD JOINER}"
# What breaks a line, turns the direction of what follows, hides, or is no text in UTF-8.
_UNSEEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    r"\ufeff\ud800-\udfff]+"
)
_MARKUP = re.compile(r"([\\`*_~#])")
_LONGEST = 300
_SECRET_PREFIX = "whsec_"  # noqa: S105 — the beginning of every secret
_SECRET_BYTES = range(24, 65)

Body = dict[str, Any]


@dataclass(frozen=True)
class Notice:
    """What is told: our own headline, then number and title of a record, facts, and its address.

    `facts` are names and values in the order in which they are read, `data` what programs get of
    it. Where the address is not known `link` is empty.
    """

    headline: str
    number: str = ""
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    link: str = ""
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def one_line(text: str) -> str:
    """Return a text on one line, without signs that are not seen, and cut at 300 characters."""
    line = _UNSEEN.sub(" ", text).strip()
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def untied(text: str) -> str:
    """Return a text on one line in which no `@` calls anybody."""
    return one_line(text).replace("@", f"@{_JOINER}")


def mrkdwn(text: str) -> str:
    """Return a text as Slack wants it escaped; what begins with `<`, such as `<!channel>`, is its
    control language."""
    return escape(untied(text), quote=False)


def markdown(text: str) -> str:
    """Return a text that Mattermost and Rocket.Chat show as it is.

    Both read `<!channel>` and `<address|text>` in webhooks as Slack does, and `[text](address)`.
    """
    escaped = _MARKUP.sub(r"\\\1", untied(text))
    return escaped.replace("<", f"<{_JOINER}").replace("](", f"]{_JOINER}(")


def markup(text: str) -> str:
    """Return a text for the HTML of Google Chat's cards and of Matrix."""
    return escape(untied(text))


def _facts_line(notice: Notice) -> str:
    return " · ".join(f"{name}: {value}" for name, value in notice.facts)


def _words(notice: Notice) -> str:
    """Return all but the address in one line, unescaped."""
    what = " ".join(filter(None, (notice.number, notice.title)))
    told = f"{notice.headline}: {what}" if what else notice.headline
    return " · ".join(filter(None, (told, _facts_line(notice))))


def _plain(text: str) -> Body:
    """Return text of Slack's in which nothing is markup."""
    return {"type": "plain_text", "text": untied(text), "emoji": False}


def _slack(notice: Notice) -> Body:
    head = f"*{mrkdwn(notice.headline)}*"
    number = mrkdwn(notice.number).replace("|", "¦") or "Open"
    if notice.link:
        head += f" <{notice.link}|{number}>"
    elif notice.number:
        head += f" {number}"
    blocks: list[Body] = [{"type": "section", "text": {"type": "mrkdwn", "text": head}}]
    if one_line(notice.title):
        blocks.append({"type": "section", "text": _plain(notice.title)})
    if notice.facts:
        elements = [_plain(_facts_line(notice))]
        blocks.append({"type": "context", "elements": elements})
    return {
        "text": mrkdwn(_words(notice)),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _run(text: str, *, is_bold: bool = False) -> Body:
    """Return a paragraph of a card; the text of a TextRun is never read as Markdown."""
    # Two braces would be a date or a value of the card's own language.
    shown = untied(text).replace("{{", f"{{{_JOINER}{{").replace("${", f"${_JOINER}{{")
    weight = {"weight": "Bolder"} if is_bold else {}
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": shown, **weight}]}


def _teams(notice: Notice) -> Body:
    what = " ".join(filter(None, (notice.number, notice.title)))
    lines = [_run(notice.headline, is_bold=True)]
    lines += [_run(text) for text in (what, _facts_line(notice)) if one_line(text)]
    opening = [{"type": "Action.OpenUrl", "title": "Open", "url": notice.link}]
    card: Body = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
        **({"actions": opening} if notice.link else {}),
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _marked_down(notice: Notice) -> Body:
    number = markdown(notice.number).replace("]", f"{_JOINER}]")
    if notice.link:
        number = f"[{number or 'Open'}]({notice.link})"
    what = " ".join(filter(None, (number, markdown(notice.title))))
    head = f"**{markdown(notice.headline)}**"
    first = f"{head}: {what}" if what else head
    return {"text": "\n".join(filter(None, (first, markdown(_facts_line(notice)))))}


def _google_chat(notice: Notice) -> Body:
    what = " ".join(filter(None, (notice.number, notice.title)))
    told = [markup(text) for text in (what, _facts_line(notice)) if text]
    head = f"<b>{markup(notice.headline)}</b>"
    widgets: list[Body] = [{"textParagraph": {"text": text}} for text in (head, *told)]
    if notice.link:
        button = {"text": "Open", "onClick": {"openLink": {"url": notice.link}}}
        widgets.append({"buttonList": {"buttons": [button]}})
    card = {"sections": [{"widgets": widgets}]}
    return {"cardsV2": [{"cardId": "quarterdeck", "card": card}]}


def _matrix(notice: Notice) -> Body:
    number = markup(notice.number)
    if notice.link:
        number = f'<a href="{escape(notice.link)}">{number or "Open"}</a>'
    what = " ".join(filter(None, (number, markup(notice.title))))
    lines = [f"<b>{markup(notice.headline)}</b>", what, markup(_facts_line(notice))]
    plain = " ".join(filter(None, (untied(_words(notice)), notice.link)))
    return {"text": plain, "html": "<br>".join(filter(None, lines))}


CHAT_FORMATS: Mapping[str, Callable[[Notice], Body]] = MappingProxyType(
    {
        "slack": _slack,
        "teams": _teams,
        "mattermost": _marked_down,
        "rocket_chat": _marked_down,
        "google_chat": _google_chat,
        "matrix": _matrix,
    }
)


def event_body(kind: str, happened_at: str, notice: Notice) -> Body:
    """Return the event that programs read: its kind, its instant in ISO 8601, what it is about."""
    told = {
        "headline": notice.headline,
        "number": notice.number,
        "title": notice.title,
        "link": notice.link,
    }
    return {"type": kind, "timestamp": happened_at, "data": {**told, **notice.data}}


def secret_bytes(secret: str) -> bytes:
    """Return the key of a secret `whsec_…` (Standard Webhooks: 24 to 64 bytes in base64).

    ValueError says what was expected, and quotes nothing.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ValueError("expected whsec_ and base64") from problem
    if len(key) not in _SECRET_BYTES:
        raise ValueError("expected 24 to 64 bytes in base64")
    return key


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header `webhook-signature` of Standard Webhooks: HMAC-SHA256 over id, time in
    seconds since 1970 and body, with dots between."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
