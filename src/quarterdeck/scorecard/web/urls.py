"""The addresses of the scorecard."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from quarterdeck.scorecard.web.measure import measure
from quarterdeck.scorecard.web.scorecard import scorecard

urlpatterns: list[URLPattern] = [
    path("", RedirectView.as_view(pattern_name="scorecard"), name="home"),
    path("scorecard/", scorecard, name="scorecard"),
    path("scorecard/measures/<str:key>/", measure, name="scorecard.measure"),
]
