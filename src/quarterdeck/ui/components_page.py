"""A page that shows every component, to look at while building others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show each component with made-up content."""
    return render(request, "ui/components_page.html", {})
