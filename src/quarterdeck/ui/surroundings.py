"""What every page says of the installation. An app above supplies it, since ui knows no domain."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest

ZONE_COOKIE = "zone"
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Surroundings:
    """Whose installation this is, in which zone, and whether its data are a demonstration."""

    organisation: str = ""
    zone: str = "UTC"
    is_demo: bool = False


Provider = Callable[[], Surroundings]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let `provider` answer what the surroundings are; the last one registered does."""
    _providers.append(provider)


def surroundings_of(request: HttpRequest) -> Surroundings:
    """Return the surroundings, asked once a request."""
    known: Surroundings | None = getattr(request, "surroundings", None)
    if known is None:
        known = _providers[-1]() if _providers else Surroundings()
        request.surroundings = known  # type: ignore[attr-defined]  # kept on the request for its life
    return known


def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone of that IANA name, or None where there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the reader's zone as the browser told it, else the organisation's, else UTC."""
    told = zone_named(request.COOKIES.get(ZONE_COOKIE, "") or "-")
    return told or zone_named(surroundings_of(request).zone) or ZoneInfo("UTC")


def theme_of(request: HttpRequest) -> str:
    """Return the theme chosen in this browser; nothing where the system's setting decides."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""
