"""Reads of the desk that cross models or shape rows."""
