"""The measures of people; importing them registers them."""

from quarterdeck.people.measures import descriptions, training

__all__ = ["descriptions", "training"]
