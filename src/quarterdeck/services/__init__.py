"""IT services: what the department provides, to whom, and when it is agreed to work."""
