"""The people of the department: job architecture, and what people bring to it."""
