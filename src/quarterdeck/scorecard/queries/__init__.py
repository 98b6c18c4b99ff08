"""Reads of the scorecard."""
