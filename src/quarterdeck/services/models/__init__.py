"""The nouns of the service catalogue."""

from quarterdeck.services.models.service import Service

__all__ = ["Service"]
