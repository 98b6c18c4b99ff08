"""What people do by forms, programs do by operations; where they cannot, it is told why."""

from collections.abc import Iterator

from django.test import RequestFactory
from django.urls import get_resolver

from quarterdeck.config.api.assembly import document
from quarterdeck.config.tests.counterparts import NAMED, TABLE, WITHOUT
from quarterdeck.config.tests.test_routes import patterns
from quarterdeck.core.records import all_records

ONLY = "-"


def written() -> frozenset[str]:
    """Return every operation that writes."""
    paths = document()["paths"].values()
    told = (each for methods in paths for method, each in methods.items() if method != "get")
    return frozenset(each["operationId"] for each in told)


def takes_a_form(view: object) -> bool:
    """Whether a page answers POST: it refuses a method that nobody knows by naming those it has."""
    response = view(RequestFactory().generic("BREW", "/"))  # type: ignore[operator]  # the view of an address
    return "POST" in response.headers.get("Allow", "")


def is_made(route: str) -> bool:
    """Whether the pages make a form from a record that programs write too, or from its list."""
    stem, _, word = route.rpartition(".")
    is_record = stem in {record.key for record in all_records()}
    return is_record and (word == "list" or f"{stem.replace('.', '_')}_{word}" in written())


def forms() -> Iterator[tuple[str, str]]:
    """Give the routes that take a form and the acts that each of them names."""
    for pattern in patterns(get_resolver().url_patterns):
        # Nobody writes where there is nothing, and signing in is no act on a record.
        if pattern.name in {"api.nowhere", "sign-in", "sign-out", "password.reset"}:
            continue
        route = str(pattern.name)
        if takes_a_form(pattern.callback) and not is_made(route):
            yield from ((route, act) for act in NAMED.get(route, {ONLY}))


def counterparts() -> dict[tuple[str, str], frozenset[str]]:
    """Return the operations that do what each form does."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for line in TABLE.strip().splitlines():
        route, act, operations = line.split()
        for name in NAMED[route] if act == "*" else {act}:
            named = operations.replace("*", name.replace("-", "_"))
            earlier = found.get((route, name), frozenset())
            # What stands for every act is said of none that is named.
            if act != "*" or not earlier:
                found[route, name] = earlier | frozenset(named.split(","))
    return found


def without() -> set[tuple[str, str]]:
    """Return the forms that have no operation, and why is told."""
    return {(route, act or ONLY) for route, _, act in (each.partition(" ") for each in WITHOUT)}


def test_each_form_of_the_pages_has_its_operation_or_a_reason_why_not() -> None:
    assert {*counterparts()} | without() == set(forms())
    assert {*counterparts()} & without() == set()


def test_each_counterpart_is_an_operation_that_writes() -> None:
    named = frozenset().union(*counterparts().values())

    assert named - written() == frozenset()
