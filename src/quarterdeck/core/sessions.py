"""Sessions that know whose they are, so that people can see and end them.

Django offers this as a way to extend its sessions in the database:
https://docs.djangoproject.com/en/5.2/topics/http/sessions/#extending-database-backed-session-engines
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import QuerySet

from quarterdeck.core import clock
from quarterdeck.core.models import Account, SignInSession
from quarterdeck.core.prepared import Prepared, Slot

BEGUN, SEEN, ADDRESS, AGENT = "begun_at", "seen_at", "address", "agent"
_LONGEST_AGENT = 200
# Browsers name their forebears too, so that the order matters: the first sign found counts.
_BROWSERS = (
    *(("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox")),
    *(("Chrome/", "Chrome"), ("Safari/", "Safari")),
)
_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android")),
    *(("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")),
)
_SEEN_ANEW_AFTER = timedelta(minutes=5)


def _content() -> QuerySet[SignInSession, Any]:
    unexpired = SignInSession.objects.filter(expire_date__gt=Slot("now"))
    return unexpired.filter(session_key=Slot("key")).values_list("session_data")


_CONTENT = Prepared(_content)


class SessionStore(DatabaseSessions):
    """Keeps sessions in the database, each with its account and where it was begun."""

    @classmethod
    def get_model_class(cls) -> type[SignInSession]:
        """Return the table of sessions."""
        return SignInSession

    def load(self) -> dict[str, Any]:
        """Return the content of the session, as every page asks for it; one that ended has none."""
        found = _CONTENT.rows(key=self.session_key, now=clock.now())
        if not found:
            self._session_key = None
            return {}
        content: dict[str, Any] = self.decode(found[0][0])
        return content

    def create_model_instance(self, data: Mapping[str, Any]) -> SignInSession:
        """Return the row for a session's content; whose it is stands in a column of its own."""
        row: SignInSession = super().create_model_instance(data)  # type: ignore[assignment,arg-type]  # Django names its own session model
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.address, row.agent = data.get(ADDRESS, ""), data.get(AGENT, "")
        row.begun_at, row.seen_at = _instant(data.get(BEGUN)), _instant(data.get(SEEN))
        return row


@dataclass(frozen=True)
class Session:
    """A browser in which somebody is signed in; the handle names it without opening it."""

    handle: str
    address: str
    agent: str
    begun_at: datetime | None
    seen_at: datetime | None
    is_this: bool

    @property
    def browser(self) -> str:
        """What the browser says that it is, in a few words: `Firefox on Windows`."""
        name = next((word for sign, word in _BROWSERS if sign in self.agent), "")
        system = next((word for sign, word in _SYSTEMS if sign in self.agent), "")
        return " on ".join(filter(None, (name or self.agent[:60], system))) or "Unknown"


def begin(session: SessionBase, *, address: str, agent: str, at: datetime) -> None:
    """Note in a session that begins where it was begun, and when."""
    session[BEGUN] = session[SEEN] = at.isoformat()
    session[ADDRESS], session[AGENT] = address[:64], agent[:_LONGEST_AGENT]


def note_seen(session: SessionBase, at: datetime) -> None:
    """Note that a session is in use, where the last note is a few minutes old."""
    seen = _instant(session.get(SEEN))
    if seen is not None and at - seen > _SEEN_ANEW_AFTER:
        session[SEEN] = at.isoformat()


def sessions_of(account: Account, at: datetime, this: str | None = "") -> list[Session]:
    """Return where an account is signed in, the latest first; `this` is the reader's own key."""
    rows = SignInSession.objects.filter(account=account, expire_date__gt=at)
    shown = [
        Session(
            handle=_handle(row.session_key),
            address=row.address,
            agent=row.agent,
            begun_at=row.begun_at,
            seen_at=row.seen_at,
            is_this=row.session_key == this,
        )
        for row in rows.order_by("-expire_date")
    ]
    return sorted(shown, key=lambda each: not each.is_this)


def keys_of(account: Account, *, handle: str = "", but: str | None = "") -> list[str]:
    """Return the keys of an account's sessions: of all, or of one handle, without one of them."""
    keys = SignInSession.objects.filter(account=account).values_list("session_key", flat=True)
    return [key for key in keys if key != but and handle in {"", _handle(key)}]


def _handle(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
