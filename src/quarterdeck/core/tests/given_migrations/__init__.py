"""Migrations that tests run: one that writes a row, one that fails."""
