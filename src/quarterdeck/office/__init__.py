"""Shared nouns: organisation settings, business calendars, import batches."""
