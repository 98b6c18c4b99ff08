"""The addresses of the scorecard."""

from django.urls import URLPattern, path

from quarterdeck.scorecard.web import actions, closings, late_evidence, targets
from quarterdeck.scorecard.web.comparison import comparison
from quarterdeck.scorecard.web.measure import measure
from quarterdeck.scorecard.web.printing import paper
from quarterdeck.scorecard.web.scopes import scopes
from quarterdeck.scorecard.web.scorecard import scorecard
from quarterdeck.scorecard.web.today import home, today

urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("today/", today, name="today"),
    path("scorecard/", scorecard, name="scorecard"),
    path("scorecard/scopes/", scopes, name="scorecard.scopes"),
    path("scorecard/paper", paper, name="scorecard.paper"),
    path("scorecard/measures/<str:key>/", measure, name="scorecard.measure"),
    path("scorecard/measures/<str:key>/by/<str:kind>/", comparison, name="scorecard.comparison"),
    path("scorecard/measures/<str:key>/target/", targets.target, name="scorecard.target"),
    path("scorecard/measures/<str:key>/action", actions.answer, name="scorecard.action"),
    path("scorecard/periods/", closings.periods, name="scorecard.periods"),
    path("scorecard/periods/close", closings.close, name="scorecard.period.close"),
    path("scorecard/periods/schedule", closings.schedule, name="scorecard.period.schedule"),
    path("scorecard/periods/compare", late_evidence.compare, name="scorecard.period.compare"),
    path("scorecard/periods/<str:period>/", late_evidence.late, name="scorecard.period.late"),
    path(
        "scorecard/periods/<str:period>/restate",
        late_evidence.restate_month,
        name="scorecard.period.restate",
    ),
    path("scorecard/readings/<int:key>/restate", closings.restate, name="scorecard.restate"),
    path("scorecard/targets/<int:key>/end", targets.end, name="scorecard.target.end"),
]
