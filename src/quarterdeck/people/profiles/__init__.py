"""The formats of published vocabularies."""
