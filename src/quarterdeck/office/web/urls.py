"""The addresses of the office's own pages; the others are made from its records."""

from django.urls import URLPattern, path

from quarterdeck.office.records import import_batches
from quarterdeck.office.web import imports, remarks, saved_views

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
    path("office/comments/<str:record>/<int:row>/write", remarks.write, name="office.comment.write"),
    path("office/comments/<int:key>/remove", remarks.remove_written, name="office.comment.remove"),
    path("office/files/<str:record>/<int:row>/attach", remarks.attach, name="office.file.attach"),
    path("office/files/<int:key>/remove", remarks.remove_attached, name="office.file.remove"),
    path("office/files/<int:key>", remarks.download, name="office.file"),
]
