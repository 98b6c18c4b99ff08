"""The addresses of knowledge: for its readers, and for its authors."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.knowledge import articles
from quarterdeck.desk.web import article_files, knowledge, ticket_articles
from quarterdeck.desk.web import articles as article_pages

urlpatterns: list[URLPattern] = [
    path("desk/knowledge", knowledge.shelf, name="desk.knowledge"),
    path("desk/knowledge/suggest", knowledge.suggest, name="desk.knowledge.suggest"),
    path("desk/knowledge/reviews", article_pages.reviews, name="desk.article.reviews"),
    path(f"{articles.path}new", article_pages.new_article, name="desk.article.new"),
    path(f"{articles.path}preview", article_pages.preview, name="desk.article.preview"),
    path(f"{articles.path}<int:key>/", knowledge.show_article, name=articles.detail_address),
    path(f"{articles.path}<int:key>/change", article_pages.revise, name="desk.article.revise"),
    path(
        f"{articles.path}<int:key>/preview",
        article_pages.preview,
        name="desk.article.preview.illustrated",
    ),
    path(f"{articles.path}<int:key>/files", article_files.files, name="desk.article.files"),
    path(
        f"{articles.path}<int:key>/files/<int:file_key>",
        article_files.show,
        name="desk.article.file",
    ),
    path(
        f"{articles.path}<int:key>/files/<int:file_key>/remove",
        article_files.remove,
        name="desk.article.file.remove",
    ),
    path(
        f"{articles.path}<int:key>/versions", article_pages.versions, name="desk.article.versions"
    ),
    path(
        f"{articles.path}<int:key>/act/<slug:name>",
        article_pages.decide,
        name="desk.article.decide",
    ),
    path(
        f"{tickets.path}<int:key>/articles",
        ticket_articles.show_articles,
        name="desk.ticket.articles",
    ),
    path(
        f"{tickets.path}<int:key>/articles/<int:article_key>",
        ticket_articles.use,
        name="desk.ticket.article",
    ),
    path(f"{articles.path}<int:key>/feedback", knowledge.feedback, name="desk.article.feedback"),
]
