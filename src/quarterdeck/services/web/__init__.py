"""The pages of the services."""
