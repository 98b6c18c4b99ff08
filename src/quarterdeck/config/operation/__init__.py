"""Operation: backup and restore, health and metrics of an installation."""
