"""The page that shows people what the interface offers."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarterdeck.config.api.problems import KINDS


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    section: str
    method: str
    path: str
    summary: str
    text: str
    parameters: list[str]


def overview_of(document: Callable[[], dict[str, Any]]) -> Callable[..., HttpResponse]:
    """Return the view that lists every operation of a document, and every kind of problem."""

    @require_safe
    def overview(request: HttpRequest) -> HttpResponse:
        operations = sorted(_operations(document()), key=lambda each: each.section)
        sections = [(name, list(group)) for name, group in groupby(operations, lambda o: o.section)]
        context = {
            "sections": sections,
            "kinds": KINDS,
            "breadcrumbs": [("Programming interface", "")],
        }
        return render(request, "ui/api.html", context)

    return overview


def _operations(document: dict[str, Any]) -> list[Operation]:
    return [
        Operation(
            section=operation["tags"][0],
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            text=operation.get("description", ""),
            parameters=[each["name"] for each in operation["parameters"] if each["in"] != "path"],
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
