"""Builds pages from records: shell, tables, forms, charts; knows no domain."""
