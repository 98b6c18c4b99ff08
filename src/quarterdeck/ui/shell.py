"""What the shell around every page needs, for the template engine."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from quarterdeck.ui.navigation import sections_for
from quarterdeck.ui.navigation_markup import navigation_markup
from quarterdeck.ui.surroundings import surroundings_of, theme_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the shell; lazily, since a fragment shows none of it."""
    return {
        "navigation": SimpleLazyObject(
            lambda: navigation_markup(sections_for(request.user, request.path))
        ),
        "surroundings": SimpleLazyObject(lambda: surroundings_of(request)),
        "theme": theme_of(request),
        "zone_name": timezone.get_current_timezone_name(),
    }
