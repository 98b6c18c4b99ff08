"""The nouns of the service catalogue."""

from quarterdeck.services.models.catalogue import CatalogueForm, CatalogueItem
from quarterdeck.services.models.service import Service
from quarterdeck.services.models.training import ServiceCourse

__all__ = ["CatalogueForm", "CatalogueItem", "Service", "ServiceCourse"]
