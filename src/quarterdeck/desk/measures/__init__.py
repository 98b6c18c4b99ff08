"""The desk's measures, one file each; importing this package registers them."""

from quarterdeck.desk.measures import (
    backlog,
    cycle_time,
    effort,
    escalations,
    first_contact,
    knowledge,
    major_incidents,
    operational_levels,
    problems,
    quality,
    satisfaction,
    service_levels,
    training,
)

__all__ = [
    "backlog",
    "cycle_time",
    "effort",
    "escalations",
    "first_contact",
    "knowledge",
    "major_incidents",
    "operational_levels",
    "problems",
    "quality",
    "satisfaction",
    "service_levels",
    "training",
]
