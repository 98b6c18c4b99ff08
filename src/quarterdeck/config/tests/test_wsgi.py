"""What no operation could read is turned away at the door of the web server."""

from typing import Any

import pytest
from django.test import RequestFactory

from quarterdeck.config.wsgi import application

UNREADABLE = (
    "multipart/form-data; boundary=edge; charset=idna",
    "multipart/form-data; boundary=edge; charset=base64",
    "multipart/form-data; boundary=edge; charset=\x00",
    "multipart/form-data; boundary*=nonsense''edge",
    "application/json; charset=undefined",
)

# The end of a request looks after the connection.
pytestmark = pytest.mark.django_db


def status_of(content_type: str) -> str:
    """Send a form to a page that everybody may see, as the web server does."""
    environ = RequestFactory().get("/health").environ
    environ["CONTENT_TYPE"] = content_type
    seen: list[str] = []

    def start(status: str, _headers: Any, _error: Any = None) -> None:
        seen.append(status)

    list(application(environ, start))
    return seen[0]


@pytest.mark.parametrize("content_type", UNREADABLE)
def test_text_in_a_code_that_is_none_is_not_read(content_type: str) -> None:
    assert status_of(content_type) == "415 Unsupported Media Type"


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "text/html; charset=UTF-8", 'multipart/form-data; boundary="edge"'],
)
def test_everything_usual_is_read(content_type: str) -> None:
    assert status_of(content_type) == "200 OK"
