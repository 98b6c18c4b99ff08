"""The addresses of the services' own pages; the others are made from their records."""

from django.urls import URLPattern, path

from quarterdeck.services.records import catalogue_items
from quarterdeck.services.web import catalogue

_ITEM = f"{catalogue_items.path}<int:key>/"
urlpatterns: list[URLPattern] = [
    path(_ITEM, catalogue.show_item, name=catalogue_items.detail_address),
    path(f"{_ITEM}questions", catalogue.questions, name="services.catalogue.questions"),
]
