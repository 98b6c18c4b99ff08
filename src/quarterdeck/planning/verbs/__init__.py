"""What may happen to corrective actions."""
