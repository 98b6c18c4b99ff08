"""The door of the web server."""

import gc
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from quarterdeck.config.operation.mark import HEADER, mark_asked

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quarterdeck.config.settings")
_django = get_wsgi_application()
# What is loaded now stays: its pages are loaded too, and no collection of garbage walks through it
# again, which makes one request in many wait for nearly half a second.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()

# How what is sent may be written. Django takes every codec of Python's for one, also those that
# decode no text, and breaks where a parameter has none.
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1"})
_STATUS = "415 Unsupported Media Type"
_ANSWER = (
    b'{"type": "/api/v1/#problem-unsupported-media-type", "status": 415, "title": '
    b'"This media type is not read here", "detail": "Send text as UTF-8."}'
)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request; what is sent in an unreadable way goes no further than here."""
    mark = mark_asked(environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
    if _is_readable(environ.get("CONTENT_TYPE", "")):
        return _django(environ, _marked(start_response, mark) if mark else start_response)
    length = str(len(_ANSWER))
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", length)]
    start_response(_STATUS, headers)
    return [_ANSWER]


def _marked(start_response: Callable[..., Any], mark: str) -> Callable[..., Any]:
    """Let an answer bear the mark, whatever it says: also one that finds fault with the host."""

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, (HEADER, mark)], *more)

    return start


def _is_readable(content_type: str) -> bool:
    try:
        _, parameters = parse_header_parameters(content_type)
    except ValueError:
        return False
    return parameters.get("charset", "").lower() in _CHARSETS
