"""What no operation could read is turned away at the door of the web server."""

from typing import Any

import pytest
from django.test import RequestFactory

from quarterdeck.config.operation.mark import HEADER, mark_of
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


def test_an_answer_to_a_host_that_is_not_served_bears_the_mark_too() -> None:
    environ = RequestFactory().get("/health?mark=word", headers={"host": "it.example.org"}).environ
    seen: list[tuple[str, str]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        seen.append((status, dict(headers).get(HEADER, "")))

    list(application(environ, start))
    assert seen == [("400 Bad Request", mark_of("word"))]
    assert mark_of("word") != mark_of("another")


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
