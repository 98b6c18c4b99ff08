"""The programming interface under /api/v1: every record, the measures, the imports.

It is a door like the pages: the same verbs, the same rules, the same `visible_to`. Answers are made
as plain dictionaries; the typed schemas describe them in the OpenAPI document and check what comes
in. What goes wrong is told as in RFC 9457.
"""
