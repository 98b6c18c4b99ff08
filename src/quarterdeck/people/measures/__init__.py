"""The measures of people; importing them registers them."""

from quarterdeck.people.measures import descriptions

__all__ = ["descriptions"]
