"""What may happen to services."""
