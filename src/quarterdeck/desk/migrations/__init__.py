"""Migrations of desk."""
