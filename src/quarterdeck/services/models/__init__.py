"""The nouns of the service catalogue."""

from quarterdeck.services.models.catalogue import CatalogueForm, CatalogueItem
from quarterdeck.services.models.service import Service

__all__ = ["CatalogueForm", "CatalogueItem", "Service"]
