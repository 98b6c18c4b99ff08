"""What the product costs: rows a second through the import, milliseconds of CPU for a page.

`python -m bench` prints tables and asserts nothing, since a busy machine is no fault of the code.
Every page stands beside a plain-Django page of the same content that is measured in the same run.
"""
