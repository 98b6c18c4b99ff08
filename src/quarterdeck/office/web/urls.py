"""The addresses of the office's own pages; the others are made from its records."""

from django.urls import URLPattern, path

from quarterdeck.office.records import import_batches
from quarterdeck.office.web import imports, saved_views

urlpatterns: list[URLPattern] = [
    path("office/import/", imports.upload, name="office.import"),
    path(f"{import_batches.path}<int:key>/", imports.batch, name=import_batches.detail_address),
    path(f"{import_batches.path}<int:key>/decide", imports.decide, name="office.import.decide"),
    path(
        f"{import_batches.path}<int:key>/withdraw", imports.withdraw, name="office.import.withdraw"
    ),
    path("office/views/<str:record>/columns", saved_views.columns, name="office.view.columns"),
    path("office/views/<str:record>/save", saved_views.save, name="office.view.save"),
    path("office/views/<int:key>/remove", saved_views.remove, name="office.view.remove"),
]
