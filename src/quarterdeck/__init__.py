"""Quarterdeck: the system on which an IT department is run."""
