"""The office's ways to files outside."""
